"""A recognition follows its award and its mapping, in the transaction that changes them."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.auth import Principal
from talent.awards import models as award_models
from talent.awards.models import Award
from talent.casework import move
from talent.category_mappings.models import CategoryMapping
from talent.recognition_certificates import service as certificates
from talent.recognition_events import (
    RecognitionExpired,
    RecognitionReinstated,
    RecognitionRevoked,
)
from talent.recognitions import rules
from talent.recognitions.models import Recognition
from talent.recognitions.views import announce, words


async def follow_award(session: AsyncSession, caller: Principal | None, award: Award) -> None:
    """What rests on an award that holds no longer is suspended, or over, the same day."""
    rows = await session.scalars(
        select(Recognition)
        .where(Recognition.award_id == award.id)
        .where(Recognition.state.in_((rules.GRANTED, rules.SUSPENDED)))
        .order_by(Recognition.id)
        .with_for_update()
    )
    for row in rows.all():
        if award.state == award_models.VALID:
            await _reinstate(session, caller, row)
        elif award.state == award_models.EXPIRED:
            await expire(session, row)
        elif row.state == rules.GRANTED:
            await _suspend(session, caller, row)


async def _suspend(session: AsyncSession, caller: Principal | None, row: Recognition) -> None:
    move(session, caller, row, "follow-award", rules.SUSPENDED)
    await certificates.follow(session, row.id, rules.SUSPENDED, caller=caller)
    announce(session, row, RecognitionRevoked(**words(row), state="SUSPENDED", on=clock.today()))


async def _reinstate(session: AsyncSession, caller: Principal | None, row: Recognition) -> None:
    if row.state != rules.SUSPENDED:
        return
    move(session, caller, row, "follow-award", rules.GRANTED)
    await certificates.follow(session, row.id, "VALID", caller=caller)
    announce(session, row, RecognitionReinstated(**words(row), on=clock.today()))


async def expire(session: AsyncSession, row: Recognition) -> None:
    """Its term is over."""
    today = clock.today()
    move(session, None, row, "expire", rules.EXPIRED)
    row.ended_on = today
    await certificates.follow(session, row.id, rules.EXPIRED)
    announce(session, row, RecognitionExpired(**words(row), on=today))


async def let_expire(session: AsyncSession) -> int:
    """Timer: recognitions whose last day has passed."""
    today: date = clock.today()
    rows = await session.scalars(
        select(Recognition)
        .where(Recognition.state == rules.GRANTED, Recognition.valid_to < today)
        .order_by(Recognition.id)
        .with_for_update(skip_locked=True)
    )
    due = rows.all()
    for row in due:
        await expire(session, row)
    return len(due)


async def grandfather(session: AsyncSession, caller: Principal, new: CategoryMapping) -> int:
    """Those recognised under the replaced mapping keep their level: to the end of their term, or
    until the day both cities have agreed on. Each is marked, so that it can be said why."""
    rows = await session.scalars(
        select(Recognition)
        .where(Recognition.mapping_id == new.supersedes)
        .where(Recognition.state.in_((rules.GRANTED, rules.SUSPENDED)))
        .order_by(Recognition.id)
        .with_for_update()
    )
    kept = rows.all()
    for row in kept:
        row.grandfathered_by = new.id
        if new.grandfathering == "UNTIL":
            row.valid_to = rules.last_day(row.valid_to, new.grandfather_until)
            await certificates.follow(
                session,
                row.id,
                "VALID" if row.state == rules.GRANTED else row.state,
                caller=caller,
                valid_to=row.valid_to,
            )
        move(session, caller, row, "grandfather", row.state)
    return len(kept)
