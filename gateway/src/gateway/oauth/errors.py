"""What the OAuth endpoints answer when they refuse (RFC 6749 §4.1.2.1 and §5.2)."""


class OAuthError(Exception):
    """A refusal with its registered code; the description never repeats what was sent."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


class InvalidClient(OAuthError):
    """The client is unknown, switched off, or did not prove who it is: always the same answer."""

    def __init__(self) -> None:
        super().__init__("invalid_client", "client authentication failed", 401)
