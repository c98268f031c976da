"""What can be done with a complaint. Each function runs in the caller's transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.problems import Conflict, Invalid, NotYourCity, refuse
from hrss_kit.resources import load, match_version
from labor_inspection.complaints import collective, filing, journey, rules, views
from labor_inspection.complaints.events import (
    ComplaintAccepted,
    ComplaintDisputed,
    ComplaintNotAccepted,
)
from labor_inspection.complaints.models import DISPUTED, FORWARDED, RECEIVED, Complaint
from labor_inspection.complaints.schemas import (
    Acceptance,
    ComplaintForward,
    ComplaintRead,
    Designation,
    JurisdictionDispute,
    Refusal,
    Supplement,
    SupplementRequest,
)
from labor_inspection.mass_events import service as mass_events


class NothingToForward(Conflict):
    code = "NOTHING_TO_FORWARD"
    title_zh = "用工所在地就在受理城市，无需转送"
    title_en = "The work place lies in the receiving city: there is nothing to forward"


class WorkPlaceUnclear(Conflict):
    code = "WORK_PLACE_UNCLEAR"
    title_zh = "用工所在地尚未查清，不能确定管辖"
    title_en = "The work place must be clear before anybody is competent"


class EmployerStillUnclear(Conflict):
    code = "EMPLOYER_UNCLEAR"
    title_zh, title_en = "用人单位不明确，须先补正", "The employer must be clear first"


class NotInspectionMatter(Conflict):
    code = "NOT_INSPECTION_MATTER"
    title_zh = "不属于监察事项：请明确事项，或不予受理并告知去向"
    title_en = "Name a matter of inspection, or do not accept and say where to go"


class DisputeTooLate(Conflict):
    code = "DISPUTE_TOO_LATE"
    title_zh, title_en = "已超过提出管辖异议的期限", "The time to dispute has passed"


class ClaimOpen(Conflict):
    code = "CLAIM_OPEN"
    title_zh = "两市均主张管辖，须由共同上一级指定"
    title_en = "Both cities claim it: the common superior decides"


class AlreadyDesignated(Conflict):
    code = "DESIGNATED"
    title_zh, title_en = "共同上一级已指定管辖", "The common superior has decided already"


async def _take(
    session: AsyncSession, caller: Principal, complaint_id: UUID, action: str
) -> Complaint:
    """The complaint, held, if the caller may do this to it in its present state."""
    statement = views.visible(caller).where(Complaint.id == complaint_id)
    complaint = await load(session, statement.options(*views.WITH_PEOPLE), lock=True)
    _admit(caller, complaint, action)
    return complaint


def _admit(caller: Principal, complaint: Complaint, action: str) -> None:
    if not views.is_their_turn(caller, complaint, action):
        raise NotYourCity
    match_version(complaint)
    rules.MACHINE.take(complaint.state, action)


async def _shown(session: AsyncSession, caller: Principal, complaint: Complaint) -> ComplaintRead:
    (read,) = await views.show(session, caller, [complaint])
    return read


def _move(
    session: AsyncSession,
    caller: Principal,
    complaint: Complaint,
    action: str,
    state: str,
    reason: str | None = None,
) -> None:
    before, complaint.state = complaint.state, state
    timeline.add(
        session,
        complaint.id,
        action,
        caller=caller,
        from_state=before,
        to_state=state,
        reason=reason,
    )


async def forward(
    session: AsyncSession, caller: Principal, complaint_id: UUID, wish: ComplaintForward
) -> ComplaintRead:
    """Sends a complaint to the competent city, with the work place as it has become clear.

    After a dispute the receiving city may so concede: the complaint then stays with it.
    """
    today = clock.today()
    await _lock_employer_of(session, complaint_id)
    complaint = await _take(session, caller, complaint_id, "forward")
    was_disputed, was_with = complaint.state == DISPUTED, complaint.competent_city
    if wish.work_place is not None:
        journey.place_work(complaint, wish.work_place)
    elif was_disputed:
        raise refuse("work_place", "WORK_PLACE_REQUIRED", "请填写查清的用工所在地", "is required")
    is_claim = was_disputed and complaint.dispute_kind == rules.BOTH_CLAIM
    if is_claim and complaint.competent_city != was_with:
        raise ClaimOpen
    if complaint.competent_city != complaint.receiving_city:
        await journey.forward(session, caller, complaint, today=today, reason=wish.reason)
    elif was_disputed or wish.work_place is not None:
        await _keep(session, caller, complaint, "forward", today=today, reason=wish.reason)
    else:
        raise NothingToForward
    await mass_events.detect(session, complaint)
    return await _shown(session, caller, complaint)


async def _keep(
    session: AsyncSession,
    caller: Principal,
    complaint: Complaint,
    action: str,
    *,
    today: date,
    reason: str | None,
) -> None:
    """The receiving city turns out to be the competent one."""
    complaint.forwarded_on = None
    _move(session, caller, complaint, action, RECEIVED, reason)
    if not complaint.is_place_provisional:
        await deadlines.meet(session, complaint.id, journey.CLARIFY_PLACE, today)
    await deadlines.cancel(session, complaint.id, journey.FORWARD, journey.DISPUTE)


async def dispute_jurisdiction(
    session: AsyncSession, caller: Principal, complaint_id: UUID, wish: JurisdictionDispute
) -> ComplaintRead:
    """The city it was sent to says no; the common superior decides, and the clock runs on."""
    today = clock.today()
    complaint = await _take(session, caller, complaint_id, "dispute-jurisdiction")
    if complaint.designated_on is not None:
        raise AlreadyDesignated
    window = await deadlines.running(session, complaint.id, journey.DISPUTE)
    if window is None or window.due_on < today:
        raise DisputeTooLate
    await deadlines.meet(session, complaint.id, journey.DISPUTE, today)
    _dispute(session, caller, complaint, "dispute-jurisdiction", rules.BOTH_REFUSE, wish.reason)
    return await _shown(session, caller, complaint)


async def claim_jurisdiction(
    session: AsyncSession, caller: Principal, complaint_id: UUID, wish: JurisdictionDispute
) -> ComplaintRead:
    """Another city that sees it claims it; the clock of acceptance runs on meanwhile."""
    complaint = await _take(session, caller, complaint_id, "claim-jurisdiction")
    if complaint.designated_on is not None:
        raise AlreadyDesignated
    await deadlines.cancel(session, complaint.id, journey.DISPUTE)
    _dispute(session, caller, complaint, "claim-jurisdiction", rules.BOTH_CLAIM, wish.reason)
    return await _shown(session, caller, complaint)


def _dispute(
    session: AsyncSession,
    caller: Principal,
    complaint: Complaint,
    action: str,
    kind: str,
    reason: str,
) -> None:
    complaint.dispute_kind, complaint.disputed_by = kind, caller.city
    complaint.disputed_on = clock.today()
    _move(session, caller, complaint, action, DISPUTED, reason)
    journey.publish(session, complaint, ComplaintDisputed.of(complaint))


async def designate(
    session: AsyncSession, caller: Principal, complaint_id: UUID, wish: Designation
) -> ComplaintRead:
    """湖北省人社厅 names the competent city (S01 art. 13); that ends the dispute."""
    today = clock.today()
    await _lock_employer_of(session, complaint_id)
    complaint = await _take(session, caller, complaint_id, "designate")
    if wish.competent_city not in ACTIVE_CITIES:
        raise refuse("competent_city", "CITY", "不是参与一体化的城市", "takes no part in the hub")
    complaint.competent_city = complaint.owner_city = wish.competent_city
    complaint.designated_on, complaint.is_place_provisional = today, False
    if wish.competent_city == complaint.receiving_city:
        await _keep(session, caller, complaint, "designate", today=today, reason=wish.reason)
    else:
        await journey.forward(
            session, caller, complaint, today=today, action="designate", reason=wish.reason
        )
    await mass_events.detect(session, complaint)
    return await _shown(session, caller, complaint)


async def request_supplement(
    session: AsyncSession, caller: Principal, complaint_id: UUID, wish: SupplementRequest
) -> ComplaintRead:
    """Asks for everything that is missing, at once; acceptance waits."""
    complaint = await _take(session, caller, complaint_id, "request-supplement")
    complaint.missing = wish.missing
    _move(session, caller, complaint, "request-supplement", "SUPPLEMENT")
    await deadlines.cancel(session, complaint.id, journey.ACCEPT, journey.DISPUTE)
    return await _shown(session, caller, complaint)


async def supplement(
    session: AsyncSession, caller: Principal, complaint_id: UUID, wish: Supplement
) -> ComplaintRead:
    """Takes what was missing; the clock of acceptance starts anew, and so does the routing."""
    today = clock.today()
    await _lock_employer_after(session, complaint_id, wish.employer_name, wish.employer_uscc)
    complaint = await _take(session, caller, complaint_id, "supplement")
    was_owned_by = complaint.competent_city
    journey.name_employer(
        complaint,
        wish.employer_name or complaint.employer_name,
        wish.employer_uscc or complaint.employer_uscc,
    )
    for name in ("facts", "matter", "period_from", "period_to"):
        if (value := getattr(wish, name)) is not None:
            setattr(complaint, name, value)
    if wish.work_place is not None:
        journey.place_work(complaint, wish.work_place)
    elif complaint.designated_on is None:
        journey.find_competent_city(complaint)
    if still := filing.missing_facts(complaint):
        raise Invalid(*filing.employer_errors(still))
    _refuse_backwards(complaint)
    await collective.refuse_duplicate(session, complaint)
    if complaint.linkage_id is None:
        await collective.join(session, complaint)
    complaint.missing = []
    _move(session, caller, complaint, "supplement", RECEIVED)
    has_moved_on = complaint.forwarded_on is not None and was_owned_by == complaint.competent_city
    if has_moved_on:
        complaint.state = FORWARDED
        await journey.start_clock(session, complaint, journey.ACCEPT, today)
    else:
        complaint.forwarded_on = None
        await deadlines.cancel(session, complaint.id)
        await journey.set_out(session, caller, complaint, today=today)
    await mass_events.detect(session, complaint)
    return await _shown(session, caller, complaint)


async def _lock_employer_of(session: AsyncSession, complaint_id: UUID) -> None:
    """Locks the employer before the complaint's row is held, as filing does."""
    await _lock_employer_after(session, complaint_id, None, None)


async def _lock_employer_after(
    session: AsyncSession, complaint_id: UUID, new_name: str | None, new_uscc: str | None
) -> None:
    """Locks the employer as it will be known, before the complaint's row is held."""
    found = await session.execute(
        select(Complaint.employer_name, Complaint.employer_uscc).where(Complaint.id == complaint_id)
    )
    for name, uscc in found:
        key = rules.employer_key(new_name or name)
        await collective.lock_employer(session, new_uscc or uscc, key)


def _refuse_backwards(complaint: Complaint) -> None:
    if complaint.period_to is not None and complaint.period_to < complaint.period_from:
        raise refuse("period_to", "PERIOD", "不得早于开始日期", "is before the start of the act")


async def accept(
    session: AsyncSession, caller: Principal, complaint_id: UUID, wish: Acceptance
) -> ComplaintRead:
    """受理即立案 (S02 art. 18): the complaint and its collective become one case."""
    from labor_inspection.cases import service as cases
    from labor_inspection.insurance_checks import service as insurance_checks

    today = clock.today()
    statement = views.visible(caller).where(Complaint.id == complaint_id)
    complaint = await load(session, statement.options(*views.WITH_PEOPLE))
    all_of_it = await collective.together(session, complaint)
    _admit(caller, complaint, "accept")
    if wish.matter is not None:
        complaint.matter = wish.matter
    await _guard(session, complaint)
    others = [
        other
        for other in all_of_it
        if other.id != complaint.id and await _can_follow(session, other)
    ]
    for each in (complaint, *others):
        _move(session, caller, each, "accept", "ACCEPTED")
        await deadlines.meet(session, each.id, journey.ACCEPT, today)
        await deadlines.cancel(session, each.id)
        case = await cases.file_case(session, caller, each, filed_on=today)
        each.case_id = case.id
        said = ComplaintAccepted.of(each).model_copy(update={"case_no": case.biz_no})
        journey.publish(session, each, said)
    await insurance_checks.start_if_named(session, case, caller)
    return await _shown(session, caller, complaint)


async def _guard(session: AsyncSession, complaint: Complaint) -> None:
    """The four conditions: in time, clear, an inspection matter of ours, nobody else's already."""
    refusal_code = await filing.refusal_of(session, complaint)
    if refusal_code is not None:
        raise filing.problem_of(refusal_code, complaint)
    if filing.missing_facts(complaint):
        raise EmployerStillUnclear
    if complaint.is_place_provisional:
        raise WorkPlaceUnclear
    if set(complaint.matter) == {rules.OTHER}:
        raise NotInspectionMatter


async def _can_follow(session: AsyncSession, complaint: Complaint) -> bool:
    """True when another complaint of the collective can be accepted along with it."""
    return (
        complaint.state in rules.IN_HAND
        and not complaint.is_place_provisional
        and set(complaint.matter) != {rules.OTHER}
        and not filing.missing_facts(complaint)
        and await filing.refusal_of(session, complaint) is None
    )


async def not_accept(
    session: AsyncSession, caller: Principal, complaint_id: UUID, wish: Refusal
) -> ComplaintRead:
    """Not accepted, in writing: why, and where else to go."""
    complaint = await _take(session, caller, complaint_id, "not-accept")
    complaint.refusal_code = "NOT_ACCEPTED"
    complaint.refusal_reason, complaint.where_to_go = wish.reason, wish.where_to_go
    _move(session, caller, complaint, "not-accept", "NOT_ACCEPTED", wish.reason)
    await deadlines.meet(session, complaint.id, journey.ACCEPT, clock.today())
    await deadlines.cancel(session, complaint.id)
    journey.publish(session, complaint, ComplaintNotAccepted.of(complaint))
    return await _shown(session, caller, complaint)
