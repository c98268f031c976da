"""What a process is told from outside: environment variables, or files in a secrets directory."""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import SecretsSettingsSource

MINIMUM_SECRET_LENGTH = 16


class UnsafeSettings(ValueError):
    """A secret of the demonstration, or one that is too short, outside the demonstration."""


class ServiceSettings(BaseSettings):
    """Settings every member of the suite shares; prefix HRSS_."""

    model_config = SettingsConfigDict(env_prefix="HRSS_", extra="ignore", frozen=True)

    database_url: SecretStr = SecretStr("")
    owner_database_url: SecretStr = SecretStr("")
    issuer: str = "http://127.0.0.1:8080"
    #: The suite's address as everybody reaches it, for links and codes; the issuer's if none.
    public_url: str = ""
    audience: str = "hrss"
    jwks_file: Path | None = None
    jwks_url: str | None = None
    gateway_url: str = "http://127.0.0.1:8080"
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    key_ring_file: Path | None = None
    # Where uploaded files lie: a directory, or a bucket (s3://bucket/prefix) and how to reach it.
    files_dir: Path | None = None
    files_url: str = ""
    files_endpoint: str = ""
    files_region: str = ""
    files_access_key_id: str = ""
    files_secret_access_key: SecretStr = SecretStr("")
    signature_keys_file: Path | None = None
    peers: dict[str, str] = {}
    demo: bool = False
    test_clock: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    pool_size: int = 10
    max_in_flight: int = 200
    log_level: str = "INFO"

    @property
    def origin(self) -> str:
        """The address that stands in certificates, credentials and QR codes."""
        return self.public_url or self.issuer

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        directory = os.environ.get("HRSS_SECRETS_DIR")
        files = (
            SecretsSettingsSource(settings_cls, secrets_dir=directory, env_prefix="")
            if directory
            else file_secret_settings
        )
        return init_settings, env_settings, files

    @model_validator(mode="after")
    def refuse_demonstration_secrets(self) -> Self:
        """Outside the demonstration a secret must be long and must not be a sample."""
        if self.demo:
            return self
        for name, value in self.secrets().items():
            if value and (value.startswith("demo-") or len(value) < MINIMUM_SECRET_LENGTH):
                raise UnsafeSettings(f"{name}: a demonstration or short secret outside demo mode")
        return self

    def secrets(self) -> dict[str, str]:
        """The secret values by name, those inside database addresses included."""
        found: dict[str, str] = {}
        for name in type(self).model_fields:
            value: Any = getattr(self, name)
            if isinstance(value, SecretStr):
                text = value.get_secret_value()
                if "://" in text:
                    text = text.split("://", 1)[1].rsplit("@", 1)[0].partition(":")[2]
                found[name] = text
        return found
