"""The issuer as the console sees it: authorization code with PKCE, refresh, revocation.

RFC 6749, 7636, 7009, 9207. The built-in issuer is asked through the edge; an outside one is found
by OpenID Connect discovery.
"""

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from gateway.console.sessions import Tokens
from gateway.edge import App
from gateway.oauth.issuer import challenge_of
from gateway.settings import GatewaySettings
from hrss_kit import sealing

FLOW_SECONDS = 900
CONTEXT = "console.sign_in"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in on its way; it travels sealed in a cookie of the browser."""

    state: str
    verifier: str
    to: str
    began_at: int

    def seal(self) -> str:
        """The cookie's value."""
        plain = json.dumps(asdict(self)).encode()
        return urlsafe_b64encode(sealing.ring().seal(plain, CONTEXT)).decode()

    @classmethod
    def open(cls, cookie: str) -> "Flow | None":
        """The flow of a cookie that is ours and not too old."""
        try:
            plain = sealing.ring().open(urlsafe_b64decode(cookie.encode()), CONTEXT)
            flow = cls(**json.loads(plain))
        except (sealing.CannotOpen, ValueError, IndexError, TypeError):
            return None
        return flow if time.time() - flow.began_at < FLOW_SECONDS else None


class IssuerClient:
    """Signs people in at the issuer that the gateway trusts."""

    def __init__(self, settings: GatewaySettings, edge: App, outside: httpx.AsyncClient) -> None:
        self._settings, self._edge, self._outside = settings, edge, outside
        self._known: dict[str, Any] | None = None
        self.base = settings.issuer.rstrip("/")
        self.redirect_uri = f"{self.base}/console/callback"

    async def begin(self, to: str, *, lang: str, hint: str = "") -> tuple[str, Flow]:
        """Where to send the browser, and what it has to bring back."""
        flow = Flow(secrets.token_urlsafe(24), secrets.token_urlsafe(48), to, int(time.time()))
        parameters = {
            "response_type": "code",
            "client_id": self._settings.console_client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self._settings.console_scope,
            "state": flow.state,
            "code_challenge": challenge_of(flow.verifier),
            "code_challenge_method": "S256",
            "ui_locales": lang,
        }
        if self._settings.oidc_issuer and hint:
            parameters["login_hint"] = hint
        endpoint = (await self._endpoints())["authorization_endpoint"]
        separator = "&" if "?" in endpoint else "?"
        return endpoint + separator + urlencode(parameters), flow

    async def finish(self, flow: Flow, query: dict[str, str]) -> Tokens | None:
        """The tokens for the code that the browser brought; None when anything is wrong."""
        told_by = query.get("iss")
        is_ours = hmac.compare_digest(query.get("state", "").encode(), flow.state.encode())
        issuer = self._settings.accepted_issuer.rstrip("/")
        if not is_ours or (told_by is not None and told_by.rstrip("/") != issuer):
            return None
        return await self._token(
            {
                "grant_type": "authorization_code",
                "code": query.get("code", ""),
                "redirect_uri": self.redirect_uri,
                "code_verifier": flow.verifier,
            }
        )

    async def refresh(self, token: str) -> Tokens | None:
        """New tokens for a refresh token; None when the issuer refuses."""
        return await self._token({"grant_type": "refresh_token", "refresh_token": token})

    async def revoke(self, token: str) -> None:
        """Takes a refresh token back, where the issuer has a way to do so."""
        endpoint = (await self._endpoints()).get("revocation_endpoint")
        if endpoint:
            await self._post(endpoint, {"token": token, "token_type_hint": "refresh_token"})

    async def _token(self, form: dict[str, str]) -> Tokens | None:
        answer = await self._post((await self._endpoints())["token_endpoint"], form)
        if answer is None or answer.status_code != 200:
            return None
        found = answer.json()
        return Tokens(
            found["access_token"], found.get("refresh_token"), int(found.get("expires_in", 60))
        )

    async def _post(self, endpoint: str, form: dict[str, str]) -> httpx.Response | None:
        form = {"client_id": self._settings.console_client_id, **form}
        secret = self._settings.console_client_secret.get_secret_value()
        if secret:
            form["client_secret"] = secret
        try:
            if endpoint.startswith("/"):
                inside = httpx.ASGITransport(self._edge, raise_app_exceptions=False)
                async with httpx.AsyncClient(
                    transport=inside, base_url="http://gateway.invalid", trust_env=False
                ) as http:
                    return await http.post(endpoint, data=form)
            return await self._outside.post(endpoint, data=form)
        except httpx.HTTPError:
            return None

    async def _endpoints(self) -> dict[str, Any]:
        """Paths of our own issuer, or what an outside one says of itself."""
        if self._settings.oidc_issuer is None:
            return {
                "authorization_endpoint": f"{self.base}/oauth/authorize",
                "token_endpoint": "/oauth/token",
                "revocation_endpoint": "/oauth/revoke",
            }
        if self._known is None:
            issuer = self._settings.oidc_issuer.rstrip("/")
            answer = await self._outside.get(f"{issuer}/.well-known/openid-configuration")
            found: dict[str, Any] = answer.raise_for_status().json()
            self._known = found
        return self._known
