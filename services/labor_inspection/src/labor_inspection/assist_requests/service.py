"""What can be done with a letter of assistance. The assisted city does not decide the case."""

import json
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, outbox, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.problems import (
    FieldError,
    Invalid,
    NotYourCity,
    ScopeMissing,
    StateConflict,
    refuse,
)
from hrss_kit.resources import RevealReply, RevealRequest, load, match_version, reveal
from labor_inspection.assist_requests import evidence, rules
from labor_inspection.assist_requests.models import AssistRequest, SoughtPerson
from labor_inspection.assist_requests.rules import MACHINE
from labor_inspection.assist_requests.schemas import (
    AssistAssign,
    AssistClose,
    AssistCreate,
    AssistOverdue,
    AssistReplied,
    AssistReply,
    AssistSent,
)
from labor_inspection.assist_requests.views import HANDLERS, visible
from labor_inspection.cases import orders
from labor_inspection.cases import rules as case_rules
from labor_inspection.cases import views as case_views
from labor_inspection.cases.models import Case, CaseOrder
from labor_inspection.cases.service import refuse_interested, require_inspectors

ASSIST_ACCEPT, ASSIST_REPLY = "ASSIST_ACCEPT", "ASSIST_REPLY"


# ── the city that asks ──────────────────────────────────────────────────────────────────────


async def send(session: AsyncSession, caller: Principal, new: AssistCreate) -> AssistRequest:
    """Sends a letter about a case of the caller's city; the hub delivers it at once."""
    case = await load(session, case_views.visible(caller).where(Case.id == new.case_id), lock=True)
    if case.owner_city != caller.city:
        raise NotYourCity
    if case.state == case_rules.CLOSED:
        raise StateConflict(case.state, case_rules.MACHINE.allowed(case.state))
    city = _executing_city(case, new.executing_city)
    order = await orders.unserved(session, case, new.order_id) if new.kind == "SERVE" else None
    today = clock.today()
    row = AssistRequest(
        biz_no=await numbering.next_number(session, "LI", case.owner_city, today),
        owner_city=case.owner_city,
        case_id=case.id,
        case_no=case.biz_no,
        kind=new.kind,
        state=rules.DRAFT,
        executing_city=city,
        order_id=order.id if order else None,
        document_refs=new.document_refs,
        request=new.request,
        questions_json=json.dumps(new.questions, ensure_ascii=False),
        sent_on=today,
        received_on=today,
    )
    session.add(row)
    await session.flush()  # its id is the subject of clocks, timeline and person
    if new.person is not None:
        sought = SoughtPerson(request_id=row.id)
        sought.take_person(new.person)
        session.add(sought)
    case.shared_cities = sorted({*case.shared_cities, city})
    _move(session, row, "send", MACHINE.take(row.state, "send"), caller=caller)
    _move(session, row, "receive", MACHINE.take(row.state, "receive"), caller=None)
    await _start_clock(session, row, ASSIST_ACCEPT, "li.assist_accept_wd", today)
    due = await _start_clock(session, row, ASSIST_REPLY, "li.assist_reply_wd", today)
    timeline.add(session, case.id, "send-assist-request", caller=caller, reason=row.biz_no)
    _tell(session, row, AssistSent(kind=new.kind, due_on=due.due_on))
    return row


def _executing_city(case: Case, wished: str | None) -> str:
    others = [city for city in ACTIVE_CITIES if city != case.owner_city]
    if wished is None:
        return others[0]
    if wished not in others:
        raise refuse("executing_city", "CITY", "须为另一合作城市", "is not another partner city")
    return wished


async def _start_clock(
    session: AsyncSession, row: AssistRequest, code: str, key: str, on: date
) -> deadlines.Deadline:
    return await deadlines.start(
        session,
        subject_id=row.id,
        subject_no=row.biz_no,
        owner_city=row.owner_city,
        audience=row.cities,
        code=code,
        started_on=on,
        unit="WD",
        length=int(await policy.get(session, key, on=on, city=row.owner_city)),
        basis="两市协查约定",
    )


async def close(
    session: AsyncSession, caller: Principal, request_id: UUID, wish: AssistClose
) -> AssistRequest:
    """Takes the answer over into the case; a service that was made counts as made."""
    row = await _hold(session, caller, request_id, "close")
    target = MACHINE.take(row.state, "close")
    await evidence.take_over(session, caller, row, wish.evidence_hashes)
    row.closed_on = clock.today()
    _move(session, row, "close", target, caller=caller)
    if row.served_on is not None and row.receipt_no is not None:
        await _mark_served(session, caller, row, row.served_on, row.receipt_no)
    await deadlines.cancel(session, row.id)
    return row


async def _mark_served(
    session: AsyncSession, caller: Principal, row: AssistRequest, on: date, receipt_no: str
) -> None:
    case = await load(session, select(Case).where(Case.id == row.case_id), lock=True)
    order = await load(session, select(CaseOrder).where(CaseOrder.id == row.order_id), lock=True)
    if order.served_on is None:
        await orders.record_service(
            session,
            caller,
            case,
            order,
            on=on,
            receipt_no=receipt_no,
            through_assist_id=row.id,
        )


# ── the city that answers ───────────────────────────────────────────────────────────────────


async def accept(session: AsyncSession, caller: Principal, request_id: UUID) -> AssistRequest:
    """Takes the letter on."""
    row = await _hold(session, caller, request_id, "accept")
    target = MACHINE.take(row.state, "accept")
    row.accepted_on = clock.today()
    await deadlines.meet(session, row.id, ASSIST_ACCEPT, row.accepted_on)
    _move(session, row, "accept", target, caller=caller)
    return row


async def decline(
    session: AsyncSession, caller: Principal, request_id: UUID, reason: str
) -> AssistRequest:
    """Sends the letter back with a reason."""
    row = await _hold(session, caller, request_id, "decline")
    target = MACHINE.take(row.state, "decline")
    row.decline_reason = reason
    await deadlines.meet(session, row.id, ASSIST_ACCEPT, clock.today())
    await deadlines.cancel(session, row.id, ASSIST_REPLY)
    _move(session, row, "decline", target, caller=caller, reason=reason)
    return row


async def assign(
    session: AsyncSession, caller: Principal, request_id: UUID, wish: AssistAssign
) -> AssistRequest:
    """Names at least two inspectors, none with an interest."""
    row = await _hold(session, caller, request_id, "assign")
    target = MACHINE.take(row.state, "assign")
    case = await load(session, select(Case).where(Case.id == row.case_id))
    names = list(dict.fromkeys(wish.inspectors))
    await require_inspectors(session, case, names, on=clock.today())
    await refuse_interested(session, case, names)
    row.inspectors = names
    _move(session, row, "assign", target, caller=caller)
    return row


async def reply(
    session: AsyncSession, caller: Principal, request_id: UUID, wish: AssistReply
) -> AssistRequest:
    """Answers, with evidence by its hash and, for a service, the receipt."""
    row = await _hold(session, caller, request_id, "reply")
    target = MACHINE.take(row.state, "reply")
    today = clock.today()
    await _refuse_wrong_dates(session, row, wish, today)
    row.result, row.answers_json = wish.result, json.dumps(wish.answers, ensure_ascii=False)
    row.served_on, row.receipt_no = wish.served_on, wish.receipt_no
    row.replied_on, row.replied_by = today, caller.actor
    row.is_found, row.whereabouts = wish.is_found, wish.whereabouts
    count = await evidence.hand_over(session, caller, row, wish.evidences)
    running = await deadlines.running(session, row.id, ASSIST_REPLY)
    await deadlines.meet(session, row.id, ASSIST_REPLY, today)
    _move(session, row, "reply", target, caller=caller)
    _tell(
        session,
        row,
        AssistReplied(
            kind=row.kind,
            due_on=running.due_on if running else today,
            replied_on=today,
            evidences=count,
        ),
    )
    return row


def _not_of_its_kind(row: AssistRequest, wish: AssistReply) -> list[FieldError]:
    """Each kind has its own answer: a service its receipt, a search whether somebody was found."""
    wrong = []
    if row.kind != rules.LOCATE_PERSON and wish.is_found is not None:
        wrong.append(
            ("is_found", "NOT_APPLICABLE", "此类协查不适用", "does not apply to this kind")
        )
    if row.questions and len(wish.answers) > len(row.questions):
        wrong.append(("answers", "ANSWERS", "答复多于所列问题", "are more than the questions"))
    return [
        FieldError(field=field, code=code, message_zh=zh, message_en=en)
        for field, code, zh, en in wrong
    ]


async def _refuse_wrong_dates(
    session: AsyncSession, row: AssistRequest, wish: AssistReply, today: date
) -> None:
    wrong = [
        FieldError(
            field=f"evidences.{at}.collected_on",
            code="DATE",
            message_zh="不得晚于今日",
            message_en="lies after today",
        )
        for at, one in enumerate(wish.evidences)
        if one.collected_on > today
    ]
    wrong += _not_of_its_kind(row, wish)
    if wrong:
        raise Invalid(*wrong)
    if wish.served_on is None:
        return
    if row.order_id is None:
        raise refuse("served_on", "NOT_APPLICABLE", "此类协查不适用", "does not apply to this kind")
    order = await load(session, select(CaseOrder).where(CaseOrder.id == row.order_id))
    if not order.decided_on <= wish.served_on <= today:
        raise refuse(
            "served_on", "DATE", "须在决定之后、今日之前", "lies before the decision or after today"
        )
    if order.due_on is not None and wish.served_on > order.due_on:
        raise orders.OrderExpired


# ── both ────────────────────────────────────────────────────────────────────────────────────


async def _hold(
    session: AsyncSession, caller: Principal, request_id: UUID, action: str
) -> AssistRequest:
    """The letter, held until the transaction ends, for the city whose turn it is."""
    row = await load(session, visible(caller).where(AssistRequest.id == request_id), lock=True)
    turn = row.owner_city if action in rules.OF_REQUESTER else row.executing_city
    if caller.city != turn:
        raise NotYourCity
    if not caller.holds(*HANDLERS):
        raise ScopeMissing
    match_version(row)
    return row


async def reveal_person(
    session: AsyncSession, caller: Principal, request_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Shows in full whom the letter looks for."""
    row = await load(session, visible(caller).where(AssistRequest.id == request_id))
    person = await load(session, select(SoughtPerson).where(SoughtPerson.request_id == row.id))
    exchange().note(subject=row.biz_no, person_refs=[person.person_ref])
    values = {"name": person.person_name, "doc_no": person.doc_no, "mobile": person.mobile}
    values["whereabouts"] = row.whereabouts
    return reveal(caller, row.id, wish, values)


def _move(
    session: AsyncSession,
    row: AssistRequest,
    action: str,
    target: str,
    *,
    caller: Principal | None,
    reason: str | None = None,
) -> None:
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=target,
        reason=reason,
    )
    row.state = target
    row.updated_at = clock.now()


def _tell(session: AsyncSession, row: AssistRequest, event: outbox.Event) -> None:
    outbox.publish(
        session,
        event,
        source="li",
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.cities,
    )


async def tell_overdue(session: AsyncSession) -> int:
    """Timer: tells both cities' supervisors once of an answer that is late."""
    clocks = deadlines.Deadline
    late = select(AssistRequest, clocks).join(clocks, clocks.subject_id == AssistRequest.id)
    late = late.where(clocks.code == ASSIST_REPLY, clocks.met_on.is_(None))
    late = late.where(AssistRequest.state.in_(rules.AWAITED), AssistRequest.overdue_on.is_(None))
    late = late.where(clocks.due_on < clock.today()).order_by(AssistRequest.id)
    rows = (await session.execute(late.with_for_update(of=AssistRequest, skip_locked=True))).all()
    for row, passed in rows:
        row.overdue_on = clock.today()
        _tell(session, row, AssistOverdue(kind=row.kind, due_on=passed.due_on))
    return len(rows)
