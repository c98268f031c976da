"""/card/v1/application-catalogue."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from card.catalogue import service
from card.catalogue.schemas import (
    ApplicationItemChange,
    ApplicationItemCreate,
    ApplicationItemQuery,
    ApplicationItemRead,
)
from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/application-catalogue", tags=["application catalogue"])
STEP = (NotYourCity, StateConflict)


@router.create(
    "", permission="application-item:write", reply=ApplicationItemRead, problems=(Duplicate,)
)
async def create_application_item(
    session: Session, caller: Caller, new: ApplicationItemCreate
) -> ApplicationItemRead:
    """应用目录: say what cards are taken for at the counters of your city."""
    return service.shown(caller, await service.create(session, caller, new))


@router.list("", permission="application-item:read", reply=Page[ApplicationItemRead])
async def list_application_items(
    session: Session, caller: Caller, query: Annotated[ApplicationItemQuery, Query()]
) -> Page[ApplicationItemRead]:
    """What a card is good for in both cities."""
    return await service.find(session, caller, query)


@router.read("/{item_id}", permission="application-item:read", reply=ApplicationItemRead)
async def read_application_item(
    session: Session, caller: Caller, item_id: UUID
) -> ApplicationItemRead:
    """An entry."""
    return service.shown(caller, await service.load(session, caller, item_id))


@router.change(
    "/{item_id}", permission="application-item:write", reply=ApplicationItemRead, problems=STEP
)
async def change_application_item(
    session: Session, caller: Caller, item_id: UUID, wish: ApplicationItemChange
) -> ApplicationItemRead:
    """Say an entry anew."""
    return service.shown(caller, await service.change(session, caller, item_id, wish))


@router.act(
    "/{item_id}/withdraw",
    permission="application-item:write",
    reply=ApplicationItemRead,
    problems=STEP,
)
async def withdraw_application_item(
    session: Session, caller: Caller, item_id: UUID, wish: Empty
) -> ApplicationItemRead:
    """Cards are no longer taken for it."""
    return service.shown(caller, await service.act(session, caller, item_id, "withdraw"))


@router.act(
    "/{item_id}/restore",
    permission="application-item:write",
    reply=ApplicationItemRead,
    problems=STEP,
)
async def restore_application_item(
    session: Session, caller: Caller, item_id: UUID, wish: Empty
) -> ApplicationItemRead:
    """Cards are taken for it again."""
    return service.shown(caller, await service.act(session, caller, item_id, "restore"))


@router.history("/{item_id}/timeline", permission="application-item:read", reply=Timeline)
async def application_item_timeline(session: Session, caller: Caller, item_id: UUID) -> Timeline:
    """What happened to an entry."""
    return await timeline.of(session, (await service.load(session, caller, item_id)).id)
