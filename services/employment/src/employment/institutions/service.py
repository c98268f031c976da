"""What can be done with institutions and programmes. Each runs in the caller's transaction."""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.institutions import models
from employment.institutions.models import MACHINE, PROGRAMME_MACHINE, Institution, Programme
from employment.institutions.schemas import (
    CitySeats,
    InstitutionCreate,
    InstitutionRead,
    MilestoneWish,
    ProgrammeCreate,
    ProgrammeRead,
    SeatsQuery,
    SeatsRead,
    SeatsWish,
    seat_errors,
)
from employment.kinds import Kind, Step, columns_of
from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.divisions import city_of
from hrss_kit.problems import (
    Conflict,
    Duplicate,
    FieldError,
    Invalid,
    NotYourCity,
    StateConflict,
    refuse,
)
from hrss_kit.resources import Empty
from hrss_kit.translation import constraint_of


class NotApproved(Conflict):
    code = "INSTITUTION_NOT_APPROVED"
    title_zh, title_en = "该院校尚未批复", "The institution has not been approved yet"


MANAGE: Final = Step("institution:manage")
INSTITUTIONS: Final = Kind(
    Institution,
    InstitutionRead,
    MACHINE,
    {"record-milestone": MANAGE},
    words=("name",),
    sorts=("name",),
)
PROGRAMMES: Final = Kind(
    Programme,
    ProgrammeRead,
    PROGRAMME_MACHINE,
    dict.fromkeys(("allocate-seats", "publish", "close"), MANAGE),
    hidden=("DRAFT",),
    words=("title",),
    sorts=("title", "starts_on"),
)


async def plan(session: AsyncSession, caller: Principal, new: InstitutionCreate) -> InstitutionRead:
    """Registers an institution; it belongs to the city where it stands."""
    if city_of(new.division) != caller.city:
        raise NotYourCity
    row = Institution(**columns_of(new), owner_city=caller.city, state="PLANNED", milestones=[])
    try:
        async with session.begin_nested():
            await INSTITUTIONS.add(session, caller, row, action="plan")
    except IntegrityError as error:
        if constraint_of(error) != "uq_institutions_name":
            raise
        known = await session.scalar(select(Institution.id).where(Institution.name == new.name))
        raise Duplicate(existing_id=str(known)) from error
    return await INSTITUTIONS.show(session, caller, row)


async def record_milestone(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: MilestoneWish
) -> InstitutionRead:
    """Records the next milestone; none is left out, none comes before the one before it."""
    row, _ = await INSTITUTIONS.hold(session, caller, row_id, "record-milestone")
    following = models.MILESTONES[len(row.milestones)]
    if wish.milestone != following:
        raise StateConflict(row.state, [following])
    on = wish.reached_on or clock.today()
    earliest = str(row.milestones[-1]["reached_on"]) if row.milestones else ""
    if on > clock.today() or on.isoformat() < earliest:
        raise refuse("reached_on", "DATE", "日期不在允许范围内", "lies too early or after today")
    reached = {
        "milestone": following,
        "reached_on": on.isoformat(),
        "document_ref": wish.document_ref,
        "recorded_by": caller.actor,
    }
    row.milestones = [*row.milestones, reached]
    action = f"reach-{following.lower()}"
    await INSTITUTIONS.move(session, caller, row, action, MACHINE.take(row.state, action))
    return await INSTITUTIONS.show(session, caller, row)


async def draft_programme(
    session: AsyncSession, caller: Principal, new: ProgrammeCreate
) -> ProgrammeRead:
    """Drafts a programme of an institution of the caller's city."""
    school = await session.get(Institution, new.institution_id)
    if school is None:
        raise refuse(
            "institution_id", "INSTITUTION_UNKNOWN", "没有此院校", "is not a known institution"
        )
    if school.owner_city != caller.city:
        raise NotYourCity
    row = Programme(**columns_of(new), owner_city=caller.city, state="DRAFT")
    try:
        async with session.begin_nested():
            await PROGRAMMES.add(session, caller, row, action="draft")
    except IntegrityError as error:
        if constraint_of(error) != "uq_programmes_title":
            raise
        known = select(Programme.id).where(
            Programme.institution_id == new.institution_id,
            Programme.title == new.title,
            Programme.starts_on == new.starts_on,
        )
        raise Duplicate(existing_id=str(await session.scalar(known))) from error
    return await PROGRAMMES.show(session, caller, row)


async def allocate(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: SeatsWish
) -> ProgrammeRead:
    """Gives each city its seats."""
    row, target = await PROGRAMMES.hold(session, caller, row_id, "allocate-seats")
    total = wish.total_seats or row.total_seats
    wrong = list(seat_errors(wish.model_dump(), total))
    if wrong:
        raise Invalid(
            *(
                FieldError(field=".".join(map(str, one.field)), code=one.code,
                           message_zh=one.message_zh, message_en=one.message_en)
                for one in wrong
            )
        )  # fmt: skip
    row.total_seats, row.seats_by_city = total, dict(wish.seats_by_city)
    await PROGRAMMES.move(session, caller, row, "allocate-seats", target)
    return await PROGRAMMES.show(session, caller, row)


async def publish(
    session: AsyncSession, caller: Principal, row_id: UUID, _wish: Empty
) -> ProgrammeRead:
    """Lets both cities see it, once the institution is approved 批复."""
    row, target = await PROGRAMMES.hold(session, caller, row_id, "publish")
    school = await session.get_one(Institution, row.institution_id)
    if school.state not in models.MILESTONES[1:]:
        raise NotApproved
    await PROGRAMMES.move(session, caller, row, "publish", target)
    return await PROGRAMMES.show(session, caller, row)


async def seats(session: AsyncSession, caller: Principal, query: SeatsQuery) -> SeatsRead:
    """Seats by city of an institution's published programmes."""
    found = PROGRAMMES.visible(caller).where(
        Programme.institution_id == query.institution_id, Programme.state == "PUBLISHED"
    )
    rows = await session.scalars(found.order_by(Programme.starts_on, Programme.id).limit(500))
    return SeatsRead(
        items=[
            CitySeats(programme_id=row.id, city=city, seats=count, total_seats=row.total_seats)
            for row in rows
            for city, count in sorted(row.seats_by_city.items())
            if query.city in (None, city)
        ]
    )
