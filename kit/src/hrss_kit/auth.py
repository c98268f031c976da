"""Who is calling: RFC 9068 access tokens, checked by every service itself.

A verified token is remembered by its SHA-256 for at most a minute, so that the hot paths pay
microseconds; an unknown key id fetches the key set again, at most once a minute.
"""

import hashlib
import json
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hrss_kit import sealing
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.problems import Unauthenticated

CACHE_SIZE = 10_000
CACHE_SECONDS = 60.0
REFETCH_SECONDS = 60.0
LEEWAY_SECONDS = 5
CITY_SCOPED = ("cw", "supervisor", "window", "station", "partner")
# For which city, and for whom, a service of the suite acts; the edge drops it from outside.
ACTING = "X-Hrss-Acting"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: a person at a desk or a system (domain §4.1)."""

    sub: str
    client_id: str
    roles: tuple[str, ...]
    city: str | None
    domains: tuple[str, ...]
    org_id: str | None
    staff_no: str | None
    scope: frozenset[str]
    exp: float
    held: frozenset[str]
    #: Of a citizen who showed an e-card: whose data is one's own.
    id_hash: bytes | None = None

    @classmethod
    def from_claims(cls, claims: dict[str, Any]) -> "Principal":
        """Reads the claims of a verified token."""
        roles = tuple(str(role) for role in claims.get("roles", ()))
        return cls(
            sub=str(claims["sub"]),
            client_id=str(claims["client_id"]),
            roles=roles,
            city=claims.get("city"),
            domains=tuple(claims.get("domains", ())),
            org_id=claims.get("org_id"),
            staff_no=claims.get("staff_no"),
            scope=frozenset(str(claims.get("scope", "")).split()),
            exp=float(claims["exp"]),
            held=frozenset(_without_city(role) for role in roles),
            id_hash=bytes.fromhex(str(claims["id_hash"])) if claims.get("id_hash") else None,
        )

    @property
    def actor(self) -> str:
        """What rows and audit entries say of who did it."""
        return self.staff_no or self.sub

    @property
    def person_ref(self) -> str | None:
        """A citizen's blind reference: the one in events, logs and audit rows about them."""
        return None if self.id_hash is None else sealing.person_ref(self.id_hash)

    @property
    def is_service(self) -> bool:
        """True for the suite's own services."""
        return "service" in self.held

    def holds(self, *roles: str) -> bool:
        """True when it holds one of the roles, given without their city (``cw.li``)."""
        return not self.held.isdisjoint(roles)


def _without_city(role: str) -> str:
    head, _, _tail = role.rpartition(".")
    return head if role.split(".")[0] in CITY_SCOPED and head else role


class TokenVerifier:
    """Verifies access tokens of one issuer."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        jwks_file: Path | None = None,
        jwks_url: str | None = None,
    ) -> None:
        self._jwks_url = jwks_url
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._cache: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            client_id={"essential": True},
            jti={"essential": True},
        )
        if jwks_file is not None and jwks_file.exists():
            self._keys = KeySet.import_key_set(json.loads(jwks_file.read_text("utf-8")))

    def cached(self, raw: str) -> Principal | None:
        """The caller behind a token that was verified less than a minute ago."""
        digest = hashlib.sha256(raw.encode()).digest()
        found = self._cache.get(digest)
        if found is not None and found[1] > time.time():
            return found[0]
        return None

    def verify(self, raw: str) -> Principal:
        """The caller behind `raw`; raises Unauthenticated, also for a key not yet known."""
        principal = self.cached(raw)
        if principal is not None:
            return principal
        if self._keys is None:
            raise Unauthenticated("invalid_token")
        try:
            token = jwt.decode(raw, self._keys, algorithms=["ES256"])
            header = token.header
            if str(header.get("typ", "")).lower() not in ("at+jwt", "application/at+jwt"):
                raise Unauthenticated("invalid_token")
            if "kid" not in header:
                raise Unauthenticated("invalid_token")
            self._claims.validate(token.claims)
            principal = Principal.from_claims(token.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Unauthenticated("invalid_token") from error
        until = min(principal.exp, time.time() + CACHE_SECONDS)
        self._cache[hashlib.sha256(raw.encode()).digest()] = (principal, until)
        if len(self._cache) > CACHE_SIZE:
            self._cache.popitem(last=False)
        return principal

    async def verify_async(self, raw: str) -> Principal:
        """As `verify`, but fetches the key set when the token's key is not known."""
        try:
            return self.verify(raw)
        except Unauthenticated:
            if not await self._refetch():
                raise
            return self.verify(raw)

    async def _refetch(self) -> bool:
        if not self._jwks_url or time.monotonic() - self._fetched_at < REFETCH_SECONDS:
            return False
        self._fetched_at = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                answer = await client.get(self._jwks_url)
                answer.raise_for_status()
                self._keys = KeySet.import_key_set(answer.json())
        except (httpx.HTTPError, ValueError):
            return False
        return True


def bearer(authorization: str | None) -> str | None:
    """The token of an ``Authorization: Bearer`` header."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def authenticate(request: Request) -> Principal:
    """The caller of a request; 401 when there is no valid token."""
    token = bearer(request.headers.get("authorization"))
    if token is None:
        raise Unauthenticated
    verifier: TokenVerifier = request.app.state.verifier
    principal = await verifier.verify_async(token)
    given = request.headers.get(ACTING)
    return principal if given is None else _acting(principal, given)


def acting(city: str, actor: str = "", org_id: str | None = None) -> dict[str, str]:
    """The header of a service that carries on with what somebody began in a city."""
    return {ACTING: ";".join((city, actor, org_id or ""))}


def _acting(principal: Principal, given: str) -> Principal:
    """A service's token with the city it acts for; its permissions stay those of a service.

    Rows and audit entries name whom it acts for. From anybody else the header says nothing.
    """
    city, _, rest = given.partition(";")
    actor, _, org_id = rest.partition(";")
    if not principal.is_service or city not in ACTIVE_CITIES:
        return principal
    return replace(principal, city=city, staff_no=actor[:60] or None, org_id=org_id[:60] or None)


async def get_caller() -> Principal:
    """The caller of the exchange in progress."""
    principal = exchange().principal
    if principal is None:
        raise Unauthenticated
    return principal


Caller = Annotated[Principal, Depends(get_caller)]
