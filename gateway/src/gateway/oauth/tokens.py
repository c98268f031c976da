"""Access tokens (RFC 9068) and ID tokens (OpenID Connect Core §2) of the built-in issuer."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from joserfc import jwt

from gateway.citizens import SCOPE, Citizen
from gateway.oauth.keys import SigningKeys
from gateway.oauth.models import Client, User

MACHINE_SECONDS = 300
CITIZEN_SECONDS = 300
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105  a name of RFC 8693


@dataclass(frozen=True, slots=True)
class Issued:
    """A token answer (RFC 6749 §5.1)."""

    access_token: str
    expires_in: int
    scope: str
    id_token: str | None = None
    issued_token_type: str | None = None
    refresh_token: str | None = None

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
        if self.refresh_token:
            body["refresh_token"] = self.refresh_token
        if self.issued_token_type:
            body["issued_token_type"] = self.issued_token_type
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

    def for_citizen(self, citizen: Citizen, client_id: str) -> Issued:
        """A citizen's token for an e-card's code (RFC 8693): whose data is their own."""
        caller = citizen.principal(client_id)
        claims = self._basic(caller.sub, client_id, SCOPE, CITIZEN_SECONDS)
        claims |= {"roles": list(caller.roles), "id_hash": citizen.id_hash.hex()}
        signed = self._sign(claims, "at+jwt")
        return Issued(signed, CITIZEN_SECONDS, SCOPE, issued_token_type=ACCESS_TOKEN)

    def _claims(
        self, sub: str, client_id: str, holder: Client | User, scope: str, seconds: int
    ) -> dict[str, Any]:
        return self._basic(sub, client_id, scope, seconds) | {
            "roles": list(holder.roles),
            "city": holder.city,
            "domains": list(holder.domains),
            "org_id": holder.org_id,
        }

    def _basic(self, sub: str, client_id: str, scope: str, seconds: int) -> dict[str, Any]:
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
        }

    def _sign(self, claims: dict[str, Any], kind: str) -> str:
        key = self._keys.current
        header = {"alg": "ES256", "typ": kind, "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=["ES256"])
