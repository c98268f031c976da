"""What a mapping may say, and what mappings may not say together (domain §2.3). Pure."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from hrss_kit.problems import FieldError
from hrss_kit.states import Machine, transition

DRAFT, ACTIVE, SUPERSEDED, WITHDRAWN = "DRAFT", "ACTIVE", "SUPERSEDED", "WITHDRAWN"
EQUIVALENT, LOWER, NOT_RECOGNISED = "EQUIVALENT", "LOWER", "NOT_RECOGNISED"
LADDER: Final = "ABCDEF"


def approved_by(letters: str) -> str:
    """The state in which one city has approved and the other has not."""
    return f"APPROVED_{letters}"


def machine(cities: Iterable[str]) -> Machine:
    """The life of a mapping between these cities, given by their letters."""
    halves = [approved_by(letters) for letters in cities]
    return Machine(
        transition("approve", (DRAFT, *halves), None),
        transition("withdraw", (DRAFT, *halves), WITHDRAWN),
    )


def is_lower(level: str, than: str) -> bool:
    """True when a level of the ladder stands below another; A is the top."""
    return LADDER.index(level) > LADDER.index(than)


class Side(NamedTuple):
    """A category as a mapping sees it."""

    category: UUID
    city: str
    level: str


def faults(
    kind: str, origin: Side, to_city: str, target: Side | None, ladder_level: str | None
) -> Iterator[FieldError]:
    """Everything in a mapping that does not agree; a recognised level is never above the origin."""
    if to_city == origin.city:
        yield _fault("to_city", "MAPPING_CITY", "须为另一城市", "must be another city")
    if target is not None and target.city != to_city:
        yield _fault(
            "to_category", "MAPPING_CITY", "该类别不属于接收城市", "is not of the receiving city"
        )
    if kind == NOT_RECOGNISED:
        if target is not None or ladder_level is not None:
            yield _fault("kind", "MAPPING_KIND", "不予互认的不得指定对应类别", "recognises nothing")
        return
    if (target is None) == (ladder_level is None):
        yield _fault(
            "to_category",
            "MAPPING_TARGET",
            "类别与层级须且仅须填写一项",
            "name either a category or a level",
        )
        return
    level = target.level if target is not None else ladder_level
    assert level is not None, "one of the two is given"
    sound = level == origin.level if kind == EQUIVALENT else is_lower(level, origin.level)
    if not sound:
        yield _fault(
            "to_category" if target is not None else "ladder_level",
            "MAPPING_LEVEL",
            "对应层级与互认方式不符，互认层级不得高于原层级",
            "does not stand where that kind of mapping puts it on the ladder",
        )


def _fault(field: str, code: str, message_zh: str, message_en: str) -> FieldError:
    return FieldError(field=field, code=code, message_zh=message_zh, message_en=message_en)


class Arrow(NamedTuple):
    """An award of `source` counts as one of `target` in another city."""

    source: UUID
    target: UUID
    is_equal: bool


def is_cyclic(new: Arrow, known: Iterable[Arrow], city_of: Mapping[UUID, str]) -> bool:
    """True when the arrow closes a circle, or makes one city's categories equal to each other."""
    ways: dict[UUID, set[UUID]] = {}
    equal: dict[UUID, set[UUID]] = {}
    for arrow in known:
        ways.setdefault(arrow.source, set()).add(arrow.target)
        if arrow.is_equal:
            for one, other in (arrow[:2], arrow[1::-1]):
                ways.setdefault(one, set()).add(other)
                equal.setdefault(one, set()).add(other)
    if new.source in _reached(new.target, ways):
        return True
    if not new.is_equal:
        return False
    alike = [city_of.get(one) for one in _reached(new.source, equal) | _reached(new.target, equal)]
    return len(set(alike)) < len(alike)


def _reached(start: UUID, ways: Mapping[UUID, set[UUID]]) -> set[UUID]:
    found, queue = {start}, deque([start])
    while queue:
        for place in ways.get(queue.popleft(), set()) - found:
            found.add(place)
            queue.append(place)
    return found
