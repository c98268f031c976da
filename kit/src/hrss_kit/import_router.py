"""GET /jobs/{id}: how far a file has come, and what was wrong with which row (api §3.7)."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, select

from hrss_kit import pagination, resources
from hrss_kit.auth import Caller, Principal
from hrss_kit.db import Session
from hrss_kit.import_tables import ImportJob, RowError
from hrss_kit.imports import ImportJobRead
from hrss_kit.pagination import Page
from hrss_kit.routing import Router


class RowErrorRead(BaseModel):
    """What was wrong with one field of one row; the row is the line of the file, or the sheet."""

    model_config = ConfigDict(from_attributes=True)

    row: int
    field: str
    code: str
    message_zh: str
    message_en: str


class RowErrorQuery(pagination.ListQuery):
    """Page of a job's errors."""


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

    @router.list("/{job_id}/errors", permission=permission, reply=Page[RowErrorRead])
    async def list_job_errors(
        session: Session, caller: Caller, job_id: UUID, query: Annotated[RowErrorQuery, Query()]
    ) -> Page[RowErrorRead]:
        """What was wrong, row by row."""
        await resources.load(session, visible(caller).where(ImportJob.id == job_id))
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
