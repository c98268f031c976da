"""What can be done with resources and projects. Runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity, refuse
from talent.casework import allowed, hold, move, narrowed, new_number, own_city
from talent.science_resources import models
from talent.science_resources.models import (
    PROJECT,
    RESOURCE,
    CooperationProject,
    ScienceResource,
)
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


def visible(_caller: Principal) -> Select[ScienceResource]:
    """Resources are offered to both cities."""
    return select(ScienceResource)


def visible_projects(_caller: Principal) -> Select[CooperationProject]:
    """Projects are known to both cities."""
    return select(CooperationProject)


async def offer(
    session: AsyncSession, caller: Principal, new: ScienceResourceCreate
) -> ScienceResourceRead:
    """Offers a resource of one's own city."""
    city = own_city(caller)
    row = ScienceResource(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=models.ACTIVE,
        **new.model_dump(),
    )
    session.add(row)
    await session.flush()
    timeline.add(session, row.id, "offer", caller=caller, to_state=row.state)
    return shown(caller, row)


async def find(session: AsyncSession, caller: Principal, resource_id: UUID) -> ScienceResourceRead:
    """One resource."""
    return shown(caller, await resources.load(session, _one(caller, resource_id)))


async def search(
    session: AsyncSession, caller: Principal, query: ScienceResourceQuery
) -> Page[ScienceResourceRead]:
    """A page of resources."""
    wanted = narrowed(visible(caller), ScienceResource, query, ("name",))
    if query.field is not None:
        wanted = wanted.where(ScienceResource.fields.contains([query.field]))
    rows, cursor = await select_page(
        session, wanted, query, key=ScienceResource.id, sorts={}, default="-created_at"
    )
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def change(
    session: AsyncSession, caller: Principal, resource_id: UUID, wish: ScienceResourceChange
) -> ScienceResourceRead:
    """Changes a resource of one's own city."""
    row = await resources.load(session, _one(caller, resource_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    for name, value in wish.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    timeline.add(session, row.id, "change", caller=caller)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def close(
    session: AsyncSession, caller: Principal, resource_id: UUID, reason: str
) -> ScienceResourceRead:
    """Offers it no longer."""
    row, target = await hold(session, caller, _one(caller, resource_id), "close", RESOURCE)
    move(session, caller, row, "close", target, reason)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def history(session: AsyncSession, caller: Principal, resource_id: UUID) -> timeline.Timeline:
    """What happened to a resource."""
    row = await resources.load(session, _one(caller, resource_id))
    return await timeline.of(session, row.id)


async def sign(
    session: AsyncSession, caller: Principal, new: CooperationProjectCreate
) -> CooperationProjectRead:
    """Records a project that a resource and an employer of one's own city have signed."""
    city = own_city(caller)
    if new.signed_on > clock.today():
        raise refuse("signed_on", "DATE", "日期在未来", "lies in the future")
    if await session.scalar(_one(caller, new.resource_id)) is None:
        raise refuse("resource_id", "CODE", "没有此科教资源", "names no resource")
    row = CooperationProject(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=models.SIGNED,
        **new.model_dump(),
    )
    session.add(row)
    await session.flush()
    timeline.add(session, row.id, "sign", caller=caller, to_state=row.state)
    return shown_project(caller, row)


async def find_project(
    session: AsyncSession, caller: Principal, project_id: UUID
) -> CooperationProjectRead:
    """One project."""
    return shown_project(caller, await resources.load(session, _one_project(caller, project_id)))


async def search_projects(
    session: AsyncSession, caller: Principal, query: CooperationProjectQuery
) -> Page[CooperationProjectRead]:
    """A page of projects."""
    rows, cursor = await select_page(
        session,
        narrowed(visible_projects(caller), CooperationProject, query, ("title",)),
        query,
        key=CooperationProject.id,
        sorts={"signed_on": CooperationProject.signed_on},
        default="-signed_on",
    )
    return Page(items=[shown_project(caller, row) for row in rows], next_cursor=cursor)


async def act_on_project(
    session: AsyncSession,
    caller: Principal,
    project_id: UUID,
    action: str,
    *,
    outcome: ProjectOutcome | None = None,
    reason: str | None = None,
) -> CooperationProjectRead:
    """Starts, completes or terminates a project; an outcome counts for the resource."""
    row, target = await hold(session, caller, _one_project(caller, project_id), action, PROJECT)
    if outcome is not None:
        row.outcome, row.completed_on = outcome.outcome, outcome.completed_on or clock.today()
        if not row.signed_on <= row.completed_on <= clock.today():
            raise refuse(
                "completed_on", "DATE", "日期不在允许范围内", "lies too early or after today"
            )
        resource = await session.get_one(ScienceResource, row.resource_id, with_for_update=True)
        known = resource.last_outcome_on
        resource.last_outcome_on = max(known, row.completed_on) if known else row.completed_on
    move(session, caller, row, action, target, reason)
    await session.flush()  # the answer carries the new version
    return shown_project(caller, row)


async def project_history(
    session: AsyncSession, caller: Principal, project_id: UUID
) -> timeline.Timeline:
    """What happened to a project."""
    row = await resources.load(session, _one_project(caller, project_id))
    return await timeline.of(session, row.id)


def _one(caller: Principal, resource_id: UUID) -> Select[ScienceResource]:
    return visible(caller).where(ScienceResource.id == resource_id)


def _one_project(caller: Principal, project_id: UUID) -> Select[CooperationProject]:
    return visible_projects(caller).where(CooperationProject.id == project_id)


def shown(caller: Principal, row: ScienceResource) -> ScienceResourceRead:
    """The resource as a reply."""
    return resources.shown(
        ScienceResourceRead,
        row,
        allowed_actions=allowed(caller, row, RESOURCE, "science_resource"),
        deadlines=[],
    )


def shown_project(caller: Principal, row: CooperationProject) -> CooperationProjectRead:
    """The project as a reply."""
    return resources.shown(
        CooperationProjectRead,
        row,
        allowed_actions=allowed(caller, row, PROJECT, "cooperation_project"),
        deadlines=[],
    )
