"""Title recognitions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.title_recognitions import service, views
from talent.title_recognitions.schemas import (
    TitleAnswer,
    TitleCorrection,
    TitleRecognitionCreate,
    TitleRecognitionQuery,
    TitleRecognitionRead,
)

router = Router(prefix="/title-recognitions", tags=["title recognitions"])
ALWAYS = (NotYourCity, StateConflict)


@router.create(
    "",
    permission="title_recognition:create",
    reply=TitleRecognitionRead,
    problems=(Duplicate, NotYourCity),
)
async def apply_for_title_recognition(
    session: Session, caller: Caller, new: TitleRecognitionCreate
) -> TitleRecognitionRead:
    """Apply in the receiving city; what needs no answer of the issuer is decided at once."""
    return await service.apply(session, caller, new)


@router.list(
    "", permission="title_recognition:read", reply=Page[TitleRecognitionRead], personal=True
)
async def list_title_recognitions(
    session: Session, caller: Caller, query: Annotated[TitleRecognitionQuery, Query()]
) -> Page[TitleRecognitionRead]:
    """Applications in one's own city, and those that wait for its answer."""
    return await views.search(session, caller, query)


@router.read(
    "/{recognition_id}",
    permission="title_recognition:read",
    reply=TitleRecognitionRead,
    personal=True,
)
async def read_title_recognition(
    session: Session, caller: Caller, recognition_id: UUID
) -> TitleRecognitionRead:
    """One recognition, the person masked."""
    return await views.find(session, caller, recognition_id)


@router.history(
    "/{recognition_id}/timeline", permission="title_recognition:history", reply=Timeline
)
async def title_recognition_timeline(
    session: Session, caller: Caller, recognition_id: UUID
) -> Timeline:
    """What happened to it."""
    return await views.history(session, caller, recognition_id)


@router.act(
    "/{recognition_id}/verify",
    permission="title_recognition:verify",
    reply=TitleRecognitionRead,
    problems=ALWAYS,
)
async def verify_title_recognition(
    session: Session, caller: Caller, recognition_id: UUID, answer: TitleAnswer
) -> TitleRecognitionRead:
    """Answer as the issuing city; there is no second review."""
    return await service.verify(session, caller, recognition_id, answer)


@router.act(
    "/{recognition_id}/correct",
    permission="title_recognition:correct",
    reply=TitleRecognitionRead,
    problems=(*ALWAYS, service.CorrectedOnce),
)
async def correct_title_recognition(
    session: Session, caller: Caller, recognition_id: UUID, wish: TitleCorrection
) -> TitleRecognitionRead:
    """Correct what differed, once."""
    return await service.correct(session, caller, recognition_id, wish)


@router.act(
    "/{recognition_id}/withdraw",
    permission="title_recognition:withdraw",
    reply=TitleRecognitionRead,
    problems=ALWAYS,
)
async def withdraw_title_recognition(
    session: Session, caller: Caller, recognition_id: UUID, wish: WithReason
) -> TitleRecognitionRead:
    """Take the application back."""
    return await service.withdraw(session, caller, recognition_id, wish.reason)


@router.act(
    "/{recognition_id}/acknowledge",
    permission="title_recognition:acknowledge",
    reply=TitleRecognitionRead,
    problems=ALWAYS,
)
async def acknowledge_revoked_certificate(
    session: Session, caller: Caller, recognition_id: UUID, wish: WithReason
) -> TitleRecognitionRead:
    """Say that a revoked or false certificate that was shown has been looked into."""
    return await service.acknowledge(session, caller, recognition_id, wish.reason)


@router.reveal("/{recognition_id}/reveal", permission="title_recognition:reveal", reply=RevealReply)
async def reveal_title_recognition(
    session: Session, caller: Caller, recognition_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The applicant in full."""
    return await views.reveal(session, caller, recognition_id, wish)
