"""What the labour inspection service is told from outside."""

from hrss_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every member takes."""
