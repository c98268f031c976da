"""Planning and agreeing on a joint operation. Each function runs in the caller's transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, outbox, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import FieldError, Invalid, NotYourCity, ScopeMissing, refuse
from hrss_kit.resources import load, match_version, shown
from labor_inspection.access import ACCESS, HANDLERS
from labor_inspection.joint_operations import rules
from labor_inspection.joint_operations.models import (
    CandidateEmployer,
    CandidateInspector,
    JointOperation,
    OperationCheck,
)
from labor_inspection.joint_operations.rules import MACHINE
from labor_inspection.joint_operations.schemas import (
    CandidateRead,
    CheckRead,
    InspectorRead,
    Nominate,
    OperationAgreed,
    OperationChange,
    OperationCreate,
    OperationQuery,
    OperationRead,
)
from labor_inspection.mass_events.models import JointCaseSuggestion
from labor_inspection.mass_events.service import visible as visible_suggestions

ANSWER, REPORT = "JOINT_OPERATION_ANSWER", "JOINT_OPERATION_REPORT"
BASIS: Final = "两市劳动保障监察联合执法"

#: Which city's turn it is, and which permission the action needs.
OWNER, PARTNER, EITHER = "OWNER", "PARTNER", "EITHER"
PLAN, DECIDE = "joint-operation:plan", "joint-operation:decide"
TURNS: Final = {
    "propose": (OWNER, PLAN),
    "agree": (PARTNER, DECIDE),
    "decline": (PARTNER, DECIDE),
    "nominate": (EITHER, PLAN),
    "freeze": (OWNER, DECIDE),
    "contribute-seed": (PARTNER, DECIDE),
    "draw": (OWNER, DECIDE),
    "file-cases": (EITHER, PLAN),
    "record-result": (EITHER, PLAN),
    "complete": (OWNER, DECIDE),
    "cancel": (EITHER, DECIDE),
}


def visible(caller: Principal) -> Select[JointOperation]:
    """The two cities' inspectors see their operations, overseers all.

    Everybody else knows of one when it is over: who is drawn must not be warned.
    """
    wanted = select(JointOperation)
    if caller.holds("auditor", "province", "service"):
        return wanted
    if caller.holds(*HANDLERS):
        mine = or_(
            JointOperation.partner_city == caller.city, JointOperation.owner_city == caller.city
        )
        # The invited city sees a plan when it is proposed.
        told = or_(JointOperation.owner_city == caller.city, JointOperation.state != rules.PLANNED)
        return wanted.where(mine, told)
    return wanted.where(JointOperation.state == rules.COMPLETED)


def is_their_turn(caller: Principal, operation: JointOperation, action: str) -> bool:
    """True when the action is the caller's city's."""
    turn, _ = TURNS[action]
    cities = {
        OWNER: {operation.owner_city},
        PARTNER: {operation.partner_city},
        EITHER: {operation.owner_city, operation.partner_city},
    }
    return caller.city in cities[turn]


async def hold(
    session: AsyncSession, caller: Principal, operation_id: UUID, action: str
) -> tuple[JointOperation, str]:
    """The operation, held for somebody whose turn it is, and the state the act leads to."""
    operation = await load(
        session, visible(caller).where(JointOperation.id == operation_id), lock=True
    )
    if not is_their_turn(caller, operation, action):
        raise NotYourCity
    if not ACCESS.allows(caller, TURNS[action][1]):
        raise ScopeMissing
    match_version(operation)
    return operation, MACHINE.take(operation.state, action)


async def move(
    session: AsyncSession,
    caller: Principal,
    operation: JointOperation,
    action: str,
    target: str,
    *,
    reason: str | None = None,
) -> OperationRead:
    """Takes the operation to its next state, on record."""
    timeline.add(
        session,
        operation.id,
        action,
        caller=caller,
        from_state=operation.state,
        to_state=target,
        reason=reason,
    )
    operation.state = target
    operation.updated_at = clock.now()
    operation.steps += 1
    return (await show(session, caller, [operation]))[0]


def tell(session: AsyncSession, operation: JointOperation, event: outbox.Event) -> None:
    """Publishes a fact of the operation to both cities."""
    outbox.publish(
        session,
        event,
        source="li",
        subject=operation.biz_no,
        city=operation.owner_city,
        audience=[operation.owner_city, operation.partner_city],
    )


# ── reading ─────────────────────────────────────────────────────────────────────────────────


async def show(
    session: AsyncSession, caller: Principal, rows: Sequence[JointOperation]
) -> list[OperationRead]:
    """Operations with their candidates and checks, as this caller reads them."""
    await session.flush()  # the answer carries ids and versions
    ids = [row.id for row in rows]
    inspectors: dict[UUID, list[InspectorRead]] = defaultdict(list)
    employers: dict[UUID, list[CandidateRead]] = defaultdict(list)
    checks: dict[UUID, list[CheckRead]] = defaultdict(list)
    for one in await session.scalars(
        select(CandidateInspector)
        .where(CandidateInspector.operation_id.in_(ids))
        .order_by(CandidateInspector.staff_no)
    ):
        inspectors[one.operation_id].append(InspectorRead.model_validate(one))
    for employer in await session.scalars(
        select(CandidateEmployer)
        .where(CandidateEmployer.operation_id.in_(ids))
        .order_by(CandidateEmployer.uscc)
    ):
        employers[employer.operation_id].append(CandidateRead.model_validate(employer))
    for check in await session.scalars(
        select(OperationCheck)
        .where(OperationCheck.operation_id.in_(ids))
        .order_by(OperationCheck.id)
    ):
        is_own = check.city == caller.city and caller.holds(*HANDLERS)
        findings = check.findings if is_own else None
        checks[check.operation_id].append(shown(CheckRead, check, findings=findings))
    clocks = await deadlines.of(session, ids)
    return [
        shown(
            OperationRead,
            row,
            inspectors=inspectors[row.id],
            employers=employers[row.id],
            checks=checks[row.id],
            allowed_actions=_allowed(caller, row),
            deadlines=clocks[row.id],
        )
        for row in rows
    ]


def _allowed(caller: Principal, operation: JointOperation) -> list[str]:
    def may(action: str) -> bool:
        if action == "draw" and operation.nonce is None:
            return False
        if action == "contribute-seed" and operation.nonce is not None:
            return False
        return is_their_turn(caller, operation, action) and ACCESS.allows(caller, TURNS[action][1])

    return MACHINE.allowed(operation.state, may)


async def one(session: AsyncSession, caller: Principal, operation_id: UUID) -> JointOperation:
    """The operation, if this caller may know of it."""
    return await load(session, visible(caller).where(JointOperation.id == operation_id))


async def page(
    session: AsyncSession, caller: Principal, query: OperationQuery
) -> Page[OperationRead]:
    """A page of operations."""
    wanted = visible(caller)
    for name in ("state", "owner_city", "partner_city"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(JointOperation, name) == value)
    if query.q:
        wanted = wanted.where(JointOperation.title.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=JointOperation.id,
        sorts={
            "created_at": JointOperation.created_at,
            "planned_from": JointOperation.planned_from,
        },
        default="-created_at",
    )
    return Page(items=await show(session, caller, rows), next_cursor=cursor)


# ── planning and agreeing ───────────────────────────────────────────────────────────────────


async def plan(session: AsyncSession, caller: Principal, new: OperationCreate) -> OperationRead:
    """Plans an operation that the caller's city would lead."""
    if caller.city is None:
        raise NotYourCity
    others = [city for city in ACTIVE_CITIES if city != caller.city]
    partner = new.partner_city or (others[0] if len(others) == 1 else None)
    if partner not in others:
        raise refuse("partner_city", "CITY", "须为另一参与城市", "must be another city of the hub")
    if new.suggestion_id is not None:
        known = visible_suggestions(caller)
        await load(session, known.where(JointCaseSuggestion.id == new.suggestion_id))
    operation = JointOperation(
        biz_no=await numbering.next_number(session, "LI", caller.city, clock.today()),
        owner_city=caller.city,
        state=rules.PLANNED,
        steps=0,
        **{**new.model_dump(), "partner_city": partner},
    )
    session.add(operation)
    await session.flush()  # its id is the subject of its history
    timeline.add(session, operation.id, "plan", caller=caller, to_state=rules.PLANNED)
    return (await show(session, caller, [operation]))[0]


async def change(
    session: AsyncSession, caller: Principal, operation_id: UUID, wish: OperationChange
) -> OperationRead:
    """Changes a plan that was not proposed yet."""
    operation, _ = await hold(session, caller, operation_id, "propose")
    for name, value in wish.model_dump(exclude_none=True).items():
        setattr(operation, name, value)
    if operation.planned_to < operation.planned_from:
        raise refuse("planned_to", "PERIOD", "不得早于开始日期", "is before the start")
    return await move(session, caller, operation, "change", operation.state)


async def propose(session: AsyncSession, caller: Principal, operation_id: UUID) -> OperationRead:
    """Invites the other city; its answer has a clock."""
    operation, target = await hold(session, caller, operation_id, "propose")
    today = clock.today()
    days = await policy.get(session, "li.joint_operation_answer_wd", on=today)
    await start(session, operation, ANSWER, today, int(days))
    return await move(session, caller, operation, "propose", target)


async def start(
    session: AsyncSession, operation: JointOperation, code: str, on: date, days: int
) -> None:
    """Starts a working-day clock of the operation, for both cities."""
    await deadlines.start(
        session,
        subject_id=operation.id,
        subject_no=operation.biz_no,
        owner_city=operation.partner_city if code == ANSWER else operation.owner_city,
        audience=[operation.owner_city, operation.partner_city],
        code=code,
        started_on=on,
        unit="WD",
        length=days,
        basis=BASIS,
    )


async def answer(
    session: AsyncSession,
    caller: Principal,
    operation_id: UUID,
    action: str,
    reason: str | None,
) -> OperationRead:
    """The other city agrees or declines."""
    operation, target = await hold(session, caller, operation_id, action)
    await deadlines.meet(session, operation.id, ANSWER, clock.today())
    if action == "agree":
        operation.agreed_on, operation.agreed_by = clock.today(), caller.actor
        tell(
            session,
            operation,
            OperationAgreed(
                partner_city=operation.partner_city,
                planned_from=operation.planned_from,
                planned_to=operation.planned_to,
            ),
        )
    return await move(session, caller, operation, action, target, reason=reason)


async def cancel(
    session: AsyncSession, caller: Principal, operation_id: UUID, reason: str
) -> OperationRead:
    """Calls it off, before anybody knows the outcome of a draw."""
    operation, target = await hold(session, caller, operation_id, "cancel")
    await deadlines.cancel(session, operation.id)
    return await move(session, caller, operation, "cancel", target, reason=reason)


async def nominate(
    session: AsyncSession, caller: Principal, operation_id: UUID, wish: Nominate
) -> OperationRead:
    """A city names its own inspectors and the employers it inspects, in place of those before."""
    operation, target = await hold(session, caller, operation_id, "nominate")
    usccs = [one.uscc for one in wish.employers]
    await _refuse_foreign(session, operation, caller, wish.inspectors, usccs)
    for model in (CandidateInspector, CandidateEmployer):
        await session.execute(
            delete(model).where(model.operation_id == operation.id, model.city == caller.city)
        )
    session.add_all(
        CandidateInspector(operation_id=operation.id, city=caller.city, staff_no=number)
        for number in dict.fromkeys(wish.inspectors)
    )
    session.add_all(
        CandidateEmployer(operation_id=operation.id, city=caller.city, uscc=uscc, name=name)
        for uscc, name in {one.uscc: one.name for one in wish.employers}.items()
    )
    return await move(session, caller, operation, "nominate", target)


async def _refuse_foreign(
    session: AsyncSession,
    operation: JointOperation,
    caller: Principal,
    inspectors: Sequence[str],
    usccs: Sequence[str],
) -> None:
    """422 for whom the other city has named already: each inspects its own."""
    theirs = set(
        await session.scalars(
            select(CandidateInspector.staff_no)
            .where(CandidateInspector.operation_id == operation.id)
            .where(CandidateInspector.city != caller.city)
        )
    ) | set(
        await session.scalars(
            select(CandidateEmployer.uscc)
            .where(CandidateEmployer.operation_id == operation.id)
            .where(CandidateEmployer.city != caller.city)
        )
    )
    named = [
        *((f"inspectors.{at}", one) for at, one in enumerate(inspectors)),
        *((f"employers.{at}.uscc", one) for at, one in enumerate(usccs)),
    ]
    wrong = [
        FieldError(
            field=field,
            code="OTHER_CITY",
            message_zh="已由对方城市提名",
            message_en="has been named by the other city",
        )
        for field, name in named
        if name in theirs
    ]
    if wrong:
        raise Invalid(*wrong)
