"""Both cities' desks at the shared resources, for the tests beside."""

import asyncio
from typing import Any
from uuid import uuid4

from hrss_kit.testing import Desk, Suite

V1 = "/employment/v1"
NOW = "2026-10-12T09:00:00+08:00"
Row = dict[str, Any]


class Cities:
    """The employment service with desks of both cities."""

    def __init__(self, suite: Suite) -> None:
        self.suite, self.database = suite, suite.databases["employment"]

    def desk(self, user: str, on: str = NOW, purpose: str | None = None) -> Desk:
        """A desk on a day."""
        return self.suite.desk(user, purpose, on if "T" in on else f"{on}T09:00:00+08:00")

    async def made(self, user: str, path: str, body: Row, *, on: str = NOW, **more: Any) -> Row:
        """A resource that was created."""
        answer = await self.desk(user, on, more.get("purpose")).post(f"{V1}/{path}", body)
        assert answer.status_code == 201, answer.text
        row: Row = answer.json()
        assert answer.headers["location"] == f"{V1}/{path}/{row['id']}"
        assert answer.headers["etag"] == f'"{row["version"]}"'
        return row

    async def act(
        self, user: str, path: str, row: Row, action: str, body: Any = None, *, on: str = NOW
    ) -> Any:
        """An answer to a step."""
        return await self.desk(user, on).act(f"{V1}/{path}/{row['id']}/{action}", row, body)

    async def done(
        self, user: str, path: str, row: Row, action: str, body: Any = None, *, on: str = NOW
    ) -> Row:
        """A step that succeeds."""
        answer = await self.act(user, path, row, action, body, on=on)
        assert answer.status_code == 200, answer.text
        made: Row = answer.json()
        assert made["version"] > row["version"]
        return made

    async def read(self, user: str, path: str, row: Row, *, on: str = NOW, **more: Any) -> Row:
        """The row as somebody sees it now."""
        answer = await self.desk(user, on, more.get("purpose")).get(f"{V1}/{path}/{row['id']}")
        assert answer.status_code == 200, answer.text
        made: Row = answer.json()
        return made

    async def at_once(self, path: str, body: Row, *users: str) -> list[Any]:
        """Everybody asks at once; who is told 503 asks again, as a careful caller does."""

        async def ask(user: str) -> Any:
            desk, key = self.desk(user), str(uuid4())
            while (answer := await desk.post(f"{V1}/{path}", body, key=key)).status_code == 503:
                assert answer.headers["retry-after"]
            return answer

        return list(await asyncio.gather(*(ask(user) for user in users)))

    async def timers(self, on: str) -> None:
        """What is due at that time."""
        at = on if "T" in on else f"{on}T09:00:00+08:00"
        answer = await self.suite.desk("ops", now=at).post(f"{V1}/timers/run", {})
        assert answer.status_code == 200, answer.text

    # ── training ────────────────────────────────────────────────────────────────────────────

    async def provider(self, user: str = "cw-emp-ez", **changes: Any) -> Row:
        """A provider of training."""
        division = "420704" if user.endswith(("ez", "ezhou")) else "420111"
        body = {"name": "测试技能培训中心", "division": division, "address": "测试路8号",
                "fields": ["AVLOG"], **changes}  # fmt: skip
        return await self.made(user, "training-providers", body)

    async def course(self, user: str = "cw-emp-ez", *, share: bool = True, **changes: Any) -> Row:
        """A course with one slot, shared."""
        provider = changes.pop("provider_id", None) or (await self.provider(user))["id"]
        body = {"provider_id": provider, "kind": "COURSE", "title": "航空物流仓储实务",
                "field": "AVLOG", "occupation": "4-02-06-01", "skill_level": "4",
                "slots": [slot()], **changes}  # fmt: skip
        row = await self.made(user, "training-resources", body)
        return await self.done(user, "training-resources", row, "share") if share else row


def slot(day: str = "2026-11-02", **changes: Any) -> Row:
    """A morning."""
    return {"starts_at": f"{day}T09:00:00+08:00", "ends_at": f"{day}T12:00:00+08:00",
            "capacity": 1, **changes}  # fmt: skip
