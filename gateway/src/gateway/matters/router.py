"""/gateway/v1/matter-catalogue, /matters and /matter-tracking."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from gateway.citizens import EcardAuthorisation, TokenExpired, TokenUsed
from gateway.matters import asking, catalogue, service, views
from gateway.matters.models import Matter
from gateway.matters.schemas import (
    CatalogueQuery,
    CatalogueRead,
    MatterChange,
    MatterCreate,
    MatterQuery,
    MatterRead,
    MatterTimeline,
    TrackingReply,
    TrackingRequest,
)
from hrss_kit import clock, resources, sealing
from hrss_kit.access import public
from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.identifiers import check_document
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotFound, NotYourCity, StateConflict, Unavailable
from hrss_kit.resources import Empty, RevealReply, RevealRequest
from hrss_kit.routing import Router
from hrss_kit.validation import RequestModel

catalogue_router = Router(prefix="/matter-catalogue", tags=["matters"])
router = Router(prefix="/matters", tags=["matters"])
tracking_router = Router(prefix="/matter-tracking", tags=["matters"])
ALWAYS = (NotYourCity, StateConflict)


class Withdrawal(RequestModel):
    """The person need not say why."""

    reason: Annotated[str | None, Field(max_length=500)] = None


@catalogue_router.list("", permission=public(), reply=Page[CatalogueRead])
async def list_matter_catalogue(
    query: Annotated[CatalogueQuery, Query()],
) -> Page[CatalogueRead]:
    """事项目录: what can be started, on which net, with which papers; asks nobody who they are."""
    return views.offered(query)


@catalogue_router.read("/{code}", permission=public(), reply=CatalogueRead)
async def read_matter_catalogue(code: str) -> CatalogueRead:
    """One matter on offer today, with its form."""
    entry = catalogue.find(code)
    if entry is None:
        raise NotFound
    return views.entry_read(entry)


@router.create(
    "",
    permission="matter:start",
    reply=MatterRead,
    prepare=asking.who,
    problems=(
        Duplicate,
        NotYourCity,
        TokenExpired,
        TokenUsed,
        EcardAuthorisation,
        asking.VerificationExpired,
        asking.HolderUnknown,
        Unavailable,
    ),
)
async def start_matter(session: Session, caller: Caller, new: MatterCreate) -> MatterRead:
    """Start a matter; with an e-card's code nothing of the person is typed again.

    A form that is complete goes on to the services at once; otherwise the matter is a draft, with
    everything filled in that is known.
    """
    row = await service.start(session, caller, new, exchange().prepared)
    return await views.one(session, caller, row)


@router.list("", permission="matter:read", reply=Page[MatterRead], personal=True)
async def list_matters(
    session: Session, caller: Caller, query: Annotated[MatterQuery, Query()]
) -> Page[MatterRead]:
    """Matters that were started: one's own, or those of one's city, masked."""
    return await views.page(session, caller, query)


@router.read("/{matter_id}", permission="matter:read", reply=MatterRead, personal=True)
async def read_matter(session: Session, caller: Caller, matter_id: UUID) -> MatterRead:
    """One matter, masked, with what each service has done of it."""
    row = await resources.load(session, views.visible(caller).where(Matter.id == matter_id))
    return await views.one(session, caller, row)


@router.history("/{matter_id}/timeline", permission="matter:history", reply=MatterTimeline)
async def matter_timeline(session: Session, caller: Caller, matter_id: UUID) -> MatterTimeline:
    """One timeline over all the services."""
    row = await resources.load(session, views.visible(caller).where(Matter.id == matter_id))
    return await views.history(session, row)


@router.reveal("/{matter_id}/reveal", permission="matter:reveal", reply=RevealReply)
async def reveal_matter(
    session: Session, caller: Caller, matter_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Read the person in full."""
    row = await resources.load(session, views.visible(caller).where(Matter.id == matter_id))
    if caller.city != row.owner_city:
        raise NotYourCity
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


@router.change("/{matter_id}", permission="matter:act", reply=MatterRead, problems=ALWAYS)
async def change_matter(
    session: Session, caller: Caller, matter_id: UUID, wish: MatterChange
) -> MatterRead:
    """Add to the form, or put it right."""
    row = await service.change(session, caller, matter_id, wish)
    return await views.one(session, caller, row)


@router.act("/{matter_id}/submit", permission="matter:act", reply=MatterRead, problems=ALWAYS)
async def submit_matter(session: Session, caller: Caller, matter_id: UUID, _: Empty) -> MatterRead:
    """The form is complete: the services take it up."""
    return await views.one(session, caller, await service.submit(session, caller, matter_id))


@router.act("/{matter_id}/retry", permission="matter:mend", reply=MatterRead, problems=ALWAYS)
async def retry_matter(session: Session, caller: Caller, matter_id: UUID, _: Empty) -> MatterRead:
    """Ask again for what a service did not take, with the form as it is now."""
    return await views.one(session, caller, await service.retry(session, caller, matter_id))


@router.act(
    "/{matter_id}/withdraw",
    permission="matter:act",
    reply=MatterRead,
    problems=(*ALWAYS, service.StepOpen),
)
async def withdraw_matter(
    session: Session, caller: Caller, matter_id: UUID, wish: Withdrawal
) -> MatterRead:
    """Take it back, before a service is at work."""
    row = await service.withdraw(session, caller, matter_id, wish.reason)
    return await views.one(session, caller, row)


@tracking_router.lookup("", permission=public(), reply=TrackingReply, personal=False)
async def track_matter(session: Session, asked: TrackingRequest) -> TrackingReply:
    """Where a matter stands, for whoever knows its number and the person's document."""
    doc_no = asked.doc_no.strip().upper()
    whole = check_document("01", doc_no, today=clock.today()).value or doc_no
    id_hash = sealing.blind(whole)
    row = await service.tracked(session, asked.tracking_no.strip().upper(), id_hash)
    return await views.track(session, row)
