"""The daily comparison: asks members for both sides, lists what differs, has it mended.

Outside any transaction but for what is kept. Rows on their way look like lost ones for a moment;
so what differs is looked at twice, and only what differs alike both times is a difference.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel
from sqlalchemy import select

from gateway.reconciliations import rules
from gateway.reconciliations.models import Reconciliation, ReconciliationDifference
from gateway.reconciliations.schemas import Ran
from hrss_kit import clock
from hrss_kit.db import Database
from hrss_kit.holdings import COPY, ORIGIN, HeldRow, HeldRows, HoldingList, Mended, Summary, Told
from hrss_kit.ids import new_id
from hrss_kit.members import MEMBERS
from hrss_kit.peers import PeerDown, Peers
from hrss_kit.service import Loop
from hrss_kit.settings import ServiceSettings
from hrss_kit.worker import Worker

OWN: Final = "gateway"
SETTLE_SECONDS: Final = 15.0
PAUSE_SECONDS: Final = 600.0
AT_ONCE: Final = 500
Said = TypeVar("Said", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Pair:
    """A resource, who it is from, and who has a copy."""

    resource: str
    origin: str
    copy: str


class Comparer:
    """Compares pairs over HTTP, as the gateway's own service."""

    def __init__(self, database: Database, peers: Peers, settle: float = SETTLE_SECONDS) -> None:
        self.database, self.peers, self.settle = database, peers, settle
        self.silent: set[str] = set()

    async def run(self) -> Ran:
        """Compares every pair that today has not seen; what came of it."""
        pairs = await self._pairs()
        different = compared = 0
        for pair in pairs:
            try:
                found = await self._compare(pair)
            except PeerDown as down:
                self.silent.add(str(down))
                continue
            compared += 1
            different += bool(found)
        return Ran(compared=compared, different=different, incomplete=sorted(self.silent))

    async def _pairs(self) -> list[Pair]:
        sides: dict[str, dict[str, list[str]]] = {}
        for name in MEMBERS:
            try:
                said = await self._ask(name, "GET", "", HoldingList)
            except PeerDown:
                self.silent.add(name)
                continue
            for one in said.items:
                sides.setdefault(one.resource, {}).setdefault(one.part, []).append(name)
        async with self.database.sessions() as session:
            wanted = select(Reconciliation).where(
                Reconciliation.day == clock.today(), Reconciliation.client_id.is_(None)
            )
            done = {
                Pair(row.resource, row.origin, row.copy) for row in await session.scalars(wanted)
            }
        pairs = [
            Pair(resource, origin, copy)
            for resource, parts in sorted(sides.items())
            for origin in parts.get(ORIGIN, [])
            for copy in parts.get(COPY, [])
        ]
        return [pair for pair in pairs if pair not in done]

    async def _compare(self, pair: Pair) -> dict[str, str]:
        origin, copy, found = await self._differences(pair)
        if found:
            await asyncio.sleep(self.settle)
            origin, copy, again = await self._differences(pair)
            found = {key: kind for key, kind in again.items() if found.get(key) == kind}
        row = Reconciliation(
            id=new_id(),
            day=clock.today(),
            resource=pair.resource,
            origin=pair.origin,
            copy=pair.copy,
            origin_count=origin.count,
            copy_count=copy.count,
            result="DIFFERENT" if found else "AGREED",
            differences=len(found),
        )
        await self._keep(row, found)
        if found:
            await self._mend(pair, found)
            async with self.database.transaction() as session:
                kept = await session.get_one(Reconciliation, row.id)
                kept.requested_at = clock.now()
        return found

    async def _differences(self, pair: Pair) -> tuple[Summary, Summary, dict[str, str]]:
        origin = await self._ask(pair.origin, "GET", f"/{pair.resource}/{ORIGIN}", Summary)
        copy = await self._ask(pair.copy, "GET", f"/{pair.resource}/{COPY}", Summary)
        theirs: list[HeldRow] = []
        ours: list[HeldRow] = []
        for bucket in rules.differing(origin.buckets, copy.buckets):
            asked = {"bucket": str(bucket)}
            for member, part, rows in ((pair.origin, ORIGIN, theirs), (pair.copy, COPY, ours)):
                path = f"/{pair.resource}/{part}/rows"
                rows += (await self._ask(member, "GET", path, HeldRows, params=asked)).items
        return origin, copy, rules.differences(theirs, ours)

    async def _keep(self, row: Reconciliation, found: Mapping[str, str]) -> None:
        async with self.database.transaction() as session:
            session.add(row)
            await session.flush()
            session.add_all(
                ReconciliationDifference(reconciliation_id=row.id, key=key, kind=kind)
                for key, kind in found.items()
            )

    async def _mend(self, pair: Pair, found: Mapping[str, str]) -> None:
        """Has the copy throw away what is wrong and hear the origin's events again."""
        keys = list(found)
        for at in range(0, len(keys), AT_ONCE):
            stretch: Sequence[str] = keys[at : at + AT_ONCE]
            path = f"/{pair.resource}/events"
            told = await self._ask(pair.origin, "POST", path, Told, json={"keys": stretch})
            wish = {"origin": pair.origin, "keys": stretch, "events": told.events}
            once = {"Idempotency-Key": str(new_id())}
            mend = f"/{pair.resource}/mend"
            await self._ask(pair.copy, "POST", mend, Mended, json=wish, headers=once)

    async def _ask(
        self, member: str, method: str, path: str, model: type[Said], **more: Any
    ) -> Said:
        address = f"/{member.replace('_', '-')}/v1/holdings{path}"
        answer = await self.peers.ask(member, method, address, read_seconds=60, **more)
        if answer.status_code != 200:
            raise PeerDown(member)
        return model.model_validate_json(answer.content)


async def run_daily(worker: Worker) -> int:
    """The loop of the gateway's worker: once a day, and again what could not be asked."""
    ran = await Comparer(worker.database, worker.peers).run()
    return ran.compared


def loop(_settings: ServiceSettings) -> Loop:
    """What the worker repeats."""
    return Loop("reconciliation", run_daily, PAUSE_SECONDS)
