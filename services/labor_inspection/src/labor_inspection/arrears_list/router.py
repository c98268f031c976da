"""The arrears list over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from labor_inspection.arrears_list import leaving, service, views
from labor_inspection.arrears_list.schemas import (
    ApplyRemoval,
    ArrearsListRead,
    ListingQuery,
    PublishedQuery,
    PublishedRead,
    RecordObjection,
    ServeNotice,
)

router = Router(prefix="/arrears-list", tags=["arrears list"])
ALWAYS = (NotYourCity, StateConflict)


@router.list("", permission="arrears-list:read", reply=Page[ArrearsListRead], personal=True)
async def list_arrears_entries(
    session: Session, caller: Caller, query: Annotated[ListingQuery, Query()]
) -> Page[ArrearsListRead]:
    """List the entries of both cities; people's names are masked."""
    return await views.page(session, caller, query)


@router.list(
    "/published",
    permission="arrears-list:published",
    reply=Page[PublishedRead],
    personal=True,
)
async def list_published_arrears(
    session: Session, query: Annotated[PublishedQuery, Query()]
) -> Page[PublishedRead]:
    """Read what is published: employers on the list now, with no workers."""
    return await views.published(session, query)


@router.read("/{entry_id}", permission="arrears-list:read", reply=ArrearsListRead, personal=True)
async def read_arrears_entry(session: Session, caller: Caller, entry_id: UUID) -> ArrearsListRead:
    """Read one entry."""
    return await views.read(session, caller, entry_id)


@router.history("/{entry_id}/timeline", permission="arrears-list:read", reply=Timeline)
async def read_arrears_entry_timeline(session: Session, caller: Caller, entry_id: UUID) -> Timeline:
    """Read what happened to an entry."""
    return await views.history(session, caller, entry_id)


@router.act(
    "/{entry_id}/serve-notice",
    permission="arrears-list:act",
    reply=ArrearsListRead,
    problems=ALWAYS,
)
async def serve_arrears_notice(
    session: Session, caller: Caller, entry_id: UUID, wish: ServeNotice
) -> ArrearsListRead:
    """Serve the notice with facts, basis and the right to object."""
    return await service.serve_notice(session, caller, entry_id, wish)


@router.act(
    "/{entry_id}/object",
    permission="arrears-list:act",
    reply=ArrearsListRead,
    problems=(*ALWAYS, service.ObjectionLate),
)
async def record_arrears_objection(
    session: Session, caller: Caller, entry_id: UUID, wish: RecordObjection
) -> ArrearsListRead:
    """Record the party's objection."""
    return await service.record_objection(session, caller, entry_id, wish)


@router.act(
    "/{entry_id}/uphold",
    permission="arrears-list:act",
    reply=ArrearsListRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def uphold_arrears_entry(
    session: Session, caller: Caller, entry_id: UUID, wish: WithReason
) -> ArrearsListRead:
    """Answer the objection: the proposal stands."""
    return await service.answer(session, caller, entry_id, "uphold", wish.reason)


@router.act(
    "/{entry_id}/drop",
    permission="arrears-list:act",
    reply=ArrearsListRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def drop_arrears_entry(
    session: Session, caller: Caller, entry_id: UUID, wish: WithReason
) -> ArrearsListRead:
    """Drop the proposal."""
    return await service.answer(session, caller, entry_id, "drop", wish.reason)


@router.act(
    "/{entry_id}/list",
    permission="arrears-list:act",
    reply=ArrearsListRead,
    problems=(*ALWAYS, MakerIsChecker, service.ObjectionOpen),
)
async def enter_arrears_list(
    session: Session, caller: Caller, entry_id: UUID, wish: Empty
) -> ArrearsListRead:
    """Put the employer on the list; whoever prepared it may not."""
    return await service.enlist(session, caller, entry_id)


@router.act(
    "/{entry_id}/apply-removal",
    permission="arrears-list:act",
    reply=ArrearsListRead,
    problems=(*ALWAYS, leaving.NotCorrected, leaving.RemovalTooEarly),
)
async def apply_arrears_removal(
    session: Session, caller: Caller, entry_id: UUID, wish: ApplyRemoval
) -> ArrearsListRead:
    """Record the party's application for early removal."""
    return await leaving.apply_removal(session, caller, entry_id, wish)


@router.act(
    "/{entry_id}/remove-early",
    permission="arrears-list:act",
    reply=ArrearsListRead,
    problems=(*ALWAYS, MakerIsChecker, leaving.NoApplication),
)
async def remove_arrears_entry_early(
    session: Session, caller: Caller, entry_id: UUID, wish: WithReason
) -> ArrearsListRead:
    """Grant early removal."""
    return await leaving.decide_removal(session, caller, entry_id, "remove-early", wish.reason)


@router.act(
    "/{entry_id}/refuse-removal",
    permission="arrears-list:act",
    reply=ArrearsListRead,
    problems=(*ALWAYS, MakerIsChecker, leaving.NoApplication),
)
async def refuse_arrears_removal(
    session: Session, caller: Caller, entry_id: UUID, wish: WithReason
) -> ArrearsListRead:
    """Refuse early removal."""
    return await leaving.decide_removal(session, caller, entry_id, "refuse-removal", wish.reason)


@router.act(
    "/{entry_id}/revoke",
    permission="arrears-list:act",
    reply=ArrearsListRead,
    problems=ALWAYS,
)
async def revoke_arrears_entry(
    session: Session, caller: Caller, entry_id: UUID, wish: WithReason
) -> ArrearsListRead:
    """Take the entry off because its basis was annulled."""
    return await leaving.revoke(session, caller, entry_id, wish.reason)
