"""Periods of bulletins, and which cases are major (重大劳动保障违法行为社会公布办法, S21). Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from hrss_kit.states import Machine, transition

QUARTERLY, MAJOR_CASE, CREDIT = "QUARTERLY", "MAJOR_CASE", "CREDIT"
DUE, ISSUED, RECEIVED = "DUE", "ISSUED", "RECEIVED"
AT_DECISION, AT_CLOSING = "DECIDED", "CLOSED"

MACHINE: Final = Machine(
    transition("issue", DUE, ISSUED),
    transition("receive", ISSUED, RECEIVED),
)

#: The seven kinds of S21 art. 5, in its order.
WAGE, SOCIAL_INSURANCE, HOURS = "WAGE", "SOCIAL_INSURANCE", "HOURS"
FEMALE_MINOR, CHILD, EFFECT, OTHER = "FEMALE_MINOR", "CHILD", "EFFECT", "OTHER"
MAJOR_KINDS: Final = (WAGE, SOCIAL_INSURANCE, HOURS, FEMALE_MINOR, CHILD, EFFECT, OTHER)
#: Kinds that are major when many workers suffer from them.
BY_WORKERS: Final = (SOCIAL_INSURANCE, HOURS, FEMALE_MINOR)

_MONTHS: Final = {"YEAR": 12, "QUARTER": 3, "MONTH": 1}
_PERIOD: Final = re.compile(r"(?P<year>[0-9]{4})(-(Q(?P<quarter>[1-4])|(?P<month>[0-9]{2})))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A period of bulletins, both days included."""

    code: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Decided:
    """What of a decided case makes it major or not."""

    matter: Sequence[str]
    decision: str
    amount: Decimal
    workers: int
    is_incident: bool


def period(code: str, unit: str) -> Period | None:
    """The period that a code names, when it is one of the unit of `li.bulletin_period`."""
    found = _PERIOD.fullmatch(code)
    if found is None:
        return None
    year, quarter, month = int(found["year"]), found["quarter"], found["month"]
    named = "QUARTER" if quarter else "MONTH" if month else "YEAR"
    first = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
    if named != unit or not 1 <= first <= 12:
        return None
    return _from(year, first, unit)


def period_before(day: date, unit: str) -> Period:
    """The last period of that length that was over before a day."""
    length = _MONTHS[unit]
    months = day.year * 12 + (day.month - 1) // length * length - length
    return _from(months // 12, months % 12 + 1, unit)


def _from(year: int, month: int, unit: str) -> Period:
    behind = year * 12 + month - 1 + _MONTHS[unit]
    last = date(behind // 12, behind % 12 + 1, 1) - timedelta(days=1)
    code = {
        "YEAR": f"{year:04d}",
        "QUARTER": f"{year:04d}-Q{(month + 2) // 3}",
        "MONTH": f"{year:04d}-{month:02d}",
    }[unit]
    return Period(code, date(year, month, 1), last)


def major_kinds(
    case: Decided, policy: Mapping[str, Any], *, acted: Collection[str], police: str
) -> list[str]:
    """Why a case is major by the policy `li.major_case`; an empty list when it is not.

    `acted` are the decisions against an employer, `police` the one that hands it to the police.
    """
    if case.decision not in {*acted, police}:
        return []
    is_police = case.decision == police
    heads = {one.partition(".")[0] for one in case.matter}
    many = case.workers >= int(policy["workers"])
    found = {
        WAGE: WAGE in heads and (is_police or case.amount >= Decimal(policy["amount"])),
        CHILD: CHILD in heads,
        EFFECT: case.is_incident,
        OTHER: is_police and WAGE not in heads and CHILD not in heads,
        **{kind: kind in heads and many for kind in BY_WORKERS},
    }
    return [kind for kind in MAJOR_KINDS if found[kind] and kind in policy["kinds"]]
