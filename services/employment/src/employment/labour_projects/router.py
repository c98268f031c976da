"""Labour projects and dispatch batches over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from employment.employers.service import EmployerBlocked, EmployerNotVerified
from employment.labour_projects import batches as sending
from employment.labour_projects import service
from employment.labour_projects.schemas import (
    Arrival,
    BatchCreate,
    BatchQuery,
    FollowUp,
    OutflowQuery,
    OutflowRead,
    ProjectCreate,
    ProjectQuery,
)
from employment.routes import Routes
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.problems import MakerIsChecker
from hrss_kit.resources import RevealReply, RevealRequest, WithReason

projects = Routes("/labour-projects", service.PROJECTS, "labour_project", "labour_projects")
projects.create(
    ProjectCreate,
    service.draft,
    permission="labour-project:create",
    says="Draft a project: who sends, who receives, for which work, how many, when.",
    problems=(EmployerBlocked, EmployerNotVerified),
)


@projects.router.read("/outflow", permission="labour-project:read", reply=OutflowRead)
async def read_outflow(
    session: Session, _caller: Caller, query: Annotated[OutflowQuery, Query()]
) -> OutflowRead:
    """How much of a city's outflow was organised (X-2)."""
    return await sending.outflow(session, query)


projects.read(ProjectQuery, permission="labour-project:read", says="Projects of both cities.")
projects.act(
    "agree",
    service.agree,
    says="Your city agrees; it takes both.",
    problems=(MakerIsChecker, service.AlreadyAgreed),
)
projects.steps(start="It is under way.", complete="It is done.")
projects.act("terminate", service.terminate, wish=WithReason, says="Either city ends it early.")

batches = Routes("/dispatch-batches", sending.BATCHES, "dispatch_batch", "dispatch_batches")
batches.create(
    BatchCreate,
    sending.plan,
    permission="dispatch-batch:send",
    says="Plan a batch, or record people who went by themselves.",
    problems=(sending.ProjectNotActive,),
)
batches.read(
    BatchQuery,
    permission="dispatch-batch:read",
    says="Batches from or to your city; people are masked.",
    personal=True,
)
batches.act("depart", sending.depart, says="They have left.")
batches.reasoned(cancel="They do not go.")
batches.act(
    "confirm-arrival",
    sending.confirm_arrival,
    wish=Arrival,
    says="The receiving city counts who has come, within the quota.",
    problems=(
        sending.QuotaExceeded,
        sending.ReservedForPoverty,
        sending.ProjectNotActive,
    ),
)
batches.act(
    "follow-up",
    sending.follow_up,
    wish=FollowUp,
    says="Who is still at work after thirty, and after ninety days.",
    problems=(sending.FollowUpEarly,),
)
batches.steps(close="It is done.")


@batches.router.reveal(
    "/{id}/workers/{worker_id}/reveal", permission="dispatch-batch:reveal", reply=RevealReply
)
async def reveal_worker(
    session: Session, caller: Caller, id: UUID, worker_id: UUID, wish: RevealRequest
) -> RevealReply:
    """One worker in full."""
    return await sending.reveal(session, caller, id, worker_id, wish)


ROUTERS = (projects.router, batches.router)
