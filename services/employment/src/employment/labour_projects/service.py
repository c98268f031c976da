"""What can be done with labour projects. Each function runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from employment.employers.models import VERIFIED, Employer
from employment.employers.service import EmployerBlocked, EmployerNotVerified
from employment.kinds import Kind, Step, columns_of, either, other_city
from employment.labour_projects import models
from employment.labour_projects.models import (
    PROJECT_MACHINE,
    DispatchBatch,
    DispatchWorker,
    LabourProject,
)
from employment.labour_projects.rules import share
from employment.labour_projects.schemas import (
    ProjectCreate,
    ProjectRead,
)
from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.divisions import city_of
from hrss_kit.problems import Conflict, FieldError, Invalid, MakerIsChecker
from hrss_kit.resources import Empty, WithReason


class AlreadyAgreed(Conflict):
    code = "ALREADY_AGREED"
    title_zh, title_en = "本市已同意", "Your city has agreed already"


async def _figures(
    session: AsyncSession, _caller: Principal, rows: Sequence[LabourProject]
) -> Mapping[UUID, Any]:
    counted = await session.execute(
        select(
            DispatchBatch.project_id,
            func.count(DispatchWorker.employed_90),
            func.count().filter(DispatchWorker.employed_90.is_(True)),
        )
        .join(DispatchWorker, DispatchWorker.batch_id == DispatchBatch.id)
        .where(DispatchBatch.project_id.in_([row.id for row in rows]), DispatchWorker.arrived)
        .group_by(DispatchBatch.project_id)
    )
    known = {one: (asked, stayed) for one, asked, stayed in counted}
    more = {}
    for row in rows:
        asked, stayed = known.get(row.id, (0, 0))
        more[row.id] = {
            "followed_up_90": asked,
            "employed_90": stayed,
            "stability_rate_90": share(stayed, asked),
        }
    return more


MANAGE: Final = Step("labour-project:manage", either)
PROJECTS: Final = Kind(
    LabourProject,
    ProjectRead,
    PROJECT_MACHINE,
    {
        "agree": Step("labour-project:agree", either),
        "start": MANAGE,
        "complete": MANAGE,
        "terminate": Step("labour-project:agree", either),
    },
    words=("title",),
    sorts=("title", "starts_on"),
    more=_figures,
)


async def draft(session: AsyncSession, caller: Principal, new: ProjectCreate) -> ProjectRead:
    """Drafts a project between the two cities."""
    receiving = city_of(new.work_division)
    sending = new.sending_city or other_city(receiving)
    employer = await session.get(Employer, new.employer_id)
    errors = []
    if employer is None:
        errors.append(("employer_id", "EMPLOYER_UNKNOWN", "没有登记此用人单位",
                       "is not a registered employer"))  # fmt: skip
    if receiving is None or sending == receiving or sending != other_city(receiving):
        errors.append(("sending_city", "CITY_UNKNOWN", "输出地与用工地须为两个合作城市",
                       "must be the partner city that does not receive"))  # fmt: skip
    if errors:
        raise Invalid(
            *(FieldError(field=f, code=c, message_zh=zh, message_en=en) for f, c, zh, en in errors)
        )
    assert employer is not None
    _refuse_unless_may_receive(employer)
    row = LabourProject(
        **columns_of(new, "sending_city"),
        owner_city=caller.city,
        sending_city=sending,
        receiving_city=receiving,
        agreed_by=[],
        state=models.DRAFT,
    )
    await PROJECTS.add(session, caller, row, action="draft")
    return await PROJECTS.show(session, caller, row)


def _refuse_unless_may_receive(employer: Employer) -> None:
    if employer.is_blocked(clock.today()):
        raise EmployerBlocked
    if employer.state != VERIFIED:
        raise EmployerNotVerified


async def agree(
    session: AsyncSession, caller: Principal, row_id: UUID, _wish: Empty
) -> ProjectRead:
    """One city agrees; the second agreement concludes it."""
    row, _ = await PROJECTS.hold(session, caller, row_id, "agree")
    if caller.actor == row.created_by:
        raise MakerIsChecker
    if caller.city in row.agreed_by:
        raise AlreadyAgreed
    row.agreed_by = [*row.agreed_by, str(caller.city)]
    action = "conclude" if len(row.agreed_by) > 1 else "agree"
    row.agreed_on = clock.today() if action == "conclude" else None
    target = PROJECT_MACHINE.take(row.state, action)
    await PROJECTS.move(session, caller, row, action, target)
    return await PROJECTS.show(session, caller, row)


async def terminate(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: WithReason
) -> ProjectRead:
    """Either city ends it early, and says why."""
    row, target = await PROJECTS.hold(session, caller, row_id, "terminate")
    row.reason = wish.reason
    await PROJECTS.move(session, caller, row, "terminate", target, wish.reason)
    return await PROJECTS.show(session, caller, row)
