"""Science resources and cooperation projects over HTTP."""

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
from talent.files import each, leaves_as_file
from talent.science_resources import service
from talent.science_resources.models import CooperationProject, ScienceResource
from talent.science_resources.schemas import (
    CooperationProjectCreate,
    CooperationProjectQuery,
    CooperationProjectRead,
    ProjectOutcome,
    ScienceResourceChange,
    ScienceResourceCreate,
    ScienceResourceQuery,
    ScienceResourceRead,
)

router = Router(prefix="/science-resources", tags=["science resources"])
projects = Router(prefix="/cooperation-projects", tags=["science resources"])
ALWAYS = (NotYourCity, StateConflict)


@router.create(
    "", permission="science_resource:create", reply=ScienceResourceRead, problems=(NotYourCity,)
)
async def offer_science_resource(
    session: Session, caller: Caller, new: ScienceResourceCreate
) -> ScienceResourceRead:
    """Offer a university, laboratory, team or project of one's own city."""
    return await service.offer(session, caller, new)


@router.list("", permission="science_resource:read", reply=Page[ScienceResourceRead])
async def list_science_resources(
    session: Session, caller: Caller, query: Annotated[ScienceResourceQuery, Query()]
) -> Page[ScienceResourceRead]:
    """Resources of both cities."""
    return await service.search(session, caller, query)


@router.read("/{resource_id}", permission="science_resource:read", reply=ScienceResourceRead)
async def read_science_resource(
    session: Session, caller: Caller, resource_id: UUID
) -> ScienceResourceRead:
    """One of them."""
    return await service.find(session, caller, resource_id)


@router.history("/{resource_id}/timeline", permission="science_resource:read", reply=Timeline)
async def science_resource_timeline(
    session: Session, caller: Caller, resource_id: UUID
) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, resource_id)


@router.change(
    "/{resource_id}",
    permission="science_resource:change",
    reply=ScienceResourceRead,
    problems=(NotYourCity,),
)
async def change_science_resource(
    session: Session, caller: Caller, resource_id: UUID, wish: ScienceResourceChange
) -> ScienceResourceRead:
    """Change what it offers."""
    return await service.change(session, caller, resource_id, wish)


@router.act(
    "/{resource_id}/close",
    permission="science_resource:close",
    reply=ScienceResourceRead,
    problems=ALWAYS,
)
async def close_science_resource(
    session: Session, caller: Caller, resource_id: UUID, wish: WithReason
) -> ScienceResourceRead:
    """Offer it no longer."""
    return await service.close(session, caller, resource_id, wish.reason)


@projects.create(
    "",
    permission="cooperation_project:create",
    reply=CooperationProjectRead,
    problems=(NotYourCity,),
)
async def sign_cooperation_project(
    session: Session, caller: Caller, new: CooperationProjectCreate
) -> CooperationProjectRead:
    """Record a project that was signed."""
    return await service.sign(session, caller, new)


@projects.list("", permission="cooperation_project:read", reply=Page[CooperationProjectRead])
async def list_cooperation_projects(
    session: Session, caller: Caller, query: Annotated[CooperationProjectQuery, Query()]
) -> Page[CooperationProjectRead]:
    """Projects of both cities."""
    return await service.search_projects(session, caller, query)


@projects.read("/{project_id}", permission="cooperation_project:read", reply=CooperationProjectRead)
async def read_cooperation_project(
    session: Session, caller: Caller, project_id: UUID
) -> CooperationProjectRead:
    """One of them."""
    return await service.find_project(session, caller, project_id)


@projects.history("/{project_id}/timeline", permission="cooperation_project:read", reply=Timeline)
async def cooperation_project_timeline(
    session: Session, caller: Caller, project_id: UUID
) -> Timeline:
    """What happened to it."""
    return await service.project_history(session, caller, project_id)


@projects.act(
    "/{project_id}/start",
    permission="cooperation_project:start",
    reply=CooperationProjectRead,
    problems=ALWAYS,
)
async def start_cooperation_project(
    session: Session, caller: Caller, project_id: UUID, wish: Empty
) -> CooperationProjectRead:
    """Work has begun."""
    return await service.act_on_project(session, caller, project_id, "start")


@projects.act(
    "/{project_id}/complete",
    permission="cooperation_project:complete",
    reply=CooperationProjectRead,
    problems=ALWAYS,
)
async def complete_cooperation_project(
    session: Session, caller: Caller, project_id: UUID, wish: ProjectOutcome
) -> CooperationProjectRead:
    """Say what came of it; the resource has a new outcome."""
    return await service.act_on_project(session, caller, project_id, "complete", outcome=wish)


@projects.act(
    "/{project_id}/terminate",
    permission="cooperation_project:terminate",
    reply=CooperationProjectRead,
    problems=ALWAYS,
)
async def terminate_cooperation_project(
    session: Session, caller: Caller, project_id: UUID, wish: WithReason
) -> CooperationProjectRead:
    """End it before its time."""
    return await service.act_on_project(
        session, caller, project_id, "terminate", reason=wish.reason
    )


leaves_as_file(
    router, "science_resource:read", ScienceResource, ScienceResourceQuery, ScienceResourceRead,
    service.visible, each(service.shown), ("name",),
)  # fmt: skip
leaves_as_file(
    projects, "cooperation_project:read", CooperationProject, CooperationProjectQuery,
    CooperationProjectRead, service.visible_projects, each(service.shown_project), ("title",),
)  # fmt: skip
