"""Employers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from employment.employers import service
from employment.employers.models import Employer
from employment.employers.schemas import (
    EmployerChange,
    EmployerCreate,
    EmployerQuery,
    EmployerRead,
)
from employment.titles import CODE_TITLES, TITLES
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.exports import Exporter
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty, RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/employers", tags=["employers"])
EXPORTER = Exporter(
    name="employers",
    query=EmployerQuery,
    reply=EmployerRead,
    rows=service.filtered,
    shown=service.shown,
    key=Employer.id,
    sorts=service.SORTS,
    titles=TITLES,
    code_titles=CODE_TITLES,
)
router.bulk_out("/export", permission="employer:read", exporter=EXPORTER)


@router.create("", permission="employer:create", reply=EmployerRead, problems=(Duplicate,))
async def register_employer(session: Session, caller: Caller, new: EmployerCreate) -> EmployerRead:
    """Register an employer, once for both cities."""
    return await service.register(session, caller, new)


@router.list("", permission="employer:read", reply=Page[EmployerRead])
async def list_employers(
    session: Session, caller: Caller, query: Annotated[EmployerQuery, Query()]
) -> Page[EmployerRead]:
    """Employers of both cities."""
    return await service.search(session, caller, query)


@router.read("/{employer_id}", permission="employer:read", reply=EmployerRead)
async def read_employer(session: Session, caller: Caller, employer_id: UUID) -> EmployerRead:
    """One employer."""
    return await service.find(session, caller, employer_id)


@router.history("/{employer_id}/timeline", permission="employer:read", reply=Timeline)
async def employer_timeline(session: Session, caller: Caller, employer_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, employer_id)


@router.change(
    "/{employer_id}", permission="employer:change", reply=EmployerRead, problems=(NotYourCity,)
)
async def change_employer(
    session: Session, caller: Caller, employer_id: UUID, wish: EmployerChange
) -> EmployerRead:
    """Change its facts; a change of identity must be verified again."""
    return await service.change(session, caller, employer_id, wish)


@router.act(
    "/{employer_id}/verify",
    permission="employer:verify",
    reply=EmployerRead,
    problems=(NotYourCity, StateConflict),
)
async def verify_employer(
    session: Session, caller: Caller, employer_id: UUID, _body: Empty
) -> EmployerRead:
    """Confirm it against the register of legal units."""
    return await service.act(session, caller, employer_id, "verify")


@router.act(
    "/{employer_id}/reject",
    permission="employer:verify",
    reply=EmployerRead,
    problems=(NotYourCity, StateConflict),
)
async def reject_employer(
    session: Session, caller: Caller, employer_id: UUID, body: WithReason
) -> EmployerRead:
    """Refuse it, with the reason."""
    return await service.act(session, caller, employer_id, "reject", body.reason)


@router.reveal("/{employer_id}/reveal", permission="employer:reveal", reply=RevealReply)
async def reveal_employer(
    session: Session, caller: Caller, employer_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Whom to call there."""
    return await service.reveal(session, caller, employer_id, wish)
