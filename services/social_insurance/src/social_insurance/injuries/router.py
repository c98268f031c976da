"""Work-injury determinations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty, RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.injuries import service
from social_insurance.injuries.schemas import (
    AcceptInjury,
    Decide,
    InjuryCreate,
    InjuryQuery,
    InjuryRead,
    RequestSupplement,
    Resume,
    Serve,
    Suspend,
)

router = Router(prefix="/injury-determinations", tags=["injury determinations"])
ALWAYS = (NotYourCity, StateConflict)
READ, ACT = "injury:read", "injury:act"


@router.create(
    "",
    permission="injury:apply",
    reply=InjuryRead,
    problems=(NotYourCity, Duplicate, service.OtherPoolingArea, service.TooLate),
)
async def apply_for_injury_determination(
    session: Session, caller: Caller, new: InjuryCreate
) -> InjuryRead:
    """Take an application where the employer is insured against injuries."""
    row = await service.apply(session, caller, new)
    return (await service.show(session, caller, [row]))[0]


@router.list("", permission=READ, reply=Page[InjuryRead], personal=True)
async def list_injury_determinations(
    session: Session, caller: Caller, query: Annotated[InjuryQuery, Query()]
) -> Page[InjuryRead]:
    """List one's city's determinations."""
    return await service.page(session, caller, query)


@router.read("/{injury_id}", permission=READ, reply=InjuryRead, personal=True)
async def read_injury_determination(
    session: Session, caller: Caller, injury_id: UUID
) -> InjuryRead:
    """Read one determination with its clocks."""
    return await service.read(session, caller, injury_id)


@router.history("/{injury_id}/timeline", permission="injury:history", reply=Timeline)
async def read_injury_determination_timeline(
    session: Session, caller: Caller, injury_id: UUID
) -> Timeline:
    """Read what happened to a determination."""
    return await service.history(session, caller, injury_id)


@router.reveal("/{injury_id}/reveal", permission="injury:reveal", reply=RevealReply)
async def reveal_injury_determination(
    session: Session, caller: Caller, injury_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Show person and injury in full, on record."""
    return await service.reveal(session, caller, injury_id, wish)


@router.act("/{injury_id}/request-supplement", permission=ACT, reply=InjuryRead, problems=ALWAYS)
async def request_injury_papers(
    session: Session, caller: Caller, injury_id: UUID, wish: RequestSupplement
) -> InjuryRead:
    """Tell every missing paper at once."""
    row = await service.request_supplement(session, caller, injury_id, wish.missing_papers)
    return (await service.show(session, caller, [row]))[0]


@router.act("/{injury_id}/supplement", permission=ACT, reply=InjuryRead, problems=ALWAYS)
async def supplement_injury_papers(
    session: Session, caller: Caller, injury_id: UUID, wish: Empty
) -> InjuryRead:
    """Record that every paper is there."""
    row = await service.supplement(session, caller, injury_id)
    return (await service.show(session, caller, [row]))[0]


@router.act(
    "/{injury_id}/accept",
    permission=ACT,
    reply=InjuryRead,
    problems=(*ALWAYS, service.Incomplete),
)
async def accept_injury_determination(
    session: Session, caller: Caller, injury_id: UUID, wish: AcceptInjury
) -> InjuryRead:
    """Accept an application; the decision's clock starts."""
    row = await service.accept(session, caller, injury_id, wish.is_simple)
    return (await service.show(session, caller, [row]))[0]


@router.act("/{injury_id}/not-accept", permission=ACT, reply=InjuryRead, problems=ALWAYS)
async def not_accept_injury_determination(
    session: Session, caller: Caller, injury_id: UUID, wish: WithReason
) -> InjuryRead:
    """Do not accept an application, and say why."""
    row = await service.not_accept(session, caller, injury_id, wish.reason)
    return (await service.show(session, caller, [row]))[0]


@router.act("/{injury_id}/suspend", permission=ACT, reply=InjuryRead, problems=ALWAYS)
async def suspend_injury_determination(
    session: Session, caller: Caller, injury_id: UUID, wish: Suspend
) -> InjuryRead:
    """Wait for a conclusion of a court or an authority."""
    row = await service.suspend(session, caller, injury_id, wish)
    return (await service.show(session, caller, [row]))[0]


@router.act("/{injury_id}/resume", permission=ACT, reply=InjuryRead, problems=ALWAYS)
async def resume_injury_determination(
    session: Session, caller: Caller, injury_id: UUID, wish: Resume
) -> InjuryRead:
    """Go on; the end moves by the days the clock stood still."""
    row = await service.resume(session, caller, injury_id, wish.until)
    return (await service.show(session, caller, [row]))[0]


@router.act(
    "/{injury_id}/decide",
    permission=ACT,
    reply=InjuryRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def decide_injury_determination(
    session: Session, caller: Caller, injury_id: UUID, wish: Decide
) -> InjuryRead:
    """Decide; whoever accepted it may not."""
    row = await service.decide(session, caller, injury_id, wish)
    return (await service.show(session, caller, [row]))[0]


@router.act("/{injury_id}/serve", permission=ACT, reply=InjuryRead, problems=ALWAYS)
async def serve_injury_determination(
    session: Session, caller: Caller, injury_id: UUID, wish: Serve
) -> InjuryRead:
    """Record that the decision has reached the parties."""
    row = await service.serve(session, caller, injury_id, wish)
    return (await service.show(session, caller, [row]))[0]
