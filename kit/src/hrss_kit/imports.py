"""Bulk in: a file becomes a job, the worker takes it over row by row (api §3.7).

A service says in one value what a row is and how many of them are written; the kit brings the
upload, the job, its progress and the list of what was wrong.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, idempotency, sealing, spreadsheets
from hrss_kit.auth import Caller, Principal
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.ids import new_id
from hrss_kit.import_tables import FAILED, ImportChunk, ImportJob
from hrss_kit.problems import FieldError
from hrss_kit.table_columns import CodeTitles, Titles
from hrss_kit.uploads import Upload
from hrss_kit.validation import RequestModel

Model = TypeVar("Model", bound=RequestModel)
Made = TypeVar("Made")
SAME_FILE_HOURS = 24
CLAIMS = ("sub", "client_id", "city", "org_id", "staff_no")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken over, and why."""

    row: int
    error: FieldError


@dataclass(frozen=True, slots=True)
class Importer(Generic[Model, Made]):
    """How the rows of one kind of file are taken over.

    `model` validates a row, as it would the body of a request. `prepare` then does what needs no
    database and much processor, in a thread; it may raise a Problem. `write` takes a stretch of
    rows over in the caller's transaction, at once and by natural key, so that a row that comes
    again changes nothing; it answers with the rows it refused. `titles` are the Chinese names of
    columns and of their codes, for the template and for whoever fills it in.
    """

    name: str
    model: type[Model]
    prepare: Callable[[Principal, Model], Made]
    write: Callable[
        [AsyncSession, Principal, Sequence[tuple[int, Made]]], Awaitable[Sequence[Refused]]
    ]
    titles: Titles = field(default_factory=dict)
    code_titles: CodeTitles = field(default_factory=dict)


class ImportJobRead(BaseModel):
    """How far a file has come: `done` and `failed` count rows, `total` is known at the end."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    importer: str
    state: str
    format: str
    size: int
    is_dry_run: bool
    total: int | None
    done: int
    failed: int
    failure: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class ImportQuery(BaseModel):
    """Whether a file is only tried (校验)."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = False


def claims_of(caller: Principal) -> dict[str, Any]:
    """Who the worker acts for."""
    return {name: getattr(caller, name) for name in CLAIMS} | {"roles": list(caller.roles)}


def principal_of(job: ImportJob) -> Principal:
    """Whoever sent the file, as the caller of what the worker does with it."""
    return Principal.from_claims({**job.claims, "exp": 0})


def accepting(importer: "Importer[Any, Any]") -> Callable[..., Awaitable[ImportJobRead]]:
    """The endpoint that takes an importer's files."""

    async def accept(
        request: Request, session: Session, caller: Caller, query: Annotated[ImportQuery, Query()]
    ) -> ImportJobRead:
        upload: Upload = request.state.upload
        try:
            job = await _accept(session, caller, importer.name, upload, is_dry_run=query.dry_run)
        finally:
            upload.spool.close()
        exchange().location = f"{request.app.state.service.prefix}/jobs/{job.id}"
        exchange().note(subject=str(job.id))
        return ImportJobRead.model_validate(job)

    accept.__name__ = f"import_{importer.name}"
    accept.__doc__ = (
        "Take a file over row by row: the answer names a job, which says how far it has come. "
        "Columns are the fields of the model, nested ones with a dot (holder.name). "
        "With dry_run=true everything is checked and nothing is written."
    )
    return accept


def template_of(importer: "Importer[Any, Any]") -> Callable[..., Awaitable[Response]]:
    """The endpoint that gives the workbook to fill in (模板)."""

    async def template() -> Response:
        made = spreadsheets.template(importer.model, importer.titles, importer.code_titles)
        headers = spreadsheets.attachment(f"{importer.name}-template.xlsx")
        return Response(made, media_type=spreadsheets.MEDIA_TYPE, headers=dict(headers))

    template.__name__ = f"template_{importer.name}"
    template.__doc__ = "A workbook to fill in and send back: text columns, drop-downs, notes."
    return template


async def _accept(
    session: AsyncSession, caller: Principal, importer: str, upload: Upload, *, is_dry_run: bool
) -> ImportJob:
    """A new job, or the caller's last one of this kind when it was the same file.

    A file that is only tried is tried anew each time: what it is checked against may have changed.
    """
    file_format = upload.format
    client = idempotency.client_of(caller)
    content = sealing.blind(f"import\0{upload.digest.hex()}")
    # Two uploads of one file at the same time: the second finds the job of the first.
    turn = {"key": int.from_bytes(sealing.blind(f"{importer}\0{client}")[:7], "big")}
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), turn)
    latest: ImportJob | None = await session.scalar(
        select(ImportJob)
        .where(
            ImportJob.client == client,
            ImportJob.importer == importer,
            ImportJob.is_dry_run.is_(False),
            ImportJob.created_at > clock.hours_ago(SAME_FILE_HOURS),
        )
        .order_by(ImportJob.created_at.desc(), ImportJob.id.desc())
        .limit(1)
    )
    is_same = latest is not None and latest.content_hash == content and latest.state != FAILED
    if latest is not None and is_same and not is_dry_run:
        return latest
    job = ImportJob(
        id=new_id(),
        importer=importer,
        operation=exchange().operation,
        owner_city=caller.city,
        client=client,
        claims=claims_of(caller),
        trace_id=exchange().trace_id,
        content_hash=content,
        size=upload.size,
        format=file_format,
        is_compressed=upload.is_compressed,
        is_dry_run=is_dry_run,
    )
    session.add(job)
    await session.flush()  # its chunks refer to it
    for number, sealed in enumerate(upload.chunks()):
        values = {"job_id": job.id, "number": number, "data": sealed}
        await session.execute(insert(ImportChunk).values(values))
    return job
