"""What the talent service is told from outside."""

from hrss_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every member takes; talent needs nothing besides."""
