"""Demonstration standards of the resident pension: every figure invented, each marked DEMO."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering
from social_insurance.resident_policy.models import DEMO, ResidentBasePension, ResidentTier

FIRST = date(2021, 1, 1)
BASES = {
    "420100": ((FIRST, "220"), (date(2024, 1, 1), "245"), (date(2026, 1, 1), "265")),
    "420700": ((FIRST, "115"), (date(2024, 1, 1), "150"), (date(2026, 1, 1), "195")),
}
TIERS = {
    "420100": (
        "300:60 400:65 500:70 600:75 700:80 800:85 900:90 1000:95 1500:120 2000:145 3000:195 "
        "4000:245 5000:295"
    ),
    "420700": (
        "200:45 300:54 400:60 500:66 600:72 700:78 800:84 900:90 1000:96 1500:126 2000:156 3000:216"
    ),
}


async def seed_standards(session: AsyncSession) -> None:
    """Loads tiers and base pensions of cities that have none yet."""
    for city, bases in BASES.items():
        known = select(ResidentBasePension.id).where(ResidentBasePension.owner_city == city)
        if await session.scalar(known.limit(1)) is None:
            ends = [*(first for first, _ in bases[1:]), None]
            for (first, amount), end in zip(bases, ends, strict=True):
                session.add(
                    ResidentBasePension(
                        biz_no=await numbering.next_number(session, "SI", city, clock.today()),
                        owner_city=city,
                        effective_from=first,
                        effective_to=end,
                        ends_with_next=True,
                        source=DEMO,
                        amount=Decimal(amount),
                    )
                )
        known = select(ResidentTier.id).where(ResidentTier.owner_city == city)
        if await session.scalar(known.limit(1)) is None:
            for pair in TIERS[city].split():
                tier, _, subsidy = pair.partition(":")
                session.add(
                    ResidentTier(
                        biz_no=await numbering.next_number(session, "SI", city, clock.today()),
                        owner_city=city,
                        effective_from=FIRST,
                        effective_to=None,
                        ends_with_next=True,
                        source=DEMO,
                        tier=Decimal(tier),
                        subsidy=Decimal(subsidy),
                    )
                )
    await session.flush()
    await _change_at_year_end(session)


async def _change_at_year_end(session: AsyncSession) -> None:
    """A tier whose subsidy changes with the new year, to be seen in comparisons of both days."""
    city, tier, first = "420100", Decimal(5000), date(2027, 1, 1)
    row = await session.scalar(
        select(ResidentTier)
        .where(ResidentTier.owner_city == city, ResidentTier.tier == tier)
        .where(ResidentTier.effective_to.is_(None), ResidentTier.effective_from < first)
        .where(ResidentTier.source == DEMO)
    )
    if row is not None:
        row.effective_to = first
        await session.flush()  # the old one ends before the new one begins
        session.add(
            ResidentTier(
                biz_no=await numbering.next_number(session, "SI", city, clock.today()),
                owner_city=city,
                effective_from=first,
                effective_to=None,
                ends_with_next=True,
                source=DEMO,
                tier=tier,
                subsidy=Decimal(300),
            )
        )
        await session.flush()
