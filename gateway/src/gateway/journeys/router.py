"""/gateway/v1/journeys 业务联动: what several services do of one matter, and how it is mended."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from gateway.journeys import service
from gateway.journeys.schemas import JourneyQuery, JourneyRead, JourneyStart
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/journeys", tags=["journeys"])
ALWAYS = (NotYourCity, StateConflict)
StepCode = Annotated[str, Path(pattern=r"^[A-Z][A-Z0-9_]{1,31}$")]


@router.create("", permission="journey:start", reply=JourneyRead, problems=(NotYourCity,))
async def start_journey(session: Session, caller: Caller, new: JourneyStart) -> JourneyRead:
    """Start a journey; its steps are done by the services one after the other."""
    return await service.start(session, caller, new)


@router.list("", permission="journey:read", reply=Page[JourneyRead])
async def list_journeys(
    session: Session, caller: Caller, query: Annotated[JourneyQuery, Query()]
) -> Page[JourneyRead]:
    """List the journeys that one's city has a part in."""
    return await service.search(session, caller, query)


@router.read("/{journey_id}", permission="journey:read", reply=JourneyRead)
async def read_journey(session: Session, caller: Caller, journey_id: UUID) -> JourneyRead:
    """Read one journey with its steps in every service."""
    return await service.read(session, caller, journey_id)


@router.history("/{journey_id}/timeline", permission="journey:read", reply=Timeline)
async def journey_timeline(session: Session, caller: Caller, journey_id: UUID) -> Timeline:
    """Read what happened to it and to its steps."""
    return await service.history(session, caller, journey_id)


@router.act("/{journey_id}/cancel", permission="journey:cancel", reply=JourneyRead, problems=ALWAYS)
async def cancel_journey(
    session: Session, caller: Caller, journey_id: UUID, wish: WithReason
) -> JourneyRead:
    """Call it off; what can be taken back is."""
    return await service.cancel(session, caller, journey_id, wish.reason)


@router.act(
    "/{journey_id}/steps/{code}/retry",
    permission="journey:mend",
    reply=JourneyRead,
    problems=ALWAYS,
)
async def retry_journey_step(
    session: Session, caller: Caller, journey_id: UUID, code: StepCode, wish: WithReason
) -> JourneyRead:
    """Try a step again."""
    return await service.mend(session, caller, journey_id, code, "retry", wish.reason)


@router.act(
    "/{journey_id}/steps/{code}/skip",
    permission="journey:mend",
    reply=JourneyRead,
    problems=ALWAYS,
)
async def skip_journey_step(
    session: Session, caller: Caller, journey_id: UUID, code: StepCode, wish: WithReason
) -> JourneyRead:
    """Go on without a step."""
    return await service.mend(session, caller, journey_id, code, "skip", wish.reason)


@router.act(
    "/{journey_id}/steps/{code}/fail",
    permission="journey:mend",
    reply=JourneyRead,
    problems=ALWAYS,
)
async def fail_journey_step(
    session: Session, caller: Caller, journey_id: UUID, code: StepCode, wish: WithReason
) -> JourneyRead:
    """Say that a step cannot be done."""
    return await service.mend(session, caller, journey_id, code, "fail", wish.reason)
