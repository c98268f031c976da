"""The look-up across cities, straight through the driver: recorded, found, judged, answered.

A wrong name and an unknown number take the same statement and give the same answer. Nothing is
told before the audit row is committed; it names the fields that were asked for.
"""

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple, get_args

import asyncpg
import orjson

from hrss_kit import audit, clock, sealing
from hrss_kit.context import Exchange, exchange
from hrss_kit.db import Database
from hrss_kit.ids import new_id
from hrss_kit.persons import PersonMasked
from hrss_kit.problems import BadRequest, PurposeNotAllowed, Unavailable
from social_insurance.participations import rules
from social_insurance.participations.schemas import GapRead, LookupRequest, Scheme

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
# One statement is one transaction and one way to the database: the look is on record, whatever it
# finds, and the rows come back once that is committed.
FIND: Final = """
WITH audited AS (
    INSERT INTO audit_entries (
        id, at, actor, client_id, roles, city, org_id, purpose, case_no, operation, subject,
        person_refs, fields, reason, result, trace_id
    )
    VALUES ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, $14, $15, NULL, 'OK', $16)
)
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
FAMILIES: Final = {scheme: rules.family(scheme) for scheme in get_args(Scheme)}


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
    # A counter only verifies that somebody is insured (domain §4.2).
    verifies_only = present.principal.held <= {"window"}
    present.note(
        person_refs=[sealing.person_ref(id_hash)],
        fields=["matched"] if verifies_only else ["months", "employer", "paid"],
    )
    months = asked.from_month or EARLIEST, asked.to_month or LATEST
    pool = await database.driver()
    try:
        found = await pool.fetch(FIND, id_hash, *months, *_record(present))
    except LOST as error:
        raise Unavailable from error
    return orjson.dumps(_judge(asked, found, verifies_only=verifies_only))


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
        return known
    return known | merged(
        [
            Stretch(row["city"], row["scheme"], row["employer_uscc"], row["months"], row["paid"])
            for row in found
            if row["months"]
        ]
    )


class Stretch(NamedTuple):
    """Months of one relation, in order, and which of them are paid."""

    city: str
    scheme: str
    employer_uscc: str | None
    months: list[str]
    paid: list[bool]


def merged(found: Sequence[Stretch]) -> dict[str, Any]:
    """Months of both cities in one line, what they add up to, where they overlap or fail.

    This is what a look-up takes longest for: whole stretches are counted as sets, and only the
    months that overlap, or a scheme that has a gap, are looked at one by one.
    """
    twice = rules.twice_in((one.scheme, one.months) for one in found)
    lines = [
        (month, one.scheme, one.city, one.employer_uscc, paid)
        for one in found
        for month, paid in zip(one.months, one.paid, strict=True)
    ]
    lines.sort(key=itemgetter(0, 1, 2))
    schemes: dict[str, set[str]] = defaultdict(set)
    families: dict[str, set[str]] = defaultdict(set)
    totals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in found:
        schemes[one.scheme].update(one.months)
        families[rules.family(one.scheme)].update(one.months)
        total = totals[one.scheme, one.city]
        total[0] += len(one.months)
        total[1] += sum(one.paid)
    return {
        "timeline": [
            {
                "month": month,
                "city": city,
                "scheme": scheme,
                "employer_uscc": employer,
                "paid": paid,
                "overlap": (FAMILIES[scheme], month) in twice,
            }
            for month, scheme, city, employer, paid in lines
        ],
        "totals": [
            {"scheme": scheme, "city": city, "months": count, "paid_months": paid}
            for (scheme, city), (count, paid) in sorted(totals.items())
        ],
        "counted": [
            {"scheme": scheme, "months": len(months)} for scheme, months in sorted(schemes.items())
        ],
        "counted_by_family": [
            {"family": kind, "months": len(months)} for kind, months in sorted(families.items())
        ],
        "gaps": [gap for scheme in sorted(schemes) for gap in _gaps(scheme, schemes[scheme])],
        "overlaps": _overlaps(lines, twice) if twice else [],
    }


def _gaps(scheme: str, months: set[str]) -> list[dict[str, Any]]:
    if not rules.has_gap(months):
        return []
    insured = [rules.Insured(month, "", scheme, None, paid=True) for month in months]
    return [
        {
            "scheme": gap.scheme,
            "from_month": gap.from_month,
            "to_month": gap.to_month,
            "months": gap.months,
            "explanation_zh": _GAP["explanation_zh"].default,
            "explanation_en": _GAP["explanation_en"].default,
        }
        for gap in rules.gaps(insured)
    ]


def _overlaps(
    lines: Sequence[tuple[str, str, str, str | None, bool]], twice: set[tuple[str, str]]
) -> list[dict[str, Any]]:
    months = [
        rules.Insured(month, city, scheme, employer, paid)
        for month, scheme, city, employer, paid in lines
        if (FAMILIES[scheme], month) in twice
    ]
    return [
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
        for one in rules.overlaps(months)
    ]
