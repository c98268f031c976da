"""Recognitions of awards over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty, RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.recognitions import service, views
from talent.recognitions.schemas import (
    AwardAnswer,
    CaseReview,
    RecognitionCreate,
    RecognitionQuery,
    RecognitionRead,
)

router = Router(prefix="/recognitions", tags=["recognitions"])
ALWAYS = (NotYourCity, StateConflict)


@router.create(
    "",
    permission="recognition:create",
    reply=RecognitionRead,
    problems=(
        Duplicate,
        NotYourCity,
        service.MappingNotActive,
        service.AwardExpired,
        service.AwardNotValid,
    ),
)
async def apply_for_recognition(
    session: Session, caller: Caller, new: RecognitionCreate
) -> RecognitionRead:
    """Apply in the receiving city; the mapping in force today is the one that counts."""
    return await service.apply(session, caller, new)


@router.list("", permission="recognition:read", reply=Page[RecognitionRead], personal=True)
async def list_recognitions(
    session: Session, caller: Caller, query: Annotated[RecognitionQuery, Query()]
) -> Page[RecognitionRead]:
    """Applications in one's own city, and those that wait for its answer."""
    return await views.search(session, caller, query)


@router.read(
    "/{recognition_id}", permission="recognition:read", reply=RecognitionRead, personal=True
)
async def read_recognition(
    session: Session, caller: Caller, recognition_id: UUID
) -> RecognitionRead:
    """One recognition, the person masked."""
    return await views.find(session, caller, recognition_id)


@router.history("/{recognition_id}/timeline", permission="recognition:history", reply=Timeline)
async def recognition_timeline(session: Session, caller: Caller, recognition_id: UUID) -> Timeline:
    """What happened to it."""
    return await views.history(session, caller, recognition_id)


@router.act(
    "/{recognition_id}/verify",
    permission="recognition:verify",
    reply=RecognitionRead,
    problems=ALWAYS,
)
async def verify_recognition(
    session: Session, caller: Caller, recognition_id: UUID, answer: AwardAnswer
) -> RecognitionRead:
    """Answer as the issuing city."""
    return await service.verify(session, caller, recognition_id, answer)


@router.act(
    "/{recognition_id}/review",
    permission="recognition:review",
    reply=RecognitionRead,
    problems=ALWAYS,
)
async def review_recognition(
    session: Session, caller: Caller, recognition_id: UUID, said: CaseReview
) -> RecognitionRead:
    """Say, as one city's supervisor, what an unmapped award is worth."""
    return await service.review(session, caller, recognition_id, said)


@router.act(
    "/{recognition_id}/grant",
    permission="recognition:grant",
    reply=RecognitionRead,
    problems=(*ALWAYS, service.ReviewsOpen, service.AwardExpired, service.AwardNotValid),
)
async def grant_recognition(
    session: Session, caller: Caller, recognition_id: UUID, wish: Empty
) -> RecognitionRead:
    """Grant the status in the receiving city and make its certificate."""
    return await service.grant(session, caller, recognition_id)


@router.act(
    "/{recognition_id}/withdraw",
    permission="recognition:withdraw",
    reply=RecognitionRead,
    problems=ALWAYS,
)
async def withdraw_recognition(
    session: Session, caller: Caller, recognition_id: UUID, wish: WithReason
) -> RecognitionRead:
    """Take the application back."""
    return await service.withdraw(session, caller, recognition_id, wish.reason)


@router.act(
    "/{recognition_id}/revoke",
    permission="recognition:revoke",
    reply=RecognitionRead,
    problems=ALWAYS,
)
async def revoke_recognition(
    session: Session, caller: Caller, recognition_id: UUID, wish: WithReason
) -> RecognitionRead:
    """Take a suspended recognition back for good."""
    return await service.revoke(session, caller, recognition_id, wish.reason)


@router.reveal("/{recognition_id}/reveal", permission="recognition:reveal", reply=RevealReply)
async def reveal_recognition(
    session: Session, caller: Caller, recognition_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full."""
    return await views.reveal(session, caller, recognition_id, wish)
