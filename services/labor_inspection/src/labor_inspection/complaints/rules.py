"""The rules of taking, routing and refusing a complaint (domain §2.4). Pure: no database, no HTTP.

Sources: 劳动保障监察条例 (S01) arts 11, 13, 20, 21; 关于实施《劳动保障监察条例》若干规定 (S02)
art. 18; 保障农民工工资支付条例 (S03) art. 10.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from hrss_kit.divisions import ACTIVE_CITIES, city_of
from hrss_kit.states import Machine, transition

PlaceKind = Literal["KNOWN", "UNKNOWN", "REMOTE"]

#: 监察事项 (S01 art. 11); a dot makes a sub-matter.
MATTERS: Final = {
    "RULES": "规章制度",
    "CONTRACT": "劳动合同",
    "CHILD": "使用童工",
    "FEMALE_MINOR": "女职工和未成年工特殊保护",
    "HOURS": "工作时间和休息休假",
    "WAGE": "工资",
    "WAGE.ARREARS": "拖欠工资",
    "WAGE.DEDUCT": "克扣工资",
    "WAGE.MINIMUM": "低于最低工资",
    "WAGE.OVERTIME": "加班工资",
    "WAGE.CARD_WITHHELD": "扣押社保卡或银行卡",
    "SOCIAL_INSURANCE": "社会保险",
    "AGENCY": "职业中介与培训",
    "DISPATCH": "劳务派遣",
    "SEVERANCE": "经济补偿",
    "OTHER": "其他",
}
OTHER: Final = "OTHER"
DISPATCH: Final = "DISPATCH"

IN_HAND: Final = ("RECEIVED", "FORWARDED")
#: Every state and action; `forward`, `supplement` and `designate` end where the routing says.
MACHINE: Final = Machine(
    transition("forward", ("RECEIVED", "DISPUTED_JURISDICTION"), "FORWARDED"),
    transition("dispute-jurisdiction", "FORWARDED", "DISPUTED_JURISDICTION"),
    # A city that sees the complaint holds that it is competent itself.
    transition("claim-jurisdiction", IN_HAND, "DISPUTED_JURISDICTION"),
    transition("designate", "DISPUTED_JURISDICTION", "FORWARDED"),
    transition("request-supplement", IN_HAND, "SUPPLEMENT"),
    transition("supplement", "SUPPLEMENT", "RECEIVED"),
    transition("accept", IN_HAND, "ACCEPTED"),
    transition("not-accept", (*IN_HAND, "SUPPLEMENT"), "NOT_ACCEPTED"),
)

#: Why the common superior must decide (S01 art. 13).
BOTH_REFUSE, BOTH_CLAIM = "BOTH_REFUSE", "BOTH_CLAIM"


@dataclass(frozen=True, slots=True)
class Routing:
    """Which city is competent and why; a provisional answer must be clarified in time."""

    competent_city: str
    basis: Literal["WORK_PLACE", "PAYING_EMPLOYER", "REGISTRATION", "RECEIVING"]
    is_provisional: bool


def city_taking_part(division: str | None) -> str | None:
    """The partner city that a division lies in; None when there is none."""
    city = city_of(division) if division else None
    return city if city in ACTIVE_CITIES else None


def route(
    place_kind: PlaceKind,
    work_division: str | None,
    employer_division: str | None,
    receiving_city: str,
) -> Routing:
    """Competent is the city of the work place, never of registration or residence (S01 art. 13).

    Remote work goes to the paying employer's city unless a work place is stated. When the place
    is not known yet, the employer's registration stands in for it until it is.
    """
    if (stated := city_taking_part(work_division)) is not None:
        return Routing(stated, "WORK_PLACE", is_provisional=False)
    registered = city_taking_part(employer_division)
    if place_kind == "REMOTE" and registered is not None:
        return Routing(registered, "PAYING_EMPLOYER", is_provisional=False)
    if registered is not None:
        return Routing(registered, "REGISTRATION", is_provisional=True)
    return Routing(receiving_city, "RECEIVING", is_provisional=True)


def copy_city(
    matter: Iterable[str], employer_division: str | None, competent_city: str
) -> str | None:
    """The dispatching employer's city gets a copy when the work is done in the other city."""
    if DISPATCH not in matter:
        return None
    registered = city_taking_part(employer_division)
    return registered if registered != competent_city else None


def registration_division(uscc: str | None) -> str | None:
    """Where an employer is registered: characters 3 to 8 of its code (GB 32100-2015)."""
    return uscc[2:8] if uscc else None


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February ends on the last day of its month."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def act_ended_on(period_to: date | None, received_on: date) -> date:
    """The end of a continuing act; one that still goes on ends no earlier than today."""
    return min(period_to or received_on, received_on)


def is_in_limitation(period_to: date | None, received_on: date, years: int) -> bool:
    """S01 art. 20: received within `years` of the end of the act."""
    return received_on <= add_years(act_ended_on(period_to, received_on), years)


def missing_facts(
    employer_name: str | None, employer_uscc: str | None, address: str | None
) -> list[str]:
    """What keeps an employer from being clear: its code, or its name and an address."""
    if employer_uscc or (employer_name and address):
        return []
    return ["employer_uscc"] + [
        name
        for name, value in (("employer_name", employer_name), ("work_place.address", address))
        if not value
    ]


_NOISE: Final = re.compile(r"[\W_]+")


def employer_key(name: str | None) -> str | None:
    """A name without what writers vary in: width, case, spaces, brackets, 有限责任公司."""
    if not name:
        return None
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())
    return plain.replace("有限责任公司", "有限公司")[:200] or None


def place_key(division: str | None, address: str | None, project_name: str | None) -> str | None:
    """The project, or the division with the address: one site for a collective case."""
    project = employer_key(project_name)
    if project:
        return f"project:{project}"
    site = employer_key(address)
    return f"site:{division or ''}:{site}" if site else None


def is_same_employer(
    uscc: str | None, key: str | None, other_uscc: str | None, other_key: str | None
) -> bool:
    """By code when both have one, by normalised name otherwise."""
    if uscc and other_uscc:
        return uscc == other_uscc
    return key is not None and key == other_key


def is_same_matter(matter: Iterable[str], other: Iterable[str]) -> bool:
    """True when one matter of each is the same, or one is the other's sub-matter."""
    others = list(other)
    return any(
        one == two or one.startswith(f"{two}.") or two.startswith(f"{one}.")
        for one in matter
        for two in others
    )


def do_overlap(
    first_from: date, first_to: date | None, second_from: date, second_to: date | None
) -> bool:
    """True when two periods share a day; an open end goes on."""
    return first_from <= (second_to or date.max) and second_from <= (first_to or date.max)


@dataclass(frozen=True, slots=True)
class Act:
    """What of a complaint decides whether another one says the same."""

    received_on: date
    uscc: str | None
    employer_key: str | None
    work_division: str | None
    place_key: str | None
    matter: Sequence[str]
    period_from: date
    period_to: date | None


def window_start(received_on: date, days: int) -> date:
    """The first day whose complaints still count for one received today."""
    return received_on - timedelta(days=days)


def is_same_act(new: Act, earlier: Act, window_days: int) -> bool:
    """Told twice by one person: employer, division, matter and period agree inside the window."""
    return (
        window_start(new.received_on, window_days) <= earlier.received_on <= new.received_on
        and is_same_employer(new.uscc, new.employer_key, earlier.uscc, earlier.employer_key)
        and new.work_division == earlier.work_division
        and is_same_matter(new.matter, earlier.matter)
        and do_overlap(new.period_from, new.period_to, earlier.period_from, earlier.period_to)
    )


def is_same_site(new: Act, earlier: Act, window_days: int) -> bool:
    """Told by several people: employer and project agree inside the window."""
    return (
        window_start(new.received_on, window_days) <= earlier.received_on <= new.received_on
        and is_same_employer(new.uscc, new.employer_key, earlier.uscc, earlier.employer_key)
        and new.place_key is not None
        and new.place_key == earlier.place_key
    )


def amount_total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the amounts that are named; None when none is."""
    named = [amount for amount in amounts if amount is not None]
    return sum(named, Decimal("0.00")) if named else None
