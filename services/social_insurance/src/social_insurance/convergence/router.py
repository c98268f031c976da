"""Comparisons, snapshots and plans over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity
from hrss_kit.resources import shown
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.convergence import plans, service
from social_insurance.convergence.models import (
    ConvergencePlan,
    ConvergenceSnapshot,
    PolicyComparison,
)
from social_insurance.convergence.schemas import (
    Compare,
    ComparisonRead,
    ComputedQuery,
    Explain,
    Explanation,
    ItemQuery,
    PlanCreate,
    PlanRead,
    PolicyItem,
    Progress,
    ProgressQuery,
    SnapshotCreate,
    SnapshotRead,
)
from social_insurance.convergence.service import StandardMissing

items_router = Router(prefix="/policy-items", tags=["convergence"])
comparisons = Router(prefix="/policy-comparisons", tags=["convergence"])
snapshots = Router(prefix="/convergence-snapshots", tags=["convergence"])
plans_router = Router(prefix="/convergence-plans", tags=["convergence"])
READ, MAKE = "convergence:read", "convergence:make"
PROBLEMS = (NotYourCity, StandardMissing)


@items_router.list("", permission=READ, reply=Page[PolicyItem])
async def list_policy_items(
    session: Session, query: Annotated[ItemQuery, Query()]
) -> Page[PolicyItem]:
    """List every rule and figure in force in a city on a day."""
    return await service.items(session, query)


@comparisons.create("", permission=MAKE, reply=ComparisonRead, problems=(NotYourCity,))
async def compare_policies(session: Session, caller: Caller, wish: Compare) -> ComparisonRead:
    """Compare the two cities' policies on a day."""
    row = await service.compare(session, caller, wish)
    return shown(ComparisonRead, row, **row.result)


@comparisons.list("", permission=READ, reply=Page[ComparisonRead])
async def list_policy_comparisons(
    session: Session, query: Annotated[ComputedQuery, Query()]
) -> Page[ComparisonRead]:
    """List comparisons."""
    rows, cursor = await service.page(session, PolicyComparison, query)
    return Page(
        items=[shown(ComparisonRead, row, **row.result) for row in rows], next_cursor=cursor
    )


@comparisons.read("/{comparison_id}", permission=READ, reply=ComparisonRead)
async def read_policy_comparison(session: Session, comparison_id: UUID) -> ComparisonRead:
    """Read one comparison."""
    row = await service.find(session, PolicyComparison, comparison_id)
    return shown(ComparisonRead, row, **row.result)


@comparisons.history("/{comparison_id}/timeline", permission=READ, reply=Timeline)
async def read_policy_comparison_timeline(session: Session, comparison_id: UUID) -> Timeline:
    """Read who made a comparison, and when."""
    return await service.history(session, PolicyComparison, comparison_id)


@snapshots.create("", permission=MAKE, reply=SnapshotRead, problems=PROBLEMS)
async def take_convergence_snapshot(
    session: Session, caller: Caller, wish: SnapshotCreate
) -> SnapshotRead:
    """Freeze gap, index and trend of a day."""
    return shown(SnapshotRead, await service.take(session, caller, wish))


@snapshots.list("", permission=READ, reply=Page[SnapshotRead])
async def list_convergence_snapshots(
    session: Session, query: Annotated[ComputedQuery, Query()]
) -> Page[SnapshotRead]:
    """List snapshots."""
    rows, cursor = await service.page(session, ConvergenceSnapshot, query)
    return Page(items=[shown(SnapshotRead, row) for row in rows], next_cursor=cursor)


@snapshots.read("/{snapshot_id}", permission=READ, reply=SnapshotRead)
async def read_convergence_snapshot(session: Session, snapshot_id: UUID) -> SnapshotRead:
    """Read one snapshot."""
    return shown(SnapshotRead, await service.find(session, ConvergenceSnapshot, snapshot_id))


@snapshots.history("/{snapshot_id}/timeline", permission=READ, reply=Timeline)
async def read_convergence_snapshot_timeline(session: Session, snapshot_id: UUID) -> Timeline:
    """Read who took a snapshot, and when."""
    return await service.history(session, ConvergenceSnapshot, snapshot_id)


@plans_router.create("", permission=MAKE, reply=PlanRead, problems=PROBLEMS)
async def make_convergence_plan(session: Session, caller: Caller, new: PlanCreate) -> PlanRead:
    """Plan a path to parity: cost by city and year, winners and losers."""
    row = await plans.make(session, caller, new)
    return shown(PlanRead, row, **row.result)


@plans_router.list("", permission=READ, reply=Page[PlanRead])
async def list_convergence_plans(
    session: Session, query: Annotated[ComputedQuery, Query()]
) -> Page[PlanRead]:
    """List plans."""
    rows, cursor = await service.page(session, ConvergencePlan, query)
    return Page(items=[shown(PlanRead, row, **row.result) for row in rows], next_cursor=cursor)


@plans_router.read("/{plan_id}", permission=READ, reply=PlanRead)
async def read_convergence_plan(session: Session, plan_id: UUID) -> PlanRead:
    """Read one plan."""
    row = await service.find(session, ConvergencePlan, plan_id)
    return shown(PlanRead, row, **row.result)


@plans_router.history("/{plan_id}/timeline", permission=READ, reply=Timeline)
async def read_convergence_plan_timeline(session: Session, plan_id: UUID) -> Timeline:
    """Read who made a plan, and when."""
    return await service.history(session, ConvergencePlan, plan_id)


@plans_router.lookup("/{plan_id}/explain", permission=READ, reply=Explanation, personal=False)
async def explain_convergence_plan(session: Session, plan_id: UUID, wish: Explain) -> Explanation:
    """Explain line by line what a plan means for somebody of an age, tier and account."""
    return await plans.explain(session, plan_id, wish)


@plans_router.read("/{plan_id}/progress", permission=READ, reply=Progress)
async def read_convergence_plan_progress(
    session: Session, plan_id: UUID, query: Annotated[ProgressQuery, Query()]
) -> Progress:
    """Compare plan and fact for the years that have begun."""
    return await plans.progress(session, plan_id, query.as_of)
