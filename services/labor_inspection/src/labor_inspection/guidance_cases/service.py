"""What can be done with guidance cases. Each function runs in the caller's transaction."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from hrss_kit import clock, numbering, outbox, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.person_columns import PersonColumns
from hrss_kit.problems import FieldError, Invalid, MakerIsChecker, NotYourCity, ScopeMissing
from hrss_kit.resources import load, match_version, shown
from labor_inspection.access import ACCESS, HANDLERS
from labor_inspection.cases.models import Case
from labor_inspection.cases.views import visible as visible_cases
from labor_inspection.complaints.models import Complaint
from labor_inspection.guidance_cases import rules
from labor_inspection.guidance_cases.models import GuidanceCase
from labor_inspection.guidance_cases.rules import MACHINE
from labor_inspection.guidance_cases.schemas import (
    GuidanceChange,
    GuidanceCreate,
    GuidancePublished,
    GuidanceQuery,
    GuidanceRead,
)

TEXTS: Final = ("title", "facts", "issue", "reasoning", "outcome", "legal_basis")
PERMISSIONS: Final = {
    "change": "guidance-case:draft",
    "check": "guidance-case:check",
    "return": "guidance-case:check",
    "publish": "guidance-case:check",
    "withdraw": "guidance-case:check",
}


class PersonalData(Invalid):
    """The text holds what a publication must not hold; `findings` says what and where."""

    title_zh, title_en = "文本含有个人信息，不得发布", "The text holds personal data"


def visible(caller: Principal) -> Select[GuidanceCase]:
    """Everybody reads what is published; its own city's inspectors what is not yet."""
    published = GuidanceCase.state == rules.PUBLISHED
    if caller.holds("auditor", "province"):
        return select(GuidanceCase)
    if not caller.holds(*HANDLERS):
        return select(GuidanceCase).where(published)
    own = and_(GuidanceCase.owner_city == caller.city)
    return select(GuidanceCase).where(or_(published, own))


async def _show(session: AsyncSession, caller: Principal, row: GuidanceCase) -> GuidanceRead:
    await session.flush()  # the answer carries its id and version
    return _shown(caller, row)


def _shown(caller: Principal, row: GuidanceCase) -> GuidanceRead:
    is_own = caller.city == row.owner_city and caller.holds(*HANDLERS)

    def may(action: str) -> bool:
        if action in ("check", "publish") and caller.actor == row.drafted_by:
            return False
        return caller.city == row.owner_city and ACCESS.allows(caller, PERMISSIONS[action])

    return shown(
        GuidanceRead,
        row,
        case_id=row.case_id if is_own else None,
        allowed_actions=MACHINE.allowed(row.state, may),
        deadlines=[],
    )


async def read(session: AsyncSession, caller: Principal, guidance_id: UUID) -> GuidanceRead:
    """One guidance case."""
    row = await load(session, visible(caller).where(GuidanceCase.id == guidance_id))
    return _shown(caller, row)


async def history(session: AsyncSession, caller: Principal, guidance_id: UUID) -> timeline.Timeline:
    """What happened to a guidance case."""
    row = await load(session, visible(caller).where(GuidanceCase.id == guidance_id))
    return await timeline.of(session, row.id)


async def page(
    session: AsyncSession, caller: Principal, query: GuidanceQuery
) -> Page[GuidanceRead]:
    """A page of guidance cases."""
    wanted = visible(caller)
    for name in ("state", "owner_city"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(GuidanceCase, name) == value)
    if query.matter is not None:
        wanted = wanted.where(GuidanceCase.matter.contains([query.matter]))
    if query.q:
        wanted = wanted.where(GuidanceCase.title.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=GuidanceCase.id,
        sorts={"created_at": GuidanceCase.created_at},
        default="-created_at",
    )
    return Page(items=[_shown(caller, row) for row in rows], next_cursor=cursor)


async def draft(session: AsyncSession, caller: Principal, new: GuidanceCreate) -> GuidanceRead:
    """Drafts one, of a case of the caller's own city or of none."""
    if caller.city is None:
        raise NotYourCity
    if new.case_id is not None:
        case = await load(session, visible_cases(caller).where(Case.id == new.case_id))
        if case.owner_city != caller.city:
            raise NotYourCity
    row = GuidanceCase(
        biz_no=await numbering.next_number(session, "LI", caller.city, clock.today()),
        owner_city=caller.city,
        state=rules.DRAFT,
        drafted_by=caller.actor,
        **new.model_dump(),
    )
    await _refuse_personal(session, row)
    session.add(row)
    await session.flush()  # its id is the subject of its history
    timeline.add(session, row.id, "draft", caller=caller, to_state=row.state)
    return await _show(session, caller, row)


async def change(
    session: AsyncSession, caller: Principal, guidance_id: UUID, wish: GuidanceChange
) -> GuidanceRead:
    """Changes a draft; whoever writes last is its maker."""
    row, _ = await _hold(session, caller, guidance_id, "change")
    for name, value in wish.model_dump(exclude_none=True).items():
        setattr(row, name, value)
    row.drafted_by = caller.actor
    await _refuse_personal(session, row)
    timeline.add(session, row.id, "change", caller=caller)
    return await _show(session, caller, row)


async def move(
    session: AsyncSession,
    caller: Principal,
    guidance_id: UUID,
    action: str,
    reason: str | None = None,
) -> GuidanceRead:
    """Checks, gives back, publishes or withdraws; the text is scanned anew before it goes on."""
    row, target = await _hold(session, caller, guidance_id, action)
    today = clock.today()
    if action in ("check", "publish"):
        if caller.actor == row.drafted_by:
            raise MakerIsChecker
        await _refuse_personal(session, row)
    match action:
        case "check":
            row.checked_on, row.checked_by = today, caller.actor
        case "return":
            row.checked_on = row.checked_by = None
        case "publish":
            row.published_on = today
            outbox.publish(
                session,
                GuidancePublished(matter=row.matter, published_on=today),
                source="li",
                subject=row.biz_no,
                city=row.owner_city,
                audience=ACTIVE_CITIES,
            )
        case "withdraw":
            row.withdrawn_on = today
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
    return await _show(session, caller, row)


async def _hold(
    session: AsyncSession, caller: Principal, guidance_id: UUID, action: str
) -> tuple[GuidanceCase, str]:
    row = await load(session, visible(caller).where(GuidanceCase.id == guidance_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    if not ACCESS.allows(caller, PERMISSIONS[action]):
        raise ScopeMissing
    match_version(row)
    return row, MACHINE.take(row.state, action)


async def _refuse_personal(session: AsyncSession, row: GuidanceCase) -> None:
    """422 with everything that was found, in each field; what it is and where, never the value."""
    names = await _names_of(session, row.case_id)
    today = clock.today()
    found = [
        (field, one)
        for field in TEXTS
        for one in rules.scan(getattr(row, field), names, today=today)
    ]
    if not found:
        return
    errors = []
    for field, one in found:
        zh, en = rules.WORDS[one.kind]
        errors.append(
            FieldError(
                field=field,
                code="PERSONAL_DATA",
                message_zh=f"第{one.first}至{one.last}个字符疑似{zh}",
                message_en=f"characters {one.first} to {one.last} look like {en}",
            )
        )
    raise PersonalData(
        *errors,
        findings=[
            {"field": field, "kind": one.kind, "first": one.first, "last": one.last}
            for field, one in found
        ],
    )


async def _names_of(session: AsyncSession, case_id: UUID | None) -> Collection[str]:
    """The names of everybody in the complaints of the case it was derived from."""
    if case_id is None:
        return ()
    rows = await session.scalars(
        select(Complaint)
        .where(Complaint.case_id == case_id)
        .options(selectinload(Complaint.workers), selectinload(Complaint.representatives))
    )
    names: set[str] = set()
    for complaint in rows:
        people: list[PersonColumns] = [*complaint.workers, *complaint.representatives]
        named = (complaint.person_name, *(person.person_name for person in people))
        names.update(name for name in named if name)
    return names
