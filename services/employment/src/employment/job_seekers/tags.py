"""Key-group tags: claimed with evidence, verified by a caseworker, ended by their day."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.access import ACCESS
from employment.job_seekers import rules, views
from employment.job_seekers.models import TAG_MACHINE, GroupTag, JobSeeker
from employment.job_seekers.schemas import TagChange, TagCreate, TagIn, TagQuery, TagRead
from employment.matching.profiles import refresh
from hrss_kit import clock, deadlines, numbering, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.ids import new_id
from hrss_kit.masking import mask_id
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict, refuse
from hrss_kit.translation import constraint_of

ONE = "uq_group_tags_one"


def visible(caller: Principal) -> Select[GroupTag]:
    """Tags of the persons that the caller may see; the other city's on the duty to help only."""
    found = select(GroupTag)
    if caller.holds("auditor", "service"):
        return found
    seen = views.visible(caller)
    if exchange().purpose == "EMP_MATCH":
        seen = seen.where(JobSeeker.owner_city == caller.city)
    return found.where(GroupTag.seeker_id.in_(seen.with_only_columns(JobSeeker.id)))


async def create(session: AsyncSession, caller: Principal, new: TagCreate) -> TagRead:
    """Tags a registered job seeker."""
    wanted = views.visible(caller).where(JobSeeker.id == new.seeker_id)
    seeker: JobSeeker | None = await session.scalar(wanted.with_for_update())
    if seeker is None:
        raise refuse("seeker_id", "SEEKER_UNKNOWN", "没有此求职者", "is not a job seeker you see")
    if seeker.owner_city != caller.city:
        raise NotYourCity
    row = await add(session, caller, seeker, new)
    return await _read(session, caller, row)


async def add(session: AsyncSession, caller: Principal, seeker: JobSeeker, new: TagIn) -> GroupTag:
    """A tag as it is claimed; each group once."""
    today = clock.today()
    years = int(await policy.get(session, "emp.grad_window_years", on=today))
    row = GroupTag(
        id=new_id(),
        biz_no=await numbering.next_number(session, "EM", seeker.owner_city, today),
        owner_city=seeker.owner_city,
        seeker_id=seeker.id,
        group_code=new.group,
        evidence_type=new.evidence_type,
        evidence_no=new.evidence_no,
        graduated_on=new.graduated_on,
        status=(new.status or "LEFT_UNEMPLOYED") if new.group == "GRAD" else None,
        valid_to=rules.tag_ends_on(new.group, new.valid_to, new.graduated_on, years),
        state="CLAIMED",
    )
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether the group is tagged already
    except IntegrityError as error:
        if constraint_of(error) != ONE:
            raise
        same = select(GroupTag.id).where(
            GroupTag.seeker_id == seeker.id,
            GroupTag.group_code == new.group,
            GroupTag.state.in_(("CLAIMED", "VERIFIED")),
        )
        raise Duplicate(existing_id=str(await session.scalar(same))) from error
    timeline.add(session, row.id, "claim", caller=caller, to_state=row.state)
    return row


async def act(
    session: AsyncSession, caller: Principal, tag_id: UUID, action: str, reason: str | None = None
) -> TagRead:
    """Verifies a tag, or rejects it with the reason."""
    row, seeker = await _load_own(session, caller, tag_id)
    resources.match_version(row)
    before, row.state = row.state, TAG_MACHINE.take(row.state, action)
    if action == "verify":
        row.verified_by, row.verified_at = caller.actor, clock.now()
    row.reason = reason
    timeline.add(
        session, row.id, action, caller=caller, from_state=before, to_state=row.state,
        reason=reason,
    )  # fmt: skip
    await session.flush()
    await refresh(session, seeker)
    return await _read(session, caller, row)


async def change(
    session: AsyncSession, caller: Principal, tag_id: UUID, wish: TagChange
) -> TagRead:
    """Where a graduate stands now."""
    row, seeker = await _load_own(session, caller, tag_id)
    resources.match_version(row)
    if row.state not in ("CLAIMED", "VERIFIED"):
        raise StateConflict(row.state, [])
    if wish.status is not None and row.group_code != "GRAD":
        raise refuse(
            "status", "NOT_GRADUATE", "仅高校毕业生登记此状态", "is kept of graduates only"
        )
    given: dict[str, Any] = wish.model_dump(exclude_unset=True)
    if row.group_code == "GRAD" and given.get("status", "") is None:
        raise refuse("status", "REQUIRED", "不得为空", "may not be empty")
    for name, value in given.items():
        setattr(row, name, value)
    timeline.add(session, row.id, "change", caller=caller, from_state=row.state, to_state=row.state)
    await session.flush()
    await refresh(session, seeker)
    return await _read(session, caller, row)


async def find(session: AsyncSession, caller: Principal, tag_id: UUID) -> TagRead:
    """One tag."""
    row = await resources.load(session, visible(caller).where(GroupTag.id == tag_id))
    return await _read(session, caller, row)


async def history(session: AsyncSession, caller: Principal, tag_id: UUID) -> timeline.Timeline:
    """What happened to a tag."""
    row = await resources.load(session, visible(caller).where(GroupTag.id == tag_id))
    return await timeline.of(session, row.id)


async def search(session: AsyncSession, caller: Principal, query: TagQuery) -> Page[TagRead]:
    """A page of tags; of graduates, the real-name register (实名登记)."""
    wanted = visible(caller)
    for name, column in (
        ("seeker_id", GroupTag.seeker_id),
        ("group", GroupTag.group_code),
        ("state", GroupTag.state),
        ("status", GroupTag.status),
    ):
        if getattr(query, name) is not None:
            wanted = wanted.where(column == getattr(query, name))
    rows, cursor = await select_page(
        session, wanted, query, key=GroupTag.id, sorts={}, default="-created_at"
    )
    items = [await _read(session, caller, row) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def expire(session: AsyncSession) -> int:
    """Timer: tags past their day count no more."""
    wanted = (
        select(GroupTag)
        .where(GroupTag.state == "VERIFIED", GroupTag.valid_to < clock.today())
        .order_by(GroupTag.id)
        .limit(1000)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.scalars(wanted)).all()
    for row in rows:
        before, row.state = row.state, TAG_MACHINE.take(row.state, "expire")
        timeline.add(session, row.id, "expire", caller=None, from_state=before, to_state=row.state)
        await refresh(session, await session.get_one(JobSeeker, row.seeker_id))
    return len(rows)


async def _load_own(
    session: AsyncSession, caller: Principal, tag_id: UUID
) -> tuple[GroupTag, JobSeeker]:
    row = await resources.load(session, visible(caller).where(GroupTag.id == tag_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    seeker = await session.get_one(JobSeeker, row.seeker_id, with_for_update=True)
    exchange().note(subject=row.biz_no, person_refs=[seeker.person_ref])
    return row, seeker


async def _read(session: AsyncSession, caller: Principal, row: GroupTag) -> TagRead:
    def may(_action: str) -> bool:
        return row.owner_city == caller.city and ACCESS.allows(caller, "group-tag:verify")

    seeker = await session.get_one(JobSeeker, row.seeker_id)
    exchange().note(person_refs=[seeker.person_ref], fields=["group", "evidence_no"])
    return resources.shown(
        TagRead,
        row,
        evidence_no=mask_id(row.evidence_no) if row.evidence_no else None,
        allowed_actions=[one for one in TAG_MACHINE.allowed(row.state, may) if one != "expire"],
        deadlines=(await deadlines.of(session, [row.id]))[row.id],
    )
