"""What can be done with postings. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from employment.employers.models import VERIFIED, Employer
from employment.employers.service import EmployerBlocked, EmployerNotVerified
from employment.postings import models, queries, rules
from employment.postings.duplicates import saved
from employment.postings.models import MACHINE, Posting
from employment.postings.schemas import (
    LawfulTerm,
    PostingChange,
    PostingCreate,
    PostingEvent,
    PostingExpired,
    PostingFilled,
    PostingPublished,
    PostingRead,
    PostingRejected,
    PostingSuspended,
    PostingUpdated,
    PostingWithdrawn,
)
from hrss_kit import clock, deadlines, numbering, outbox, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES, city_of
from hrss_kit.problems import (
    FieldError,
    Invalid,
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
        return await _change(session, caller, earlier, new.as_change()), False
    today = clock.today()
    city = city_of(new.work_division) or ""
    given = new.model_dump(exclude={"share_with", "lawful_terms", "origin_channel"})
    row = Posting(
        **given,
        biz_no=await numbering.next_number(session, "EM", city, today),
        owner_city=city,
        state=models.DRAFT,
        made_in=caller.city,
        public_version=0,
        title_key=rules.title_key(new.title),
        share_with=_shared(new.share_with, city),
        lawful_terms=_marked(caller, new.lawful_terms),
        origin_channel=new.origin_channel or ("PARTNER" if caller.holds("partner") else "PUBLIC"),
    )
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    employer = await session.get(Employer, new.employer_id)
    await _refuse_unless_sound(
        session, row, today, more=await _unknown(session, caller, employer, new.repost_of)
    )
    assert employer is not None
    _refuse_unless_employer_may(employer, today, verified=False)
    async with saved(session, row):
        session.add(row)
    timeline.add(session, row.id, "create", caller=caller, to_state=row.state)
    if caller.holds("partner") and employer.state == VERIFIED:
        await _submit(session, caller, row)
    await session.flush()  # the answer carries the version
    return await queries.read(session, caller, row), True


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
        given["lawful_terms"] = _marked(caller, wish.lawful_terms)
    if wish.share_with is not None:
        given["share_with"] = _shared(wish.share_with, row.owner_city)
    on_offer = row.state == models.PUBLISHED
    async with saved(session, row):
        for name, value in given.items():
            setattr(row, name, value)
        row.title_key = rules.title_key(row.title)
        await _refuse_unless_sound(session, row, clock.today())
        row.public_version += on_offer
    exchange().note(fields=sorted(given))
    timeline.add(session, row.id, "change", caller=caller, from_state=row.state, to_state=row.state)
    if on_offer:
        _announce(session, row, PostingUpdated)
    return await queries.read(session, caller, row)


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
        _refuse_unless_employer_may(employer, today, verified=True)
        await _refuse_unless_sound(session, row, today)
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


async def _refuse_unless_sound(
    session: AsyncSession, posting: Posting, on: date, *, more: tuple[FieldError, ...] = ()
) -> None:
    """422 with everything that is wrong with wording, pay and dates, all at once."""
    known = await queries.figures(session, posting.owner_city, posting.work_division, on)
    lawful = [str(one["term"]) for one in posting.lawful_terms]
    unlawful = rules.discrimination(posting, known.discrimination_terms, lawful)
    charged = rules.fees(posting, known.fee_terms)
    errors = [
        *more,
        *rules.wording_errors(
            unlawful, "DISCRIMINATION", "含有歧视性条件", "sets a condition that discriminates"
        ),
        *rules.wording_errors(
            charged, "FEE_WORDING", "含有向求职者收费的内容", "asks the worker for money"
        ),
        *rules.faults(posting, known, on),
    ]
    if errors:
        matches = [
            {"field": one.field, "term": one.term, "position": one.position}
            for one in (*unlawful, *charged)
        ]
        raise Invalid(*errors, matches=matches)


def _refuse_unless_employer_may(employer: Employer, on: date, *, verified: bool) -> None:
    """409 for an employer that is blocked or, where it matters, not verified."""
    if employer.is_blocked(on):
        raise EmployerBlocked
    if verified and employer.state != VERIFIED:
        raise EmployerNotVerified


async def _load_own(session: AsyncSession, caller: Principal, posting_id: UUID) -> Posting:
    """The posting, held for a change; 404 when unseen, 403 when it is the other city's."""
    found = queries.visible(caller).where(Posting.id == posting_id)
    row = await resources.load(session, found, lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    return row


def _shared(wish: Sequence[str] | None, owner_city: str) -> list[str]:
    cities = ACTIVE_CITIES if wish is None else wish
    return sorted({city for city in cities if city != owner_city})


def _marked(caller: Principal, terms: Sequence[LawfulTerm]) -> list[dict[str, Any]]:
    if terms and not caller.holds("cw.emp"):
        raise ScopeMissing("仅经办人可认定合法限制", "Only a caseworker may find a term lawful")
    return [{**one.model_dump(), "marked_by": caller.actor} for one in terms]


async def _unknown(
    session: AsyncSession, caller: Principal, employer: Employer | None, repost_of: UUID | None
) -> tuple[FieldError, ...]:
    errors = []
    if employer is None:
        errors.append(
            FieldError(
                field="employer_id",
                code="EMPLOYER_UNKNOWN",
                message_zh="没有登记此用人单位",
                message_en="is not a registered employer",
            )
        )
    if repost_of is not None:
        known = await session.scalar(
            queries.visible(caller).where(Posting.id == repost_of).with_only_columns(Posting.id)
        )
        if known is None:
            errors.append(
                FieldError(
                    field="repost_of",
                    code="POSTING_UNKNOWN",
                    message_zh="没有此岗位",
                    message_en="is not a posting you may see",
                )
            )
    return tuple(errors)
