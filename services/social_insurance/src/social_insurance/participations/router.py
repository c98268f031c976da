"""Participations over HTTP."""

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
from social_insurance.participations import service
from social_insurance.participations.schemas import (
    LookupReply,
    LookupRequest,
    ParticipationChange,
    ParticipationCreate,
    ParticipationDetail,
    ParticipationQuery,
    ParticipationRead,
)
from social_insurance.participations.service import IdentityConflict

router = Router(prefix="/participations", tags=["participations"])
lookups = Router(prefix="/participation-lookups", tags=["participations"])


@router.create(
    "",
    permission="participation:create",
    reply=ParticipationDetail,
    problems=(Duplicate, IdentityConflict, NotYourCity),
)
async def record_participation(
    session: Session, caller: Caller, new: ParticipationCreate
) -> ParticipationDetail:
    """Record a stretch of insurance of one's own city."""
    return await service.record(session, caller, new)


@router.list("", permission="participation:read", reply=Page[ParticipationRead], personal=True)
async def list_participations(
    session: Session, caller: Caller, query: Annotated[ParticipationQuery, Query()]
) -> Page[ParticipationRead]:
    """Participations of one's own city, persons masked."""
    return await service.search(session, caller, query)


@router.read(
    "/{participation_id}",
    permission="participation:read",
    reply=ParticipationDetail,
    personal=True,
)
async def read_participation(
    session: Session, caller: Caller, participation_id: UUID
) -> ParticipationDetail:
    """One stretch with its months."""
    return await service.find(session, caller, participation_id)


@router.history("/{participation_id}/timeline", permission="participation:history", reply=Timeline)
async def participation_timeline(
    session: Session, caller: Caller, participation_id: UUID
) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, participation_id)


@router.change(
    "/{participation_id}",
    permission="participation:change",
    reply=ParticipationDetail,
    problems=(NotYourCity,),
)
async def change_participation(
    session: Session, caller: Caller, participation_id: UUID, wish: ParticipationChange
) -> ParticipationDetail:
    """End it, or change its status."""
    return await service.change(session, caller, participation_id, wish)


@router.reveal("/{participation_id}/reveal", permission="participation:reveal", reply=RevealReply)
async def reveal_participation(
    session: Session, caller: Caller, participation_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full."""
    return await service.reveal(session, caller, participation_id, wish)


@lookups.lookup("", permission="participation:lookup", reply=LookupReply)
async def look_up_participations(
    session: Session, caller: Caller, wish: LookupRequest
) -> LookupReply:
    """Both cities' months of one person, by number and name."""
    return await service.look_up(session, caller, wish)
