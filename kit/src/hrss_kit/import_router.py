"""GET /jobs/{id}: how far a file has come, and what was wrong with which row (api §3.7)."""

import asyncio
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import pagination, resources, spreadsheets
from hrss_kit.auth import Caller, Principal
from hrss_kit.db import Session
from hrss_kit.import_tables import ImportJob, RowError
from hrss_kit.imports import Importer, ImportJobRead
from hrss_kit.pagination import Page
from hrss_kit.routing import Router
from hrss_kit.table_columns import columns_of

ERROR_TABLE: Final = (
    "行 row",
    "列 column",
    "名称 title",
    "代码 code",
    "说明 message_zh",
    "message_en",
)
ALSO_A_WORKBOOK: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {spreadsheets.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class RowErrorRead(BaseModel):
    """What was wrong with one field of one row; the row is the line of the file, or the sheet."""

    model_config = ConfigDict(from_attributes=True)

    row: int
    field: str
    code: str
    message_zh: str
    message_en: str


class RowErrorQuery(pagination.ListQuery):
    """Page of a job's errors, or all of them as a workbook (错误表)."""

    format: Literal["json", "xlsx"] = "json"


def visible(caller: Principal) -> Select[ImportJob]:
    """A city sees its own jobs."""
    return select(ImportJob).where(ImportJob.owner_city == caller.city)


def jobs_router(permission: str) -> Router:
    """The routes of a service that takes files."""
    router = Router(prefix="/jobs", tags=["jobs"])

    @router.read("/{job_id}", permission=permission, reply=ImportJobRead)
    async def read_job(session: Session, caller: Caller, job_id: UUID) -> ImportJobRead:
        """How far a file has come: QUEUED, RUNNING, DONE or FAILED, and its counts."""
        job = await resources.load(session, visible(caller).where(ImportJob.id == job_id))
        return ImportJobRead.model_validate(job)

    @router.list(
        "/{job_id}/errors", permission=permission, reply=Page[RowErrorRead], also=ALSO_A_WORKBOOK
    )
    async def list_job_errors(
        request: Request,
        session: Session,
        caller: Caller,
        job_id: UUID,
        query: Annotated[RowErrorQuery, Query()],
    ) -> Page[RowErrorRead] | Response:
        """What was wrong, row by row."""
        job = await resources.load(session, visible(caller).where(ImportJob.id == job_id))
        if query.format == "xlsx":
            return await _error_table(session, request.app.state.service.importers, job)
        rows, cursor = await pagination.select_page(
            session,
            select(RowError).where(RowError.job_id == job_id),
            query,
            key=RowError.id,
            sorts={"row": RowError.row},
            default="row",
        )
        items = [RowErrorRead.model_validate(row) for row in rows]
        return Page[RowErrorRead](items=items, next_cursor=cursor)

    return router


async def _error_table(
    session: AsyncSession, importers: "dict[str, Importer[Any, Any]]", job: ImportJob
) -> Response:
    importer = importers.get(job.importer)
    columns = columns_of(importer.model, importer.titles) if importer else {}
    found = await session.scalars(
        select(RowError).where(RowError.job_id == job.id).order_by(RowError.row, RowError.id)
    )
    lines = [
        (
            str(one.row),
            one.field,
            columns[one.field].title if one.field in columns else "",
            one.code,
            one.message_zh,
            one.message_en,
        )
        for one in found
    ]
    made = await asyncio.to_thread(spreadsheets.table, ERROR_TABLE, lines)
    headers = spreadsheets.attachment(f"errors-{job.id}.xlsx")
    return Response(made, media_type=spreadsheets.MEDIA_TYPE, headers=dict(headers))
