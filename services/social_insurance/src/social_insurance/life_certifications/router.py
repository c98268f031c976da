"""Life certifications over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.life_certifications import service, stopping, views
from social_insurance.life_certifications.schemas import (
    Certify,
    DataMatches,
    DataMatchesRead,
    LifeCertificationCreate,
    LifeCertificationQuery,
    LifeCertificationRead,
    PlanRecovery,
    RecordRepayment,
    ReportDeath,
    Stop,
)

router = Router(prefix="/life-certifications", tags=["life certifications"])
ALWAYS = (NotYourCity, StateConflict)
READ, ACT = "life-certification:read", "life-certification:act"


@router.create(
    "",
    permission="life-certification:register",
    reply=LifeCertificationRead,
    problems=(NotYourCity, Duplicate),
)
async def register_life_certification(
    session: Session, caller: Caller, new: LifeCertificationCreate
) -> LifeCertificationRead:
    """Take somebody who draws a benefit into the cycle."""
    row = await service.register(session, caller, new)
    return (await views.show(session, caller, [row]))[0]


@router.list("", permission=READ, reply=Page[LifeCertificationRead], personal=True)
async def list_life_certifications(
    session: Session, caller: Caller, query: Annotated[LifeCertificationQuery, Query()]
) -> Page[LifeCertificationRead]:
    """List certifications; by `due_on` and `state` it is the list of who is due."""
    return await views.page(session, caller, query)


@router.create(
    "/data-matches",
    permission="life-certification:register",
    reply=DataMatchesRead,
    problems=(NotYourCity,),
    status=200,
)
async def match_life_data(session: Session, caller: Caller, wish: DataMatches) -> DataMatchesRead:
    """Compare a partner's register with who draws a benefit of one's own city."""
    return await service.match_data(session, caller, wish)


@router.read("/{row_id}", permission=READ, reply=LifeCertificationRead, personal=True)
async def read_life_certification(
    session: Session, caller: Caller, row_id: UUID
) -> LifeCertificationRead:
    """Read one certification with what was found out."""
    return await views.read(session, caller, row_id)


@router.history("/{row_id}/timeline", permission="life-certification:history", reply=Timeline)
async def read_life_certification_timeline(
    session: Session, caller: Caller, row_id: UUID
) -> Timeline:
    """Read what happened to a certification."""
    return await views.history(session, caller, row_id)


@router.reveal("/{row_id}/reveal", permission="life-certification:reveal", reply=RevealReply)
async def reveal_life_certification(
    session: Session, caller: Caller, row_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Show the person in full, on record."""
    return await views.reveal(session, caller, row_id, wish)


@router.act("/{row_id}/certify", permission=ACT, reply=LifeCertificationRead, problems=ALWAYS)
async def certify_life(
    session: Session, caller: Caller, row_id: UUID, wish: Certify
) -> LifeCertificationRead:
    """Record what was found out; ALIVE renews, DECEASED stops nothing by itself."""
    row = await service.certify(session, caller, row_id, wish)
    return (await views.show(session, caller, [row]))[0]


@router.act("/{row_id}/report-death", permission=ACT, reply=LifeCertificationRead, problems=ALWAYS)
async def report_death(
    session: Session, caller: Caller, row_id: UUID, wish: ReportDeath
) -> LifeCertificationRead:
    """Record that family or employer report a death."""
    row = await service.report_death(session, caller, row_id, wish)
    return (await views.show(session, caller, [row]))[0]


@router.act(
    "/{row_id}/stop",
    permission="life-certification:stop",
    reply=LifeCertificationRead,
    problems=(*ALWAYS, MakerIsChecker, stopping.NotVerified),
)
async def stop_benefit(
    session: Session, caller: Caller, row_id: UUID, wish: Stop
) -> LifeCertificationRead:
    """End a benefit, proved by a document or by two sources."""
    row = await stopping.stop(session, caller, row_id, wish)
    return (await views.show(session, caller, [row]))[0]


@router.act(
    "/{row_id}/plan-recovery",
    permission="life-certification:recover",
    reply=LifeCertificationRead,
    problems=ALWAYS,
)
async def plan_recovery(
    session: Session, caller: Caller, row_id: UUID, wish: PlanRecovery
) -> LifeCertificationRead:
    """Plan how what was paid too much comes back."""
    row = await stopping.plan_recovery(session, caller, row_id, wish)
    return (await views.show(session, caller, [row]))[0]


@router.act(
    "/{row_id}/record-repayment",
    permission="life-certification:recover",
    reply=LifeCertificationRead,
    problems=(*ALWAYS, stopping.MoreThanOwed),
)
async def record_repayment(
    session: Session, caller: Caller, row_id: UUID, wish: RecordRepayment
) -> LifeCertificationRead:
    """Record what came back."""
    row = await stopping.record_repayment(session, caller, row_id, wish)
    return (await views.show(session, caller, [row]))[0]
