"""Who draws a benefit, what was found out about it, and what follows for the payment."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, outbox, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.calendar_store import work_calendar
from hrss_kit.context import exchange
from hrss_kit.problems import Duplicate, NotYourCity
from hrss_kit.resources import load, match_version
from hrss_kit.translation import constraint_of
from social_insurance.figures import figure
from social_insurance.life_certifications import rules, views
from social_insurance.life_certifications.models import (
    ONCE,
    BenefitHold,
    LifeCertification,
    LifeCheck,
)
from social_insurance.life_certifications.rules import MACHINE
from social_insurance.life_certifications.schemas import (
    Certify,
    DataMatches,
    DataMatchesRead,
    LifeCertificationCreate,
    LifeCertOk,
    LifeCertResumed,
    ReportDeath,
)

SYSTEM: Final = "system"
#: What a counter of the city where somebody lives may take for the city that pays.
AT_A_COUNTER: Final = ("COUNTER", "FACE_SELF")


async def register(
    session: AsyncSession, caller: Principal, new: LifeCertificationCreate
) -> LifeCertification:
    """Takes somebody who draws a benefit of the caller's city into the cycle."""
    if caller.city is None:
        raise NotYourCity
    row = LifeCertification(
        biz_no=await numbering.next_number(session, "SI", caller.city, clock.today()),
        owner_city=caller.city,
        benefit=new.benefit,
        residence_city=new.residence_city or caller.city,
        monthly_amount=new.monthly_amount,
        last_ok_on=new.last_ok_on,
        due_on=await next_due(session, new.last_ok_on, caller.city),
        state=rules.NOT_DUE,
        is_end_reported=False,
    )
    row.take_person(new.person)
    exchange().note(person_refs=[row.person_ref])
    # What the timer would have done by now, suspension aside: that is told on its own.
    row.state = await state_of(session, row)
    if row.state == rules.SUSPENDED:
        row.state = rules.OVERDUE
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as error:
        if constraint_of(error) != ONCE:
            raise
        existing = await session.scalar(
            select(LifeCertification.id).where(
                LifeCertification.id_hash == row.id_hash,
                LifeCertification.benefit == row.benefit,
                LifeCertification.owner_city == row.owner_city,
                LifeCertification.state.in_(rules.DRAWING),
            )
        )
        raise Duplicate(existing_id=str(existing)) from error
    timeline.add(session, row.id, "register", caller=caller, to_state=row.state)
    return row


async def next_due(session: AsyncSession, ok_on: date, city: str) -> date:
    """The next time after it was in order: a rolling year."""
    months = await figure(session, "si.lifecert_cycle_months", on=ok_on, city=city)
    return rules.months_after(ok_on, int(months))


async def hold_month(session: AsyncSession, row: LifeCertification) -> str:
    """The first payment month that is held back when nothing is shown."""
    is_next = await figure(session, "si.suspend_next_month", on=row.due_on, city=row.owner_city)
    return rules.held_from(row.due_on, is_next_month=bool(is_next))


async def state_of(session: AsyncSession, row: LifeCertification) -> str:
    """Where the cycle stands by the calendar."""
    today = clock.today()
    warn = await figure(session, "si.lifecert_warn_days", on=today, city=row.owner_city)
    month = await hold_month(session, row)
    return rules.state_on(today, row.due_on, warn_days=int(warn), hold_month=month)


async def certify(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Certify
) -> LifeCertification:
    """Records what was found out; ALIVE renews, anything else stops nothing by itself."""
    row = await hold(session, caller, row_id, "certify", is_counter=wish.method in AT_A_COUNTER)
    await take(
        session,
        row,
        method=wish.method,
        result=wish.result,
        confidence=wish.confidence,
        on=wish.certified_on or clock.today(),
        source=wish.source or wish.method,
        evidence_ref=wish.evidence_ref,
        caller=caller,
    )
    return row


async def report_death(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: ReportDeath
) -> LifeCertification:
    """Family or employer report a death; a head verifies it before anything stops."""
    row = await hold(session, caller, row_id, "report-death")
    row.ended_on, row.document_ref = wish.death_on, wish.document_ref or row.document_ref
    days = int(await figure(session, "si.report_duty_wd", on=wish.death_on))
    until = (await work_calendar(session)).add_wd(wish.death_on, days).on
    await take(
        session,
        row,
        method="COUNTER",
        result=rules.DECEASED,
        confidence="MEDIUM",
        on=clock.today(),
        source=wish.source,
        evidence_ref=wish.document_ref,
        caller=caller,
        reason=f"应于{until}前报告" if clock.today() > until else None,
    )
    return row


async def match_data(
    session: AsyncSession, caller: Principal, wish: DataMatches
) -> DataMatchesRead:
    """Compares a partner's register with who draws a benefit of the caller's city."""
    told = DataMatchesRead(received=len(wish.items), matched=0, certified=0, ends_reported=0)
    for one in wish.items:
        found = await session.scalars(
            select(LifeCertification)
            .where(LifeCertification.id_hash == sealing.blind(one.doc_no))
            .where(LifeCertification.owner_city == caller.city)
            .where(LifeCertification.state.in_(rules.DRAWING))
            .order_by(LifeCertification.id)
            .with_for_update()
        )
        for row in found.all():
            if row.person_name != one.name:
                continue  # a number with another name is nobody we know
            exchange().note(person_refs=[row.person_ref])
            told.matched += 1
            is_renewed = await take(
                session,
                row,
                method="DATA_MATCH",
                result=one.result,
                confidence=one.confidence,
                on=min(one.on, clock.today()),
                source=one.source,
                evidence_ref=one.evidence_ref,
                caller=caller,
            )
            told.certified += is_renewed
            told.ends_reported += one.result in (rules.DECEASED, rules.INELIGIBLE)
    return told


async def take(
    session: AsyncSession,
    row: LifeCertification,
    *,
    method: str,
    result: str,
    confidence: str,
    on: date,
    source: str,
    evidence_ref: str | None,
    caller: Principal | None,
    reason: str | None = None,
) -> bool:
    """Adds what was found out, and renews when it shows that the right lasts; True if so."""
    session.add(
        LifeCheck(
            certification_id=row.id,
            checked_on=on,
            method=method,
            result=result,
            confidence=confidence,
            source=source,
            evidence_ref=evidence_ref,
            actor=caller.actor if caller else SYSTEM,
            city=caller.city if caller else None,
        )
    )
    before, is_renewed = row.state, False
    row.updated_at = clock.now()
    if result in (rules.DECEASED, rules.INELIGIBLE):
        row.is_end_reported, row.result = True, result
    elif result == rules.ALIVE and confidence != rules.LOW and on >= row.last_ok_on:
        is_renewed = True
        await _renew(session, row, method, on)
    timeline.add(
        session,
        row.id,
        "certify",
        caller=caller,
        from_state=before,
        to_state=row.state,
        reason=reason or f"{method} {result}",
    )
    return is_renewed


async def _renew(session: AsyncSession, row: LifeCertification, method: str, on: date) -> None:
    row.last_ok_on, row.method, row.result = on, method, rules.ALIVE
    row.due_on = await next_due(session, on, row.owner_city)
    row.is_end_reported = row.is_end_reported and method in ("DATA_MATCH", "CARD_USE")
    row.visit_proposed_on = None
    if row.state != rules.SUSPENDED:
        row.state = await state_of(session, row)
        if row.state == rules.SUSPENDED:  # long ago: the timer says so, and from which month
            row.state = rules.OVERDUE
        tell(session, row, LifeCertOk(**shared(row)))
        return
    held = await open_hold(session, row)
    months: list[str] = []
    if held is not None:
        today = clock.today()
        held.ended_on = held.resumed_on = today
        months = held.backpay_months = rules.backpay(held.from_month, today)
        held.backpay_amount = row.monthly_amount * len(months)
    row.state = rules.RESUMED
    tell(session, row, LifeCertResumed(**shared(row), backpay_months=months))


# ── what every act does ─────────────────────────────────────────────────────────────────────


async def hold(
    session: AsyncSession,
    caller: Principal,
    row_id: UUID,
    action: str,
    *,
    is_counter: bool = False,
) -> LifeCertification:
    """The certification, held for somebody who may act on it."""
    wanted = views.visible(caller).where(LifeCertification.id == row_id)
    row = await load(session, wanted, lock=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    if caller.city != row.owner_city and not (is_counter and caller.holds("window")):
        raise NotYourCity
    match_version(row)
    MACHINE.take(row.state, action)
    return row


async def open_hold(session: AsyncSession, row: LifeCertification) -> BenefitHold | None:
    """The months held back now."""
    return await session.scalar(
        select(BenefitHold).where(
            BenefitHold.certification_id == row.id, BenefitHold.ended_on.is_(None)
        )
    )


async def of_person_ref(session: AsyncSession, ref: str) -> Sequence[LifeCertification]:
    """Whoever an event names, if a benefit is drawn; held until the transaction ends."""
    found = await session.scalars(
        select(LifeCertification)
        .where(func.substring(LifeCertification.id_hash, 1, 12) == bytes.fromhex(ref))
        .where(LifeCertification.state.in_(rules.DRAWING))
        .order_by(LifeCertification.id)
        .with_for_update()
    )
    return found.all()


def shared(row: LifeCertification) -> dict[str, Any]:
    """What every event of a certification says."""
    return {"benefit": row.benefit, "due_on": row.due_on, "method": row.method}


def tell(session: AsyncSession, row: LifeCertification, event: outbox.Event) -> None:
    """Publishes a fact to the city that pays and the one where the person lives."""
    outbox.publish(
        session,
        event,
        source="si",
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.cities,
        person_ref=row.person_ref,
    )
