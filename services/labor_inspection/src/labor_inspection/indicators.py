"""Indicators I-LI-1 … 7, computed from the service's own rows (domain §5).

Complaints, cases and workers are counts of persons and their cases: small ones are not shown.
Letters, forwards, stations and employers are things.
"""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.indicators import Figures, Indicator, Period, percent

# Due in the period: closed in it, or late at its end and still open. One that is open and not
# late is left out. In time: closed, and no clock of the case was missed.
CLOSING: Final = """
WITH clock AS (
    SELECT subject_id, bool_or(status = 'OVERDUE' OR met_on > due_on) AS is_missed,
           min(due_on) FILTER (WHERE status <> 'CANCELLED' AND (met_on IS NULL OR met_on > due_on))
               AS missed_on
    FROM deadlines WHERE code IN ('INVESTIGATE', 'DECIDE', 'CLOSE_NOTICE') GROUP BY subject_id
)
SELECT count(*) AS due, count(*) FILTER (WHERE c.closed_on <= :last AND NOT k.is_missed) AS in_time
FROM cases AS c JOIN clock AS k ON k.subject_id = c.id
WHERE c.owner_city = :city
  AND (c.closed_on BETWEEN :first AND :last
       OR ((c.closed_on IS NULL OR c.closed_on > :last) AND k.missed_on < :as_of))
"""
ACCEPTING: Final = """
SELECT count(*) AS received, count(*) FILTER (WHERE EXISTS (
    SELECT FROM deadlines AS k
    WHERE k.subject_id = c.id AND k.code = 'ACCEPT' AND k.status = 'MET'
)) AS in_time
FROM complaints AS c
WHERE c.competent_city = :city AND c.received_on BETWEEN :first AND :last
"""
# Complaints of one linkage are one matter, so it is linked once. A station belongs to two
# cities: whoever complains there is at home in both.
LINKING: Final = """
WITH matter AS (
    SELECT coalesce(c.linkage_id, c.id) AS id,
           bool_or(c.receiving_city <> c.competent_city OR c.station_id IS NOT NULL
                   OR l.reason = 'TWO_CITIES') AS is_linked
    FROM complaints AS c LEFT JOIN linkages AS l ON l.id = c.linkage_id
    WHERE c.competent_city = :city AND c.received_on BETWEEN :first AND :last
    GROUP BY 1
)
SELECT count(*) AS matters, count(*) FILTER (WHERE is_linked) AS linked FROM matter
"""
STATIONS_USED: Final = """
SELECT count(*) AS at_stations FROM complaints
WHERE competent_city = :city AND station_id IS NOT NULL AND received_on BETWEEN :first AND :last
"""
# A clock of the receiving city, about complaints that go to the other one.
FORWARDING: Final = """
SELECT count(*) AS forwards, count(*) FILTER (WHERE k.status = 'MET') AS forwards_in_time
FROM deadlines AS k JOIN complaints AS c ON c.id = k.subject_id
WHERE c.competent_city = :city AND k.code = 'FORWARD' AND k.status <> 'CANCELLED'
  AND c.received_on BETWEEN :first AND :last AND (k.met_on IS NOT NULL OR k.due_on < :as_of)
"""
RECOVERING: Final = """
SELECT coalesce(sum(p.amount), 0) AS amount, count(DISTINCT p.worker_id) AS workers
FROM case_payments AS p JOIN cases AS c ON c.id = p.case_id
WHERE c.owner_city = :city AND p.kind = 'WAGE' AND p.paid_on BETWEEN :first AND :last
"""
ASSISTING: Final = """
SELECT count(*) AS due, count(*) FILTER (WHERE k.status = 'MET') AS in_time
FROM deadlines AS k JOIN assist_requests AS a ON a.id = k.subject_id
WHERE a.executing_city = :city AND k.code = 'ASSIST_REPLY' AND k.status <> 'CANCELLED'
  AND k.due_on BETWEEN :first AND :last AND (k.met_on IS NOT NULL OR k.due_on < :as_of)
"""
# As it stood at the end of the period: what the first later step came from, or what it is now.
HOSTED: Final = """
SELECT host_city, count(*) AS open FROM service_stations AS s
WHERE s.created_at < :ends_at AND s.sponsor_city <> s.host_city AND coalesce((
    SELECT e.from_state FROM timeline_entries AS e
    WHERE e.subject_id = s.id AND e.to_state IS NOT NULL AND e.at >= :ends_at
    ORDER BY e.at, e.id LIMIT 1
), s.state) = 'OPEN'
GROUP BY host_city
"""
GRADING: Final = """
WITH inspected AS (
    SELECT employer_uscc AS uscc FROM cases
    WHERE owner_city = :city AND employer_uscc IS NOT NULL AND filed_on <= :last
    UNION SELECT employer_uscc FROM credit_events
    WHERE owner_city = :city AND occurred_on <= :last
)
SELECT count(*) AS employers, count(*) FILTER (WHERE EXISTS (
    SELECT FROM credit_grades AS g
    WHERE g.owner_city = :city AND g.employer_uscc = inspected.uscc AND g.year = :year
)) AS graded FROM inspected
"""


async def closing_rate(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-LI-1 举报投诉结案率: cases closed within legal time of those due in the period."""
    row = await _row(session, CLOSING, period, city)
    return Figures(row, percent(row["in_time"], row["due"]), "percent")


async def accepted_in_time(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-LI-2: accepted or refused within the working days, of what was received."""
    row = await _row(session, ACCEPTING, period, city)
    return Figures(row, percent(row["in_time"], row["received"]), "percent")


async def linkage_rate(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-LI-3: matters of both cities among all, each once; forwards in time beside them."""
    row = await _row(session, LINKING, period, city)
    used = await _row(session, STATIONS_USED, period, city)
    sent = await _row(session, FORWARDING, period, city)
    return Figures(
        {**row, **used, **sent},
        percent(row["linked"], row["matters"]),
        "percent",
        things=frozenset({*used, *sent}),
    )


async def wages_recovered(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-LI-4: wages paid in cases of the city, and to how many workers."""
    row = await _row(session, RECOVERING, period, city)
    return Figures(row, row["amount"], "yuan")


async def assist_in_time(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-LI-5: letters that the city answered in time, of those due."""
    row = await _row(session, ASSISTING, period, city)
    return Figures(row, percent(row["in_time"], row["due"]), "percent", things=frozenset(row))


async def mutual_stations(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-LI-6: the fewest stations open in any city for the other; `is_red` when there is none."""
    found = await session.execute(text(HOSTED), {"ends_at": period.ends_at})
    hosted = {row.host_city: int(row.open) for row in found}
    counts = {f"open_in_{one}": hosted.get(one, 0) for one in ACTIVE_CITIES}
    fewest = min(counts.values())
    inputs = {**counts, "is_red": int(fewest == 0)}
    return Figures(inputs, fewest, "stations", things=frozenset(inputs))


async def grade_coverage(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-LI-7: employers graded for the period's year, of those under inspection by its end."""
    row = await _row(session, GRADING, period, city)
    return Figures(row, percent(row["graded"], row["employers"]), "percent", things=frozenset(row))


async def _row(session: AsyncSession, statement: str, period: Period, city: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "city": city,
        "first": period.first,
        "last": period.last,
        "as_of": period.as_of,
        "year": period.last.year,
        "ends_at": period.ends_at,
    }
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    row = (await session.execute(text(statement), used)).mappings().one()
    return dict(row)


INDICATORS: Final = (
    Indicator("I-LI-1", closing_rate),
    Indicator("I-LI-2", accepted_in_time),
    Indicator("I-LI-3", linkage_rate),
    Indicator("I-LI-4", wages_recovered),
    Indicator("I-LI-5", assist_in_time),
    Indicator("I-LI-6", mutual_stations),
    Indicator("I-LI-7", grade_coverage),
)
