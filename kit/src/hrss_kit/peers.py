"""Asking another member of the suite: a token of our own, a time-out, the trace, the test clock."""

import asyncio
import time
from functools import cached_property
from typing import Any

import httpx

from hrss_kit import clock
from hrss_kit.context import exchange
from hrss_kit.problems import Unavailable
from hrss_kit.settings import ServiceSettings

CONNECT_SECONDS = 0.5
READ_SECONDS = 3.0
RENEW_BEFORE_SECONDS = 30.0


class PeerDown(Exception):
    """The other service did not answer, or answered that it cannot."""


class Peers:
    """The client of one process towards the other members."""

    def __init__(
        self, settings: ServiceSettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._token = ""
        self._token_until = 0.0
        self._renewing = asyncio.Lock()

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        # Made when somebody is asked: reading the certificates takes longer than a request.
        return httpx.AsyncClient(
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            transport=self._transport,
            trust_env=False,
        )

    async def close(self) -> None:
        """Closes the connections."""
        if "_client" in self.__dict__:
            await self._client.aclose()

    def address(self, member: str) -> str:
        """Where a member listens inside."""
        given = self._settings.peers.get(member)
        if member == "gateway":
            given = given or self._settings.gateway_url
        if not given:
            raise PeerDown(member)
        return given.rstrip("/")

    async def _bearer(self) -> str:
        async with self._renewing:
            if time.time() < self._token_until - RENEW_BEFORE_SECONDS:
                return self._token
            answer = await self._client.post(
                f"{self.address('gateway')}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(
                    self._settings.client_id,
                    self._settings.client_secret.get_secret_value(),
                ),
            )
            if answer.status_code != 200:
                raise PeerDown("gateway")
            grant = answer.json()
            self._token = grant["access_token"]
            self._token_until = time.time() + float(grant["expires_in"])
            return self._token

    async def ask(
        self,
        member: str,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        read_seconds: float = READ_SECONDS,
        token: str | None = None,
    ) -> httpx.Response:
        """Asks; PeerDown when it cannot be reached or answers 5xx. Never inside a transaction.

        With `token` it asks as whoever that token names, not as this service.
        """
        onward = {"traceparent": exchange().traceparent, **(headers or {})}
        given = clock.given()
        if given is not None:
            onward["X-Test-Now"] = given.isoformat()
        try:
            onward["Authorization"] = f"Bearer {token or await self._bearer()}"
            answer = await self._client.request(
                method,
                f"{self.address(member)}{path}",
                json=json,
                params=params,
                headers=onward,
                timeout=httpx.Timeout(read_seconds, connect=CONNECT_SECONDS),
            )
        except httpx.HTTPError as error:
            raise PeerDown(member) from error
        if answer.status_code >= 500:
            raise PeerDown(member)
        return answer


def unavailable(member: str) -> Unavailable:
    """The 503 that names the member which is down."""
    return Unavailable(origin=member)
