"""What can be done with the application catalogue. Runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from card.access import ACCESS
from card.catalogue.models import ApplicationItem
from card.catalogue.schemas import (
    ApplicationItemChange,
    ApplicationItemCreate,
    ApplicationItemQuery,
    ApplicationItemRead,
)
from hrss_kit import clock, numbering, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, Duplicate, NotYourCity
from hrss_kit.states import Machine, transition

MACHINE = Machine(
    transition("withdraw", "OPEN", "WITHDRAWN"), transition("restore", "WITHDRAWN", "OPEN")
)
ASSURANCES = ("LOW", "MEDIUM", "HIGH")


class ApplicationWithdrawn(Conflict):
    """The city no longer takes cards for this."""

    code = "APPLICATION_WITHDRAWN"
    title_zh, title_en = "该用卡应用已下线", "Cards are no longer taken for this"


class AssuranceTooLow(Conflict):
    """The counter has to be surer of the holder for this."""

    code = "ASSURANCE_TOO_LOW"
    title_zh, title_en = "身份核验强度不足", "This needs a stronger check of the holder"


def visible(_caller: Principal) -> Select[ApplicationItem]:
    """The catalogue is open to everybody who is let in."""
    return select(ApplicationItem)


async def create(
    session: AsyncSession, caller: Principal, new: ApplicationItemCreate
) -> ApplicationItem:
    """Adds an entry for the caller's city; one a use code."""
    city = caller.city or ""
    row = ApplicationItem(
        owner_city=city,
        biz_no=await numbering.next_number(session, "CA", city, clock.today()),
        state="OPEN",
        **new.model_dump(),
    )
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the constraint decides who was first
    except IntegrityError as error:
        first = await session.scalar(
            select(ApplicationItem.id).where(
                ApplicationItem.owner_city == city, ApplicationItem.use_code == new.use_code
            )
        )
        raise Duplicate(existing_id=str(first)) from error
    timeline.add(session, row.id, "create", caller=caller, to_state=row.state)
    return row


async def change(
    session: AsyncSession, caller: Principal, item_id: UUID, wish: ApplicationItemChange
) -> ApplicationItem:
    """Says an entry anew."""
    row = await _own(session, caller, item_id)
    for name, value in wish.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    timeline.add(session, row.id, "change", caller=caller)
    await session.flush()
    return row


async def act(
    session: AsyncSession, caller: Principal, item_id: UUID, action: str
) -> ApplicationItem:
    """withdraw, restore."""
    row = await _own(session, caller, item_id)
    before, row.state = row.state, MACHINE.take(row.state, action) or row.state
    timeline.add(session, row.id, action, caller=caller, from_state=before, to_state=row.state)
    await session.flush()
    return row


async def _own(session: AsyncSession, caller: Principal, item_id: UUID) -> ApplicationItem:
    row = await load(session, caller, item_id, lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    return row


async def load(
    session: AsyncSession, caller: Principal, item_id: UUID, *, lock: bool = False
) -> ApplicationItem:
    """One entry, or 404."""
    wanted = visible(caller).where(ApplicationItem.id == item_id)
    return await resources.load(session, wanted, lock=lock)


async def find(
    session: AsyncSession, caller: Principal, query: ApplicationItemQuery
) -> Page[ApplicationItemRead]:
    """The catalogue of both cities."""
    statement = visible(caller)
    for name in ("use_code", "domain", "owner_city", "state"):
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(getattr(ApplicationItem, name) == wanted)
    if query.q:
        names = (ApplicationItem.name_zh, ApplicationItem.name_en)
        statement = statement.where(
            or_(*(name.icontains(query.q, autoescape=True) for name in names))
        )
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=ApplicationItem.id,
        sorts={"use_code": ApplicationItem.use_code},
        default="use_code",
    )
    items = [shown(caller, row) for row in rows]
    return Page[ApplicationItemRead](items=items, next_cursor=cursor)


async def check(session: AsyncSession, city: str, use_code: str, assurance: str) -> None:
    """409 when the catalogue of the city says that cards are not taken so for this.

    What the catalogue does not name is taken: a counter that serves somebody is not stopped by
    an entry nobody has written yet.
    """
    row = await session.scalar(
        select(ApplicationItem).where(
            ApplicationItem.owner_city == city, ApplicationItem.use_code == use_code
        )
    )
    if row is None:
        return
    if row.state == "WITHDRAWN":
        raise ApplicationWithdrawn
    if ASSURANCES.index(assurance) < ASSURANCES.index(row.min_assurance):
        raise AssuranceTooLow(min_assurance=row.min_assurance)


def shown(caller: Principal, row: ApplicationItem) -> ApplicationItemRead:
    """An entry as a reply."""
    may = caller.city == row.owner_city and ACCESS.allows(caller, "application-item:write")
    return resources.shown(
        ApplicationItemRead,
        row,
        allowed_actions=MACHINE.allowed(row.state) if may else [],
        deadlines=[],
    )
