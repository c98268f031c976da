"""Institutions and their programmes over HTTP."""

from typing import Annotated

from fastapi import Query

from employment.institutions import service
from employment.institutions.schemas import (
    InstitutionCreate,
    InstitutionQuery,
    MilestoneWish,
    ProgrammeCreate,
    ProgrammeQuery,
    SeatsQuery,
    SeatsRead,
    SeatsWish,
)
from employment.routes import Routes
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.problems import Duplicate
from hrss_kit.routing import Router

institutions = Routes("/institutions", service.INSTITUTIONS, "institution", "institutions")
institutions.create(
    InstitutionCreate,
    service.plan,
    permission="institution:create",
    says="Register an institution of your city.",
    problems=(Duplicate,),
)
institutions.read(InstitutionQuery, permission="institution:read", says="Institutions.")
institutions.act(
    "record-milestone",
    service.record_milestone,
    wish=MilestoneWish,
    says="Record the next milestone: 立项, 批复, 开工, 招生.",
)

programmes = Routes("/programmes", service.PROGRAMMES, "programme", "programmes")
programmes.create(
    ProgrammeCreate,
    service.draft_programme,
    permission="institution:create",
    says="Draft a programme with each city's seats.",
    problems=(Duplicate,),
)
programmes.read(ProgrammeQuery, permission="institution:read", says="Programmes.")
programmes.act("allocate-seats", service.allocate, wish=SeatsWish, says="Give each city its seats.")
programmes.act(
    "publish", service.publish, says="Let both cities see it.", problems=(service.NotApproved,)
)
programmes.reasoned(close="It is taught no more.")

seats = Router(prefix="/seats-by-city", tags=["programmes"])


@seats.read("", permission="institution:read", reply=SeatsRead)
async def list_seats_by_city(
    session: Session, caller: Caller, query: Annotated[SeatsQuery, Query()]
) -> SeatsRead:
    """Seats of an institution's published programmes, city by city."""
    return await service.seats(session, caller, query)


ROUTERS = (institutions.router, programmes.router, seats)
