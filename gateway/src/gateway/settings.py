"""What the gateway is told from outside, besides what every member is told."""

import json
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr

from hrss_kit.settings import ServiceSettings


class GatewaySettings(ServiceSettings):
    """Settings of the gateway; prefix HRSS_."""

    port: int = 8080
    max_in_flight: int = 512
    max_long_polls: int = 512
    signing_key_file: Path | None = None
    # Set: the built-in issuer is off and this one's tokens are trusted instead.
    oidc_issuer: str | None = Field(
        default=None,
        validation_alias=AliasChoices("oidc_issuer", "HRSS_OIDC_ISSUER", "OIDC_ISSUER"),
    )
    demo_credentials_file: Path | None = None
    # JSON {client_id: secret}, or the path of a file that holds it.
    service_clients: str = Field(default="", repr=False)
    upstreams: dict[str, str] = Field(default_factory=dict)
    rate_limit_per_minute: int = 15_000
    anonymous_rate_limit_per_minute: int = 3_000
    replicas: int = 1
    access_log: Path | None = None
    user_token_seconds: int = 900
    trusted_proxies: frozenset[str] = frozenset()
    # The console: its client at the issuer, the idle lock, and how long a sign-in lasts at most.
    console_client_id: str = "console"
    console_client_secret: SecretStr = SecretStr("")
    console_scope: str = "openid hrss pii:reveal"
    console_idle_seconds: int = 900
    console_session_seconds: int = 36_000
    # The national platform's adapter (跨省通办), the token it takes, and the keys it signs with.
    national_platform_url: str | None = None
    national_platform_token: SecretStr = SecretStr("")
    national_platform_keys_file: Path | None = None
    # Networks inside which a subscriber may be, besides public addresses: ["10.20.0.0/16"].
    webhook_networks: tuple[str, ...] = ()

    def read_service_clients(self) -> dict[str, str]:
        """The suite's own OAuth clients with their secrets."""
        text = self.service_clients.strip()
        if not text:
            return {}
        if not text.startswith("{"):
            text = Path(text).read_text("utf-8")
        found: dict[str, str] = json.loads(text)
        return found

    @property
    def accepted_issuer(self) -> str:
        """Whose tokens are accepted."""
        return self.oidc_issuer or self.issuer
