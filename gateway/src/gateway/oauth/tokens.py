"""Access tokens (RFC 9068) and ID tokens (OpenID Connect Core §2) of the built-in issuer."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from joserfc import jwt

from gateway.oauth.keys import SigningKeys
from gateway.oauth.models import Client, User

MACHINE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Issued:
    """A token answer (RFC 6749 §5.1)."""

    access_token: str
    expires_in: int
    scope: str
    id_token: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON body."""
        body: dict[str, Any] = {
            "access_token": self.access_token,
            "token_type": "Bearer",
            "expires_in": self.expires_in,
            "scope": self.scope,
        }
        if self.id_token:
            body["id_token"] = self.id_token
        return body


class TokenMint:
    """Signs tokens."""

    def __init__(self, keys: SigningKeys, issuer: str, audience: str, user_seconds: int) -> None:
        self._keys, self._issuer, self._audience = keys, issuer, audience
        self._user_seconds = user_seconds

    def for_client(self, client: Client, scope: str) -> Issued:
        """A machine's own token, five minutes."""
        claims = self._claims(client.client_id, client.client_id, client, scope, MACHINE_SECONDS)
        return Issued(self._sign(claims, "at+jwt"), MACHINE_SECONDS, scope)

    def for_user(
        self, user: User, client_id: str, scope: str, *, nonce: str | None, signed_in_at: int
    ) -> Issued:
        """A person's token; an ID token with it when `openid` was asked for."""
        seconds = self._user_seconds
        claims = self._claims(user.username, client_id, user, scope, seconds)
        claims["auth_time"] = signed_in_at
        if user.staff_no:
            claims["staff_no"] = user.staff_no
        id_token = None
        if "openid" in scope.split():
            names = ("iss", "sub", "iat", "exp", "auth_time")
            identity = {name: claims[name] for name in names} | {"aud": client_id}
            if nonce:
                identity["nonce"] = nonce
            id_token = self._sign(identity, "JWT")
        return Issued(self._sign(claims, "at+jwt"), seconds, scope, id_token)

    def _claims(
        self, sub: str, client_id: str, holder: Client | User, scope: str, seconds: int
    ) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": sub,
            "client_id": client_id,
            "iat": now,
            "exp": now + seconds,
            "jti": secrets.token_hex(16),
            "scope": scope,
            "roles": list(holder.roles),
            "city": holder.city,
            "domains": list(holder.domains),
            "org_id": holder.org_id,
        }

    def _sign(self, claims: dict[str, Any], kind: str) -> str:
        key = self._keys.current
        header = {"alg": "ES256", "typ": kind, "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=["ES256"])
