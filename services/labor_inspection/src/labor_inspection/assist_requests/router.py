"""Letters of assistance (协查) between the two cities."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.files import Uploaded, form_of
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty, RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.stored_files import StoredFile
from hrss_kit.timeline import Timeline
from labor_inspection.assist_requests import evidence, service, views
from labor_inspection.assist_requests.schemas import (
    AssistAssign,
    AssistClose,
    AssistCreate,
    AssistQuery,
    AssistRead,
    AssistReply,
)
from labor_inspection.cases.orders import OrderExpired
from labor_inspection.cases.service import Recusal
from labor_inspection.evidences.schemas import EvidenceForm
from labor_inspection.evidences.service import NotOnTheCase

router = Router(prefix="/assist-requests", tags=["assist-requests"])


@router.create(
    "",
    permission="assist:send",
    reply=AssistRead,
    problems=(NotYourCity, StateConflict),
)
async def send_assist_request(session: Session, caller: Caller, new: AssistCreate) -> AssistRead:
    """Ask the other city for help in a case of yours."""
    row = await service.send(session, caller, new)
    return await views.show(session, caller, row)


@router.list("", permission="assist:read", reply=Page[AssistRead])
async def list_assist_requests(
    session: Session, caller: Caller, query: Annotated[AssistQuery, Query()]
) -> Page[AssistRead]:
    """List the letters your city has sent or received."""
    return await views.page(session, caller, query)


@router.read("/{request_id}", permission="assist:read", reply=AssistRead)
async def read_assist_request(session: Session, caller: Caller, request_id: UUID) -> AssistRead:
    """Read a letter, its answer and the way of its evidence."""
    return await views.read(session, caller, request_id)


@router.history("/{request_id}/timeline", permission="assist:read", reply=Timeline)
async def read_assist_timeline(session: Session, caller: Caller, request_id: UUID) -> Timeline:
    """Read what happened to a letter."""
    return await views.history(session, caller, request_id)


@router.reveal("/{request_id}/reveal", permission="assist:reveal", reply=RevealReply)
async def reveal_sought_person(
    session: Session, caller: Caller, request_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Show in full whom a letter looks for."""
    return await service.reveal_person(session, caller, request_id, wish)


@router.act(
    "/{request_id}/accept",
    permission="assist:act",
    reply=AssistRead,
    problems=(NotYourCity, StateConflict),
)
async def accept_assist_request(
    session: Session, caller: Caller, request_id: UUID, wish: Empty
) -> AssistRead:
    """Take the letter on."""
    row = await service.accept(session, caller, request_id)
    return await views.show(session, caller, row)


@router.act(
    "/{request_id}/decline",
    permission="assist:act",
    reply=AssistRead,
    problems=(NotYourCity, StateConflict),
)
async def decline_assist_request(
    session: Session, caller: Caller, request_id: UUID, wish: WithReason
) -> AssistRead:
    """Send the letter back with a reason."""
    row = await service.decline(session, caller, request_id, wish.reason)
    return await views.show(session, caller, row)


@router.act(
    "/{request_id}/assign",
    permission="assist:act",
    reply=AssistRead,
    problems=(NotYourCity, StateConflict, Recusal),
)
async def assign_assist_request(
    session: Session, caller: Caller, request_id: UUID, wish: AssistAssign
) -> AssistRead:
    """Name at least two inspectors."""
    row = await service.assign(session, caller, request_id, wish)
    return await views.show(session, caller, row)


@router.act(
    "/{request_id}/reply",
    permission="assist:act",
    reply=AssistRead,
    problems=(NotYourCity, StateConflict, OrderExpired),
)
async def reply_assist_request(
    session: Session, caller: Caller, request_id: UUID, wish: AssistReply
) -> AssistRead:
    """Answer, with evidence by its hash and, for a service, the receipt."""
    row = await service.reply(session, caller, request_id, wish)
    return await views.show(session, caller, row)


@router.act(
    "/{request_id}/close",
    permission="assist:act",
    reply=AssistRead,
    problems=(NotYourCity, StateConflict, evidence.EvidenceHashMismatch),
)
async def close_assist_request(
    session: Session, caller: Caller, request_id: UUID, wish: AssistClose
) -> AssistRead:
    """Take the answer over into the case."""
    row = await service.close(session, caller, request_id, wish)
    return await views.show(session, caller, row)


@router.upload(
    "/{request_id}/evidences",
    permission="assist:evidence",
    reply=AssistRead,
    form=EvidenceForm,
    problems=(NotYourCity, NotOnTheCase, StateConflict, Duplicate),
)
async def add_assist_evidence(
    session: Session,
    caller: Caller,
    request_id: UUID,
    file: Uploaded,
    form: Annotated[EvidenceForm, Depends(form_of)],
) -> AssistRead:
    """Put a file to the answer; it is hashed as it comes, and handed over with the answer."""
    row = await evidence.add(session, caller, request_id, file, form)
    exchange().location = f"/labor-inspection/v1/assist-requests/{row.id}"
    return await views.show(session, caller, row)


@router.download(
    "/{request_id}/evidences/{evidence_id}/content",
    permission="assist:open",
    problems=(NotYourCity, NotOnTheCase),
)
async def open_assist_evidence(
    session: Session, caller: Caller, request_id: UUID, evidence_id: UUID
) -> StoredFile:
    """Open a file of the answer; that is on record, and part of its chain of custody."""
    return await evidence.open_file(session, caller, request_id, evidence_id)
