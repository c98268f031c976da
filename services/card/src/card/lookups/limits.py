"""Daily limits of look-ups (`card.lookup_daily_limit`): so many a system, so many a person.

Each caller has one counter a day. It is moved by the statement that records the look-ups, which
so decides how many of them are still within the limit; nobody counts rows. Of the first one that
is not, the auditor and the caller's city are told, once a day.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final

from card.lookups.models import LookupCount
from hrss_kit import clock
from hrss_kit.ids import new_id
from hrss_kit.outbox import Event
from hrss_kit.problems import Problem

KEY: Final = "card.lookup_daily_limit"
CODE: Final = "LOOKUP_LIMIT"
TABLE: Final = LookupCount.__tablename__

# The limit of a caller: `caller` names a row with is_system, city and counted_on.
LIMIT: Final = f"""
SELECT coalesce((
    SELECT (value ->> CASE WHEN caller.is_system THEN 'system' ELSE 'person' END)::int
    FROM policy_parameters
    WHERE key = '{KEY}' AND status = 'ACTIVE' AND city IN ('', coalesce(caller.city, ''))
      AND effective_from <= caller.counted_on
      AND (effective_to IS NULL OR effective_to > caller.counted_on)
    ORDER BY city DESC LIMIT 1
), 2147483647) AS most
"""
# Answers as many as are still free, and says in `last_over` how many were not.
COUNT: Final = f"""
INSERT INTO {TABLE} AS known (
    id, caller, counted_on, client_id, actor, city, is_system, most, answered, turned_away,
    last_over
)
SELECT gen_random_uuid(), caller, counted_on, client_id, actor, city, is_system, most,
       least(asked, most), asked - least(asked, most), asked - least(asked, most)
FROM callers AS caller CROSS JOIN LATERAL ({LIMIT}) AS allowed
ORDER BY caller, counted_on
ON CONFLICT (caller, counted_on) DO UPDATE SET
    most = excluded.most,
    answered = known.answered + greatest(0, least(
        excluded.answered + excluded.turned_away, excluded.most - known.answered)),
    turned_away = known.turned_away + least(
        excluded.answered + excluded.turned_away, greatest(0,
        known.answered + excluded.answered + excluded.turned_away - excluded.most)),
    last_over = least(
        excluded.answered + excluded.turned_away, greatest(0,
        known.answered + excluded.answered + excluded.turned_away - excluded.most))
RETURNING caller, counted_on, last_over
"""
# All or none: no row comes back when they are too many.
COUNT_ALL: Final = f"""
INSERT INTO {TABLE} AS known (
    id, caller, counted_on, client_id, actor, city, is_system, most, answered, turned_away,
    last_over
)
SELECT gen_random_uuid(), caller, counted_on, client_id, actor, city, is_system, most, asked, 0, 0
FROM callers AS caller CROSS JOIN LATERAL ({LIMIT}) AS allowed
WHERE asked <= most
ON CONFLICT (caller, counted_on) DO UPDATE SET
    most = excluded.most, answered = known.answered + excluded.answered, last_over = 0
WHERE known.answered + excluded.answered <= excluded.most
RETURNING caller
"""
TURN_AWAY: Final = f"""
WITH callers AS (
    SELECT $1::text AS caller, $2::date AS counted_on, $3::text AS client_id, $4::text AS actor,
           $5::text AS city, $6::bool AS is_system, $7::int AS asked
)
INSERT INTO {TABLE} AS known (
    id, caller, counted_on, client_id, actor, city, is_system, most, answered, turned_away,
    last_over
)
SELECT gen_random_uuid(), caller, counted_on, client_id, actor, city, is_system, most, 0, asked,
       asked
FROM callers AS caller CROSS JOIN LATERAL ({LIMIT}) AS allowed
ON CONFLICT (caller, counted_on) DO UPDATE SET
    turned_away = known.turned_away + excluded.turned_away, last_over = excluded.last_over
"""
# Once a day a caller: whoever finds `exceeded_at` empty tells.
ALERT: Final = f"""
WITH exceeded AS (
    UPDATE {TABLE} SET exceeded_at = $1
    FROM unnest($2::text[], $3::uuid[]) AS turned (caller, event_id)
    WHERE {TABLE}.caller = turned.caller AND counted_on = $4 AND exceeded_at IS NULL
      AND turned_away > 0
    RETURNING {TABLE}.*, event_id
)
INSERT INTO outbox_events (
    id, type, source, time, subject, city, audience, schema_version, trace_id, data
)
SELECT event_id, 'card.lookups.exceeded.v1', 'card', $1, client_id, city,
       CASE WHEN city IS NULL THEN $5::text[] ELSE ARRAY[city::text] END, 1, $6,
       jsonb_build_object(
           'client_id', client_id, 'actor', actor, 'kind',
           CASE WHEN is_system THEN 'SYSTEM' ELSE 'PERSON' END, 'limit', most,
           'counted_on', counted_on
       )
FROM exceeded
"""


class LookupsExceeded(Event):
    """A caller has asked about more people than a day allows; told once a day."""

    type: ClassVar[str] = "card.lookups.exceeded.v1"

    client_id: str
    actor: str
    kind: str
    limit: int
    counted_on: date


class LookupLimit(Problem):
    """More look-ups than `card.lookup_daily_limit` allows today."""

    status, code = 429, CODE
    title_zh = "今日查询次数已达上限"
    title_en = "The limit of look-ups for today has been reached"


def refusal(at: datetime) -> LookupLimit:
    """The answer until the day is over in Shanghai."""
    midnight = datetime.combine(clock.date_of(at) + timedelta(days=1), time(), clock.SHANGHAI)
    seconds = max(1, int((midnight - at).total_seconds()) + 1)
    return LookupLimit(headers={"Retry-After": str(seconds)})


def caller_of(client_id: str, sub: str) -> str:
    """Whose counter it is: a system's, or one of the persons who share a client."""
    return client_id if sub == client_id else f"{client_id}/{sub}"


def alert(at: datetime, callers: Sequence[str], cities: Sequence[str], trace_id: str) -> list[Any]:
    """What `ALERT` takes."""
    known = sorted(set(callers))
    return [at, known, [new_id() for _ in known], clock.date_of(at), list(cities), trace_id]
