"""Where a complaint goes: the competent city, the clocks, and what both cities are told."""

from datetime import date
from typing import Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, outbox, policy, timeline
from hrss_kit.auth import Principal
from labor_inspection.complaints import collective, rules
from labor_inspection.complaints.events import ComplaintForwarded
from labor_inspection.complaints.models import FORWARDED, Complaint
from labor_inspection.complaints.schemas import WorkPlaceIn

FORWARD: Final = "FORWARD"
ACCEPT: Final = "ACCEPT"
CLARIFY_PLACE: Final = "CLARIFY_PLACE"
DISPUTE: Final = "JURISDICTION_DISPUTE"

#: Clock → policy key and basis.
CLOCKS: Final = {
    FORWARD: ("li.forward_wd", "保障农民工工资支付条例第十条"),
    ACCEPT: ("li.accept_wd", "关于实施《劳动保障监察条例》若干规定第十八条"),
    # An unknown place must be clear by the time the complaint would have to go on.
    CLARIFY_PLACE: ("li.forward_wd", "劳动保障监察条例第十三条"),
    DISPUTE: ("li.jurisdiction_dispute_wd", "劳动保障监察条例第十三条"),
}


def name_employer(complaint: Complaint, name: str | None, uscc: str | None) -> None:
    """Sets the employer and what follows from it."""
    complaint.employer_name, complaint.employer_uscc = name or None, uscc
    complaint.employer_key = rules.employer_key(name)
    complaint.employer_division = rules.registration_division(uscc)


def place_work(complaint: Complaint, place: WorkPlaceIn) -> None:
    """Sets the work place and with it the competent city."""
    complaint.place_kind, complaint.work_division = place.kind, place.division
    complaint.work_address = place.address or None
    complaint.project_name = place.project_name or None
    find_competent_city(complaint)


def find_competent_city(complaint: Complaint) -> None:
    """Routes by what is known now; the competent city owns the complaint."""
    routing = rules.route(
        complaint.place_kind,  # type: ignore[arg-type]
        complaint.work_division,
        complaint.employer_division,
        complaint.receiving_city,
    )
    complaint.competent_city = complaint.owner_city = routing.competent_city
    complaint.is_place_provisional = routing.is_provisional
    complaint.copy_city = rules.copy_city(
        complaint.matter, complaint.employer_division, routing.competent_city
    )
    complaint.place_key = rules.place_key(
        complaint.work_division, complaint.work_address, complaint.project_name
    )


async def start_clock(
    session: AsyncSession, complaint: Complaint, code: str, started_on: date
) -> None:
    """Starts one of the clocks; FORWARD runs for the receiving city, the rest for the owner."""
    key, basis = CLOCKS[code]
    city = complaint.receiving_city if code == FORWARD else complaint.competent_city
    await deadlines.start(
        session,
        subject_id=complaint.id,
        subject_no=complaint.biz_no,
        owner_city=city,
        audience=complaint.cities,
        code=code,
        started_on=started_on,
        unit="WD",
        length=int(await policy.get(session, key, on=started_on, city=city)),
        basis=basis,
    )


async def set_out(
    session: AsyncSession, caller: Principal, complaint: Complaint, *, today: date
) -> None:
    """Starts the clocks of a complaint that is complete, and sends it on at once if it is clear.

    The clock of acceptance runs from first contact, in whichever city that was.
    """
    await start_clock(session, complaint, ACCEPT, today)
    if complaint.competent_city != complaint.receiving_city:
        await start_clock(session, complaint, FORWARD, today)
    if complaint.is_place_provisional:
        await start_clock(session, complaint, CLARIFY_PLACE, today)
    elif complaint.competent_city != complaint.receiving_city:
        await forward(session, caller, complaint, today=today)


async def forward(
    session: AsyncSession,
    caller: Principal,
    complaint: Complaint,
    *,
    today: date,
    action: str = "forward",
    reason: str | None = None,
) -> None:
    """Hands the complaint to the competent city; both cities see it from now on."""
    before = complaint.state
    complaint.state, complaint.forwarded_on = FORWARDED, today
    if complaint.linkage_id is None:
        complaint.linkage_id = await collective.open_linkage(session, "FORWARD", today)
    await deadlines.meet(session, complaint.id, FORWARD, today)
    await deadlines.meet(session, complaint.id, CLARIFY_PLACE, today)
    await deadlines.cancel(session, complaint.id, DISPUTE)
    if complaint.designated_on is None:
        await start_clock(session, complaint, DISPUTE, today)
    await _restart_acceptance(session, complaint, today)
    timeline.add(
        session,
        complaint.id,
        action,
        caller=caller,
        from_state=before,
        to_state=FORWARDED,
        reason=reason,
    )
    publish(session, complaint, ComplaintForwarded.of(complaint))


async def _restart_acceptance(session: AsyncSession, complaint: Complaint, today: date) -> None:
    """Only where policy counts acceptance from forwarding instead of from first contact."""
    if await policy.get(session, "li.accept_clock_start", on=complaint.received_on) == (
        "FIRST_CONTACT"
    ):
        return
    await deadlines.cancel(session, complaint.id, ACCEPT)
    await start_clock(session, complaint, ACCEPT, today)


def publish(session: AsyncSession, complaint: Complaint, event: outbox.Event) -> None:
    """Tells both cities."""
    outbox.publish(
        session,
        event,
        source="li",
        subject=complaint.biz_no,
        city=complaint.owner_city,
        audience=complaint.cities,
    )


async def let_disputes_lapse(session: AsyncSession) -> int:
    """Timer: the right to dispute ends unused; nobody was late, so the clock is cancelled."""
    lapsed = await session.execute(
        update(deadlines.Deadline)
        .where(deadlines.Deadline.code == DISPUTE, deadlines.Deadline.status == deadlines.OPEN)
        .where(deadlines.Deadline.due_on < clock.today())
        .values(status=deadlines.CANCELLED)
        .returning(deadlines.Deadline.id)
    )
    return len(lapsed.all())
