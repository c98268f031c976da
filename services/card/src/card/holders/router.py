"""/card/v1/holders."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from card.holders import service
from card.holders.schemas import Death, HolderCreate, HolderQuery, HolderRead
from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/holders", tags=["holders"])


@router.create("", permission="holder:create", reply=HolderRead, problems=(Duplicate,))
async def register_holder(session: Session, caller: Caller, new: HolderCreate) -> HolderRead:
    """Register a holder of your city; one row a person."""
    return service.shown(await service.register(session, caller, new))


@router.list("", permission="holder:read", reply=Page[HolderRead], personal=True)
async def list_holders(
    session: Session, caller: Caller, query: Annotated[HolderQuery, Query()]
) -> Page[HolderRead]:
    """Holders of your city, masked."""
    return await service.find(session, caller, query)


@router.read("/{holder_id}", permission="holder:read", reply=HolderRead, personal=True)
async def read_holder(session: Session, caller: Caller, holder_id: UUID) -> HolderRead:
    """A holder, masked."""
    return service.shown(await service.load(session, caller, holder_id))


@router.act(
    "/{holder_id}/record-death",
    permission="holder:record-death",
    reply=HolderRead,
    problems=(NotYourCity, StateConflict),
)
async def record_holders_death(
    session: Session, caller: Caller, holder_id: UUID, death: Death
) -> HolderRead:
    """The holder has died: everybody who has something open is told."""
    return service.shown(await service.record_death(session, caller, holder_id, death))


@router.reveal(
    "/{holder_id}/reveal",
    permission="holder:reveal",
    reply=RevealReply,
    problems=(NotYourCity,),
)
async def reveal_holder(
    session: Session, caller: Caller, holder_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Full values: person.name, person.doc_no, person.mobile, ethnicity."""
    return await service.reveal(session, caller, holder_id, wish)


@router.history("/{holder_id}/timeline", permission="holder:read", reply=Timeline)
async def holder_timeline(session: Session, caller: Caller, holder_id: UUID) -> Timeline:
    """What happened to a holder's row."""
    holder = await service.load(session, caller, holder_id)
    return await timeline.of(session, holder.id)
