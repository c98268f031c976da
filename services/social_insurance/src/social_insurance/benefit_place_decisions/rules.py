"""Where a pension is drawn 待遇领取地 (domain C-2). Pure.

Source: 国办发〔2009〕66号 art. 6, 人社部规〔2016〕5号; inside a province the place is policy.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

LAST_INSURED: Final = "LAST_INSURED"
AS_S08: Final = "AS_S08"
Rule = Literal["LAST_INSURED", "AS_S08"]


@dataclass(frozen=True, slots=True)
class Relation:
    """A place where somebody was insured, in order; deemed months are part of its months."""

    city: str
    months: int
    is_temporary: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """The place, and which of the four rules found it."""

    city: str
    rule_no: int


def benefit_place(
    hukou: str, relations: Sequence[Relation], least_months: int, rule: Rule
) -> Decided:
    """The city that pays. Temporary months count at no place: the relation is elsewhere."""
    held = [one for one in relations if not one.is_temporary]
    if not held:
        return Decided(hukou, 4)
    if rule == AS_S08:
        return _walk(hukou, held, least_months, area=lambda city: city)
    # All months of a province are one area; in it the last insured city acts.
    found = _walk(hukou, held, least_months, area=lambda city: city[:2])
    within = [one.city for one in held if one.city[:2] == found.city]
    return Decided(within[-1], found.rule_no) if within else found


def _walk(
    hukou: str, held: Sequence[Relation], least_months: int, *, area: Callable[[str], str]
) -> Decided:
    months: dict[str, int] = {}
    order: list[str] = []
    for one in held:
        place = area(one.city)
        months[place] = months.get(place, 0) + one.months
        if place in order:
            order.remove(place)
        order.append(place)
    current = order[-1]
    if current == area(hukou):
        return Decided(current, 1)
    if months[current] >= least_months:
        return Decided(current, 2)
    for place in reversed(order[:-1]):
        if months[place] >= least_months:
            return Decided(place, 3)
    return Decided(hukou, 4)
