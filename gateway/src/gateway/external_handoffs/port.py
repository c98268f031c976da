"""The national platform 国家政务服务平台 as a port: what is handed to it, over which wire.

Its real interface differs from province to province; an adapter that speaks it answers these two
calls. `examples/national_platform_simulator` is one.
"""

from dataclasses import dataclass
from typing import Any, Final

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

CONNECT_SECONDS: Final = 2.0
READ_SECONDS: Final = 10.0


class PlatformDown(Exception):
    """It cannot be reached, or does not answer as agreed: handed over again later."""


class PlatformRefuses(Exception):
    """It does not take this as it is: a person has to look."""


class Acknowledged(BaseModel):
    """What the platform says of a hand-off; `receipt` once it has an end."""

    model_config = ConfigDict(extra="ignore")

    platform_ref: str | None = Field(default=None, min_length=1, max_length=80)
    receipt: str | None = Field(default=None, max_length=4000)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One hand-off; the number is the same each time it is sent."""

    number: str
    body: bytes
    signature: str


class NationalPlatform:
    """The port over HTTP with JSON; what is personal travels in the body only."""

    def __init__(
        self, url: str, token: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            headers=headers,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            transport=transport,
            trust_env=False,
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def hand_over(self, parcel: Parcel) -> Acknowledged:
        """POST /handoffs; the same number twice is one hand-off."""
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": parcel.number,
            "X-JWS-Signature": parcel.signature,
        }
        return await self._ask("POST", "/handoffs", content=parcel.body, headers=headers)

    async def look(self, number: str) -> Acknowledged:
        """GET /handoffs/{number}: its number there, and the receipt when there is one."""
        return await self._ask("GET", f"/handoffs/{number}")

    async def _ask(self, method: str, path: str, **given: Any) -> Acknowledged:
        try:
            answer = await self._client.request(method, path, **given)
        except httpx.HTTPError as error:
            raise PlatformDown from error
        if answer.status_code in (400, 409, 413, 422):
            raise PlatformRefuses(str(answer.status_code))
        if answer.status_code not in (200, 201, 202):
            raise PlatformDown(str(answer.status_code))
        try:
            return Acknowledged.model_validate_json(answer.content)
        except ValidationError as error:
            raise PlatformDown from error
