"""Estimates. Each function runs in the caller's transaction."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, resources, sealing
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.money import money_text
from hrss_kit.pagination import select_page
from hrss_kit.persons import PersonIn
from hrss_kit.problems import Conflict, NotYourCity, refuse
from social_insurance.estimates import rules
from social_insurance.estimates.models import BenefitEstimate, RetirementEstimate
from social_insurance.estimates.rules import MinimumMonths, Schedule
from social_insurance.estimates.schemas import (
    BenefitEstimateCreate,
    BenefitEstimateRead,
    BenefitLine,
    EstimateQuery,
    RetirementEstimateCreate,
    RetirementEstimateQuery,
    RetirementEstimateRead,
)
from social_insurance.figures import figure
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.problems import IdentityConflict
from social_insurance.resident_policy.models import ResidentBasePension
from social_insurance.resident_policy.service import holding, refuse_unknown_tier

Kind = TypeVar("Kind", RetirementEstimate, BenefitEstimate)


class StandardUnknown(Conflict):
    code = "STANDARD_MISSING"
    title_zh, title_en = "该日没有该市的基础养老金标准", "That city has no base pension on that day"


class OnRecord(NamedTuple):
    """What both cities know of somebody's pension schemes."""

    emp_months: int
    res_months: int
    is_receiving: bool


# ── when ────────────────────────────────────────────────────────────────────────────────────


async def retirement_of(
    session: AsyncSession, birth_month: str, retire_kind: str, on: date
) -> rules.Retirement:
    """C-5 with the schedule in force on a day."""
    table = await figure(session, "si.retirement_schedule", on=on)
    return rules.retirement(birth_month, Schedule.of(table, retire_kind))


async def min_months(session: AsyncSession, year: int, on: date) -> int:
    """The months a monthly pension takes of who retires in a year."""
    table = await figure(session, "si.min_months", on=on)
    return MinimumMonths(**table).of_year(year)


async def link_threshold(session: AsyncSession, year: int, on: date) -> int:
    """The months that decide which way the schemes link; policy says which figure that is."""
    told = await figure(session, "si.link_threshold", on=on)
    if told == "si.min_months":
        return await min_months(session, year, on)
    return int(told)


async def on_record(session: AsyncSession, id_hash: bytes) -> OnRecord:
    """Months in both cities, a month counted once; deemed months count for employees."""
    month = ContributionMonth.month
    counts = await session.execute(
        select(ContributionMonth.scheme, func.count(func.distinct(month)))
        .where(ContributionMonth.id_hash == id_hash, ContributionMonth.paid)
        .where(ContributionMonth.scheme.in_(("EMP", "RES")))
        .group_by(ContributionMonth.scheme)
    )
    months = {scheme: count for scheme, count in counts}
    of_person = select(Participation).where(Participation.id_hash == id_hash)
    stretches = (await session.scalars(of_person)).all()
    deemed = sum(one.deemed_months for one in stretches if one.scheme == "EMP")
    receiving = any(
        one.status == "BENEFIT" and one.scheme in ("EMP", "INST", "RES") for one in stretches
    )
    return OnRecord(months.get("EMP", 0) + deemed, months.get("RES", 0), receiving)


async def estimate_retirement(
    session: AsyncSession, caller: Principal, new: RetirementEstimateCreate
) -> RetirementEstimate:
    """The statutory month of retirement, the months needed, and how the schemes would link."""
    if caller.city is None:
        raise NotYourCity
    on = new.as_of or clock.today()
    kind = _kind_of(new)
    person = new.person
    birth = f"{person.doc_no[6:10]}-{person.doc_no[10:12]}" if person else new.birth_month
    assert birth is not None, "a request has a person or a birth month"
    found = await retirement_of(session, birth, kind, on)
    known, months_from = OnRecord(0, 0, is_receiving=False), "NONE"
    if person is not None:
        await _refuse_other_name(session, person)
        known, months_from = await on_record(session, sealing.blind(person.doc_no)), "RECORD"
    if new.emp_months is not None or new.res_months is not None:
        known = OnRecord(new.emp_months or 0, new.res_months or 0, known.is_receiving)
        months_from = "GIVEN"
    threshold = await link_threshold(session, found.year, on)
    proposed = rules.propose(
        emp_months=known.emp_months, res_months=known.res_months, threshold=threshold
    )
    today = rules.link(
        is_receiving=known.is_receiving,
        today_month=on.strftime("%Y-%m"),
        retire_month=found.month,
        emp_months=known.emp_months,
        res_months=known.res_months,
        threshold=threshold,
    )
    row = RetirementEstimate(
        as_of=on,
        birth_month=birth,
        retire_kind=kind,
        delay_months=found.delay_months,
        age_years=found.age_years,
        age_months=found.age_months,
        retire_month=found.month,
        min_months=await min_months(session, found.year, on),
        months_from=months_from,
        choices=list(proposed.choices),
        months_after_link=proposed.emp_months or proposed.res_months,
        refusal=today.refusal,
        **known._asdict(),
    )
    if person is not None:
        row.take(person)
        exchange().note(person_refs=[row.person_ref or ""], fields=["birth_month", "months"])
    return await _keep(session, caller.city, row)


def _kind_of(new: RetirementEstimateCreate) -> str:
    """A man has one base; which one a woman has must have been told."""
    if new.person is None:
        if new.retire_kind is None:
            raise refuse("retire_kind", "RETIRE_KIND", "须写明退休类别", "must be told")
        return new.retire_kind
    if new.person.doc_type != "01":
        # Only a resident ID says when somebody was born.
        raise refuse("person.doc_type", "DOC_TYPE", "须用居民身份证", "is a resident ID here")
    is_male = int(new.person.doc_no[16]) % 2 == 1
    if is_male and new.retire_kind not in (None, "M60"):
        raise refuse("retire_kind", "RETIRE_KIND", "与证件性别不符", "differs from the document")
    if not is_male and new.retire_kind not in rules.OF_WOMEN:
        raise refuse(
            "retire_kind", "RETIRE_KIND", "须写明F50或F55", "is F50 or F55 and must be told"
        )
    return new.retire_kind or "M60"


async def _refuse_other_name(session: AsyncSession, person: PersonIn) -> None:
    known = await session.scalars(
        select(Participation.person_name).where(
            Participation.id_hash == sealing.blind(person.doc_no)
        )
    )
    if any(name != person.name for name in known):
        raise IdentityConflict


# ── how much ────────────────────────────────────────────────────────────────────────────────


async def estimate_benefit(
    session: AsyncSession, caller: Principal, new: BenefitEstimateCreate
) -> BenefitEstimate:
    """C-8: what a resident would be paid in a month, as of a day."""
    if caller.city is None:
        raise NotYourCity
    on = new.as_of or clock.today()
    base = await session.scalar(
        select(ResidentBasePension)
        .where(ResidentBasePension.owner_city == new.city)
        .where(*holding(ResidentBasePension, on))
    )
    if base is None:
        raise StandardUnknown(city=new.city, as_of=on.isoformat())
    account, paid = new.account_balance or Decimal(0), []
    for at, one in enumerate(new.contributions or ()):
        where = f"contributions.{at}.tier"
        subsidy = await refuse_unknown_tier(session, new.city, one.tier, on, where)
        account += one.years * (one.tier + subsidy)
        paid.append(
            {"tier": money_text(one.tier), "years": one.years, "subsidy": money_text(subsidy)}
        )
    divisor = int(await figure(session, "si.resident_divisor", on=on, city=new.city))
    supplement = await figure(session, "si.resident_long_payer", on=on, city=new.city)
    parts = rules.resident_pension(base.amount, account, divisor, Decimal(str(supplement)))
    row = BenefitEstimate(
        city=new.city,
        as_of=on,
        account_balance=account,
        contributions=paid,
        divisor=divisor,
        base_pension=parts.base_pension,
        account_pension=parts.account_pension,
        supplement=parts.supplement,
        monthly=parts.monthly,
        source=base.source,
    )
    return await _keep(session, caller.city, row)


# ── both ────────────────────────────────────────────────────────────────────────────────────


async def _keep(session: AsyncSession, city: str, row: Kind) -> Kind:
    row.biz_no = await numbering.next_number(session, "SI", city, clock.today())
    row.owner_city = city
    session.add(row)
    await session.flush()  # the answer carries its version
    return row


def visible(caller: Principal, model: type[Kind]) -> Select[Kind]:
    """A city's own estimates; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(model)
    return select(model).where(model.owner_city == caller.city)


async def find(session: AsyncSession, caller: Principal, model: type[Kind], row_id: UUID) -> Kind:
    """One estimate."""
    row = await resources.load(session, visible(caller, model).where(model.id == row_id))
    if isinstance(row, RetirementEstimate) and row.person_ref:
        exchange().note(person_refs=[row.person_ref], fields=["person", "months"])
    return row


async def page(
    session: AsyncSession, caller: Principal, model: type[Kind], query: EstimateQuery
) -> tuple[list[Kind], str | None]:
    """A page of a city's estimates."""
    wanted = visible(caller, model)
    if query.as_of:
        wanted = wanted.where(model.as_of == query.as_of)
    if isinstance(query, RetirementEstimateQuery):
        if query.retire_month_from:
            wanted = wanted.where(RetirementEstimate.retire_month >= query.retire_month_from)
        if query.retire_month_to:
            wanted = wanted.where(RetirementEstimate.retire_month <= query.retire_month_to)
    if query.q:
        wanted = wanted.where(model.biz_no.startswith(query.q, autoescape=True))
    sorts: dict[str, Any] = {"as_of": model.as_of}
    rows, cursor = await select_page(
        session, wanted, query, key=model.id, sorts=sorts, default="-created_at"
    )
    refs = [row.person_ref for row in rows if isinstance(row, RetirementEstimate)]
    exchange().note(person_refs=[ref for ref in refs if ref])
    return rows, cursor


def told_retirement(row: RetirementEstimate) -> RetirementEstimateRead:
    """A retirement estimate as it is read."""
    return resources.shown(
        RetirementEstimateRead, row, person=row.masked(), is_flexible_possible=True
    )


def told_benefit(row: BenefitEstimate) -> BenefitEstimateRead:
    """A benefit estimate, part by part."""
    parts: tuple[tuple[Any, Decimal, str, str, str], ...] = (
        ("BASE_PENSION", row.base_pension, "户籍地基础养老金", "base pension of the hukou city",
         row.source),
        ("ACCOUNT_PENSION", row.account_pension, f"个人账户{money_text(row.account_balance)}元÷"
         f"{row.divisor}", f"account over {row.divisor} months", "si.resident_divisor"),
        ("SUPPLEMENT", row.supplement, "长缴多得加发", "supplement for long payers",
         "si.resident_long_payer"),
    )  # fmt: skip
    lines = [
        BenefitLine(item=item, amount=amount, because_zh=zh, because_en=en, source=source)
        for item, amount, zh, en, source in parts
    ]
    return resources.shown(BenefitEstimateRead, row, lines=lines)
