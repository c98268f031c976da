"""Participations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.participations import bulk, lookup, service
from social_insurance.participations.schemas import (
    LookupReply,
    LookupRequest,
    MonthsAdd,
    ParticipationChange,
    ParticipationCreate,
    ParticipationDetail,
    ParticipationQuery,
    ParticipationRead,
)
from social_insurance.problems import IdentityConflict

router = Router(prefix="/participations", tags=["participations"])
lookups = Router(prefix="/participation-lookups", tags=["participations"])


async def answer_look_up(request: Request) -> Response:
    """A look-up straight through the driver: FastAPI's reading would cost more than the work."""
    try:
        reply = await lookup.look_up(request.app.state.database, await request.body())
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
    return Response(reply, media_type="application/json")


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


router.bulk_in("/imports", permission="participation:create", importer=bulk.IMPORTER)


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


@router.act(
    "/{participation_id}/add-months",
    permission="participation:change",
    reply=ParticipationDetail,
    problems=(Duplicate, NotYourCity),
)
async def add_participation_months(
    session: Session, caller: Caller, participation_id: UUID, wish: MonthsAdd
) -> ParticipationDetail:
    """Add what was collected for a stretch that goes on: months, ranges, a resident's years."""
    return await service.add_months(session, caller, participation_id, wish)


@router.reveal("/{participation_id}/reveal", permission="participation:reveal", reply=RevealReply)
async def reveal_participation(
    session: Session, caller: Caller, participation_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full."""
    return await service.reveal(session, caller, participation_id, wish)


@lookups.lookup(
    "",
    permission="participation:lookup",
    reply=LookupReply,
    transactional=False,
    direct=answer_look_up,
)
async def look_up_participations(request: Request, wish: LookupRequest) -> Response:
    """Both cities' months of one person, by number and name."""
    return await answer_look_up(request)
