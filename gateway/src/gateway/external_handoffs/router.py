"""/gateway/v1/external-handoffs."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from gateway.external_handoffs import sending, service
from gateway.external_handoffs.models import ExternalHandoff
from gateway.external_handoffs.receipts import ReceiptForged
from gateway.external_handoffs.schemas import HandoffQuery, HandoffRead, ReceiptIn
from hrss_kit import resources, timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import Empty
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/external-handoffs", tags=["external hand-offs"])


@router.list("", permission="handoff:read", reply=Page[HandoffRead])
async def list_external_handoffs(
    session: Session, caller: Caller, query: Annotated[HandoffQuery, Query()]
) -> Page[HandoffRead]:
    """跨省通办: what was handed to the national platform, and where it stands; nothing personal."""
    return await service.page(session, caller, query)


@router.create(
    "/receipts",
    permission="handoff:receive",
    reply=HandoffRead,
    status=200,
    problems=(ReceiptForged, service.ReceiptTaken, StateConflict),
)
async def receive_handoff_receipt(
    request: Request, session: Session, caller: Caller, given: ReceiptIn
) -> HandoffRead:
    """The platform's signed receipt: it closes the hand-off and the matter, once."""
    keys_file = request.app.state.settings.national_platform_keys_file
    row = await service.receive(session, given.receipt, keys_file)
    await sending.settle_matter(session, row)
    await session.flush()  # the answer carries the version
    return service.show(caller, row)


@router.read("/{handoff_id}", permission="handoff:read", reply=HandoffRead)
async def read_external_handoff(session: Session, caller: Caller, handoff_id: UUID) -> HandoffRead:
    """One hand-off."""
    wanted = service.visible(caller).where(ExternalHandoff.id == handoff_id)
    return service.show(caller, await resources.load(session, wanted))


@router.history("/{handoff_id}/timeline", permission="handoff:read", reply=Timeline)
async def external_handoff_timeline(session: Session, caller: Caller, handoff_id: UUID) -> Timeline:
    """What happened to it."""
    wanted = service.visible(caller).where(ExternalHandoff.id == handoff_id)
    return await timeline.of(session, (await resources.load(session, wanted)).id)


@router.act(
    "/{handoff_id}/resend",
    permission="handoff:resend",
    reply=HandoffRead,
    problems=(NotYourCity, StateConflict),
)
async def resend_external_handoff(
    session: Session, caller: Caller, handoff_id: UUID, _: Empty
) -> HandoffRead:
    """Try again now."""
    return service.show(caller, await service.resend(session, caller, handoff_id))
