"""Consent per purpose and city: given, taken back, and what follows in the other city at once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import any_, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_seekers import models, views
from employment.job_seekers.models import JobSeeker, SeekerConsent, SeekerMirror
from employment.job_seekers.schemas import (
    ConsentIn,
    ConsentOut,
    ConsentWithdrawn,
    SeekerRead,
    SeekerShared,
    ShareWish,
)
from employment.matching.profiles import groups_of, refresh
from hrss_kit import clock, outbox, timeline
from hrss_kit.auth import Principal
from hrss_kit.ids import new_id
from hrss_kit.problems import Forbidden


class ConsentRequired(Forbidden):
    code = "CONSENT_REQUIRED"
    title_zh = "没有本人同意或其他法定依据，不得共享"
    title_en = "Neither the person's consent nor another lawful basis allows this sharing"


async def give(session: AsyncSession, caller: Principal, row: JobSeeker, new: ConsentIn) -> None:
    """Writes down what somebody has agreed to; what stands already stays as it is."""
    for city in sorted(set(new.cities)):
        statement = insert(SeekerConsent).values(
            id=new_id(), seeker_id=row.id, purpose=new.purpose, city=city,
            notice_id=new.notice_id, given_at=clock.now(), given_by=caller.actor,
        )  # fmt: skip
        await session.execute(statement.on_conflict_do_nothing())
    await _settle(session, row)
    timeline.add(session, row.id, "give-consent", caller=caller, reason=new.purpose)
    event = SeekerShared(seeker_id=row.id, cities=sorted(set(new.cities)), purpose=new.purpose)
    _tell(session, row, event, new.cities)


async def withdraw(
    session: AsyncSession, caller: Principal | None, row: JobSeeker, wish: ConsentOut
) -> int:
    """Takes consents back: hidden with this transaction, copies deleted with it too."""
    standing = select(SeekerConsent).where(
        SeekerConsent.seeker_id == row.id, SeekerConsent.withdrawn_at.is_(None)
    )
    if wish.purpose is not None:
        standing = standing.where(SeekerConsent.purpose == wish.purpose)
    if wish.cities is not None:
        standing = standing.where(SeekerConsent.city.in_(wish.cities))
    rows = (await session.scalars(standing.order_by(SeekerConsent.id))).all()
    for one in rows:
        one.withdrawn_at = clock.now()
    for purpose in sorted({one.purpose for one in rows}):
        cities = sorted({one.city for one in rows if one.purpose == purpose})
        timeline.add(session, row.id, "withdraw-consent", caller=caller, reason=purpose)
        event = ConsentWithdrawn(seeker_id=row.id, cities=cities, purpose=purpose)
        _tell(session, row, event, cities)
    await _settle(session, row)
    await delete_copies(session, row.id)
    return len(rows)


async def withdraw_all(session: AsyncSession, caller: Principal | None, row: JobSeeker) -> None:
    """Whoever is no longer looking is no longer shared."""
    await withdraw(session, caller, row, ConsentOut())


async def _settle(session: AsyncSession, row: JobSeeker) -> None:
    await session.flush()
    standing = select(SeekerConsent.purpose, SeekerConsent.city).where(
        SeekerConsent.seeker_id == row.id, SeekerConsent.withdrawn_at.is_(None)
    )
    held = [(one.purpose, one.city) for one in await session.execute(standing)]
    row.match_cities = sorted({city for purpose, city in held if purpose == models.MATCH})
    row.help_cities = sorted({city for purpose, city in held if purpose == models.HELP})


def _tell(
    session: AsyncSession,
    row: JobSeeker,
    event: SeekerShared | ConsentWithdrawn,
    cities: Sequence[str],
) -> None:
    outbox.publish(
        session,
        event,
        source="employment",
        subject=row.biz_no,
        city=row.owner_city,
        audience=sorted({row.owner_city, *cities}),
        person_ref=row.person_ref,
        journey_id=row.journey_id,
    )


async def act(
    session: AsyncSession,
    caller: Principal,
    row: JobSeeker,
    wish: ConsentIn | ConsentOut | ShareWish,
) -> SeekerRead:
    """Gives, withdraws or shares, and answers with the person as they stand now."""
    row.updated_at = clock.now()  # the row has a new version, also when a consent says the same
    if isinstance(wish, ConsentIn):
        await give(session, caller, row, wish)
    elif isinstance(wish, ConsentOut):
        await withdraw(session, caller, row, wish)
    else:
        await share(session, caller, row, wish)
    await refresh(session, row)
    return await views.read(session, caller, row)


async def share(session: AsyncSession, caller: Principal, row: JobSeeker, wish: ShareWish) -> None:
    """Puts a copy into the other city: with consent, or as a duty to help a key group."""
    groups = await groups_of(session, row)
    agreed = row.match_cities if wish.purpose == models.MATCH else row.help_cities
    is_duty = wish.purpose == models.HELP and bool(groups)
    if wish.city not in agreed and not is_duty:
        raise ConsentRequired
    if is_duty and wish.city not in row.help_cities:
        row.help_cities = sorted({*row.help_cities, wish.city})
    statement = insert(SeekerMirror).values(
        id=new_id(), seeker_id=row.id, city=wish.city, purpose=wish.purpose,
        origin_version=row.version, snapshot=views.snapshot(row, wish.purpose, groups),
        received_at=clock.now(),
    )  # fmt: skip
    await session.execute(
        statement.on_conflict_do_update(
            constraint="uq_seeker_mirrors",
            set_={
                "snapshot": statement.excluded.snapshot,
                "origin_version": statement.excluded.origin_version,
                "received_at": statement.excluded.received_at,
            },
        )
    )
    timeline.add(session, row.id, "share", caller=caller, reason=wish.purpose)
    _tell(
        session,
        row,
        SeekerShared(seeker_id=row.id, cities=[wish.city], purpose=wish.purpose),
        [wish.city],
    )


async def delete_copies(session: AsyncSession, seeker_id: UUID | None = None) -> int:
    """Deletes copies whose consent does not stand any more."""
    await session.flush()
    held = exists().where(
        JobSeeker.id == SeekerMirror.seeker_id,
        JobSeeker.state != models.CLOSED,
        (
            (SeekerMirror.purpose == models.MATCH)
            & (SeekerMirror.city == any_(JobSeeker.match_cities))
        )
        | (
            (SeekerMirror.purpose == models.HELP)
            & (SeekerMirror.city == any_(JobSeeker.help_cities))
        ),
    )
    wanted = delete(SeekerMirror).where(~held)
    if seeker_id is not None:
        wanted = wanted.where(SeekerMirror.seeker_id == seeker_id)
    gone = await session.scalars(wanted.returning(SeekerMirror.id))
    return len(gone.all())


async def delete_stale_copies(session: AsyncSession) -> int:
    """Timer: whatever way a consent has gone, its copies are gone within the hour."""
    return await delete_copies(session)
