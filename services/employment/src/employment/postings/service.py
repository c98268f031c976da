"""What can be done with postings. Each function runs in the caller's transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from employment.employers.models import VERIFIED, Employer
from employment.postings import checks, models, queries
from employment.postings.duplicates import saved
from employment.postings.events import (
    PostingEvent,
    PostingExpired,
    PostingFilled,
    PostingPublished,
    PostingRejected,
    PostingSuspended,
    PostingUpdated,
    PostingWithdrawn,
)
from employment.postings.models import MACHINE, Posting
from employment.postings.schemas import (
    PostingChange,
    PostingCreate,
    PostingFacts,
    PostingRead,
)
from hrss_kit import clock, deadlines, numbering, outbox, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import city_of
from hrss_kit.problems import (
    MakerIsChecker,
    NotYourCity,
    ScopeMissing,
    StateConflict,
    refuse,
)

REVIEW = "review"
# What each step tells the other city; submitting tells nobody.
ANNOUNCED: dict[str, type[PostingEvent]] = {
    "publish": PostingPublished,
    "suspend": PostingSuspended,
    "resume": PostingUpdated,
    "fill": PostingFilled,
    "withdraw": PostingWithdrawn,
    "expire": PostingExpired,
}


async def offer(
    session: AsyncSession, caller: Principal, new: PostingCreate
) -> tuple[PostingRead, bool]:
    """Takes a posting in; it belongs to the city of the work place. True when it is a new one.

    A partner's posting of a verified employer goes on to review at once; what the partner pushes
    again under the same reference changes the posting that it made (§2.1, duplicates).
    """
    earlier = await _pushed_before(session, caller, new)
    if earlier is not None:
        if earlier.state not in models.CHANGEABLE:
            raise StateConflict(earlier.state, MACHINE.allowed(earlier.state))
        await push_again(session, caller, earlier, new)
        return await queries.read(session, caller, earlier), False
    first: Posting | None = None
    for one in _places(new):
        row = await _offer_one(session, caller, one, first)
        first = first or row
    assert first is not None
    return await queries.read(session, caller, first), True


def _places(new: PostingCreate) -> list[PostingCreate]:
    """One posting a place: each belongs to the city of its own (§2.1, jurisdiction)."""
    found = [new]
    for number, place in enumerate(new.other_places, 2):
        given = place.model_dump()
        if new.source_ref is not None:
            given["source_ref"] = f"{new.source_ref[:110]}#{number}"
        found.append(new.model_copy(update=given))
    return found


async def _offer_one(
    session: AsyncSession, caller: Principal, new: PostingCreate, first: Posting | None
) -> Posting:
    today = clock.today()
    city = city_of(new.work_division) or ""
    row = Posting(
        **new.values(),
        employer_id=new.employer_id,
        biz_no=await numbering.next_number(session, "EM", city, today),
        owner_city=city,
        state=models.DRAFT,
        made_in=caller.city,
        filled=0,
        public_version=0,
        split_of=first.id if first else None,
        share_with=checks.shared(new.share_with, city),
        lawful_terms=checks.marked(caller, new.lawful_terms),
        origin_channel=checks.channel(caller, new.origin_channel),
    )
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    employer = await session.get(Employer, new.employer_id)
    known = await checks.refuse_unless_sound(
        session, row, today, more=await checks.unknown(session, caller, employer, new.repost_of)
    )
    assert employer is not None
    checks.derive(row, known)
    checks.refuse_unless_employer_may(employer, today, verified=False)
    async with saved(session, row):
        session.add(row)
    timeline.add(session, row.id, "create", caller=caller, to_state=row.state)
    if caller.holds("partner") and employer.state == VERIFIED:
        await _submit(session, caller, row)
        if await policy.get(session, "emp.partner_auto_publish", on=today, city=city) == "ALL":
            await _step(session, None, row, "publish")
    await session.flush()  # the answer carries the version
    return row


async def _pushed_before(
    session: AsyncSession, caller: Principal, new: PostingCreate
) -> Posting | None:
    if new.source_ref is None or not caller.holds("partner"):
        return None
    found = queries.visible(caller).where(
        Posting.owner_city == caller.city,
        Posting.employer_id == new.employer_id,
        Posting.source_system == (new.source_system or caller.client_id),
        Posting.source_ref == new.source_ref,
    )
    row: Posting | None = await session.scalar(found.with_for_update())
    return row


async def push_again(
    session: AsyncSession, caller: Principal, row: Posting, record: PostingFacts
) -> bool:
    """Changes a posting to what its source says of it now; False when that is nothing new."""
    wish = record.as_change()
    given: dict[str, Any] = wish.model_dump(exclude_unset=True)
    given.pop("lawful_terms", None)
    if "share_with" in given:
        given["share_with"] = checks.shared(given["share_with"], row.owner_city)
    if all(getattr(row, name) == value for name, value in given.items()):
        return False
    await _change(session, caller, row, wish)
    await session.flush()
    return True


async def change(
    session: AsyncSession, caller: Principal, posting_id: UUID, wish: PostingChange
) -> PostingRead:
    """Changes a posting and checks it again; one on offer gets a new public version."""
    row = await _load_own(session, caller, posting_id)
    resources.match_version(row)
    return await _change(session, caller, row, wish)


async def _change(
    session: AsyncSession, caller: Principal, row: Posting, wish: PostingChange
) -> PostingRead:
    if row.state not in models.CHANGEABLE:
        raise StateConflict(row.state, MACHINE.allowed(row.state))
    given: dict[str, Any] = wish.model_dump(exclude_unset=True)
    if wish.work_division is not None and city_of(wish.work_division) != row.owner_city:
        raise refuse(
            "work_division",
            "WORK_CITY",
            "改到另一市须撤回后重新提交",
            "A move to the other city needs a new posting",
        )
    if wish.lawful_terms is not None:
        given["lawful_terms"] = checks.marked(caller, wish.lawful_terms)
    if wish.share_with is not None:
        given["share_with"] = checks.shared(wish.share_with, row.owner_city)
    on_offer = row.state == models.PUBLISHED
    async with saved(session, row):
        for name, value in given.items():
            setattr(row, name, value)
        checks.derive(row, await checks.refuse_unless_sound(session, row, clock.today()))
        row.public_version += on_offer
    exchange().note(fields=sorted(given))
    timeline.add(session, row.id, "change", caller=caller, from_state=row.state, to_state=row.state)
    if on_offer:
        _announce(session, row, PostingUpdated)
        if row.filled >= row.headcount:
            await _step(session, caller, row, "fill")
            await session.flush()  # the answer carries the version
    return await queries.read(session, caller, row)


async def hired(session: AsyncSession, caller: Principal, posting_id: UUID) -> Posting:
    """One more of those wanted was found; the last one fills the posting."""
    row = await session.get_one(Posting, posting_id, with_for_update=True)
    if row.state != models.PUBLISHED or row.filled >= row.headcount:
        raise StateConflict(row.state, MACHINE.allowed(row.state))
    row.filled += 1
    if row.filled >= row.headcount:
        await _step(session, caller, row, "fill")
    else:
        row.public_version += 1
        _announce(session, row, PostingUpdated)
    return row


async def act(
    session: AsyncSession,
    caller: Principal,
    posting_id: UUID,
    action: str,
    *,
    reason: str | None = None,
    reason_code: str | None = None,
) -> PostingRead:
    """One step of the machine, after every check that it needs."""
    row = await _load_own(session, caller, posting_id)
    if not queries.may_withdraw(caller, row) and action == "withdraw":
        raise ScopeMissing
    resources.match_version(row)
    MACHINE.take(row.state, action)
    if action == "publish" and queries.is_maker(caller, row):
        raise MakerIsChecker
    if action in ("submit", "publish", "resume"):
        employer = await session.get_one(Employer, row.employer_id)
        today = clock.today()
        checks.refuse_unless_employer_may(employer, today, verified=True)
        await checks.refuse_unless_sound(session, row, today)
    if action == "submit":
        await _submit(session, caller, row)
    else:
        await _step(session, caller, row, action, reason=reason, reason_code=reason_code)
    await session.flush()  # the answer carries the new version
    return await queries.read(session, caller, row)


async def _submit(session: AsyncSession, caller: Principal, row: Posting) -> None:
    """Hands it to review and starts the clock."""
    before, row.state = row.state, MACHINE.take(row.state, "submit")
    row.submitted_by = caller.actor
    today = clock.today()
    await deadlines.start(
        session,
        subject_id=row.id,
        subject_no=row.biz_no,
        owner_city=row.owner_city,
        audience=[row.owner_city],
        code=REVIEW,
        started_on=today,
        unit="WD",
        length=int(await policy.get(session, "emp.review_wd", on=today, city=row.owner_city)),
        basis="emp.review_wd",
    )
    timeline.add(session, row.id, "submit", caller=caller, from_state=before, to_state=row.state)


async def _step(
    session: AsyncSession,
    caller: Principal | None,
    row: Posting,
    action: str,
    *,
    reason: str | None = None,
    reason_code: str | None = None,
) -> None:
    """Moves the row and tells whoever hears of it; without a caller the suite itself acts."""
    before, row.state = row.state, MACHINE.take(row.state, action)
    row.reason, row.reason_code = reason, reason_code
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=before,
        to_state=row.state,
        reason=reason,
    )
    if before == models.SUBMITTED:
        await deadlines.meet(session, row.id, REVIEW, clock.today())
    if action == "publish":
        row.published_at = clock.now()
    if action in ANNOUNCED:
        row.public_version += 1
        _announce(session, row, ANNOUNCED[action])
    elif action == "reject":
        outbox.publish(
            session,
            PostingRejected(**_facts(row), reason_code=reason_code or ""),
            source="employment",
            subject=row.biz_no,
            city=row.owner_city,
            # Never published, so nobody but its own city and who sent it hears of it.
            audience=[city for city in (row.owner_city, row.made_in) if city],
        )


def _announce(session: AsyncSession, row: Posting, kind: type[PostingEvent]) -> None:
    """Tells the cities that hear of it."""
    outbox.publish(
        session,
        kind(**_facts(row)),
        source="employment",
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.audience,
    )


def _facts(row: Posting) -> dict[str, object]:
    return {
        "posting_id": row.id,
        "version": row.public_version,
        "occupation": row.occupation,
        "work_division": row.work_division,
        "valid_to": row.valid_to,
    }


async def suspend_one(
    session: AsyncSession, caller: Principal, row: Posting, *, reason: str, reason_code: str
) -> None:
    """Takes one posting off after it was found to be false."""
    await _step(session, caller, row, "suspend", reason=reason, reason_code=reason_code)


async def suspend_all(
    session: AsyncSession, employer_id: UUID, *, reason: str, reason_code: str
) -> int:
    """Takes everything that an employer has on offer off, in both cities."""
    rows = await session.scalars(
        select(Posting)
        .where(Posting.state == models.PUBLISHED, Posting.employer_id == employer_id)
        .order_by(Posting.id)
        .with_for_update()
    )
    found = rows.all()
    for row in found:
        await _step(session, None, row, "suspend", reason=reason, reason_code=reason_code)
    return len(found)


async def expire(session: AsyncSession) -> int:
    """Timer: postings whose last day has passed are off."""
    rows = await session.scalars(
        select(Posting)
        .where(Posting.state == models.PUBLISHED, Posting.valid_to < clock.today())
        .order_by(Posting.id)
        .limit(1000)
        .with_for_update(skip_locked=True)
    )
    expired = rows.all()
    for row in expired:
        await _step(session, None, row, "expire")
    return len(expired)


async def _load_own(session: AsyncSession, caller: Principal, posting_id: UUID) -> Posting:
    """The posting, held for a change; 404 when unseen, 403 when it is the other city's."""
    found = queries.visible(caller).where(Posting.id == posting_id)
    row = await resources.load(session, found, lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    return row
