"""联合办案: what both cities have accepted is one joint case; each city works its own part."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, timeline
from hrss_kit.auth import Principal
from labor_inspection.cases.models import Case
from labor_inspection.complaints.models import Complaint
from labor_inspection.mass_events.models import (
    JointCaseSuggestion,
    SuggestionAnswer,
    SuggestionComplaint,
)
from labor_inspection.mass_events.rules import ACCEPTED, leading_city
from labor_inspection.mass_events.schemas import JointPart


async def join(session: AsyncSession, caller: Principal, row: JointCaseSuggestion) -> None:
    """Gives the joint case its number and its lead, and ties both cities' complaints to it."""
    complaints = await _counted(session, row.id)
    workers: dict[str, int] = defaultdict(int)
    for one in complaints:
        workers[one.competent_city] += one.workers_count
    row.lead_city = leading_city(workers, row.owner_city)
    row.joint_case_no = await numbering.next_number(session, "LI", row.lead_city, clock.today())
    for one in complaints:
        timeline.add(session, one.id, "join-joint-case", caller=caller, reason=row.joint_case_no)
    ids = [one.case_id for one in complaints if one.case_id]
    cases = select(Case).where(Case.id.in_(ids)).order_by(Case.id).with_for_update()
    for case in await session.scalars(cases):
        await _share(session, caller, case, row)


async def take_in(
    session: AsyncSession, caller: Principal, case: Case, complaint: Complaint
) -> None:
    """A case that is filed after the cities have agreed is part of the joint case too."""
    found = await joint_case_of(session, [complaint.id])
    if found is not None:
        await _share(session, caller, case, found)


async def joint_case_of(
    session: AsyncSession, complaint_ids: Sequence[UUID]
) -> JointCaseSuggestion | None:
    """The joint case that complaints are part of."""
    row: JointCaseSuggestion | None = await session.scalar(
        select(JointCaseSuggestion)
        .join(SuggestionComplaint, SuggestionComplaint.suggestion_id == JointCaseSuggestion.id)
        .where(SuggestionComplaint.complaint_id.in_(complaint_ids))
        .where(JointCaseSuggestion.state == ACCEPTED)
        .order_by(JointCaseSuggestion.id)
        .limit(1)
    )
    return row


async def number_of(session: AsyncSession, case: Case) -> str | None:
    """The number of the joint case that a case is part of."""
    ids = (await session.scalars(select(Complaint.id).where(Complaint.case_id == case.id))).all()
    found = await joint_case_of(session, ids)
    return found.joint_case_no if found else None


async def parts(
    session: AsyncSession, suggestion_ids: Sequence[UUID]
) -> dict[tuple[UUID, str], list[JointPart]]:
    """The cases of accepted ones by city: number and state, which both cities may know."""
    found = await session.execute(
        select(SuggestionComplaint.suggestion_id, Case.owner_city, Case.biz_no, Case.state)
        .join(Complaint, Complaint.id == SuggestionComplaint.complaint_id)
        .join(Case, Case.id == Complaint.case_id)
        .join(JointCaseSuggestion, JointCaseSuggestion.id == SuggestionComplaint.suggestion_id)
        .where(JointCaseSuggestion.id.in_(suggestion_ids), JointCaseSuggestion.state == ACCEPTED)
        .order_by(Case.biz_no)
        .distinct()
    )
    made: dict[tuple[UUID, str], list[JointPart]] = defaultdict(list)
    for suggestion_id, city, number, state in found:
        made[suggestion_id, city].append(JointPart(case_no=number, state=state))
    return made


async def _counted(session: AsyncSession, suggestion_id: UUID) -> Sequence[Complaint]:
    counted = select(SuggestionComplaint.complaint_id).where(
        SuggestionComplaint.suggestion_id == suggestion_id
    )
    rows = await session.scalars(
        select(Complaint).where(Complaint.id.in_(counted)).order_by(Complaint.id)
    )
    return rows.all()


async def _share(
    session: AsyncSession, caller: Principal, case: Case, row: JointCaseSuggestion
) -> None:
    """Each city sees where the other's part stands; the file stays with whose case it is."""
    cities = select(SuggestionAnswer.city).where(SuggestionAnswer.suggestion_id == row.id)
    joined = {*case.shared_cities, *await session.scalars(cities)} - {case.owner_city}
    if joined != set(case.shared_cities):
        case.shared_cities = sorted(joined)
    timeline.add(session, case.id, "join-joint-case", caller=caller, reason=row.joint_case_no)
