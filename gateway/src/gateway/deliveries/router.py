"""/gateway/v1/dead-letters 死信."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gateway.deliveries import service
from gateway.deliveries.schemas import DeadLetterQuery, DeadLetterRead, ResendMany, ResentMany
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.resources import Empty
from hrss_kit.routing import Router

router = Router(prefix="/dead-letters", tags=["push"])


@router.list("", permission="dead-letter:read", reply=Page[DeadLetterRead])
async def list_dead_letters(
    session: Session, caller: Caller, query: Annotated[DeadLetterQuery, Query()]
) -> Page[DeadLetterRead]:
    """What could not be delivered; without the events' content."""
    return await service.dead_letters(session, caller, query)


@router.create("/resend", permission="dead-letter:resend", reply=ResentMany, status=200)
async def resend_dead_letters(session: Session, caller: Caller, wish: ResendMany) -> ResentMany:
    """Try again everything a filter finds, or all."""
    return await service.resend_many(session, caller, wish)


@router.read("/{letter_id}", permission="dead-letter:read", reply=DeadLetterRead)
async def read_dead_letter(session: Session, caller: Caller, letter_id: UUID) -> DeadLetterRead:
    """One dead letter."""
    row, owner = await service.dead_letter(session, caller, letter_id)
    return await service.shown(session, caller, row, owner)


@router.act("/{letter_id}/resend", permission="dead-letter:resend", reply=DeadLetterRead)
async def resend_dead_letter(
    session: Session, caller: Caller, letter_id: UUID, _body: Empty
) -> DeadLetterRead:
    """Try one again; what waits behind it follows."""
    return await service.settle(session, caller, letter_id, "resend")


@router.act("/{letter_id}/discard", permission="dead-letter:resend", reply=DeadLetterRead)
async def discard_dead_letter(
    session: Session, caller: Caller, letter_id: UUID, _body: Empty
) -> DeadLetterRead:
    """Give one up for good, so that what waits behind it goes on."""
    return await service.settle(session, caller, letter_id, "discard")
