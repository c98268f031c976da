"""Instant notices, written in the transaction of the act they tell of (LI-1a)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, outbox, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.ids import new_id
from hrss_kit.money import amount_band
from labor_inspection.bulletins import rules
from labor_inspection.bulletins.models import ViolationBulletin
from labor_inspection.bulletins.schemas import MajorCaseNoticed
from labor_inspection.cases import rules as case_rules
from labor_inspection.cases.models import Case, CaseOrder
from labor_inspection.complaints.rules import city_taking_part, registration_division
from labor_inspection.credit import rules as credit_rules
from labor_inspection.credit.models import CreditEvent


def registration_city(uscc: str | None) -> str | None:
    """The partner city that an employer is registered in."""
    return city_taking_part(registration_division(uscc))


def addressees(owner_city: str, uscc: str | None) -> list[str]:
    """The registration city when it is another one; otherwise every other city."""
    registered = registration_city(uscc)
    others = [city for city in ACTIVE_CITIES if city != owner_city]
    return [registered] if registered in others else others


async def tell_of_major_case(
    session: AsyncSession, caller: Principal, case: Case, order: CaseOrder, stage: str
) -> None:
    """Notifies the other city of a case that policy calls major; nothing for any other case."""
    figures = await policy.get(session, "li.major_case", on=clock.today(), city=case.owner_city)
    decided = rules.Decided(
        matter=case.matter,
        decision=order.kind,
        amount=_amount(case),
        workers=case.workers_count,
        is_incident=await _is_incident(session, case),
    )
    kinds = rules.major_kinds(
        decided,
        figures,
        acted=case_rules.BURDENING,
        police=case_rules.TRANSFER_POLICE,
    )
    if kinds:
        await send(session, caller, case, order, stage, kinds, note=None)


def _amount(case: Case) -> Decimal:
    return case.amount_claimed if case.amount_ordered is None else case.amount_ordered


async def _is_incident(session: AsyncSession, case: Case) -> bool:
    await session.flush()  # what this transaction has noted counts
    found = await session.scalar(
        select(CreditEvent.id).where(
            CreditEvent.case_id == case.id,
            CreditEvent.kind == credit_rules.INCIDENT,
            CreditEvent.annulled_on.is_(None),
        )
    )
    return found is not None


async def send(
    session: AsyncSession,
    caller: Principal,
    case: Case,
    order: CaseOrder,
    stage: str,
    kinds: Sequence[str],
    *,
    note: str | None,
) -> None:
    """Writes the notice to each addressee, once a decision and moment."""
    for city in addressees(case.owner_city, case.employer_uscc):
        row: dict[str, Any] = {
            "kind": rules.MAJOR_CASE,
            "to_city": city,
            "employer_uscc": case.employer_uscc,
            "employer_name": case.employer_name,
            "case_id": case.id,
            "case_no": case.case_no,
            "order_id": order.id,
            "stage": stage,
            "major_kinds": list(kinds),
            "matter": list(case.matter),
            "decision": order.kind,
            "decided_on": order.decided_on,
            "amount": _amount(case),
            "workers_count": case.workers_count,
            "note": note,
        }
        biz_no = await _issue(session, caller.actor, case.owner_city, row, caller=caller)
        if biz_no is None:
            continue
        outbox.publish(
            session,
            MajorCaseNoticed.model_validate(
                {
                    "uscc": case.employer_uscc,
                    "to_city": city,
                    "kinds": list(kinds),
                    "stage": stage,
                    "decision": order.kind,
                    "amount_band": amount_band(_amount(case)),
                }
            ),
            source="li",
            subject=biz_no,
            city=case.owner_city,
            audience=[case.owner_city, city],
        )


async def tell_of_credit(session: AsyncSession, event: CreditEvent) -> None:
    """诚信通报: the registration city hears of what an employer did in the work city."""
    registered = registration_city(event.employer_uscc)
    if registered is None or registered == event.owner_city:
        return
    principal = exchange().principal
    await session.flush()  # the notice refers to the event
    row: dict[str, Any] = {
        "kind": rules.CREDIT,
        "to_city": registered,
        "employer_uscc": event.employer_uscc,
        "employer_name": event.employer_name,
        "case_id": event.case_id,
        "case_no": event.case_no,
        "credit_event_id": event.id,
        "credit_kind": event.kind,
        "major_kinds": [],
        "matter": [],
    }
    actor = principal.actor if principal else "system"
    await _issue(session, actor, event.owner_city, row, caller=principal)


async def _issue(
    session: AsyncSession,
    actor: str,
    owner_city: str,
    row: dict[str, Any],
    *,
    caller: Principal | None,
) -> str | None:
    """The number of the new notice; None when the same was sent already."""
    today, now = clock.today(), clock.now()
    biz_no = await numbering.next_number(session, "LI", owner_city, today)
    await session.flush()  # the act itself is written first
    made = await session.scalar(
        insert(ViolationBulletin)
        .values(
            id=new_id(),
            biz_no=biz_no,
            owner_city=owner_city,
            version=1,
            created_at=now,
            created_by=actor,
            updated_at=now,
            updated_by=actor,
            state=rules.ISSUED,
            employers=[],
            issued_on=today,
            issued_by=actor,
            **row,
        )
        .on_conflict_do_nothing()
        .returning(ViolationBulletin.id)
    )
    if made is None:
        return None
    timeline.add(session, made, "issue", caller=caller, to_state=rules.ISSUED)
    return biz_no
