"""Postings over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from employment.employers.service import EmployerBlocked, EmployerNotVerified
from employment.postings import finding, queries, service
from employment.postings.bulk import IMPORTER
from employment.postings.models import Posting
from employment.postings.schemas import (
    OptionalReason,
    PostingChange,
    PostingCreate,
    PostingFilters,
    PostingPage,
    PostingQuery,
    PostingRead,
    PostingReject,
)
from employment.titles import CODE_TITLES, TITLES
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.exports import Exporter
from hrss_kit.problems import Duplicate, MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/postings", tags=["postings"])
EXPORTER = Exporter(
    name="postings",
    query=PostingFilters,
    reply=PostingRead,
    rows=queries.filtered,
    shown=queries.shown,
    key=Posting.id,
    sorts=queries.SORTS,
    titles=TITLES,
    code_titles=CODE_TITLES,
)
router.bulk_out("/export", permission="posting:read", exporter=EXPORTER)
router.bulk_in("/imports", permission="posting:create", importer=IMPORTER)
BARRED = (EmployerBlocked, EmployerNotVerified)


@router.create(
    "", permission="posting:create", reply=PostingRead, problems=(Duplicate, EmployerBlocked)
)
async def create_posting(
    session: Session, caller: Caller, response: Response, new: PostingCreate
) -> PostingRead:
    """Offer a job; a partner's goes to review at once, and pushed again changes the first one."""
    posting, is_new = await service.offer(session, caller, new)
    if not is_new:
        response.status_code = 200
    return posting


@router.list("", permission="posting:read", reply=PostingPage)
async def list_postings(
    session: Session, caller: Caller, query: Annotated[PostingQuery, Query()]
) -> PostingPage:
    """Postings of one's own city and those the other city shares; facets on wish."""
    return await finding.found(session, caller, query)


@router.read("/{posting_id}", permission="posting:read", reply=PostingRead)
async def read_posting(session: Session, caller: Caller, posting_id: UUID) -> PostingRead:
    """One posting."""
    return await queries.find(session, caller, posting_id)


@router.history("/{posting_id}/timeline", permission="posting:read", reply=Timeline)
async def posting_timeline(session: Session, caller: Caller, posting_id: UUID) -> Timeline:
    """What happened to it."""
    return await queries.history(session, caller, posting_id)


@router.change(
    "/{posting_id}",
    permission="posting:change",
    reply=PostingRead,
    problems=(NotYourCity, StateConflict, Duplicate),
)
async def change_posting(
    session: Session, caller: Caller, posting_id: UUID, wish: PostingChange
) -> PostingRead:
    """Change it; it is checked again."""
    return await service.change(session, caller, posting_id, wish)


@router.act(
    "/{posting_id}/submit",
    permission="posting:submit",
    reply=PostingRead,
    problems=(NotYourCity, StateConflict, *BARRED),
)
async def submit_posting(
    session: Session, caller: Caller, posting_id: UUID, _body: Empty
) -> PostingRead:
    """Hand it to review."""
    return await service.act(session, caller, posting_id, "submit")


@router.act(
    "/{posting_id}/publish",
    permission="posting:publish",
    reply=PostingRead,
    problems=(NotYourCity, MakerIsChecker, StateConflict, *BARRED),
)
async def publish_posting(
    session: Session, caller: Caller, posting_id: UUID, _body: Empty
) -> PostingRead:
    """Put it on offer in both cities; never by who made it."""
    return await service.act(session, caller, posting_id, "publish")


@router.act(
    "/{posting_id}/reject",
    permission="posting:reject",
    reply=PostingRead,
    problems=(NotYourCity, StateConflict),
)
async def reject_posting(
    session: Session, caller: Caller, posting_id: UUID, body: PostingReject
) -> PostingRead:
    """Refuse it, with code and reason."""
    return await service.act(
        session, caller, posting_id, "reject", reason=body.reason, reason_code=body.reason_code
    )


@router.act(
    "/{posting_id}/suspend",
    permission="posting:suspend",
    reply=PostingRead,
    problems=(NotYourCity, StateConflict),
)
async def suspend_posting(
    session: Session, caller: Caller, posting_id: UUID, body: OptionalReason
) -> PostingRead:
    """Take it off for now."""
    return await service.act(session, caller, posting_id, "suspend", reason=body.reason)


@router.act(
    "/{posting_id}/resume",
    permission="posting:resume",
    reply=PostingRead,
    problems=(NotYourCity, StateConflict, *BARRED),
)
async def resume_posting(
    session: Session, caller: Caller, posting_id: UUID, body: WithReason
) -> PostingRead:
    """Put it on offer again; the supervisor's decision."""
    return await service.act(session, caller, posting_id, "resume", reason=body.reason)


@router.act(
    "/{posting_id}/withdraw",
    permission="posting:withdraw",
    reply=PostingRead,
    problems=(NotYourCity, StateConflict),
)
async def withdraw_posting(
    session: Session, caller: Caller, posting_id: UUID, body: OptionalReason
) -> PostingRead:
    """Take it back for good."""
    return await service.act(session, caller, posting_id, "withdraw", reason=body.reason)


@router.act(
    "/{posting_id}/fill",
    permission="posting:fill",
    reply=PostingRead,
    problems=(NotYourCity, StateConflict),
)
async def fill_posting(
    session: Session, caller: Caller, posting_id: UUID, body: OptionalReason
) -> PostingRead:
    """Everybody wanted was found."""
    return await service.act(session, caller, posting_id, "fill", reason=body.reason)
