"""Indicators I-SI-3 … 8, computed from the service's own rows (domain §5)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import policy
from hrss_kit.indicators import Figures, Indicator, Period, percent, share
from social_insurance.convergence import rules
from social_insurance.convergence.service import StandardMissing, converged, freeze, weights_on
from social_insurance.figures import figure
from social_insurance.life_certifications.rules import months_after

# Of the city that answers: what was due in the period, and replied or late.
ON_TIME: Final = """
SELECT one.kind, count(*) AS due, count(*) FILTER (WHERE clock.status = 'MET') AS on_time
FROM delegated_cases AS one JOIN deadlines AS clock ON clock.subject_id = one.id
WHERE clock.code = 'DELEGATED_REPLY' AND one.executing_city = :city
  AND clock.due_on BETWEEN :first AND :as_of
  AND (clock.met_on IS NOT NULL OR clock.due_on < :as_of) AND clock.status <> 'CANCELLED'
GROUP BY one.kind ORDER BY one.kind
"""
COVERED: Final = """
SELECT count(DISTINCT one.id_hash) AS paid, count(DISTINCT one.id_hash) FILTER (WHERE
    one.last_ok_on BETWEEN :since AND :as_of OR EXISTS (
        SELECT FROM life_checks AS seen WHERE seen.certification_id = one.id
        AND seen.result = 'ALIVE' AND seen.confidence <> 'LOW'
        AND seen.checked_on BETWEEN :since AND :as_of)) AS certified
FROM life_certifications AS one
WHERE one.owner_city = :city AND one.created_at < :ends_at
  AND (one.stopped_on IS NULL OR one.stopped_on > :as_of)
"""
PREVENTED: Final = """
SELECT count(DISTINCT one.id_hash) AS stopped_while_held,
       coalesce(sum(one.monthly_amount), 0) AS monthly_amount
FROM life_certifications AS one
WHERE one.owner_city = :city AND one.stopped_on BETWEEN :first AND :as_of AND EXISTS (
    SELECT FROM benefit_holds AS held
    WHERE held.certification_id = one.id AND held.resumed_on IS NULL)
"""
INSURED: Final = """
SELECT count(DISTINCT one.id_hash) AS insured FROM participations AS one
WHERE one.city = :city AND one.scheme IN ('EMP', 'INST', 'RES') AND one.from_month <= :month
  AND (one.to_month IS NULL OR one.to_month >= :month OR one.status IN ('PAUSED', 'BENEFIT'))
"""
POPULATION: Final = "si.registered_population"


async def delegated_on_time(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-SI-3 异地委托按期办结率 of the executing city: replied in time of what was due, by kind."""
    found = await _rows(session, ON_TIME, period, city)
    groups = {
        row["kind"]: Figures(
            {"due": row["due"], "on_time": row["on_time"]},
            percent(row["on_time"], row["due"]),
            "percent",
        )
        for row in found
    }
    due = sum(row["due"] for row in found)
    on_time = sum(row["on_time"] for row in found)
    return Figures(
        {"due": due, "on_time": on_time}, percent(on_time, due), "percent", groups=groups
    )


async def convergence_index(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-SI-4 基础养老金差距与趋同度: gap, ratio and index of both cities on the last day."""
    try:
        found = converged(
            await freeze(session, period.as_of), await weights_on(session, period.as_of)
        )
    except StandardMissing:
        return Figures({}, None, "index")
    inputs = {"gap": found.gap, "ratio": rules.four(found.ratio)}
    return Figures(inputs, rules.four(found.index), "index")


async def tier_alignment(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-SI-5 缴费档次一致度: tiers that both cities have, of all that one of them has."""
    inputs = await freeze(session, period.as_of)
    tables = [{row["tier"] for row in one["tiers"]} for one in inputs["cities"].values()]
    common, every = len(set.intersection(*tables)), len(set.union(*tables))
    told = {"common_tiers": common, "tiers": every}
    return Figures(told, share(common, every), "share", things=tuple(told))


async def life_certification_coverage(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-SI-6 待遇资格认证覆盖率: persons shown to be alive within the cycle, of persons paid."""
    months = int(await figure(session, "si.lifecert_cycle_months", on=period.as_of, city=city))
    since = months_after(period.as_of, -months) + timedelta(days=1)
    [row] = await _rows(session, COVERED, period, city, since=since)
    return Figures(
        {"paid": row["paid"], "certified": row["certified"]},
        percent(row["certified"], row["paid"]),
        "percent",
    )


async def overpayment_prevented(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-SI-7 防止多发: what stopped benefits would have cost a month, had they not been held."""
    [row] = await _rows(session, PREVENTED, period, city)
    amount = Decimal(row["monthly_amount"])
    return Figures(
        {"stopped_while_held": row["stopped_while_held"], "monthly_amount": amount},
        amount,
        "yuan_per_month",
    )


async def participation_rate(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-SI-8 基本养老保险参保率: insured persons of the registered population, which is told."""
    month = period.as_of.strftime("%Y-%m")
    [row] = await _rows(session, INSURED, period, city, month=month)
    insured = {"insured": row["insured"]}
    try:
        population = int(await policy.get(session, POPULATION, on=period.as_of, city=city))
    except policy.MissingParameter:
        return Figures(insured, None, "percent")
    value = percent(row["insured"], population)
    return Figures({**insured, "registered_population": population}, value, "percent")


async def _rows(
    session: AsyncSession, statement: str, period: Period, city: str, **more: Any
) -> list[Any]:
    values = {
        "city": city,
        "first": period.first,
        "as_of": period.as_of,
        "ends_at": period.ends_at,
        **more,
    }
    words = {name: value for name, value in values.items() if f":{name}" in statement}
    return list((await session.execute(text(statement), words)).mappings())


POLICY_INDICATORS: Final = (
    Indicator("I-SI-3", delegated_on_time),
    Indicator("I-SI-4", convergence_index),
    Indicator("I-SI-5", tier_alignment),
    Indicator("I-SI-6", life_certification_coverage),
    Indicator("I-SI-7", overpayment_prevented),
    Indicator("I-SI-8", participation_rate),
)
