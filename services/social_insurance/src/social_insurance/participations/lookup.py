"""The look-up across cities, straight through the driver: found, judged, recorded, answered.

A wrong name and an unknown number take the same statements and give the same answer. Nothing is
told before the audit row is committed.
"""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg
import orjson

from hrss_kit import audit, clock, sealing
from hrss_kit.context import Exchange, exchange
from hrss_kit.db import Database
from hrss_kit.ids import new_id
from hrss_kit.persons import PersonMasked
from hrss_kit.problems import BadRequest, PurposeNotAllowed, Unavailable
from social_insurance.participations import rules
from social_insurance.participations.schemas import GapRead, LookupRequest

SEALED_NAME: Final = "participations.person_name"
SEALED_MOBILE: Final = "participations.mobile"
LOST: Final = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
FIND: Final = """
SELECT p.person_name, p.doc_type, p.mobile, p.city, p.scheme, p.employer_uscc, m.months, m.paid
FROM participations AS p
LEFT JOIN LATERAL (
    SELECT array_agg(month ORDER BY month) AS months, array_agg(paid ORDER BY month) AS paid
    FROM contribution_months
    WHERE participation_id = p.id AND month >= $2 AND month <= $3
) AS m ON true
WHERE p.id_hash = $1
ORDER BY p.created_at DESC
"""
RECORD: Final = """
INSERT INTO audit_entries (
    id, at, actor, client_id, roles, city, org_id, purpose, case_no, operation, subject,
    person_refs, fields, reason, result, trace_id
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11, $12, NULL, 'OK', $13)
"""
AUDITED: Final = ("actor", "client_id", "roles", "city", "org_id", "purpose", "case_no",
                  "operation", "person_refs", "fields", "trace_id")  # fmt: skip
EARLIEST, LATEST = "0000-00", "9999-99"
NOBODY: Final[dict[str, Any]] = {
    "matched": False, "person": None, "timeline": [], "totals": [], "counted": [],
    "counted_by_family": [], "gaps": [], "overlaps": [],
}  # fmt: skip
#: What the rules say of months that count twice (domain C-4).
EXPLAINED: Final = {
    "SAME_SCHEME": (
        "同一险种重复参保：与本人协商保留一地关系，其余清退重复期间个人账户，月数只计一次",
        "Insured twice in one scheme: one relation is kept, the others are cleared for these "
        "months, which count once",
    ),
    "EMP_RES": (
        "职工与居民养老重复：只计职工养老，退还居民养老个人和集体部分，政府补贴不退",
        "Employees' and residents' pension overlap: the months count for the employees' scheme "
        "only; the resident's own part is refunded, the subsidy is not",
    ),
    "EMP_INST": (
        "企业与机关事业养老重复：月数只计一次，由本人选择保留",
        "Two pension schemes overlap: the months count once, the person chooses which",
    ),
}
_GAP: Final = GapRead.model_fields


async def look_up(database: Database, body: bytes) -> bytes:
    """Both cities' months of a person who is named by number and name; amounts never."""
    present = exchange()
    assert present.principal is not None  # the route has let somebody in
    try:
        asked = LookupRequest.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise BadRequest("请求体不是合法的 JSON", "The body is not valid JSON") from error
    if not rules.may_look_up(present.principal.held, present.purpose or ""):
        raise PurposeNotAllowed
    id_hash = sealing.blind(asked.doc_no)
    present.note(person_refs=[sealing.person_ref(id_hash)])
    pool = await database.driver()
    try:
        async with pool.acquire() as connection:
            found = await connection.fetch(
                FIND, id_hash, asked.from_month or EARLIEST, asked.to_month or LATEST
            )
            reply = _judge(asked, found, verifies_only=present.principal.held <= {"window"})
            await connection.execute(RECORD, *_record(present))
    except LOST as error:
        raise Unavailable from error
    return orjson.dumps(reply)


def _record(present: Exchange) -> tuple[Any, ...]:
    entry = audit.values(present)
    return (new_id(), clock.now(), *(entry[name] for name in AUDITED))


def _judge(asked: LookupRequest, found: Sequence[Any], *, verifies_only: bool) -> dict[str, Any]:
    ring = sealing.ring()
    names = {ring.open(row["person_name"], SEALED_NAME).decode() for row in found}
    if names != {asked.name}:
        return NOBODY
    sealed = found[0]["mobile"]
    mobile = None if sealed is None else ring.open(sealed, SEALED_MOBILE).decode()
    person = PersonMasked.of(asked.name, found[0]["doc_type"], asked.doc_no, mobile)
    known = {**NOBODY, "matched": True, "person": person.model_dump()}
    if verifies_only:
        # A counter only verifies that somebody is insured (domain §4.2).
        exchange().note(fields=["matched"])
        return known
    exchange().note(fields=["months", "employer", "paid"])
    return known | merged(
        [
            rules.Insured(month, row["city"], row["scheme"], row["employer_uscc"], paid=paid)
            for row in found
            for month, paid in zip(row["months"] or (), row["paid"] or (), strict=True)
        ]
    )


def merged(months: list[rules.Insured]) -> dict[str, Any]:
    """Months of both cities in one line, what they add up to, where they overlap or fail."""
    months.sort(key=lambda one: (one.month, one.scheme, one.city))
    twice = rules.overlapping(months)
    return {
        "timeline": [
            {
                "month": one.month,
                "city": one.city,
                "scheme": one.scheme,
                "employer_uscc": one.employer_uscc,
                "paid": one.paid,
                "overlap": place in twice,
            }
            for place, one in enumerate(months)
        ],
        "totals": [
            {"scheme": scheme, "city": city, "months": count, "paid_months": paid}
            for scheme, city, count, paid in rules.totals(months)
        ],
        "counted": [
            {"scheme": scheme, "months": count}
            for scheme, count in rules.counted_months(months).items()
        ],
        "counted_by_family": [
            {"family": kind, "months": count} for kind, count in rules.family_months(months).items()
        ],
        "gaps": [
            {
                "scheme": gap.scheme,
                "from_month": gap.from_month,
                "to_month": gap.to_month,
                "months": gap.months,
                "explanation_zh": _GAP["explanation_zh"].default,
                "explanation_en": _GAP["explanation_en"].default,
            }
            for gap in rules.gaps(months)
        ],
        "overlaps": [
            {
                "family": one.family,
                "kind": one.kind,
                "from_month": one.from_month,
                "to_month": one.to_month,
                "months": one.months,
                "places": [{"city": city, "scheme": scheme} for city, scheme in one.places],
                "explanation_zh": EXPLAINED[one.kind][0],
                "explanation_en": EXPLAINED[one.kind][1],
            }
            for one in (rules.overlaps(months) if twice else ())
        ],
    }
