"""Joint operations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from labor_inspection.joint_operations import drawing, service, working
from labor_inspection.joint_operations.schemas import (
    Complete,
    ContributeSeed,
    DrawRead,
    Freeze,
    Nominate,
    OperationChange,
    OperationCreate,
    OperationQuery,
    OperationRead,
    RecordResult,
)

router = Router(prefix="/joint-operations", tags=["joint operations"])
ALWAYS = (NotYourCity, StateConflict)


@router.create("", permission="joint-operation:plan", reply=OperationRead, problems=(NotYourCity,))
async def plan_joint_operation(
    session: Session, caller: Caller, new: OperationCreate
) -> OperationRead:
    """Plan an operation that your city would lead."""
    return await service.plan(session, caller, new)


@router.list("", permission="joint-operation:read", reply=Page[OperationRead])
async def list_joint_operations(
    session: Session, caller: Caller, query: Annotated[OperationQuery, Query()]
) -> Page[OperationRead]:
    """List the operations of your city with others."""
    return await service.page(session, caller, query)


@router.read("/{operation_id}", permission="joint-operation:read", reply=OperationRead)
async def read_joint_operation(
    session: Session, caller: Caller, operation_id: UUID
) -> OperationRead:
    """Read one."""
    operation = await service.one(session, caller, operation_id)
    return (await service.show(session, caller, [operation]))[0]


@router.read("/{operation_id}/draw", permission="joint-operation:verify", reply=DrawRead)
async def read_joint_operation_draw(
    session: Session, caller: Caller, operation_id: UUID
) -> DrawRead:
    """Read all that the draw rests on, so that anybody can run it again."""
    return await drawing.read(session, caller, operation_id)


@router.history("/{operation_id}/timeline", permission="joint-operation:read", reply=Timeline)
async def read_joint_operation_timeline(
    session: Session, caller: Caller, operation_id: UUID
) -> Timeline:
    """Read what happened to one."""
    operation = await service.one(session, caller, operation_id)
    return await timeline.of(session, operation.id)


@router.change(
    "/{operation_id}", permission="joint-operation:plan", reply=OperationRead, problems=ALWAYS
)
async def change_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: OperationChange
) -> OperationRead:
    """Change a plan that was not proposed yet."""
    return await service.change(session, caller, operation_id, wish)


@router.act(
    "/{operation_id}/propose",
    permission="joint-operation:plan",
    reply=OperationRead,
    problems=ALWAYS,
)
async def propose_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: Empty
) -> OperationRead:
    """Invite the other city."""
    return await service.propose(session, caller, operation_id)


@router.act(
    "/{operation_id}/agree",
    permission="joint-operation:decide",
    reply=OperationRead,
    problems=ALWAYS,
)
async def agree_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: Empty
) -> OperationRead:
    """Agree for the other city."""
    return await service.answer(session, caller, operation_id, "agree", None)


@router.act(
    "/{operation_id}/decline",
    permission="joint-operation:decide",
    reply=OperationRead,
    problems=ALWAYS,
)
async def decline_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: WithReason
) -> OperationRead:
    """Decline, and say why."""
    return await service.answer(session, caller, operation_id, "decline", wish.reason)


@router.act(
    "/{operation_id}/nominate",
    permission="joint-operation:plan",
    reply=OperationRead,
    problems=ALWAYS,
)
async def nominate_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: Nominate
) -> OperationRead:
    """Name your city's inspectors and the employers it inspects."""
    return await service.nominate(session, caller, operation_id, wish)


@router.act(
    "/{operation_id}/freeze",
    permission="joint-operation:decide",
    reply=OperationRead,
    problems=ALWAYS,
)
async def freeze_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: Freeze
) -> OperationRead:
    """Fix the candidates and commit to a seed."""
    return await drawing.freeze(session, caller, operation_id, wish)


@router.act(
    "/{operation_id}/contribute-seed",
    permission="joint-operation:decide",
    reply=OperationRead,
    problems=(*ALWAYS, drawing.NonceGiven),
)
async def contribute_seed_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: ContributeSeed
) -> OperationRead:
    """Add the other city's part of the seed."""
    return await drawing.contribute(session, caller, operation_id, wish)


@router.act(
    "/{operation_id}/draw",
    permission="joint-operation:decide",
    reply=OperationRead,
    problems=(*ALWAYS, drawing.NonceMissing),
)
async def draw_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: Empty
) -> OperationRead:
    """Draw, and reveal the seed."""
    return await drawing.draw(session, caller, operation_id)


@router.act(
    "/{operation_id}/file-cases",
    permission="joint-operation:plan",
    reply=OperationRead,
    problems=ALWAYS,
)
async def file_cases_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: Empty
) -> OperationRead:
    """File a case for each drawn employer of your city."""
    return await working.file_cases(session, caller, operation_id)


@router.act(
    "/{operation_id}/record-result",
    permission="joint-operation:plan",
    reply=OperationRead,
    problems=(*ALWAYS, working.CaseRequired, working.AlreadyRecorded),
)
async def record_result_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: RecordResult
) -> OperationRead:
    """Record what was found at an employer of your city."""
    return await working.record_result(session, caller, operation_id, wish)


@router.act(
    "/{operation_id}/complete",
    permission="joint-operation:decide",
    reply=OperationRead,
    problems=(*ALWAYS, working.ResultsMissing),
)
async def complete_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: Complete
) -> OperationRead:
    """Report that everything is done."""
    return await working.complete(session, caller, operation_id, wish)


@router.act(
    "/{operation_id}/cancel",
    permission="joint-operation:decide",
    reply=OperationRead,
    problems=ALWAYS,
)
async def cancel_joint_operation(
    session: Session, caller: Caller, operation_id: UUID, wish: WithReason
) -> OperationRead:
    """Call it off before the draw."""
    return await service.cancel(session, caller, operation_id, wish.reason)
