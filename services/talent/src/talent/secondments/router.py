"""Posts and secondments over HTTP."""

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
from talent.files import each, leaves_as_file
from talent.secondments import service
from talent.secondments.models import Secondment, SecondmentPost
from talent.secondments.schemas import (
    Appraisal,
    Extension,
    SecondmentCreate,
    SecondmentPostCreate,
    SecondmentPostQuery,
    SecondmentPostRead,
    SecondmentQuery,
    SecondmentRead,
)

posts = Router(prefix="/secondment-posts", tags=["secondments"])
router = Router(prefix="/secondments", tags=["secondments"])
ALWAYS = (NotYourCity, StateConflict)


@posts.create(
    "", permission="secondment_post:create", reply=SecondmentPostRead, problems=(NotYourCity,)
)
async def offer_secondment_post(
    session: Session, caller: Caller, new: SecondmentPostCreate
) -> SecondmentPostRead:
    """Offer a post of an HRSS body of one's own city."""
    return await service.offer_post(session, caller, new)


@posts.list("", permission="secondment_post:read", reply=Page[SecondmentPostRead])
async def list_secondment_posts(
    session: Session, caller: Caller, query: Annotated[SecondmentPostQuery, Query()]
) -> Page[SecondmentPostRead]:
    """Posts of both cities."""
    return await service.search_posts(session, caller, query)


@posts.read("/{post_id}", permission="secondment_post:read", reply=SecondmentPostRead)
async def read_secondment_post(
    session: Session, caller: Caller, post_id: UUID
) -> SecondmentPostRead:
    """One of them."""
    return await service.find_post(session, caller, post_id)


@posts.history("/{post_id}/timeline", permission="secondment_post:read", reply=Timeline)
async def secondment_post_timeline(session: Session, caller: Caller, post_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.post_history(session, caller, post_id)


@posts.act(
    "/{post_id}/close",
    permission="secondment_post:close",
    reply=SecondmentPostRead,
    problems=ALWAYS,
)
async def close_secondment_post(
    session: Session, caller: Caller, post_id: UUID, wish: WithReason
) -> SecondmentPostRead:
    """Offer it no longer."""
    return await service.close_post(session, caller, post_id, wish.reason)


@router.create(
    "",
    permission="secondment:create",
    reply=SecondmentRead,
    problems=(NotYourCity, service.SecondmentOverlap),
)
async def nominate_for_secondment(
    session: Session, caller: Caller, new: SecondmentCreate
) -> SecondmentRead:
    """Nominate somebody of one's own city for a post of the other."""
    return await service.nominate(session, caller, new)


@router.list("", permission="secondment:read", reply=Page[SecondmentRead], personal=True)
async def list_secondments(
    session: Session, caller: Caller, query: Annotated[SecondmentQuery, Query()]
) -> Page[SecondmentRead]:
    """Secondments out of and into one's own city."""
    return await service.search(session, caller, query)


@router.read("/{secondment_id}", permission="secondment:read", reply=SecondmentRead, personal=True)
async def read_secondment(session: Session, caller: Caller, secondment_id: UUID) -> SecondmentRead:
    """One of them."""
    return await service.find(session, caller, secondment_id)


@router.history("/{secondment_id}/timeline", permission="secondment:history", reply=Timeline)
async def secondment_timeline(session: Session, caller: Caller, secondment_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, secondment_id)


@router.act(
    "/{secondment_id}/approve-home",
    permission="secondment:approve-home",
    reply=SecondmentRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def approve_home_secondment(
    session: Session, caller: Caller, secondment_id: UUID, wish: Empty
) -> SecondmentRead:
    """Approve it for the home city; whoever nominated may not."""
    return await service.act(session, caller, secondment_id, "approve-home")


@router.act(
    "/{secondment_id}/approve-host",
    permission="secondment:approve-host",
    reply=SecondmentRead,
    problems=ALWAYS,
)
async def approve_host_secondment(
    session: Session, caller: Caller, secondment_id: UUID, wish: Empty
) -> SecondmentRead:
    """Approve it for the host city."""
    return await service.act(session, caller, secondment_id, "approve-host")


@router.act(
    "/{secondment_id}/start", permission="secondment:start", reply=SecondmentRead, problems=ALWAYS
)
async def start_secondment(
    session: Session, caller: Caller, secondment_id: UUID, wish: Empty
) -> SecondmentRead:
    """The post is taken up."""
    return await service.act(session, caller, secondment_id, "start")


@router.act(
    "/{secondment_id}/end", permission="secondment:end", reply=SecondmentRead, problems=ALWAYS
)
async def end_secondment(
    session: Session, caller: Caller, secondment_id: UUID, wish: Empty
) -> SecondmentRead:
    """It is over."""
    return await service.act(session, caller, secondment_id, "end")


@router.act(
    "/{secondment_id}/recall", permission="secondment:recall", reply=SecondmentRead, problems=ALWAYS
)
async def recall_secondment(
    session: Session, caller: Caller, secondment_id: UUID, wish: WithReason
) -> SecondmentRead:
    """Call somebody back before the end."""
    return await service.act(session, caller, secondment_id, "recall", wish.reason)


@router.act(
    "/{secondment_id}/withdraw",
    permission="secondment:withdraw",
    reply=SecondmentRead,
    problems=ALWAYS,
)
async def withdraw_secondment(
    session: Session, caller: Caller, secondment_id: UUID, wish: WithReason
) -> SecondmentRead:
    """Take the nomination back."""
    return await service.act(session, caller, secondment_id, "withdraw", wish.reason)


@router.act(
    "/{secondment_id}/extend",
    permission="secondment:extend",
    reply=SecondmentRead,
    problems=(*ALWAYS, service.SecondmentOverlap),
)
async def extend_secondment(
    session: Session, caller: Caller, secondment_id: UUID, wish: Extension
) -> SecondmentRead:
    """Prolong it, once."""
    return await service.extend(session, caller, secondment_id, wish)


@router.act(
    "/{secondment_id}/appraise",
    permission="secondment:appraise",
    reply=SecondmentRead,
    problems=ALWAYS,
)
async def appraise_secondment(
    session: Session, caller: Caller, secondment_id: UUID, wish: Appraisal
) -> SecondmentRead:
    """Say, as the host, how it went."""
    return await service.appraise(session, caller, secondment_id, wish)


leaves_as_file(
    posts, "secondment_post:read", SecondmentPost, SecondmentPostQuery, SecondmentPostRead,
    service.visible_posts, each(service.shown_post), ("title",),
)  # fmt: skip
leaves_as_file(
    router, "secondment:read", Secondment, SecondmentQuery, SecondmentRead, service.visible,
    each(service.shown), ("home_org",),
)  # fmt: skip
