"""Sharing rules 共享规则: what one city reads of the other's rows (domain P-0b, §4).

The gateway owns agreements and rules; each member keeps a copy of those that were approved, brought
up to date by events. A rule holds on a day when it and its agreement hold, so that an agreement
that has ended takes its rules with it the same day. Without a rule a row that could otherwise be
seen is refused with NO_SHARING_RULE; a field that the rule does not name comes out empty.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from pydantic import BaseModel
from sqlalchemy import Select, or_
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.auth import CITY_SCOPED, Principal
from hrss_kit.context import Exchange, exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.problems import Forbidden
from hrss_kit.sharing_store import known_rules

if TYPE_CHECKING:
    from hrss_kit.service import Service

Row = TypeVar("Row")
EVERY_FIELD = "*"
#: What says that a row is there and how it stands; it goes with every row that is shared.
FRAME = frozenset(
    {"id", "biz_no", "owner_city", "version", "created_at", "updated_at", "state",
     "allowed_actions", "deadlines"}
)  # fmt: skip
READING = frozenset(
    {"read", "list", "history", "download", "reveal", "bulk_out", "act", "change", "upload"}
)
#: Collections that hold no rows of a city: tasks, feeds, figures, keys and jobs of one's own.
NO_ROWS = frozenset({"work-items", "events", "indicators", "jobs", "keys", "access-entries"})


class NoSharingRule(Forbidden):
    code = "NO_SHARING_RULE"
    title_zh = "没有生效的共享规则，不能读取对方城市的数据"
    title_en = "No sharing rule in force lets your city read this of the other"


@dataclass(frozen=True, slots=True)
class Door:
    """Where a counterpart stands: whose city it is, and which collection it reads."""

    city: str
    service: str
    resource: str
    is_list: bool


def door_of(
    service: "Service", kind: str, resource: str, principal: Principal | None
) -> Door | None:
    """The door that a caller of a city comes to; none where rules do not decide.

    Auditors, the province, operations, citizens and the suite's own services read by what the
    access table gives them (domain §4.2); the gateway's rows are both cities'.
    """
    if service.is_joint or kind not in READING or resource in NO_ROWS or principal is None:
        return None
    if principal.city is None or principal.id_hash is not None:
        return None
    if not any(role.partition(".")[0] in CITY_SCOPED for role in principal.held):
        return None
    return Door(principal.city, service.name, resource, kind in ("list", "bulk_out"))


def is_counterpart(owner: str | None, door: Door) -> TypeGuard[str]:
    """True when the row is the other city's; what is the province's is everybody's."""
    return owner in ACTIVE_CITIES and owner != door.city


async def fields_for(session: AsyncSession, door: Door, owner: str) -> frozenset[str] | None:
    """The fields of `owner`'s rows that may be shown here and now; None when nothing may."""
    known = await known_rules(session)
    today, purpose = clock.today(), exchange().purpose
    named: set[str] = set()
    for term in known.terms.get((door.service, door.resource, owner, door.city), ()):
        if term.holds(today) and purpose in (None, term.purpose):
            named |= term.fields
    return frozenset(named) or None


async def admit_row(session: AsyncSession, row: object) -> None:
    """403 NO_SHARING_RULE when the row that a request is about may not be read by this city."""
    present = exchange()
    door = present.door
    if door is None or door.is_list or present.is_admitted:
        return
    present.is_admitted = True  # what is loaded after it are the row's own parts
    owner = getattr(row, "owner_city", None)
    if not is_counterpart(owner, door):
        return
    present.shared_fields = await fields_for(session, door, owner)
    if present.shared_fields is None:
        raise NoSharingRule


async def narrowed(session: AsyncSession, statement: Select[Row], model: Any) -> Select[Row]:
    """A list without the rows that no rule shares; the same list when all of them are shared."""
    door = exchange().door
    column = getattr(model, "owner_city", None)
    if door is None or column is None:
        return statement
    others = [city for city in ACTIVE_CITIES if city != door.city]
    kept = [city for city in others if not await fields_for(session, door, city)]
    # What is the province's is nobody's counterpart.
    return statement.where(or_(column.is_(None), column.not_in(kept))) if kept else statement


async def limited(session: AsyncSession, shown: BaseModel) -> BaseModel | dict[str, Any] | None:
    """A row as this caller's city may see it: whole, with fields emptied, or not at all."""
    door = exchange().door
    owner = getattr(shown, "owner_city", None)
    if door is None or not is_counterpart(owner, door):
        return shown
    named = await fields_for(session, door, owner)
    if named is None:
        return None
    return shown if EVERY_FIELD in named else emptied(shown.model_dump(mode="json"), named)


async def reply(session: AsyncSession, result: Any) -> Any:
    """What an endpoint gives, with the rules applied: the same object when nothing is kept back."""
    if exchange().door is None or not isinstance(result, BaseModel):
        return result
    items = getattr(result, "items", None)
    if isinstance(items, list) and items and hasattr(items[0], "owner_city"):
        kept = [await limited(session, one) for one in items]
        if all(one is was for one, was in zip(kept, items, strict=True)):
            return result
        body = result.model_dump(mode="json", exclude={"items"})
        return {
            "items": [
                one.model_dump(mode="json") if isinstance(one, BaseModel) else one
                for one in kept
                if one is not None
            ],
            **body,
        }
    made = await limited(session, result)
    if made is None:
        raise NoSharingRule
    return made


def emptied(values: dict[str, Any], named: frozenset[str]) -> dict[str, Any]:
    """The values with null for every field that is not named; `worker.name` names one inside."""
    return {
        name: value if name in FRAME else _emptied(value, name, named)
        for name, value in values.items()
    }


def _emptied(value: Any, path: str, named: frozenset[str]) -> Any:
    if path in named or EVERY_FIELD in named:
        return value
    if not any(one.startswith(f"{path}.") for one in named):
        return None
    if isinstance(value, dict):
        return {name: _emptied(inner, f"{path}.{name}", named) for name, inner in value.items()}
    if isinstance(value, list):
        return [_emptied(inner, path, named) for inner in value]
    return None


def is_named(present: Exchange, name: str) -> bool:
    """True when the row in hand may show that field to this caller."""
    named = present.shared_fields
    if named is None or EVERY_FIELD in named:
        return True
    parts = name.split(".")
    return any(".".join(parts[:length]) in named for length in range(1, len(parts) + 1))
