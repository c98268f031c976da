"""Skill competitions and their results over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.competitions import service
from talent.competitions.models import Competition, CompetitionResult
from talent.competitions.schemas import (
    CompetitionCreate,
    CompetitionQuery,
    CompetitionRead,
    CompetitionResultCreate,
    CompetitionResultQuery,
    CompetitionResultRead,
)
from talent.competitions.service import NotHeldYet
from talent.files import each, leaves_as_file

router = Router(prefix="/competitions", tags=["competitions"])
results = Router(prefix="/competition-results", tags=["competitions"])
ALWAYS = (NotYourCity, StateConflict)


@router.create("", permission="competition:create", reply=CompetitionRead, problems=(Duplicate,))
async def plan_competition(
    session: Session, caller: Caller, new: CompetitionCreate
) -> CompetitionRead:
    """Plan the competition of one's own city, once in two years."""
    return await service.plan(session, caller, new)


@router.list("", permission="competition:read", reply=Page[CompetitionRead])
async def list_competitions(
    session: Session, caller: Caller, query: Annotated[CompetitionQuery, Query()]
) -> Page[CompetitionRead]:
    """One's own city's, and what the other has announced."""
    return await service.search(session, caller, query)


@router.read("/{competition_id}", permission="competition:read", reply=CompetitionRead)
async def read_competition(
    session: Session, caller: Caller, competition_id: UUID
) -> CompetitionRead:
    """One competition."""
    return await service.find(session, caller, competition_id)


@router.history("/{competition_id}/timeline", permission="competition:read", reply=Timeline)
async def competition_timeline(session: Session, caller: Caller, competition_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, competition_id)


@router.act(
    "/{competition_id}/announce",
    permission="competition:announce",
    reply=CompetitionRead,
    problems=ALWAYS,
)
async def announce_competition(
    session: Session, caller: Caller, competition_id: UUID, _wish: Empty
) -> CompetitionRead:
    """Announce it to both cities."""
    return await service.act(session, caller, competition_id, "announce")


@router.act(
    "/{competition_id}/hold", permission="competition:hold", reply=CompetitionRead, problems=ALWAYS
)
async def hold_competition(
    session: Session, caller: Caller, competition_id: UUID, _wish: Empty
) -> CompetitionRead:
    """Say that it was held; from then on its results are recorded."""
    return await service.act(session, caller, competition_id, "hold")


@router.act(
    "/{competition_id}/cancel",
    permission="competition:cancel",
    reply=CompetitionRead,
    problems=ALWAYS,
)
async def cancel_competition(
    session: Session, caller: Caller, competition_id: UUID, wish: WithReason
) -> CompetitionRead:
    """Call it off."""
    return await service.act(session, caller, competition_id, "cancel", wish.reason)


@results.create(
    "",
    permission="competition_result:create",
    reply=CompetitionResultRead,
    problems=(NotYourCity, NotHeldYet, Duplicate),
)
async def record_competition_result(
    session: Session, caller: Caller, new: CompetitionResultCreate
) -> CompetitionResultRead:
    """Record who came in where; that is evidence of the skill level."""
    return await service.record(session, caller, new)


@results.list(
    "", permission="competition_result:read", reply=Page[CompetitionResultRead], personal=True
)
async def list_competition_results(
    session: Session, caller: Caller, query: Annotated[CompetitionResultQuery, Query()]
) -> Page[CompetitionResultRead]:
    """Results of one's own city's competitions."""
    return await service.search_results(session, caller, query)


@results.read(
    "/{result_id}", permission="competition_result:read", reply=CompetitionResultRead, personal=True
)
async def read_competition_result(
    session: Session, caller: Caller, result_id: UUID
) -> CompetitionResultRead:
    """One result."""
    return await service.find_result(session, caller, result_id)


leaves_as_file(
    router, "competition:read", Competition, CompetitionQuery, CompetitionRead, service.visible,
    each(service.shown), service.WORDS,
)  # fmt: skip
leaves_as_file(
    results, "competition_result:read", CompetitionResult, CompetitionResultQuery,
    CompetitionResultRead, service.visible_results,
    each(lambda _caller, row: service.shown_result(row)),
)  # fmt: skip
