"""The worker of a service: reads the peers' feeds, runs what falls due, mends what waits.

Everything it does is repeated safely: consumers through the inbox, timers under one lock.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import audit_seal, audit_verify, clock, context, idempotency, inbox, policy
from hrss_kit.audit_entries import BROKEN, INTACT, AuditVerification
from hrss_kit.db import Database
from hrss_kit.import_worker import run_imports
from hrss_kit.inbox import Consumer, FeedCursor, Received
from hrss_kit.peers import PeerDown, Peers
from hrss_kit.settings import ServiceSettings
from hrss_kit.signatures import signer_of
from hrss_kit.signing_keys import published
from hrss_kit.telemetry import log

if TYPE_CHECKING:
    from hrss_kit.service import Service

TIMER_LOCK = 420_744
TIMER_SECONDS = 30.0
ERRAND_SECONDS = 2.0
IMPORT_SECONDS = 1.0
SEAL_SECONDS = 5.0
VERIFY_SECONDS = 3_600.0
VERIFY_HOURS = 24
FEED_WAIT_SECONDS = 10
BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 15.0)


class Worker:
    """What one worker process has at hand."""

    def __init__(
        self, service: "Service", settings: ServiceSettings, database: Database, peers: Peers
    ) -> None:
        self.service, self.settings = service, settings
        self.database, self.peers = database, peers

    async def run(self) -> None:
        """Works until SIGTERM or SIGINT."""
        stop = asyncio.Event()
        running = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            running.add_signal_handler(number, stop.set)
        jobs = [self._repeat("errands", self.run_errands, ERRAND_SECONDS)]
        if self.settings.signature_keys_file is not None:
            jobs.append(self._repeat("audit", self.seal_audit, SEAL_SECONDS))
            jobs.append(self._repeat("audit verification", self.verify_audit, VERIFY_SECONDS))
        if self.service.importers:
            jobs.append(self._repeat("imports", self.run_imports, IMPORT_SECONDS))
        if not self.settings.test_clock:
            # With the test clock the caller decides what time it is, also for what falls due.
            jobs.append(self._repeat("timers", self.run_timers, TIMER_SECONDS))
        for loop in self.service.loops(self.settings) if self.service.loops else ():
            jobs.append(self._repeat(loop.name, partial(loop.run, self), loop.pause))
        for peer in sorted({consumer.peer for consumer in self.service.consumers}):
            jobs.append(self._repeat(peer, partial(self.follow, peer), 0.0))
        tasks = [asyncio.create_task(job) for job in jobs]
        await stop.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _repeat(self, name: str, job: Callable[[], Awaitable[object]], pause: float) -> None:
        failures = 0
        while True:
            context.begin()
            try:
                await job()
                failures = 0
            except asyncio.CancelledError:
                raise
            except PeerDown as error:
                failures += 1
                if failures == 1:
                    log().warning("peer down", peer=str(error))
            except Exception as error:
                failures += 1
                log().error("job failed", where=name, error=type(error).__name__, attempt=failures)
            rest = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1] if failures else pause
            await asyncio.sleep(rest)

    async def run_timers(self) -> dict[str, int]:
        """Runs every timer of the service at the present time; what each did."""
        return await run_timers(self.service, self.database)

    async def run_errands(self) -> int:
        """Runs every errand once; how much was done."""
        return sum([await errand.run(self) for errand in self.service.errands])

    async def seal_audit(self) -> int:
        """Seals the audit entries committed since; how many."""
        signer = signer_of(self.settings)
        return await audit_seal.seal(self.database, signer, self.service.name, self.service.source)

    async def verify_audit(self) -> str:
        """Looks at the whole sealed log once a day and keeps what it found; the result."""
        async with self.database.sessions() as session:
            last = await session.scalar(select(func.max(AuditVerification.verified_at)))
        if last is not None and last > clock.hours_ago(VERIFY_HOURS):
            return "LATER"
        assert self.settings.signature_keys_file is not None
        keys = published(self.settings.signature_keys_file)
        row = AuditVerification(result=INTACT, entries=0, checkpoints=0, waiting=0)
        try:
            found = await audit_verify.verify(self.database.url, self.service.name, keys)
            row.entries, row.checkpoints = found.entries, found.checkpoints
            row.waiting = found.waiting
        except audit_verify.Broken as broken:
            row.result, row.detail = BROKEN, str(broken)[:500]
            log().error("audit log broken", detail=row.detail)
        async with self.database.transaction() as session:
            session.add(row)
        return row.result

    async def run_imports(self) -> int:
        """Works off one waiting import job; how many rows."""
        return await run_imports(self)

    async def follow(self, peer: str) -> int:
        """Reads one stretch of a peer's feed and handles what is ours; how many events."""
        async with self.database.sessions() as session:
            cursor = await session.get(FeedCursor, peer)
            after = cursor.after if cursor else None
        parameters = {"limit": "100", "wait": str(FEED_WAIT_SECONDS)}
        if after is not None:
            parameters["after"] = str(after)
        prefix = f"/{peer.replace('_', '-')}/v1"
        answer = await self.peers.ask(
            peer, "GET", f"{prefix}/events", params=parameters, read_seconds=FEED_WAIT_SECONDS + 5
        )
        if answer.status_code != 200:
            raise PeerDown(peer)
        wanted: dict[str, list[Consumer]] = {}
        for one in self.service.consumers:
            if one.peer == peer:
                wanted.setdefault(one.type, []).append(one)
        items = answer.json()["items"]
        for item in items:
            event = Received.model_validate(item)
            await self._handle(peer, wanted.get(event.type, ()), event)
        return len(items)

    async def _handle(self, peer: str, consumers: Sequence[Consumer], event: Received) -> None:
        async with self.database.transaction() as session:
            if consumers:
                try:
                    await inbox.handle_all(session, consumers, event)
                except ValidationError:
                    # A contract broken by the producer must not stop what comes after it.
                    log().error("event not understood", type=event.type, peer=peer)
            statement = insert(FeedCursor).values(peer=peer, after=event.id, failures=0)
            await session.execute(
                statement.on_conflict_do_update(
                    index_elements=[FeedCursor.peer], set_={"after": event.id, "failures": 0}
                )
            )


async def run_timers(service: "Service", database: Database) -> dict[str, int]:
    """Runs a service's timers, each in its own transaction; one process at a time."""
    done: dict[str, int] = {}
    for timer in service.timers:
        async with database.transaction() as session:
            await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": TIMER_LOCK})
            done[timer.name] = await timer.run(session)
    return done


async def forget_replies(session: AsyncSession) -> int:
    """Timer: drops idempotency rows past their time."""
    hours = int(await policy.get(session, "common.idempotency_hours", on=clock.today()))
    await idempotency.purge(session, clock.hours_ago(hours))
    return 0
