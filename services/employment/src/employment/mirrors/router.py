"""Mirrors of postings, and reports of false ones, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from employment.mirrors import service
from employment.mirrors.schemas import (
    MirrorChange,
    MirrorQuery,
    MirrorRead,
    ReportAnswer,
    ReportCreate,
    ReportQuery,
    ReportRead,
)
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/posting-mirrors", tags=["posting-mirrors"])
reports = Router(prefix="/posting-reports", tags=["posting-mirrors"])


@router.list("", permission="posting:read", reply=Page[MirrorRead])
async def list_mirrors(
    session: Session, caller: Caller, query: Annotated[MirrorQuery, Query()]
) -> Page[MirrorRead]:
    """Postings of the other city as they were received here."""
    return await service.search(session, caller, query)


@router.read("/{mirror_id}", permission="posting:read", reply=MirrorRead)
async def read_mirror(session: Session, caller: Caller, mirror_id: UUID) -> MirrorRead:
    """One mirror; `stale` when the posting has gone on since."""
    return await service.find(session, caller, mirror_id)


@router.change(
    "/{mirror_id}", permission="posting:change", reply=MirrorRead, problems=(NotYourCity,)
)
async def change_mirror(
    session: Session, caller: Caller, mirror_id: UUID, _wish: MirrorChange
) -> MirrorRead:
    """Always refused: a posting is changed by the city it belongs to."""
    return await service.refuse_change(session, caller, mirror_id)


@router.create(
    "/{mirror_id}/reports",
    permission="posting-report:create",
    reply=ReportRead,
    problems=(NotYourCity, Duplicate),
)
async def report_posting(
    session: Session, caller: Caller, mirror_id: UUID, new: ReportCreate
) -> ReportRead:
    """Report false information; the posting's own city must answer."""
    return await service.report(session, caller, mirror_id, new)


@reports.list("", permission="posting:read", reply=Page[ReportRead])
async def list_reports(
    session: Session, caller: Caller, query: Annotated[ReportQuery, Query()]
) -> Page[ReportRead]:
    """Reports that one's city has made or has to answer."""
    return await service.list_reports(session, caller, query)


@reports.read("/{report_id}", permission="posting:read", reply=ReportRead)
async def read_report(session: Session, caller: Caller, report_id: UUID) -> ReportRead:
    """One report."""
    return await service.find_report(session, caller, report_id)


@reports.history("/{report_id}/timeline", permission="posting:read", reply=Timeline)
async def report_timeline(session: Session, caller: Caller, report_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.report_history(session, caller, report_id)


@reports.act(
    "/{report_id}/answer",
    permission="posting-report:answer",
    reply=ReportRead,
    problems=(NotYourCity, StateConflict),
)
async def answer_report(
    session: Session, caller: Caller, report_id: UUID, wish: ReportAnswer
) -> ReportRead:
    """Answer it; a posting found to be false goes off at once."""
    return await service.answer(session, caller, report_id, wish)
