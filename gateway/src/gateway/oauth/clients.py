"""How a client proves who it is: secret (Basic or form), private_key_jwt, or none with PKCE.

RFC 6749 §2.3, RFC 7523 §3, OpenID Connect Core §9. Every failure gives the same answer.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from urllib.parse import unquote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.oauth.errors import InvalidClient, OAuthError
from gateway.oauth.models import Client, SpentAssertion
from hrss_kit.db import Database

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_ALGORITHMS = ["ES256", "PS256", "RS256"]
LONGEST_ASSERTION_SECONDS = 300
LEEWAY_SECONDS = 5
SHORTEST_SECRET = 32


def hash_secret(secret: str) -> bytes:
    """What is kept of a client's secret; refuses one short enough to be guessed."""
    if len(secret) < SHORTEST_SECRET:
        raise ValueError("a client secret needs at least 32 random characters")
    return hashlib.sha256(secret.encode()).digest()


class ClientCheck:
    """Authenticates clients at the token endpoint."""

    def __init__(self, database: Database, audiences: tuple[str, ...]) -> None:
        self._database, self._audiences = database, audiences

    async def authenticate(self, form: dict[str, str], authorization: str | None) -> Client:
        """The client of a token request; InvalidClient or, for two proofs at once, a refusal."""
        methods = [
            authorization is not None,
            "client_secret" in form,
            "client_assertion" in form or "client_assertion_type" in form,
        ]
        if sum(methods) > 1:
            raise OAuthError("invalid_request", "more than one way of client authentication")
        if authorization is not None:
            client_id, secret = _read_basic(authorization)
            if form.get("client_id", client_id) != client_id:
                raise InvalidClient
            return await self._by_secret(client_id, secret)
        if "client_secret" in form:
            return await self._by_secret(form.get("client_id", ""), form["client_secret"])
        if methods[2]:
            return await self._by_assertion(form)
        return await self._public(form.get("client_id", ""))

    async def find(self, client_id: str) -> Client | None:
        """An enabled client."""
        if "\0" in client_id:
            return None
        async with self._database.sessions() as session:
            client = await session.get(Client, client_id)
        return client if client is not None and client.is_enabled else None

    async def _by_secret(self, client_id: str, secret: str) -> Client:
        client = await self.find(client_id)
        given = hashlib.sha256(secret.encode()).digest()
        kept = client.secret_hash if client is not None else None
        if not hmac.compare_digest(given, kept or bytes(32)) or client is None or kept is None:
            raise InvalidClient
        return client

    async def _public(self, client_id: str) -> Client:
        """A client that has neither secret nor key; its proof is the PKCE verifier."""
        client = await self.find(client_id)
        if client is None or client.secret_hash is not None or client.jwks is not None:
            raise InvalidClient
        return client

    async def _by_assertion(self, form: dict[str, str]) -> Client:
        raw = form.get("client_assertion", "")
        if form.get("client_assertion_type") != ASSERTION_TYPE or not raw:
            raise InvalidClient
        client_id = _unverified_subject(raw)
        if form.get("client_id", client_id) != client_id:
            raise InvalidClient
        client = await self.find(client_id)
        if client is None or client.jwks is None:
            raise InvalidClient
        jti, exp = self._verify(raw, client)
        async with self._database.transaction() as session:
            is_first = await session.scalar(
                insert(SpentAssertion)
                .values(client_id=client_id, jti=jti, expires_at=datetime.fromtimestamp(exp, UTC))
                .on_conflict_do_nothing()
                .returning(SpentAssertion.jti)
            )
        if is_first is None:
            raise InvalidClient
        return client

    def _verify(self, raw: str, client: Client) -> tuple[str, float]:
        """The `jti` and `exp` of a good assertion."""
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": client.client_id},
            sub={"essential": True, "value": client.client_id},
            aud={"essential": True, "values": list(self._audiences)},
            exp={"essential": True},
            jti={"essential": True},
        )
        try:
            keys = KeySet.import_key_set(client.jwks)  # type: ignore[arg-type]
            token = jwt.decode(raw, keys, algorithms=ASSERTION_ALGORITHMS)
            registry.validate(token.claims)
            jti, exp = token.claims["jti"], float(token.claims["exp"])
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise InvalidClient from error
        too_long = exp - time.time() > LONGEST_ASSERTION_SECONDS + LEEWAY_SECONDS
        if too_long or not isinstance(jti, str) or not 0 < len(jti) <= 200 or "\0" in jti:
            raise InvalidClient
        return jti, exp + LEEWAY_SECONDS


async def forget_assertions(session: AsyncSession, before: datetime) -> None:
    """Drops spent assertions that nobody could use any more."""
    await session.execute(delete(SpentAssertion).where(SpentAssertion.expires_at < before))


def _read_basic(authorization: str) -> tuple[str, str]:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClient
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidClient from error
    client_id, separator, secret = text.partition(":")
    if not separator:
        raise InvalidClient
    return unquote_plus(client_id), unquote_plus(secret)


def _unverified_subject(raw: str) -> str:
    """Whose key to look up; believed only after the signature is checked."""
    try:
        payload = raw.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["sub"])
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise InvalidClient from error
