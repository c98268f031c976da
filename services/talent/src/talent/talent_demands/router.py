"""Demands, matches and their follow-up over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.employers.service import EmployerBlocked
from talent.files import each, leaves_as_file
from talent.talent_demands import matching, service
from talent.talent_demands.models import TalentDemand
from talent.talent_demands.schemas import (
    DemandMatchQuery,
    DemandMatchRead,
    FollowUp,
    MatchReply,
    MatchRequest,
    TalentDemandChange,
    TalentDemandCreate,
    TalentDemandQuery,
    TalentDemandRead,
)

router = Router(prefix="/talent-demands", tags=["talent demands"])
matches = Router(prefix="/matches", tags=["talent demands"])
demand_matches = Router(prefix="/demand-matches", tags=["talent demands"])
ALWAYS = (NotYourCity, StateConflict)


@router.create(
    "",
    permission="talent_demand:create",
    reply=TalentDemandRead,
    problems=(NotYourCity, EmployerBlocked),
)
async def draft_talent_demand(
    session: Session, caller: Caller, new: TalentDemandCreate
) -> TalentDemandRead:
    """Draft a demand; conditions on hukou, region or identity are refused."""
    return await service.draft(session, caller, new)


@router.list("", permission="talent_demand:read", reply=Page[TalentDemandRead])
async def list_talent_demands(
    session: Session, caller: Caller, query: Annotated[TalentDemandQuery, Query()]
) -> Page[TalentDemandRead]:
    """One's own city's demands, and what the other has published."""
    return await service.search(session, caller, query)


@router.read("/{demand_id}", permission="talent_demand:read", reply=TalentDemandRead)
async def read_talent_demand(session: Session, caller: Caller, demand_id: UUID) -> TalentDemandRead:
    """One of them."""
    return await service.find(session, caller, demand_id)


@router.change(
    "/{demand_id}", permission="talent_demand:change", reply=TalentDemandRead, problems=ALWAYS
)
async def change_talent_demand(
    session: Session, caller: Caller, demand_id: UUID, wish: TalentDemandChange
) -> TalentDemandRead:
    """Change a draft; what is published stands as it was published."""
    return await service.change(session, caller, demand_id, wish)


@router.history("/{demand_id}/timeline", permission="talent_demand:read", reply=Timeline)
async def talent_demand_timeline(session: Session, caller: Caller, demand_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, demand_id)


@router.act(
    "/{demand_id}/publish",
    permission="talent_demand:publish",
    reply=TalentDemandRead,
    problems=(*ALWAYS, EmployerBlocked),
)
async def publish_talent_demand(
    session: Session, caller: Caller, demand_id: UUID, wish: Empty
) -> TalentDemandRead:
    """Publish it to both cities."""
    return await service.publish(session, caller, demand_id)


@router.act(
    "/{demand_id}/contact",
    permission="talent_demand:contact",
    reply=TalentDemandRead,
    problems=ALWAYS,
)
async def contact_for_talent_demand(
    session: Session, caller: Caller, demand_id: UUID, wish: FollowUp
) -> TalentDemandRead:
    """Say that somebody was contacted, and which match it was."""
    return await service.follow_up(session, caller, demand_id, "contact", wish)


@router.act(
    "/{demand_id}/sign", permission="talent_demand:sign", reply=TalentDemandRead, problems=ALWAYS
)
async def sign_for_talent_demand(
    session: Session, caller: Caller, demand_id: UUID, wish: FollowUp
) -> TalentDemandRead:
    """Say that a contract was signed."""
    return await service.follow_up(session, caller, demand_id, "sign", wish)


@router.act(
    "/{demand_id}/close", permission="talent_demand:close", reply=TalentDemandRead, problems=ALWAYS
)
async def close_talent_demand(
    session: Session, caller: Caller, demand_id: UUID, wish: WithReason
) -> TalentDemandRead:
    """Close it: nobody was found."""
    return await service.close(session, caller, demand_id, wish.reason)


@matches.create("", permission="demand_match:match", reply=MatchReply, problems=ALWAYS, status=200)
async def match_demand(session: Session, caller: Caller, wish: MatchRequest) -> MatchReply:
    """Find what may answer a demand, best first, with reasons; names nobody."""
    return await matching.match(session, caller, wish)


@demand_matches.list("", permission="demand_match:read", reply=Page[DemandMatchRead])
async def list_demand_matches(
    session: Session, caller: Caller, query: Annotated[DemandMatchQuery, Query()]
) -> Page[DemandMatchRead]:
    """Matches of one's own demands, and of one's own resources and persons."""
    return await service.search_matches(session, caller, query)


@demand_matches.history("/{match_id}/timeline", permission="demand_match:read", reply=Timeline)
async def demand_match_timeline(session: Session, caller: Caller, match_id: UUID) -> Timeline:
    """Who was contacted when, and what came of it."""
    return await service.match_history(session, caller, match_id)


@demand_matches.act(
    "/{match_id}/contact", permission="demand_match:contact", reply=DemandMatchRead, problems=ALWAYS
)
async def contact_demand_match(
    session: Session, caller: Caller, match_id: UUID, wish: FollowUp
) -> DemandMatchRead:
    """Say that the candidate was contacted."""
    return await service.follow_match(session, caller, match_id, "contact", wish)


@demand_matches.act(
    "/{match_id}/sign", permission="demand_match:sign", reply=DemandMatchRead, problems=ALWAYS
)
async def sign_demand_match(
    session: Session, caller: Caller, match_id: UUID, wish: FollowUp
) -> DemandMatchRead:
    """Say that a contract was signed."""
    return await service.follow_match(session, caller, match_id, "sign", wish)


@demand_matches.act(
    "/{match_id}/decline", permission="demand_match:decline", reply=DemandMatchRead, problems=ALWAYS
)
async def decline_demand_match(
    session: Session, caller: Caller, match_id: UUID, wish: FollowUp
) -> DemandMatchRead:
    """Say that it came to nothing."""
    return await service.follow_match(session, caller, match_id, "decline", wish)


leaves_as_file(
    router, "talent_demand:read", TalentDemand, TalentDemandQuery, TalentDemandRead,
    service.visible, each(service.shown), ("title",),
)  # fmt: skip
