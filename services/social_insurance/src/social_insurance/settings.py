"""What the social insurance service is told from outside."""

from hrss_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every member takes."""
