"""How a command ends when it cannot do what it was asked."""


class CommandFailed(Exception):
    """Exit 1; the text is the one line on stderr and says what to do next."""

    exit_code = 1


class WrongUsage(CommandFailed):
    """Exit 2: what was asked for is not there."""

    exit_code = 2
