"""Complaints over HTTP: filed once, at any counter of either city."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from hrss_kit import clock
from hrss_kit.access import public
from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from labor_inspection.complaints import filing, reading, service, tracking, verification, views
from labor_inspection.complaints.schemas import (
    Acceptance,
    ComplaintCreate,
    ComplaintForward,
    ComplaintQuery,
    ComplaintRead,
    Designation,
    JurisdictionDispute,
    LinkageRead,
    Refusal,
    Supplement,
    SupplementRequest,
)

router = Router(prefix="/complaints", tags=["complaints"])
linkage_router = Router(prefix="/linkages", tags=["complaints"])
tracking_router = Router(prefix="/complaint-tracking", tags=["complaints"])


@router.create(
    "",
    permission="complaint:create",
    reply=ComplaintRead,
    problems=(
        Duplicate,
        filing.LimitationPassed,
        filing.OtherProcedure,
        verification.VerificationExpired,
    ),
    prepare=verification.ask_card,
)
async def file_complaint(
    session: Session, caller: Caller, response: Response, new: ComplaintCreate
) -> ComplaintRead:
    """File a complaint or a report; it finds the competent city by itself."""
    answer = exchange().prepared
    complaint, is_new = await filing.file(session, caller, new, answer, today=clock.today())
    if not is_new:
        response.status_code = 200
    (read,) = await views.show(session, caller, [complaint])
    return read


@router.list("", permission="complaint:read", reply=Page[ComplaintRead], personal=True)
async def list_complaints(
    session: Session, caller: Caller, query: Annotated[ComplaintQuery, Query()]
) -> Page[ComplaintRead]:
    """Complaints that the caller's city receives or handles; without their workers."""
    return await reading.listed(session, caller, query)


@router.read("/{complaint_id}", permission="complaint:read", reply=ComplaintRead, personal=True)
async def read_complaint(session: Session, caller: Caller, complaint_id: UUID) -> ComplaintRead:
    """One complaint: all of it (masked) for its handler, where it stands for the other city."""
    return await reading.one(session, caller, complaint_id)


@router.history("/{complaint_id}/timeline", permission="complaint:read", reply=Timeline)
async def read_complaint_timeline(session: Session, caller: Caller, complaint_id: UUID) -> Timeline:
    """What happened to the complaint, in both cities."""
    return await reading.history(session, caller, complaint_id)


@router.act(
    "/{complaint_id}/forward",
    permission="complaint:forward",
    reply=ComplaintRead,
    problems=(StateConflict, NotYourCity, service.NothingToForward),
)
async def forward_complaint(
    session: Session, caller: Caller, complaint_id: UUID, wish: ComplaintForward
) -> ComplaintRead:
    """Send it on when the work place has become clear, or after a dispute."""
    return await service.forward(session, caller, complaint_id, wish)


@router.act(
    "/{complaint_id}/dispute-jurisdiction",
    permission="complaint:decide",
    reply=ComplaintRead,
    problems=(StateConflict, NotYourCity, service.DisputeTooLate, service.AlreadyDesignated),
)
async def dispute_jurisdiction(
    session: Session, caller: Caller, complaint_id: UUID, wish: JurisdictionDispute
) -> ComplaintRead:
    """Say, in time and with a reason, that one's city is not competent."""
    return await service.dispute_jurisdiction(session, caller, complaint_id, wish)


@router.act(
    "/{complaint_id}/claim-jurisdiction",
    permission="complaint:decide",
    reply=ComplaintRead,
    problems=(StateConflict, NotYourCity, service.AlreadyDesignated),
)
async def claim_jurisdiction(
    session: Session, caller: Caller, complaint_id: UUID, wish: JurisdictionDispute
) -> ComplaintRead:
    """Say, with a reason, that one's own city is the competent one."""
    return await service.claim_jurisdiction(session, caller, complaint_id, wish)


@router.act(
    "/{complaint_id}/designate",
    permission="complaint:designate",
    reply=ComplaintRead,
    problems=(StateConflict,),
)
async def designate_city(
    session: Session, caller: Caller, complaint_id: UUID, wish: Designation
) -> ComplaintRead:
    """The province names the competent city."""
    return await service.designate(session, caller, complaint_id, wish)


@router.act(
    "/{complaint_id}/request-supplement",
    permission="complaint:decide",
    reply=ComplaintRead,
    problems=(StateConflict, NotYourCity),
)
async def request_complaint_supplement(
    session: Session, caller: Caller, complaint_id: UUID, wish: SupplementRequest
) -> ComplaintRead:
    """Name everything that is missing, at once."""
    return await service.request_supplement(session, caller, complaint_id, wish)


@router.act(
    "/{complaint_id}/supplement",
    permission="complaint:supplement",
    reply=ComplaintRead,
    problems=(StateConflict, NotYourCity, Duplicate),
)
async def supplement_complaint(
    session: Session, caller: Caller, complaint_id: UUID, wish: Supplement
) -> ComplaintRead:
    """Add what was missing; the clock of acceptance starts anew."""
    return await service.supplement(session, caller, complaint_id, wish)


@router.act(
    "/{complaint_id}/accept",
    permission="complaint:decide",
    reply=ComplaintRead,
    problems=(
        StateConflict,
        NotYourCity,
        filing.LimitationPassed,
        filing.OtherProcedure,
        service.EmployerStillUnclear,
        service.WorkPlaceUnclear,
        service.NotInspectionMatter,
    ),
)
async def accept_complaint(
    session: Session, caller: Caller, complaint_id: UUID, wish: Acceptance
) -> ComplaintRead:
    """Accept it and file the case; a collective is accepted as one."""
    return await service.accept(session, caller, complaint_id, wish)


@router.act(
    "/{complaint_id}/not-accept",
    permission="complaint:decide",
    reply=ComplaintRead,
    problems=(StateConflict, NotYourCity),
)
async def refuse_complaint(
    session: Session, caller: Caller, complaint_id: UUID, wish: Refusal
) -> ComplaintRead:
    """Do not accept it, and say why and where else to go."""
    return await service.not_accept(session, caller, complaint_id, wish)


@router.reveal("/{complaint_id}/reveal", permission="complaint:reveal", reply=RevealReply)
async def reveal_complaint(
    session: Session, caller: Caller, complaint_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Full names and numbers, for the handler of the competent city only."""
    return await reading.reveal(session, caller, complaint_id, wish)


@linkage_router.read("/{linkage_id}", permission="complaint:read", reply=LinkageRead)
async def read_linkage(session: Session, caller: Caller, linkage_id: UUID) -> LinkageRead:
    """One matter as both cities see it: every complaint's state, workers and amounts in sum."""
    return await reading.linkage(session, caller, linkage_id)


@tracking_router.lookup("", permission=public(), reply=tracking.TrackingReply, personal=False)
async def track_complaint(
    session: Session, asked: tracking.TrackingRequest
) -> tracking.TrackingReply:
    """Where a complaint stands, for whoever is part of it."""
    return await tracking.track(session, asked)
