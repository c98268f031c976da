"""/card/v1/card-choices."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from card.choices import service
from card.choices.schemas import ChoiceCreate, ChoiceQuery, ChoiceRead
from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/card-choices", tags=["card choices"])
STEP = (NotYourCity, StateConflict)


@router.create("", permission="card-choice:create", reply=ChoiceRead, problems=(Duplicate,))
async def open_card_choice(session: Session, caller: Caller, new: ChoiceCreate) -> ChoiceRead:
    """Somebody moves to the other city: their card is to be kept or replaced."""
    return await service.shown(session, caller, await service.create(session, new))


@router.list("", permission="card-choice:read", reply=Page[ChoiceRead])
async def list_card_choices(
    session: Session, caller: Caller, query: Annotated[ChoiceQuery, Query()]
) -> Page[ChoiceRead]:
    """Choices of who moves between your city and the other; persons by reference only."""
    return await service.find(session, caller, query)


@router.read("/{choice_id}", permission="card-choice:read", reply=ChoiceRead)
async def read_card_choice(session: Session, caller: Caller, choice_id: UUID) -> ChoiceRead:
    """A choice."""
    return await service.shown(session, caller, await service.load(session, caller, choice_id))


@router.history("/{choice_id}/timeline", permission="card-choice:read", reply=Timeline)
async def card_choice_timeline(session: Session, caller: Caller, choice_id: UUID) -> Timeline:
    """What happened to it."""
    return await timeline.of(session, (await service.load(session, caller, choice_id)).id)


@router.act("/{choice_id}/keep", permission="card-choice:serve", reply=ChoiceRead, problems=STEP)
async def keep_card(session: Session, caller: Caller, choice_id: UUID, _: Empty) -> ChoiceRead:
    """The holder keeps the card, which is good in both cities."""
    row = await service.decide(session, caller, choice_id, "keep")
    return await service.shown(session, caller, row)


@router.act("/{choice_id}/replace", permission="card-choice:serve", reply=ChoiceRead, problems=STEP)
async def replace_card(session: Session, caller: Caller, choice_id: UUID, _: Empty) -> ChoiceRead:
    """The holder asks for a card of the new city; it is done when that one is active."""
    row = await service.decide(session, caller, choice_id, "replace")
    return await service.shown(session, caller, row)


@router.act("/{choice_id}/cancel", permission="card-choice:cancel", reply=ChoiceRead, problems=STEP)
async def cancel_card_choice(
    session: Session, caller: Caller, choice_id: UUID, wish: WithReason
) -> ChoiceRead:
    """There is nothing to choose any more."""
    row = await service.cancel(session, caller, choice_id, wish.reason)
    return await service.shown(session, caller, row)
