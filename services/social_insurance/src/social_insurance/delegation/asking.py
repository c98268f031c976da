"""The city that asks: it prepares, sends, answers questions back, and decides."""

import json
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.problems import Duplicate, MakerIsChecker, NotYourCity, ScopeMissing, refuse
from hrss_kit.translation import constraint_of
from social_insurance.delegation import catalogue, rules, service, views
from social_insurance.delegation import schemas as wire
from social_insurance.delegation.models import CASE_ONCE, DelegatedCase, DelegationItem
from social_insurance.delegation.rules import MACHINE
from social_insurance.injuries import rules as injury_rules
from social_insurance.injuries.models import InjuryDetermination


async def draft(
    session: AsyncSession, caller: Principal, new: wire.DelegatedCaseCreate
) -> DelegatedCase:
    """Prepares a case; it reaches the other city when somebody else has sent it."""
    if caller.city is None:
        raise NotYourCity
    return await prepare(session, caller.city, new, made_by=caller.actor, caller=caller)


async def prepare(
    session: AsyncSession,
    city: str,
    new: wire.DelegatedCaseCreate,
    *,
    made_by: str,
    caller: Principal | None,
) -> DelegatedCase:
    """As `draft`; also for the timer that proposes a visit in the other city (J-4)."""
    item = await catalogue.active(session, new.kind)
    executing = _executing_city(city, new.executing_city)
    if new.purpose_code not in (None, item.purpose_code):
        raise refuse("purpose_code", "PURPOSE", "与事项的使用目的不符", "does not fit the kind")
    catalogue.refuse_unfit("form", item.form_schema, dict(new.form))
    await _refuse_closed_main_case(session, city, new.main_case_ref)
    row = DelegatedCase(
        biz_no=await numbering.next_number(session, "SI", city, clock.today()),
        owner_city=city,
        item_id=item.id,
        kind=item.kind,
        state=rules.DRAFT,
        executing_city=executing,
        requesting_org=new.requesting_org or (caller.org_id if caller else None),
        executing_org=new.executing_org,
        main_case_ref=new.main_case_ref,
        purpose_code=item.purpose_code,
        evidence_asked=new.evidence_asked,
        questions_json=json.dumps(new.questions, ensure_ascii=False),
        form_json=json.dumps(new.form, ensure_ascii=False),
        journey_id=new.journey_id,
        made_by=made_by,
        investigators=[],
    )
    row.take_person(new.person)
    exchange().note(person_refs=[row.person_ref])
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether one is open already
    except IntegrityError as error:
        if constraint_of(error) != CASE_ONCE:
            raise
        existing = await session.scalar(
            select(DelegatedCase.id).where(
                DelegatedCase.main_case_ref == new.main_case_ref,
                DelegatedCase.kind == item.kind,
                DelegatedCase.executing_city == executing,
                DelegatedCase.state.in_(rules.OPEN),
            )
        )
        raise Duplicate(existing_id=str(existing)) from error
    timeline.add(session, row.id, "draft", caller=caller, to_state=row.state)
    return row


def _executing_city(own: str, wished: str | None) -> str:
    others = [city for city in ACTIVE_CITIES if city != own]
    if wished is None:
        return others[0]
    if wished not in others:
        raise refuse("executing_city", "CITY", "须为另一合作城市", "is not another partner city")
    return wished


async def _refuse_closed_main_case(session: AsyncSession, city: str, ref: str) -> None:
    """A main case that this service keeps is open and the city's own; others are references."""
    main = (await views.main_cases(session, [ref])).get(ref)
    if main is None:
        return
    over = isinstance(main, InjuryDetermination) and main.state in injury_rules.OVER
    if main.owner_city != city or over:
        raise service.MainCaseClosed


async def send(session: AsyncSession, caller: Principal, case_id: UUID) -> DelegatedCase:
    """Somebody other than the maker sends it; the hub delivers at once, the clocks start."""
    row = await service.hold(session, caller, case_id, "send")
    target = MACHINE.take(row.state, "send")
    if caller.actor == row.made_by:
        raise MakerIsChecker
    item = await session.get_one(DelegationItem, row.item_id)
    if not row.questions and not row.form:
        raise refuse("questions", "REQUIRED", "至少提出一个问题", "at least one is asked")
    today = clock.today()
    row.sent_on = row.received_on = today
    service.move(session, row, "send", target, caller=caller)
    service.move(session, row, "receive", MACHINE.take(row.state, "receive"), caller=None)
    await service.start_policy_clock(session, row, views.ACCEPT, "si.delegated_accept_wd", today)
    days = await catalogue.reply_days(session, item, row.owner_city, today)
    due = await service.start_clock(session, row, views.REPLY, days, today)
    service.tell(session, row, wire.DelegatedSent, due.due_on)
    return row


async def answer_supplement(
    session: AsyncSession, caller: Principal, case_id: UUID, answer: str
) -> DelegatedCase:
    """Tells the executing city what it asked for; its clock runs again."""
    row = await service.hold(session, caller, case_id, "answer-supplement")
    target = MACHINE.take(row.state, "answer-supplement")
    told = row.supplements
    told[-1] |= {"answer": answer, "answered_on": clock.today().isoformat()}
    row.supplement_json = json.dumps(told, ensure_ascii=False)
    await deadlines.meet(session, row.id, views.SUPPLEMENT, clock.today())
    await service.resume(session, row)
    service.move(session, row, "answer-supplement", target, caller=caller)
    return row


async def decide_difference(
    session: AsyncSession, caller: Principal, case_id: UUID, decision: str
) -> DelegatedCase:
    """A head says which statement the city goes by; whoever prepared the case may not."""
    row = await service.hold(session, caller, case_id, "decide-difference")
    MACHINE.take(row.state, "decide-difference")
    if caller.actor == row.made_by:
        raise MakerIsChecker
    row.supervisor_decision, row.decided_by = decision, caller.actor
    service.move(session, row, "decide-difference", row.state, caller=caller)
    return row


async def close(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: wire.Close
) -> DelegatedCase:
    """Takes the answer over into the main case, or says that it is not used."""
    row = await service.hold(session, caller, case_id, "close")
    target = MACHINE.take(row.state, "close")
    item = await session.get_one(DelegationItem, row.item_id)
    if item.decided_by == "SUPERVISOR" and not caller.holds(views.HEAD):
        raise ScopeMissing
    if row.needs_supervisor and row.supervisor_decision is None:
        raise service.DecisionNeeded
    row.is_used_in_main_case, row.closed_on = wish.is_used_in_main_case, clock.today()
    await deadlines.meet(session, row.id, views.CLOSE, clock.today())
    service.move(session, row, "close", target, caller=caller, reason=wish.note)
    service.tell(session, row, wire.DelegatedClosed, None)
    return row


async def reopen(
    session: AsyncSession, caller: Principal, case_id: UUID, reason: str
) -> DelegatedCase:
    """Sends an answer back, once; the other city has the same time again."""
    row = await service.hold(session, caller, case_id, "reopen")
    target = MACHINE.take(row.state, "reopen")
    if row.reopened_count:
        raise service.AlreadyReopened
    row.reopened_count, row.overdue_on = 1, None
    row.started_by = row.drafted_by = row.supervisor_decision = None
    await deadlines.cancel(session, row.id, views.CLOSE)
    item = await session.get_one(DelegationItem, row.item_id)
    today = clock.today()
    days = await catalogue.reply_days(session, item, row.owner_city, today)
    due = await service.start_clock(session, row, views.REPLY, days, today)
    service.move(session, row, "reopen", target, caller=caller, reason=reason)
    service.tell(session, row, wire.DelegatedReopened, due.due_on)
    return row


async def cancel(
    session: AsyncSession, caller: Principal, case_id: UUID, reason: str
) -> DelegatedCase:
    """Takes a case back that the other city has not accepted yet."""
    row = await service.hold(session, caller, case_id, "cancel")
    target = MACHINE.take(row.state, "cancel")
    await deadlines.cancel(session, row.id)
    service.move(session, row, "cancel", target, caller=caller, reason=reason)
    if row.sent_on is not None:
        service.tell(session, row, wire.DelegatedCancelled, None)
    return row
