"""Cases (案件) and the interests that keep an inspector away from one."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from labor_inspection.cases import closing, compliance, interests, orders, police, service, views
from labor_inspection.cases.models import InspectorInterest
from labor_inspection.cases.schemas import (
    AddMatter,
    Assign,
    CaseQuery,
    CaseRead,
    CaseWorkerRead,
    CheckCompliance,
    Decide,
    Enforce,
    Hear,
    InterestCreate,
    InterestQuery,
    InterestRead,
    PoliceTransfer,
    ProposeListing,
    RecordPayment,
    Serve,
    WorkerQuery,
)

router = Router(prefix="/cases", tags=["cases"])
interest_router = Router(prefix="/inspector-interests", tags=["cases"])


@router.list("", permission="case:read", reply=Page[CaseRead])
async def list_cases(
    session: Session, caller: Caller, query: Annotated[CaseQuery, Query()]
) -> Page[CaseRead]:
    """List the cases of your city and those shared with it."""
    return await views.page(session, caller, query)


@router.read("/{case_id}", permission="case:read", reply=CaseRead)
async def read_case(session: Session, caller: Caller, case_id: UUID) -> CaseRead:
    """Read a case: the file in the competent city, the status elsewhere."""
    return await views.read(session, caller, case_id)


@router.history("/{case_id}/timeline", permission="case:read", reply=Timeline)
async def read_case_timeline(session: Session, caller: Caller, case_id: UUID) -> Timeline:
    """Read what happened to a case."""
    return await views.history(session, caller, case_id)


@router.read(
    "/{case_id}/police-transfer",
    permission="case:workers",
    reply=PoliceTransfer,
    personal=True,
    problems=(NotYourCity,),
)
async def read_police_transfer(session: Session, caller: Caller, case_id: UUID) -> PoliceTransfer:
    """Read what goes to the police with a case that was handed to them."""
    return await police.transfer(session, caller, case_id)


@router.list(
    "/{case_id}/workers", permission="case:workers", reply=Page[CaseWorkerRead], personal=True
)
async def list_case_workers(
    session: Session, caller: Caller, case_id: UUID, query: Annotated[WorkerQuery, Query()]
) -> Page[CaseWorkerRead]:
    """List whom the case is for, masked, with what is owed and paid."""
    return await views.workers(session, caller, case_id, query)


@router.act(
    "/{case_id}/assign",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, StateConflict, service.Recusal),
)
async def assign_case(session: Session, caller: Caller, case_id: UUID, wish: Assign) -> CaseRead:
    """Name at least two inspectors; the investigation begins."""
    case = await service.assign(session, caller, case_id, wish)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/add-matter",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, StateConflict),
)
async def add_case_matter(
    session: Session, caller: Caller, case_id: UUID, wish: AddMatter
) -> CaseRead:
    """Add a violation that the investigation has found."""
    case = await service.add_matter(session, caller, case_id, wish)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/hear",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, StateConflict),
)
async def hear_case(session: Session, caller: Caller, case_id: UUID, wish: Hear) -> CaseRead:
    """Record the employer's statement; the time to decide begins."""
    case = await service.hear(session, caller, case_id, wish)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/extend",
    permission="case:act",
    reply=CaseRead,
    problems=(
        NotYourCity,
        MakerIsChecker,
        StateConflict,
        service.AlreadyExtended,
        service.InvestigationOver,
    ),
)
async def extend_case(
    session: Session, caller: Caller, case_id: UUID, wish: WithReason
) -> CaseRead:
    """Extend the investigation, once and before its time is up."""
    case = await service.extend(session, caller, case_id, wish.reason)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/decide",
    permission="case:act",
    reply=CaseRead,
    problems=(
        NotYourCity,
        MakerIsChecker,
        StateConflict,
        orders.HearingRequired,
        orders.AlreadyAdded,
    ),
)
async def decide_case(session: Session, caller: Caller, case_id: UUID, wish: Decide) -> CaseRead:
    """Decide; after a disobeyed order on wages, add the compensation."""
    case = await orders.decide(session, caller, case_id, wish)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/serve",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, StateConflict, orders.OrderExpired),
)
async def serve_case(session: Session, caller: Caller, case_id: UUID, wish: Serve) -> CaseRead:
    """Record that a decision reached the employer, with its receipt."""
    case = await orders.serve(session, caller, case_id, wish)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/record-payment",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, StateConflict),
)
async def record_case_payment(
    session: Session, caller: Caller, case_id: UUID, wish: RecordPayment
) -> CaseRead:
    """Record payments to the workers' own accounts, or of a fine."""
    case = await compliance.record_payment(session, caller, case_id, wish)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/check-compliance",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, StateConflict, compliance.NotYetDue),
)
async def check_case_compliance(
    session: Session, caller: Caller, case_id: UUID, wish: CheckCompliance
) -> CaseRead:
    """Find whether the orders were obeyed."""
    case = await compliance.check_compliance(session, caller, case_id, wish)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/enforce",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, StateConflict),
)
async def enforce_case(session: Session, caller: Caller, case_id: UUID, wish: Enforce) -> CaseRead:
    """Apply to the court for enforcement."""
    case = await compliance.enforce(session, caller, case_id, wish.note)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/propose-listing",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, StateConflict, compliance.ListCriteria),
)
async def propose_case_listing(
    session: Session, caller: Caller, case_id: UUID, wish: ProposeListing
) -> CaseRead:
    """Propose the employer for the wage-arrears list."""
    case = await compliance.propose_listing(session, caller, case_id, wish)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/close",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, MakerIsChecker, StateConflict),
)
async def close_case(session: Session, caller: Caller, case_id: UUID, wish: Empty) -> CaseRead:
    """Close the case; whoever took its last step may not."""
    case = await closing.close(session, caller, case_id)
    return await views.show(session, caller, case)


@router.act(
    "/{case_id}/reopen",
    permission="case:act",
    reply=CaseRead,
    problems=(NotYourCity, StateConflict, closing.ReopenLimit),
)
async def reopen_case(
    session: Session, caller: Caller, case_id: UUID, wish: WithReason
) -> CaseRead:
    """Reopen a closed case on new evidence."""
    case = await closing.reopen(session, caller, case_id, wish.reason)
    return await views.show(session, caller, case)


@interest_router.create("", permission="inspector-interest:keep", reply=InterestRead)
async def record_interest(
    session: Session, caller: Caller, new: InterestCreate
) -> InspectorInterest:
    """Put an inspector's interest on record."""
    return await interests.record(session, caller, new)


@interest_router.list("", permission="inspector-interest:keep", reply=Page[InterestRead])
async def list_interests(
    session: Session, caller: Caller, query: Annotated[InterestQuery, Query()]
) -> Page[InterestRead]:
    """List the interests on record in your city."""
    return await interests.page(session, caller, query)
