"""The indicators of talent (domain §5, I-TAL-1 to I-TAL-5), from its own rows."""

from decimal import Decimal
from statistics import median
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.calendar_store import work_calendar
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.indicators import Figures, Indicator, Number, Period, share
from talent.moves.models import Move
from talent.recognitions.models import Recognition
from talent.secondments import rules as secondment_rules
from talent.secondments.models import Secondment
from talent.talent_demands.models import TalentDemand
from talent.talents.models import Talent
from talent.title_certificates.models import TitleCertificate
from talent.title_recognitions.models import TitleRecognition

#: What needed no recognition, or was taken back, was not asked for in the end.
NOT_COUNTED: Final = ("NOT_REQUIRED", "WITHDRAWN")


async def recognitions(session: AsyncSession, period: Period, city: str) -> Figures:
    """Recognitions granted of those applied for in the period, and the median of working days."""
    calendar = await work_calendar(session)
    applied, waits = 0, []
    for model in (TitleRecognition, Recognition):
        rows = await session.execute(
            select(model.applied_on, model.granted_on)
            .where(model.owner_city == city, model.state.not_in(NOT_COUNTED))
            .where(model.applied_on.between(period.first, period.last))
        )
        for row in rows:
            applied += 1
            if row.granted_on is not None:
                waits.append(calendar.wd_between(row.applied_on, row.granted_on))
    inputs: dict[str, Number] = {"applied": applied, "granted": len(waits)}
    things = []
    if waits:
        inputs["median_wd"] = Decimal(str(median(waits)))
        things.append("median_wd")
    return Figures(inputs, share(len(waits), applied), "ratio", things=things)


async def demands(session: AsyncSession, period: Period, city: str) -> Figures:
    """Demands published in the period, and how many of them ended with a contract."""
    row = (
        await session.execute(
            select(
                func.count(TalentDemand.id).label("published"),
                func.count(TalentDemand.id).filter(TalentDemand.state == "SIGNED").label("signed"),
            )
            .where(TalentDemand.owner_city == city)
            .where(TalentDemand.published_on.between(period.first, period.last))
        )
    ).one()
    # Demands are employers', not persons.
    return Figures(
        {"published": row.published, "signed": row.signed},
        share(row.signed, row.published),
        "ratio",
        things=("published", "signed"),
    )


async def secondments(session: AsyncSession, period: Period, city: str) -> Figures:
    """Secondments that began in the period, out of a city and into it; 1 is balanced."""
    wanted = select(func.count(Secondment.id)).where(
        Secondment.started_on.is_not(None),
        Secondment.starts_on.between(period.first, period.last),
        Secondment.owner_city.in_(ACTIVE_CITIES),
    )
    out = await session.scalar(wanted.where(Secondment.owner_city == city)) or 0
    back = await session.scalar(wanted.where(Secondment.host_city == city)) or 0
    # Posts of the authorities themselves: how many there are is public.
    return Figures(
        {"out": out, "in": back},
        secondment_rules.balance(out, back),
        "ratio",
        things=("out", "in"),
    )


async def certificates(session: AsyncSession, period: Period, city: str) -> Figures:
    """Title certificates issued in the period, and skill levels entered, by level."""
    titles = await session.execute(
        select(TitleCertificate.level, func.count())
        .where(TitleCertificate.owner_city == city, TitleCertificate.state == "VALID")
        .where(TitleCertificate.issued_on.between(period.first, period.last))
        .group_by(TitleCertificate.level)
    )
    skills = await session.execute(
        select(Talent.skill_level, func.count())
        .where(Talent.owner_city == city, Talent.skill_level.is_not(None))
        .where(Talent.created_at >= period.begins_at, Talent.created_at < period.ends_at)
        .group_by(Talent.skill_level)
    )
    by_title = {f"TITLE_{level}": count for level, count in titles}
    by_skill = {f"SKILL_{level}": count for level, count in skills}
    return Figures(
        {"titles": sum(by_title.values())},
        sum(by_title.values()),
        "certificates",
        groups={
            name: Figures({"certificates": count}, count, "certificates")
            for name, count in sorted((by_title | by_skill).items())
        },
    )


async def postdocs(session: AsyncSession, period: Period, city: str) -> Figures:
    """Postdoctoral researchers who moved to a city in the period."""
    count = await session.scalar(
        select(func.count(Move.id))
        .where(Move.owner_city == city, Move.category == "POSTDOC", Move.state != "CANCELLED")
        .where(Move.opened_on.between(period.first, period.last))
    )
    return Figures({"moves": count or 0}, count or 0, "persons")


INDICATORS: Final = (
    Indicator("I-TAL-1", recognitions),
    Indicator("I-TAL-2", demands),
    Indicator("I-TAL-3", secondments),
    Indicator("I-TAL-4", certificates),
    Indicator("I-TAL-5", postdocs),
)
