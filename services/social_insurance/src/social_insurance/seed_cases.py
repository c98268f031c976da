"""Demonstration of delegated cases, an injury and life certifications. Nobody in it is real."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, timeline
from hrss_kit.persons import PersonIn
from social_insurance.delegation import catalogue, views
from social_insurance.delegation import rules as delegation
from social_insurance.delegation.models import DelegatedCase
from social_insurance.figures import figure
from social_insurance.injuries import rules as injury
from social_insurance.injuries import service as injuries
from social_insurance.injuries.models import InjuryDetermination
from social_insurance.life_certifications import rules as life
from social_insurance.life_certifications.models import BenefitHold, LifeCertification, LifeCheck

SOURCE = "demo"
WUHAN, EZHOU = "420100", "420700"
LI = ("李测甲", "420799198003120038")
LIU = ("刘测戊", "420199195802030040")
SUN = ("孙测庚", "420199198809090074")
# person, benefit, pays, lives, a month, last in order, since then: where the cycle stands
LIVES = (
    (LIU, "RES_PENSION", WUHAN, EZHOU, "325.00", date(2025, 11, 10), life.NOT_DUE),
    (("吴试乙", "420799194807150023"), "RES_PENSION", EZHOU, EZHOU, "268.00",
     date(2025, 3, 2), life.SUSPENDED),
    (("郑试丙", "420199195003010019"), "EMP_PENSION", WUHAN, WUHAN, "2415.00",
     date(2026, 1, 8), life.RESUMED),
)  # fmt: skip


async def seed_cases(session: AsyncSession) -> None:
    """Loads what is not there yet."""
    known = await session.scalar(
        select(LifeCertification.id).where(LifeCertification.source_system == SOURCE).limit(1)
    )
    if known is not None:
        return
    for at, one in enumerate(LIVES):
        await _life(session, f"life-{at:03d}", *one)
    main = await _injury(session)
    await _case(
        session, "INJURY", SUN, main.biz_no, ["事故经过？", "劳动关系？"], date(2026, 8, 17)
    )
    await _case(session, "FILE", LI, "WH-RD-2026-0007", ["参加工作时间？"], date(2026, 4, 7))


async def _number(session: AsyncSession, city: str) -> str:
    return await numbering.next_number(session, "SI", city, clock.today())


async def _life(
    session: AsyncSession,
    ref: str,
    person: tuple[str, str],
    benefit: str,
    city: str,
    residence: str,
    amount: str,
    ok_on: date,
    state: str,
) -> None:
    months = int(await figure(session, "si.lifecert_cycle_months", on=ok_on))
    due_on = life.months_after(ok_on, months)
    row = LifeCertification(
        biz_no=await _number(session, city), owner_city=city, residence_city=residence,
        benefit=benefit, monthly_amount=Decimal(amount), last_ok_on=ok_on, due_on=due_on,
        state=state, is_end_reported=False, source_system=SOURCE, source_ref=ref,
    )  # fmt: skip
    row.take_person(PersonIn(name=person[0], doc_no=person[1]))
    session.add(row)
    await session.flush()  # what follows names it
    timeline.add(session, row.id, "register", caller=None, to_state=state)
    if state == life.SUSPENDED:
        month = life.held_from(due_on, is_next_month=True)
        session.add(
            BenefitHold(
                certification_id=row.id, from_month=month, reason="NOT_CERTIFIED", backpay_months=[]
            )
        )
    if state == life.RESUMED:
        row.method, row.result = "FACE_SELF", life.ALIVE
        paid = life.backpay("2025-12", ok_on)
        session.add(
            BenefitHold(
                certification_id=row.id, from_month=paid[0], reason="NOT_CERTIFIED",
                ended_on=ok_on, resumed_on=ok_on, backpay_months=paid,
                backpay_amount=row.monthly_amount * len(paid),
            )
        )  # fmt: skip
        session.add(
            LifeCheck(
                certification_id=row.id, checked_on=ok_on, method="FACE_SELF", result=life.ALIVE,
                confidence="HIGH", source="FACE_SELF", actor="system", city=city,
            )
        )  # fmt: skip


async def _injury(session: AsyncSession) -> InjuryDetermination:
    applied, accepted = date(2026, 7, 20), date(2026, 8, 3)
    row = InjuryDetermination(
        biz_no=await _number(session, WUHAN), owner_city=WUHAN, state=injury.ACCEPTED,
        employer_name="武汉测试经营部", employer_uscc="92420199MAWH00027A", worker_kind="STAFF",
        accident_on=date(2026, 7, 1), kind="ACCIDENT", accident_place="鄂州市测试工地",
        applicant="EMPLOYER", applied_on=applied, apply_until=date(2026, 7, 31),
        is_late_application=False, is_employer_insured=True, is_complete=True, missing_papers=[],
        is_simple=False, accepted_on=accepted, accepted_by="demo", source_system=SOURCE,
        source_ref="injury-000",
    )  # fmt: skip
    row.take_person(PersonIn(name=SUN[0], doc_no=SUN[1]))
    session.add(row)
    await session.flush()  # its clocks name it
    timeline.add(session, row.id, "accept", caller=None, to_state=row.state)
    days = int(await figure(session, "si.injury.decide_days", on=accepted))
    await _clock(session, row, [WUHAN], injuries.DECIDE, accepted, "CD", days)
    return row


async def _case(
    session: AsyncSession,
    kind: str,
    person: tuple[str, str],
    main_ref: str,
    questions: list[str],
    sent_on: date,
) -> None:
    item = await catalogue.active(session, kind)
    row = DelegatedCase(
        biz_no=await _number(session, WUHAN), owner_city=WUHAN, executing_city=EZHOU,
        item_id=item.id, kind=kind, state=delegation.RECEIVED, main_case_ref=main_ref,
        purpose_code=item.purpose_code, evidence_asked=[],
        questions_json=json.dumps(questions, ensure_ascii=False), form_json="{}",
        made_by="demo", sent_on=sent_on, received_on=sent_on, investigators=[],
        source_system=SOURCE, source_ref=f"delegated-{kind.lower()}",
    )  # fmt: skip
    row.take_person(PersonIn(name=person[0], doc_no=person[1]))
    session.add(row)
    await session.flush()  # its clocks name it
    timeline.add(session, row.id, "send", caller=None, to_state=row.state)
    days = await catalogue.reply_days(session, item, WUHAN, sent_on)
    await _clock(session, row, row.cities, views.REPLY, sent_on, "WD", days)


async def _clock(
    session: AsyncSession,
    row: DelegatedCase | InjuryDetermination,
    audience: list[str],
    code: str,
    on: date,
    unit: Any,
    length: int,
) -> None:
    await deadlines.start(
        session, subject_id=row.id, subject_no=row.biz_no, owner_city=row.owner_city,
        audience=audience, code=code, started_on=on, unit=unit, length=length, basis="演示",
    )  # fmt: skip
