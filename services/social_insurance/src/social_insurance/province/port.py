"""The provincial system 省级统筹信息系统 as a port: what is asked of it, and over which wire."""

from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from social_insurance.settings import Settings

CONNECT_SECONDS: Final = 2.0
READ_SECONDS: Final = 10.0


class ProvinceDown(Exception):
    """It cannot be reached, or does not answer as agreed: ask again later."""


class ProvinceRefuses(Exception):
    """It has answered, and it does not take this: asking again would change nothing."""


class Sheet(BaseModel):
    """What another province's agency says of a relation."""

    model_config = ConfigDict(extra="ignore")

    months_total: int | None = Field(default=None, ge=0, le=1200)
    account: str | None = Field(default=None, pattern=r"^\d{1,12}\.\d{2}$")
    pool: str | None = Field(default=None, pattern=r"^\d{1,12}\.\d{2}$")


class Pulled(BaseModel):
    """What the province knows of somebody."""

    model_config = ConfigDict(extra="ignore")

    province_ref: str = Field(min_length=1, max_length=80)
    receiving_pension: bool = False
    sheet: Sheet | None = None


class Pushed(BaseModel):
    """That the province has taken a result over."""

    model_config = ConfigDict(extra="ignore")

    province_ref: str = Field(min_length=1, max_length=80)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or a result; `reference` is the same each time it is sent."""

    reference: str
    body: dict[str, Any]


class Province(Protocol):
    """What the suite needs of the provincial system."""

    async def pull(self, asked: Asked) -> Pulled:
        """What it knows of somebody's participation."""
        ...

    async def push(self, asked: Asked) -> Pushed:
        """Hands a result over; the same reference twice is one result."""
        ...


class HttpProvince:
    """The port over HTTP with JSON; names and numbers travel in the body only."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None):
        self._url = (settings.province_url or "").rstrip("/")
        self._token = settings.province_token.get_secret_value()
        self._transport = transport

    async def pull(self, asked: Asked) -> Pulled:
        """POST /participations/pull."""
        return Pulled.model_validate(await self._send("/participations/pull", asked))

    async def push(self, asked: Asked) -> Pushed:
        """POST /transfer-results."""
        return Pushed.model_validate(await self._send("/transfer-results", asked))

    async def _send(self, path: str, asked: Asked) -> Any:
        headers = {"Idempotency-Key": asked.reference}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        wait = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        try:
            async with httpx.AsyncClient(
                timeout=wait, transport=self._transport, trust_env=False
            ) as client:
                answer = await client.post(self._url + path, json=asked.body, headers=headers)
        except httpx.HTTPError as error:
            raise ProvinceDown from error
        if answer.status_code in (400, 409, 422):
            raise ProvinceRefuses
        if answer.status_code != 200:
            raise ProvinceDown
        try:
            return answer.json()
        except ValueError as error:
            raise ProvinceDown from error


async def send(province: Province, kind: str, asked: Asked) -> Pulled | Pushed:
    """One exchange; an answer nobody understands is no answer."""
    try:
        return await (province.pull(asked) if kind == "PULL" else province.push(asked))
    except ValidationError as error:
        raise ProvinceDown from error
