"""What the social insurance service is told from outside."""

from pydantic import SecretStr

from hrss_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Where the provincial system is; without it everything for it waits."""

    province_url: str | None = None
    province_token: SecretStr = SecretStr("")
