"""The console's only way to data: the public interface, through the edge, as the person at work.

Headers, limits, audit and refusals are as for everybody; there is no other door.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

import httpx

from gateway.edge import App

BASE = "http://gateway.invalid"


@dataclass
class Answer:
    """What the interface answered."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def is_ok(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300

    @property
    def is_uncertain(self) -> bool:
        """True when the effect may or may not be there: repeat with the same key."""
        return self.status >= 500

    @cached_property
    def body(self) -> Any:
        """The JSON body; an empty mapping when there is none."""
        try:
            return json.loads(self.content)
        except ValueError:
            return {}

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class Refused(Exception):
    """A read was refused; the console shows a page that says so in words."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.code)
        self.answer = answer


class TokenRefused(Exception):
    """The interface no longer accepts the session's token."""


class Api:
    """Calls the interface with the headers that a careful caller sends."""

    def __init__(self, edge: App, token: str | None, headers: Mapping[str, str], peer: str) -> None:
        self._transport = httpx.ASGITransport(edge, raise_app_exceptions=False, client=(peer, 0))
        self._headers = dict(headers)
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        json: Any = None,
        purpose: str | None = None,
        version: int | str | None = None,
        once: str | None = None,
        case_no: str | None = None,
        files: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One exchange. A task of its own, so that its clock and caller stay its own."""
        given = {**self._headers, **(headers or {})}
        if purpose:
            given["X-Purpose"] = purpose
        if case_no:
            given["X-Case-No"] = case_no
        if version is not None:
            given["If-Match"] = f'"{version}"'
        if method == "POST":
            given["Idempotency-Key"] = once or str(uuid4())
        async with httpx.AsyncClient(
            transport=self._transport, base_url=BASE, headers=given, trust_env=False
        ) as http:
            request = http.build_request(
                method, path, params=params, json=json, files=files, data=data
            )
            answer = await asyncio.create_task(http.send(request))
        if answer.status_code == 401 and "Authorization" in given:
            raise TokenRefused
        return Answer(answer.status_code, answer.headers, answer.content)

    async def get(
        self, path: str, params: Any = None, *, purpose: str | None = None, **more: Any
    ) -> Answer:
        """GET, whatever comes."""
        return await self.send("GET", path, params=params, purpose=purpose, **more)

    async def read(
        self, path: str, params: Any = None, *, purpose: str | None = None, **more: Any
    ) -> Any:
        """The body of a GET that must succeed; a refusal becomes a page."""
        answer = await self.get(path, params, purpose=purpose, **more)
        if not answer.is_ok:
            raise Refused(answer)
        return answer.body

    async def post(
        self, path: str, json: Any = None, *, purpose: str | None = None, **more: Any
    ) -> Answer:
        """POST, whatever comes; `once` is the Idempotency-Key, `version` the If-Match."""
        body = {} if json is None and "files" not in more else json
        return await self.send("POST", path, json=body, purpose=purpose, **more)

    async def patch(
        self, path: str, json: Any, *, version: int | str, purpose: str | None = None
    ) -> Answer:
        """PATCH, whatever comes."""
        return await self.send("PATCH", path, json=json, version=version, purpose=purpose)

    async def together(self, *reads: Any) -> list[Any]:
        """Several reads at once."""
        return list(await asyncio.gather(*reads))
