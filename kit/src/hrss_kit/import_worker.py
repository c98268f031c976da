"""Works jobs off: a stretch of rows is one transaction, which also says how far the job is.

Whoever is killed leaves whole stretches behind; the next one reads the file again up to there and
goes on. One worker at a time holds a job, by a lock that ends with its connection; should two ever
believe they do, the position in the job's row lets only one of them write.
"""

import asyncio
import gc
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
from pydantic import ValidationError
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import audit, clock, context, sealing
from hrss_kit.auth import Principal
from hrss_kit.db import Database
from hrss_kit.ids import new_id
from hrss_kit.import_rows import Row, UnreadableFile, read
from hrss_kit.import_tables import (
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    ImportChunk,
    ImportJob,
    RowError,
)
from hrss_kit.imports import Importer, Refused, principal_of
from hrss_kit.problems import FieldError, Problem
from hrss_kit.telemetry import log
from hrss_kit.uploads import CONTEXT
from hrss_kit.validation import field_error

if TYPE_CHECKING:
    from hrss_kit.worker import Worker

ROWS_AT_ONCE = 2000
MOST_ATTEMPTS = 5
OBJECTS_BEFORE_COLLECTION = 100_000
MOST_ERRORS = 100_000  # more are counted, not listed
LOCK_CLASS = 420_746
WAITING = (QUEUED, RUNNING)
UNREADABLE = {
    "FILE_FORMAT": ("文件损坏或格式不正确", "The file is damaged or has another format"),
    "ENCODING": ("文字编码应为 UTF-8 或 GB18030", "The text is neither UTF-8 nor GB18030"),
    "TOO_LARGE": ("解压后的内容过大", "The content is too large when it is unpacked"),
    "TOO_LONG": ("行过长", "A line is too long"),
    "UNKNOWN_FIELD": ("首行含有不认识的列名", "The heading has a name that is no column"),
    "TOO_MANY": ("首行列名重复", "The heading names a column twice"),
    "INTERNAL": ("多次处理未成功，已停止", "It was given up after several attempts"),
    "REQUIRED": ("缺少首行列名", "There is no heading"),
}


class TakenOver(Exception):
    """Another worker has gone on with the job."""


@dataclass(slots=True)
class Stretch:
    """Rows that have been read and checked."""

    count: int = 0
    made: list[tuple[int, Any]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


async def run_imports(worker: "Worker") -> int:
    """Works off the oldest job that nobody holds, to its end; how many rows."""
    importers = worker.service.importers
    if not importers:
        return 0
    async with worker.database.sessions() as session:
        waiting = (
            select(ImportJob.id)
            .where(ImportJob.state.in_(WAITING), ImportJob.importer.in_(importers))
            .order_by(ImportJob.created_at)
            .limit(20)
        )
        found = list(await session.scalars(waiting))
    for job_id in found:
        lock = await asyncpg.connect(worker.database.url)
        try:
            # The lock lives as long as this connection: kill -9 frees it at once.
            key = int.from_bytes(job_id.bytes[-4:], "big", signed=True)
            if await lock.fetchval("SELECT pg_try_advisory_lock($1, $2)", LOCK_CLASS, key):
                # A stretch is many objects and no cycle: looking for cycles every 700 of them
                # is time spent for nothing.
                usual = gc.get_threshold()
                gc.set_threshold(OBJECTS_BEFORE_COLLECTION, *usual[1:])
                try:
                    return await _Run(worker, job_id).to_its_end()
                finally:
                    gc.set_threshold(*usual)
        finally:
            lock.terminate()
    return 0


class _Run:
    """One worker's turn at a job."""

    def __init__(self, worker: "Worker", job_id: UUID) -> None:
        self.database: Database = worker.database
        self.importers = worker.service.importers
        self.job_id = job_id
        self.stopped = threading.Event()

    async def to_its_end(self) -> int:
        job = await self._begin()
        if job is None:
            return 0
        caller, importer = principal_of(job), self.importers[job.importer]
        present = context.begin(f"00-{job.trace_id}-{new_id().hex[:16]}-01")
        present.principal, present.operation = caller, job.operation
        rows, position = self._rows(job, importer), job.position
        began = position
        try:
            await asyncio.to_thread(deque, islice(rows, position), 0)
            reading = asyncio.create_task(asyncio.to_thread(self._read, rows, importer, caller))
            while (stretch := await reading).count:
                # The next stretch is read while this one is being written.
                reading = asyncio.create_task(asyncio.to_thread(self._read, rows, importer, caller))
                try:
                    await self._write(stretch, position, importer, caller)
                except BaseException:
                    self.stopped.set()
                    await asyncio.gather(reading, return_exceptions=True)
                    raise
                position += stretch.count
            await self._end(DONE, position)
        except UnreadableFile as error:
            await self._end(FAILED, position, error)
        except TakenOver:
            log().warning("import taken over", job=str(self.job_id))
        finally:
            self.stopped.set()
        return position - began

    async def _begin(self) -> ImportJob | None:
        """Counts the attempt before anything is read: a file that kills its worker is given up."""
        async with self.database.transaction() as session:
            job = await session.get(ImportJob, self.job_id, with_for_update=True)
            if job is None or job.state not in WAITING:
                return None
            job.state, job.attempts = RUNNING, job.attempts + 1
            job.started_at = job.started_at or clock.now()
            gives_up = job.attempts > MOST_ATTEMPTS
        if gives_up:
            await self._end(FAILED, job.position, UnreadableFile("INTERNAL"))
            return None
        return job

    def _rows(self, job: ImportJob, importer: Importer[Any, Any]) -> Iterator[Row]:
        loop = asyncio.get_running_loop()

        def pieces() -> Iterator[bytes]:
            number = 0
            while not self.stopped.is_set():
                piece = asyncio.run_coroutine_threadsafe(self._piece(number), loop).result()
                if piece is None:
                    return
                yield sealing.ring().open(piece, CONTEXT)
                number += 1
            raise TakenOver

        return read(
            job.format,
            pieces(),
            is_compressed=job.is_compressed,
            model=importer.model,
            titles=importer.titles,
            code_titles=importer.code_titles,
        )

    async def _piece(self, number: int) -> bytes | None:
        wanted = select(ImportChunk.data).where(
            ImportChunk.job_id == self.job_id, ImportChunk.number == number
        )
        async with self.database.sessions() as session:
            return await session.scalar(wanted)

    def _read(
        self, rows: Iterator[Row], importer: Importer[Any, Any], caller: Principal
    ) -> Stretch:
        stretch = Stretch()
        for row in islice(rows, ROWS_AT_ONCE):
            stretch.count += 1
            if row.error is not None:
                stretch.refused.append(Refused(row.number, row.error))
                continue
            try:
                model = importer.model.model_validate(row.fields)
                stretch.made.append((row.number, importer.prepare(caller, model)))
            except ValidationError as error:
                found = error.errors(include_url=False, include_input=False)
                stretch.refused += [Refused(row.number, field_error(one)) for one in found]
            except Problem as problem:
                stretch.refused += refusals(row.number, problem)
        return stretch

    async def _write(
        self, stretch: Stretch, position: int, importer: Importer[Any, Any], caller: Principal
    ) -> None:
        async with self.database.transaction() as session:
            job = await self._held(session, position)
            refused = list(stretch.refused)
            if stretch.made:
                refused += await _taken_over(session, job, importer, caller, stretch)
            failed = len({one.row for one in refused})
            await self._list(session, job, refused)
            job.position += stretch.count
            job.failed += failed
            job.done += stretch.count - failed
            job.attempts = 0

    async def _held(self, session: AsyncSession, position: int) -> ImportJob:
        job = await session.get(ImportJob, self.job_id, with_for_update=True)
        if job is None or job.state != RUNNING or job.position != position:
            raise TakenOver
        return job

    async def _list(
        self, session: AsyncSession, job: ImportJob, refused: Sequence[Refused]
    ) -> None:
        kept = refused[: max(0, MOST_ERRORS - job.errors_kept)]
        if kept:
            values = [_error_of(job.id, one) for one in kept]
            await session.execute(insert(RowError), values)
            job.errors_kept += len(kept)

    async def _end(self, state: str, position: int, error: UnreadableFile | None = None) -> None:
        """The file goes, what was wrong with it stays."""
        async with self.database.transaction() as session:
            job = await self._held(session, position)
            if error is not None:
                zh, en = UNREADABLE[error.code]
                wrong = FieldError(field=error.field, code=error.code, message_zh=zh, message_en=en)
                await self._list(session, job, [Refused(error.row, wrong)])
                job.failure = error.code
            else:
                job.total = position
            job.state, job.ended_at = state, clock.now()
            await session.execute(delete(ImportChunk).where(ImportChunk.job_id == job.id))
            present = context.exchange()
            present.principal, present.operation = principal_of(job), job.operation
            present.note(subject=str(job.id))
            await session.flush()  # the audit row says what is true by then
            audit.record(session, present, state)


async def _taken_over(
    session: AsyncSession,
    job: ImportJob,
    importer: Importer[Any, Any],
    caller: Principal,
    stretch: Stretch,
) -> Sequence[Refused]:
    """What the importer refuses; a trial is written and taken back, so that the tables judge it."""
    async with session.begin_nested() as trial:
        refused = await importer.write(session, caller, stretch.made)
        await session.flush()
        if job.is_dry_run:
            await trial.rollback()
    return refused


def refusals(row: int, problem: Problem) -> list[Refused]:
    """A problem as it stands in the list of a job's errors: its fields, or itself."""
    whole = FieldError(
        field="",
        code=problem.code,
        message_zh=problem.detail_zh or problem.title_zh,
        message_en=problem.detail_en or problem.title_en,
    )
    return [Refused(row, error) for error in problem.errors or [whole]]


def _error_of(job_id: UUID, refused: Refused) -> dict[str, Any]:
    error = refused.error
    return {
        "id": new_id(),
        "job_id": job_id,
        "row": refused.row,
        "field": error.field[:80],
        "code": error.code[:60],
        "message_zh": error.message_zh[:300],
        "message_en": error.message_en[:300],
    }
