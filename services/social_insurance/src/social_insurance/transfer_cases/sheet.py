"""The information sheet 信息表 of a transfer: months, amounts, overlaps (C-1, C-4, C-7)."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.money import money_text
from hrss_kit.problems import FieldError, Invalid
from social_insurance.participations import rules as month_rules
from social_insurance.participations.models import ContributionMonth
from social_insurance.personal_accounts.service import account_of
from social_insurance.transfer_cases import rules
from social_insurance.transfer_cases.models import TransferCase
from social_insurance.transfer_cases.schemas import SendOut
from social_insurance.unemployment_benefits import service as unemployment

ENTERED, RECORDED, COMPUTED = "ENTERED", "RECORDED", "COMPUTED"


async def months_of(session: AsyncSession, id_hash: bytes) -> Sequence[ContributionMonth]:
    """Every month of somebody, of both cities and all schemes, in order."""
    found = await session.scalars(
        select(ContributionMonth)
        .where(ContributionMonth.id_hash == id_hash)
        .order_by(ContributionMonth.month, ContributionMonth.scheme, ContributionMonth.city)
        .execution_options(populate_existing=True)
    )
    return found.all()


def insured(months: Sequence[ContributionMonth]) -> list[month_rules.Insured]:
    """Months as the rules take them, settled ones left out."""
    return [
        month_rules.Insured(one.month, one.city, one.scheme, None, paid=one.paid)
        for one in months
        if not one.overlap
    ]


async def fill(session: AsyncSession, case: TransferCase, wish: SendOut) -> None:
    """Computes the sheet; what nobody here can compute must be entered."""
    months = await months_of(session, case.id_hash)
    source, _ = rules.SCHEMES[case.kind]
    mine = [one for one in months if one.city == case.from_city and one.scheme == source]
    _demand(case, wish, has_months=bool(mine))
    paid = [
        rules.Paid(one.month, _decimal(one.base), one.paid, _decimal(one.personal)) for one in mine
    ]
    today = clock.today()
    account, pool, origin = await _amounts(session, case, wish, paid)
    if case.kind == "UNEMP_MOVE":
        account, pool, origin = rules.ZERO, await _unemployment(session, case, wish), ENTERED
    moves_within = bool(await policy.get(session, "si.intra_province_fund_transfer", on=today))
    moved = rules.moved_amount(
        case.kind,
        account,
        pool,
        same_province=case.from_city[:2] == case.to_city[:2],
        moves_within=moves_within,
    )
    case.account, case.pool, case.moved = money_text(account), money_text(pool), money_text(moved)
    case.account_source = origin
    case.months_total = wish.months_total or sum(one.paid for one in mine)
    count_overlaps(case, months)


def count_overlaps(case: TransferCase, months: Sequence[ContributionMonth]) -> None:
    """C-4: different months count, those that are there twice are to be settled."""
    wanted = rules.COUNTED[case.kind]
    pair = {case.from_city, case.to_city}
    case.counted_months = len({one.month for one in months if one.paid and one.scheme in wanted})
    kind = month_rules.family(rules.SCHEMES[case.kind][0])
    case.overlap_months = sum(
        one.months
        for one in month_rules.overlaps(insured(months))
        if one.family == kind and pair.issuperset(city for city, _ in one.places)
    )


def _demand(case: TransferCase, wish: SendOut, *, has_months: bool) -> None:
    """What must be entered because nobody here can compute it."""
    needed: tuple[str, ...] = ()
    if case.kind == "UNEMP_MOVE":
        needed = ("monthly_benefit", "remaining_months")
        if case.from_city[:2] == case.to_city[:2]:
            needed = ()
    elif case.kind in ("INST_EMP", "EMP_INST"):
        needed = ("account", "pool")
    elif case.from_city not in ACTIVE_CITIES and not has_months:
        known = _sheet(case)
        needed = tuple(
            name for name in ("account", "pool", "months_total") if known.get(name) is None
        )
    missing = [name for name in needed if getattr(wish, name) is None]
    if missing:
        raise Invalid(
            *(
                FieldError(field=name, code="REQUIRED", message_zh="必填", message_en="is required")
                for name in missing
            )
        )


def _sheet(case: TransferCase) -> dict[str, Any]:
    """What the province says of a relation elsewhere."""
    found = json.loads(case.province_record).get("sheet") if case.province_record else None
    return found if isinstance(found, dict) else {}


async def _amounts(
    session: AsyncSession, case: TransferCase, wish: SendOut, paid: Sequence[rules.Paid]
) -> tuple[Decimal, Decimal, str]:
    today = clock.today()
    rate = Decimal(str(await policy.get(session, "si.pool_rate", on=today)))
    source, _ = rules.SCHEMES[case.kind]
    pool = rules.ZERO if source == "RES" else rules.pool_money(paid, rate)
    origin = RECORDED
    kept = await account_of(session, case.id_hash, source, case.from_city)
    sheet = _sheet(case)
    if kept is not None:
        account = kept.balance
    elif sheet and not paid:
        account, pool = Decimal(sheet.get("account") or 0), Decimal(sheet.get("pool") or 0)
        case.months_total = sheet.get("months_total")
    else:
        account, origin = rules.principal(paid, await _rates(session, paid)), COMPUTED
    if wish.account is not None:
        account, origin = wish.account, ENTERED
    return account, pool if wish.pool is None else wish.pool, origin


async def _rates(session: AsyncSession, paid: Sequence[rules.Paid]) -> dict[int, Decimal]:
    rates: dict[int, Decimal] = {}
    for year in sorted({int(one.month[:4]) for one in paid if one.month >= rules.POOL_FROM}):
        found = await policy.get(session, "si.personal_rate", on=date(year, 12, 31))
        rates[year] = Decimal(str(found))
    return rates


async def _unemployment(session: AsyncSession, case: TransferCase, wish: SendOut) -> Decimal:
    monthly, months_left = wish.monthly_benefit, wish.remaining_months
    running = await unemployment.running_of(session, case.id_hash, case.from_city)
    if running is not None:
        monthly = Decimal(running.monthly_amount) if monthly is None else monthly
        months_left = unemployment.left(running)[1] if months_left is None else months_left
    if monthly is None or months_left is None:
        return rules.ZERO
    half_more = await policy.get(session, "si.unemp_cross_multiplier", on=clock.today())
    return rules.unemployment_money(monthly, months_left, Decimal(str(half_more)))


def _decimal(amount: str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)
