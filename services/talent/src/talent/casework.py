"""What every act on a row of this service does: find it, hold it, move it, tell of it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock, deadlines, numbering, outbox, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.db import Resource
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import ListQuery
from hrss_kit.problems import Duplicate, NotYourCity, Problem
from hrss_kit.states import Machine
from hrss_kit.translation import constraint_of
from talent.access import ACCESS

SOURCE: Final = "talent"


class LivingResource(Resource):
    """A resource with a life."""

    state: Mapped[str] = mapped_column(String(24))


Living = TypeVar("Living", bound=LivingResource)
Chosen = TypeVar("Chosen", bound=Select[Any])
Side = Callable[[Living], str | Collection[str | None] | None]


async def new_number(session: AsyncSession, city: str) -> str:
    """The next business number of the service in a city."""
    return await numbering.next_number(session, "TA", city, clock.today())


def own_city(caller: Principal, named: str | None = None) -> str:
    """The caller's city; 403 when it has none or names another."""
    if caller.city is None or named not in (None, caller.city):
        raise NotYourCity
    return caller.city


def narrowed(
    wanted: Chosen, model: type[Any], query: ListQuery, words: Sequence[str] = ()
) -> Chosen:
    """A list's filters: fields by their name, `*_from` and `*_to` of dates, `q` in `words`."""
    for name in set(type(query).model_fields) - set(ListQuery.model_fields):
        value = getattr(query, name)
        if value is None:
            continue
        if hasattr(model, name):
            wanted = wanted.where(getattr(model, name) == value)
        elif name.endswith("_from") and hasattr(model, name.removesuffix("_from")):
            wanted = wanted.where(getattr(model, name.removesuffix("_from")) >= value)
        elif name.endswith("_to") and hasattr(model, name.removesuffix("_to")):
            wanted = wanted.where(getattr(model, name.removesuffix("_to")) <= value)
    if query.q and words:
        found = [getattr(model, word).icontains(query.q, autoescape=True) for word in words]
        condition = found[0]
        for other in found[1:]:
            condition = condition | other
        wanted = wanted.where(condition)
    return wanted


async def hold(
    session: AsyncSession,
    caller: Principal,
    wanted: Select[Living],
    action: str,
    machine: Machine,
    side: "Side[Living]" = lambda row: row.owner_city,
) -> tuple[Living, str]:
    """The row, held for somebody whose city may act on it, and the state the act leads to."""
    row = await resources.load(session, wanted, lock=True)
    exchange().note(subject=row.biz_no)
    cities = side(row)
    if caller.city is None or caller.city not in (
        (cities,) if isinstance(cities, str) else (cities or ())
    ):
        raise NotYourCity
    resources.match_version(row)
    return row, machine.take(row.state, action)


def move(
    session: AsyncSession,
    caller: Principal | None,
    row: LivingResource,
    action: str,
    target: str,
    reason: str | None = None,
) -> None:
    """Takes the row to its next state, on record."""
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=target,
        reason=reason,
    )
    row.state = target
    row.updated_at = clock.now()  # an act that leaves every column as it was is a change too


def tell(
    session: AsyncSession,
    row: Resource,
    event: outbox.Event,
    *,
    audience: Sequence[str] = ACTIVE_CITIES,
    person_ref: str | None = None,
    journey_id: UUID | None = None,
) -> None:
    """Publishes a fact of the row."""
    outbox.publish(
        session,
        event,
        source=SOURCE,
        subject=row.biz_no,
        city=row.owner_city,
        audience=audience,
        person_ref=person_ref,
        journey_id=journey_id,
    )


async def start_clock(
    session: AsyncSession,
    row: Resource,
    code: str,
    key: str,
    on: date,
    basis: str,
    *,
    city: str | None = None,
    unit: Literal["WD", "CD"] = "WD",
) -> None:
    """Starts a clock of the row that runs for `city`; its length is policy."""
    length = int(await policy.get(session, key, on=on, city=city or row.owner_city))
    await deadlines.start(
        session,
        subject_id=row.id,
        subject_no=row.biz_no,
        owner_city=city or row.owner_city,
        audience={row.owner_city, city or row.owner_city},  # type: ignore[arg-type]
        code=code,
        started_on=on,
        unit=unit,
        length=length,
        basis=basis,
    )


async def save(
    session: AsyncSession, row: Resource, refusals: Mapping[str, "Select[Any] | Problem"]
) -> None:
    """Writes the row; a constraint that refuses it is told as its problem, or as a duplicate."""
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says what must not be
    except IntegrityError as error:
        refusal = refusals.get(constraint_of(error) or "")
        if refusal is None:
            raise
        if isinstance(refusal, Problem):
            raise refusal from error
        raise Duplicate(existing_id=str(await session.scalar(refusal))) from error


def allowed(
    caller: Principal,
    row: Living,
    machine: Machine,
    resource: str,
    side: "Mapping[str, Side[Living]] | None" = None,
) -> list[str]:
    """The actions open to this caller now: the permission `resource:action`, and the city."""

    def may(action: str) -> bool:
        cities = side[action](row) if side and action in side else row.owner_city
        held = (cities,) if isinstance(cities, str) else (cities or ())
        return caller.city in held and ACCESS.allows(caller, f"{resource}:{action}")

    return machine.allowed(row.state, may)


async def with_clocks(
    session: AsyncSession,
    rows: Iterable[Living],
    show: Callable[[Living, list[deadlines.DeadlineRead]], Any],
) -> list[Any]:
    """Several rows as replies, their clocks read at once."""
    held = list(rows)
    clocks = await deadlines.of(session, [row.id for row in held])
    return [show(row, clocks[row.id]) for row in held]


def of_person(model: type[Any], person_ref: str) -> ColumnElement[bool]:
    """Rows about the person of an event, which names them by the beginning of the blind index."""
    start = bytes.fromhex(person_ref)
    rest = 32 - len(start)
    found: ColumnElement[bool] = model.id_hash.between(start + bytes(rest), start + b"\xff" * rest)
    return found
