"""What residents pay by the year: a tier of their city, no other sum (domain SI-2b)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.money import money_text
from hrss_kit.problems import Duplicate, FieldError, Invalid
from hrss_kit.translation import constraint_of
from social_insurance.participations import models
from social_insurance.participations.models import Participation, ResidentPayment
from social_insurance.participations.schemas import AnnualPayment
from social_insurance.resident_policy.models import ResidentTier


async def of(session: AsyncSession, participation_id: UUID) -> Sequence[ResidentPayment]:
    """The years of a stretch, in order."""
    found = await session.scalars(
        select(ResidentPayment)
        .where(ResidentPayment.participation_id == participation_id)
        .order_by(ResidentPayment.year)
    )
    return found.all()


async def add(
    session: AsyncSession, row: Participation, given: Sequence[AnnualPayment], today: date
) -> None:
    """Adds years; 422 TIER_UNKNOWN for a sum that is no tier, 409 for a year that is paid."""
    if not given:
        return
    made: list[ResidentPayment] = []
    errors: list[FieldError] = []
    for at, one in enumerate(given):
        on = one.paid_on or min(date(one.year, 12, 31), today)
        tiers = await _tiers(session, row.city, on)
        if one.amount not in tiers:
            errors.append(
                FieldError(
                    field=f"annual_payments.{at}.amount",
                    code="TIER_UNKNOWN",
                    message_zh="不是该市当时的缴费档次",
                    message_en="is not a tier of that city on that day",
                )
            )
            continue
        subsidy = one.subsidy if one.subsidy is not None else tiers[one.amount]
        made.append(
            ResidentPayment(
                participation_id=row.id,
                id_hash=row.id_hash,
                city=row.city,
                year=one.year,
                amount=money_text(one.amount),
                collective=None if one.collective is None else money_text(one.collective),
                subsidy=money_text(subsidy),
                paid_on=one.paid_on,
            )
        )
    if errors:
        raise Invalid(*errors)
    try:
        async with session.begin_nested():
            made.sort(key=lambda one: one.year)
            session.add_all(made)
            await session.flush()  # the database says whether a year is already paid
    except IntegrityError as error:
        if constraint_of(error) != models.YEAR_ONCE:
            raise
        existing = select(ResidentPayment.participation_id).where(
            ResidentPayment.id_hash == row.id_hash,
            ResidentPayment.city == row.city,
            ResidentPayment.year.in_([one.year for one in made]),
        )
        raise Duplicate(existing_id=str(await session.scalar(existing.limit(1)))) from error


async def _tiers(session: AsyncSession, city: str, on: date) -> dict[Decimal, Decimal]:
    found = await session.execute(
        select(ResidentTier.tier, ResidentTier.subsidy)
        .where(ResidentTier.owner_city == city, ResidentTier.effective_from <= on)
        .where(or_(ResidentTier.effective_to.is_(None), ResidentTier.effective_to > on))
    )
    return {tier: subsidy for tier, subsidy in found}
