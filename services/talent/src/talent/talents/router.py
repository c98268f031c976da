"""Talent entries over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.files import each, leaves_as_file
from talent.talents import service
from talent.talents.models import Talent
from talent.talents.schemas import TalentChange, TalentCreate, TalentQuery, TalentRead

router = Router(prefix="/talents", tags=["talents"])


@router.create("", permission="talent:create", reply=TalentRead, problems=(Duplicate, NotYourCity))
async def enter_talent(session: Session, caller: Caller, new: TalentCreate) -> TalentRead:
    """Enter a professional of one's own city."""
    return await service.enter(session, caller, new)


@router.list("", permission="talent:read", reply=Page[TalentRead], personal=True)
async def list_talents(
    session: Session, caller: Caller, query: Annotated[TalentQuery, Query()]
) -> Page[TalentRead]:
    """One's own city's professionals, masked."""
    return await service.search(session, caller, query)


@router.read("/{talent_id}", permission="talent:read", reply=TalentRead, personal=True)
async def read_talent(session: Session, caller: Caller, talent_id: UUID) -> TalentRead:
    """One professional, masked."""
    return await service.find(session, caller, talent_id)


@router.history("/{talent_id}/timeline", permission="talent:history", reply=Timeline)
async def talent_timeline(session: Session, caller: Caller, talent_id: UUID) -> Timeline:
    """What happened to the entry."""
    return await service.history(session, caller, talent_id)


@router.change(
    "/{talent_id}", permission="talent:change", reply=TalentRead, problems=(NotYourCity,)
)
async def change_talent(
    session: Session, caller: Caller, talent_id: UUID, wish: TalentChange
) -> TalentRead:
    """Change facts of the entry."""
    return await service.change(session, caller, talent_id, wish)


@router.reveal("/{talent_id}/reveal", permission="talent:reveal", reply=RevealReply)
async def reveal_talent(
    session: Session, caller: Caller, talent_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full."""
    return await service.reveal(session, caller, talent_id, wish)


leaves_as_file(
    router, "talent:read", Talent, TalentQuery, TalentRead, service.visible,
    each(lambda _caller, row: service.shown(row)), ("major",),
)  # fmt: skip
