"""Indicators I-CARD-1 … 3, computed from the register (domain §5).

Stocks are counted as of the period's last day, and of a period that still runs as of today; what
has been cancelled since then was held then.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import policy
from hrss_kit.indicators import Figures, Indicator, Period, percent

# An imported card may have come in cancelled; then nobody saw it held (`from_state` is NULL).
HELD: Final = """
(card.social_state <> 'CANCELLED' OR EXISTS (
    SELECT FROM timeline_entries AS entry
    WHERE entry.subject_id = card.id AND entry.to_state = 'CANCELLED'
      AND entry.from_state IS NOT NULL AND entry.at >= :ends_at
))
"""
HOLDERS: Final = f"""
SELECT count(DISTINCT card.id_hash) AS holders FROM cards AS card
WHERE card.owner_city = :city AND card.issued_on <= :as_of AND {HELD}
"""
ECARDS: Final = f"""
SELECT count(DISTINCT ecard.id_hash) AS ecard_holders
FROM ecards AS ecard JOIN cards AS card ON card.id = ecard.bound_card_id
WHERE ecard.owner_city = :city AND ecard.issued_on <= :as_of AND {HELD}
"""
# Due in the period, open ones not due yet left out; done when it is in the holder's hand.
ON_TIME: Final = """
SELECT count(*) AS due, count(*) FILTER (WHERE EXISTS (
    SELECT FROM timeline_entries AS entry
    WHERE entry.subject_id = request.id AND entry.to_state = 'DONE'
      AND (entry.at AT TIME ZONE 'Asia/Shanghai')::date <= clock.due_on
)) AS done_on_time
FROM card_service_requests AS request
JOIN deadlines AS clock ON clock.subject_id = request.id AND clock.status <> 'CANCELLED'
WHERE request.issuing_city = :city AND request.serving_city <> request.issuing_city
  AND clock.due_on BETWEEN :first AND :as_of
"""
POPULATION: Final = "card.resident_population"


async def card_holders(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-CARD-1 持卡人数: persons with a card that is not cancelled, not cards."""
    found = await _count(session, HOLDERS, period, city)
    return Figures(found, found["holders"], "persons")


async def ecard_coverage(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-CARD-2 电子社保卡覆盖率: persons with a live e-card of the resident population."""
    found: dict[str, int] = dict(await _count(session, ECARDS, period, city))
    try:
        population = int(await policy.get(session, POPULATION, on=period.as_of, city=city))
    except policy.MissingParameter:
        return Figures(found, None, "percent")
    value = percent(found["ecard_holders"], population)
    return Figures({**found, "resident_population": population}, value, "percent")


async def requests_on_time(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-CARD-3 跨市办卡按期办结率 of the issuing city: done in time of what was due."""
    found = await _count(session, ON_TIME, period, city)
    return Figures(found, percent(found["done_on_time"], found["due"]), "percent")


async def _count(
    session: AsyncSession, statement: str, period: Period, city: str
) -> Mapping[str, int]:
    names = ("city", "first", "as_of", "ends_at")
    values: dict[str, Any] = {
        "city": city,
        "first": period.first,
        "as_of": period.as_of,
        "ends_at": period.ends_at,
    }
    used = {name: values[name] for name in names if f":{name}" in statement}
    row = (await session.execute(text(statement), used)).mappings().one()
    return {name: int(number) for name, number in row.items()}


INDICATORS: Final = (
    Indicator("I-CARD-1", card_holders),
    Indicator("I-CARD-2", ecard_coverage),
    Indicator("I-CARD-3", requests_on_time),
)
