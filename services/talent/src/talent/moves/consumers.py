"""Where moves listen: what the other services have done of a checklist (journey J-2)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import timeline
from hrss_kit.inbox import Consumer, Received
from talent.casework import of_person
from talent.moves import rules
from talent.moves.models import Move
from talent.moves.progress import settle_if_waiting


class Transfer(BaseModel):
    """A transfer of insurance: of which kind, and where to."""

    model_config = ConfigDict(extra="ignore")

    kind: str
    to: str | None = None


class CardActivated(BaseModel):
    """A card works now."""

    model_config = ConfigDict(extra="ignore")

    issuing_city: str


class Hired(BaseModel):
    """Somebody was hired, and with that is registered as employed."""

    model_config = ConfigDict(extra="ignore")

    employer_uscc: str
    work_city: str


async def transferred(session: AsyncSession, event: Received, data: Transfer) -> None:
    """Social insurance has moved the relation, of this journey or of this person to this city."""
    await _transfer(session, event, data, rules.DONE)


async def not_transferred(session: AsyncSession, event: Received, data: Transfer) -> None:
    """It could not be moved: a supervisor looks at it."""
    await _transfer(session, event, data, rules.FAILED)


async def _transfer(session: AsyncSession, event: Received, data: Transfer, state: str) -> None:
    wanted = select(Move).where(Move.state == rules.CHECKLIST)
    of_journey = wanted.where(Move.journey_id == event.journeyid)
    if event.journeyid is not None and await session.scalar(of_journey.limit(1)) is not None:
        wanted = of_journey
    elif event.personref is not None and data.to is not None and data.kind.startswith("EMP_"):
        wanted = wanted.where(of_person(Move, event.personref), Move.owner_city == data.to)
    else:
        return
    await settle_if_waiting(session, wanted, rules.SOCIAL_INSURANCE, state, event.subject)


async def card_activated(session: AsyncSession, event: Received, data: CardActivated) -> None:
    """The new card of somebody who chose to replace theirs."""
    if event.personref is None:
        return
    wanted = select(Move).where(
        of_person(Move, event.personref),
        Move.card_choice == "REPLACE",
        Move.owner_city == data.issuing_city,
    )
    await settle_if_waiting(session, wanted, rules.CARD, rules.DONE, event.subject)


class CardChosen(BaseModel):
    """Somebody has chosen at a card counter."""

    model_config = ConfigDict(extra="ignore")

    choice: Literal["KEEP", "REPLACE"]


async def card_chosen(session: AsyncSession, event: Received, data: CardChosen) -> None:
    """KEEP settles the card; REPLACE waits for the new one, as when it is chosen here."""
    if event.journeyid is None:
        return
    wanted = select(Move).where(Move.journey_id == event.journeyid, Move.state == rules.CHECKLIST)
    for row in (await session.scalars(wanted.with_for_update())).all():
        row.card_choice = data.choice
        timeline.add(session, row.id, f"card-{data.choice.lower()}", caller=None)
    if data.choice == "KEEP":
        await settle_if_waiting(session, wanted, rules.CARD, rules.DONE, event.subject)


async def hired(session: AsyncSession, event: Received, data: Hired) -> None:
    """Employment has registered the person with the employer of the move."""
    if event.personref is None:
        return
    wanted = select(Move).where(
        of_person(Move, event.personref),
        Move.owner_city == data.work_city,
        (Move.employer_uscc == data.employer_uscc) | Move.employer_uscc.is_(None),
    )
    await settle_if_waiting(
        session, wanted, rules.EMPLOYMENT_REGISTRATION, rules.DONE, event.subject
    )


CONSUMERS = (
    Consumer("social_insurance", "si.transfer.completed.v1", Transfer, transferred),
    Consumer("social_insurance", "si.transfer.rejected.v1", Transfer, not_transferred),
    Consumer("social_insurance", "si.transfer.withdrawn.v1", Transfer, not_transferred),
    Consumer("card", "card.activated.v1", CardActivated, card_activated),
    Consumer("card", "card.choice.made.v1", CardChosen, card_chosen),
    Consumer("employment", "employment.referral.hired.v1", Hired, hired),
)
