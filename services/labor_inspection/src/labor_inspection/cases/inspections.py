"""Cases that no complaint began: an inspection of the authority's own motion (巡视检查)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import numbering, timeline
from hrss_kit.auth import Principal
from labor_inspection.cases import rules
from labor_inspection.cases.events import CaseInvestigating
from labor_inspection.cases.models import Case
from labor_inspection.cases.service import (
    INVESTIGATE,
    move,
    refuse_interested,
    require_inspectors,
    start_clock,
    tell,
)


async def file_inspection(
    session: AsyncSession,
    caller: Principal,
    *,
    employer: tuple[str, str],
    matter: Sequence[str],
    inspectors: Sequence[str],
    shared_with: Sequence[str],
    on: date,
    reason: str,
) -> Case:
    """Files a case of the caller's city and puts its inspectors to work at once."""
    assert caller.city is not None, "only a city inspects"
    uscc, name = employer
    case = Case(
        biz_no=await numbering.next_number(session, "LI", caller.city, on),
        owner_city=caller.city,
        state=rules.FILED,
        receiving_city=caller.city,
        shared_cities=[city for city in shared_with if city != caller.city],
        employer_name=name,
        employer_uscc=uscc,
        matter=list(matter),
        is_migrant=False,
        workers_count=0,
        filed_on=on,
        amount_claimed=rules.ZERO,
    )
    session.add(case)
    await session.flush()  # its id is the subject of clocks and timeline
    timeline.add(session, case.id, "file", caller=caller, to_state=case.state, reason=reason)
    clock = await start_clock(
        session,
        case,
        INVESTIGATE,
        "li.investigate_wd",
        started_on=on,
        basis="劳动保障监察条例第十七条",
    )
    await require_inspectors(session, case, inspectors, on=on)
    await refuse_interested(session, case, inspectors)
    case.inspectors, case.assigned_by, case.assigned_on = list(inspectors), caller.actor, on
    move(session, case, "assign", rules.INVESTIGATING, caller=caller)
    tell(session, case, CaseInvestigating(due_on=clock.due_on))
    return case
