"""Months: which there are, where they overlap, where one is missing; temporary accounts. Pure.

Work is on sets of months (domain §2.2, C-4); the temporary account 临时账户 is C-3.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

#: Months before the first of these are not insured anywhere (domain §2.2).
FIRST_MONTH: Final = "1992-01"
#: One month counts once for a pension, whichever of these schemes it was paid into.
PENSION: Final = frozenset({"EMP", "INST", "RES"})
#: A month may be insured by several employers at once.
CONCURRENT: Final = frozenset({"INJ"})

# Caseworkers of other domains do not see through another's purpose.
LOOKUP_PURPOSES: Final[Mapping[str, frozenset[str]]] = {
    "cw.li": frozenset({"LI_EVIDENCE"}),
    "supervisor.li": frozenset({"LI_EVIDENCE"}),
    "cw.emp": frozenset({"EMP_GROUP_HELP"}),
}
OWN_DOMAIN: Final = frozenset({"partner", "cw.si", "supervisor.si", "window", "service"})


class Insured(NamedTuple):
    """One month of one person as a look-up tells it."""

    month: str
    city: str
    scheme: str
    employer_uscc: str | None
    paid: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Months between insured ones that are not."""

    scheme: str
    from_month: str
    to_month: str
    months: int


def number(month: str) -> int:
    """A month as a count, so that months can be subtracted."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def month_of(count: int) -> str:
    """The month of a count."""
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from first to last, both included."""
    return [month_of(count) for count in range(number(first), number(last) + 1)]


def overlapping(months: Sequence[Insured]) -> set[int]:
    """The places in the list whose month counts twice (重复参保)."""
    by_kind: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, one in enumerate(months):
        if one.scheme not in CONCURRENT:
            by_kind[one.month, "PENSION" if one.scheme in PENSION else one.scheme].append(index)
    return {index for places in by_kind.values() if len(places) > 1 for index in places}


def gaps(months: Iterable[Insured]) -> Iterator[Gap]:
    """Where a scheme is interrupted, both cities taken together."""
    seen: dict[str, set[int]] = defaultdict(set)
    for one in months:
        seen[one.scheme].add(number(one.month))
    for scheme, counts in sorted(seen.items()):
        ordered = sorted(counts)
        for before, after in pairwise(ordered):
            if after - before > 1:
                yield Gap(
                    scheme, month_of(before + 1), month_of(after - 1), months=after - before - 1
                )


@dataclass(frozen=True, slots=True)
class Overlap:
    """Neighbouring months that count twice in the same places."""

    family: str
    from_month: str
    to_month: str
    months: int
    places: tuple[tuple[str, str], ...]  # city and scheme
    kind: str


def family(scheme: str) -> str:
    """Schemes in which one month counts once."""
    return "PENSION" if scheme in PENSION else scheme


def overlaps(months: Sequence[Insured]) -> list[Overlap]:
    """Where months count twice, neighbours told together, and which rule settles it."""
    by_month: dict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    for place in overlapping(months):
        one = months[place]
        by_month[family(one.scheme), number(one.month)].add((one.city, one.scheme))
    found: list[Overlap] = []
    for (kind, count), where in sorted(by_month.items()):
        places = tuple(sorted(where))
        last = found[-1] if found else None
        if (
            last is not None
            and (last.family, last.places) == (kind, places)
            and number(last.to_month) == count - 1
        ):
            found[-1] = replace(last, to_month=month_of(count), months=last.months + 1)
        else:
            first = month_of(count)
            found.append(Overlap(kind, first, first, 1, places, _kind_of(places)))
    return found


def _kind_of(places: Sequence[tuple[str, str]]) -> str:
    schemes = {scheme for _, scheme in places}
    if "RES" in schemes and len(schemes) > 1:
        return "EMP_RES"
    return "SAME_SCHEME" if len(schemes) == 1 else "EMP_INST"


def twice_in(stretches: Iterable[tuple[str, Sequence[str]]]) -> set[tuple[str, str]]:
    """Family and month of what counts twice, from whole stretches: (scheme, months).

    The same as `overlapping`, for many months at once: sets do the counting.
    """
    seen: dict[str, set[str]] = {}
    twice: set[tuple[str, str]] = set()
    for scheme, months in stretches:
        if scheme in CONCURRENT:
            continue
        kind = family(scheme)
        known = seen.setdefault(kind, set())
        both = known.intersection(months)
        if both:
            twice.update((kind, month) for month in both)
        known.update(months)
    return twice


def has_gap(months: Collection[str]) -> bool:
    """True when some month between the first and the last is not there."""
    return bool(months) and number(max(months)) - number(min(months)) + 1 != len(months)


def family_months(months: Iterable[Insured]) -> dict[str, int]:
    """Different months by family: the counted months |A ∪ B|."""
    seen: dict[str, set[str]] = defaultdict(set)
    for one in months:
        seen[family(one.scheme)].add(one.month)
    return {kind: len(found) for kind, found in sorted(seen.items())}


def is_temporary(
    *,
    is_male: bool,
    age: int,
    ages: Mapping[str, int],
    is_at_hukou: bool,
    has_relation: bool,
    is_by_order: bool,
    is_pooled: bool,
) -> bool:
    """C-3: a first participation away from the hukou, at 50 (men) or 40 (women), is temporary.

    Not inside a province that pools, not by order 组织调动 (国办发〔2009〕66号 art. 5).
    """
    if is_at_hukou or has_relation or is_by_order or is_pooled:
        return False
    return age >= ages["male" if is_male else "female"]


def totals(months: Iterable[Insured]) -> list[tuple[str, str, int, int]]:
    """Months and paid months by scheme and city."""
    counted: Counter[tuple[str, str]] = Counter()
    paid: Counter[tuple[str, str]] = Counter()
    for one in months:
        counted[one.scheme, one.city] += 1
        paid[one.scheme, one.city] += one.paid
    return [
        (scheme, city, counted[scheme, city], paid[scheme, city])
        for scheme, city in sorted(counted)
    ]


def counted_months(months: Iterable[Insured]) -> dict[str, int]:
    """Different months by scheme: a month that overlaps counts once."""
    seen: dict[str, set[str]] = defaultdict(set)
    for one in months:
        seen[one.scheme].add(one.month)
    return {scheme: len(found) for scheme, found in sorted(seen.items())}


def outside_range(base: Decimal, wage: Decimal, low: Decimal, high: Decimal) -> bool:
    """True when a contribution base leaves the range around the provincial wage."""
    return not wage * low <= base <= wage * high


def may_look_up(held: frozenset[str], purpose: str) -> bool:
    """True when some role of the caller goes with the purpose."""
    return not held.isdisjoint(OWN_DOMAIN) or any(
        purpose in LOOKUP_PURPOSES.get(role, ()) for role in held
    )


def birth_month(doc_type: str, doc_no: str) -> str | None:
    """The month somebody was born in, as a resident's number tells it."""
    return f"{doc_no[6:10]}-{doc_no[10:12]}" if doc_type == "01" else None
