"""Who sees which complaint, and how much of it (domain §0.9, §4.2, §4.3 LI_COMPLAINT)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import Select, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from hrss_kit import deadlines
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.person_columns import PersonColumns
from labor_inspection.access import ACCESS, HANDLERS
from labor_inspection.complaints import rules
from labor_inspection.complaints.models import (
    DISPUTED,
    NOT_ACCEPTED,
    RECEIVED,
    SUPPLEMENT,
    Complaint,
    ComplaintWorker,
)
from labor_inspection.complaints.schemas import (
    CollectiveRead,
    ComplaintRead,
    WorkerRead,
    WorkPlaceRead,
)
from labor_inspection.stations.models import ServiceStation

SECRET: Final = "举报人保密"  # noqa: S105  a notice, not a secret
View = Literal["HANDLER", "DESK", "STATUS"]

#: Which permission an action needs.
PERMISSIONS: Final = {
    "forward": "complaint:forward",
    "supplement": "complaint:supplement",
    "designate": "complaint:designate",
    "dispute-jurisdiction": "complaint:decide",
    "claim-jurisdiction": "complaint:decide",
    "request-supplement": "complaint:decide",
    "accept": "complaint:decide",
    "not-accept": "complaint:decide",
}
WITH_PEOPLE: Final = (
    selectinload(Complaint.workers),
    selectinload(Complaint.representatives),
)


def visible(caller: Principal) -> Select[Complaint]:
    """The complaints that the caller may know of; the only way to load one."""
    everything = select(Complaint)
    if caller.holds("auditor"):
        return everything
    mine = Complaint.receiving_city == caller.city
    ways = []
    if caller.holds(*HANDLERS):
        ways += [
            mine,
            Complaint.competent_city == caller.city,
            Complaint.copy_city == caller.city,
        ]
    if caller.holds("window"):
        ways.append(mine)
    if caller.holds("station"):
        served = select(ServiceStation.id).where(
            or_(
                ServiceStation.host_city == caller.city,
                ServiceStation.sponsor_city == caller.city,
            )
        )
        ways.append(Complaint.station_id.in_(served))
        ways.append(and_(mine, Complaint.channel == "STATION"))
    if caller.holds("province"):
        ways += [Complaint.state == DISPUTED, Complaint.designated_on.is_not(None)]
    if caller.is_service:
        ways.append(Complaint.created_by == caller.actor)
    return everything.where(or_(*ways) if ways else false())


def view_of(caller: Principal, complaint: Complaint) -> View:
    """How much the caller sees: the handler all (masked), the desk what it took, others status.

    The receiving desk sees the complainant only as long as the complaint lies with it.
    """
    is_handler = caller.holds(*HANDLERS) and caller.city == complaint.competent_city
    has_arrived = complaint.receiving_city == complaint.competent_city or (
        complaint.state != RECEIVED
    )
    if is_handler and has_arrived:
        return "HANDLER"
    took = caller.city == complaint.receiving_city and caller.holds(*HANDLERS, "window", "station")
    is_here = complaint.forwarded_on is None and complaint.state in (RECEIVED, SUPPLEMENT)
    return "DESK" if took and is_here else "STATUS"


def may(caller: Principal, complaint: Complaint, action: str) -> bool:
    """True when the caller's role and city may do it in a state that allows it."""
    return ACCESS.allows(caller, PERMISSIONS[action]) and is_their_turn(caller, complaint, action)


def is_their_turn(caller: Principal, complaint: Complaint, action: str) -> bool:
    """The receiving city forwards, the competent one decides, either takes what is missing."""
    if action == "designate":
        return True
    cities = {
        "forward": {complaint.receiving_city},
        "claim-jurisdiction": {*complaint.cities} - {complaint.competent_city},
        "supplement": {complaint.receiving_city, complaint.competent_city},
    }
    return caller.city in cities.get(action, {complaint.competent_city})


def allowed_actions(caller: Principal, complaint: Complaint) -> list[str]:
    """What this caller can do with it now."""
    open_now = rules.MACHINE.allowed(complaint.state, lambda action: may(caller, complaint, action))
    over = ("dispute-jurisdiction", "claim-jurisdiction") if complaint.designated_on else ()
    return [action for action in open_now if action not in over]


async def show(
    session: AsyncSession,
    caller: Principal,
    complaints: Sequence[Complaint],
    *,
    with_people: bool = True,
) -> list[ComplaintRead]:
    """Complaints as this caller may see them; lists leave the workers out."""
    clocks = await deadlines.of(session, [one.id for one in complaints])
    together = await collectives(session, complaints) if with_people else {}
    shown = []
    for one in complaints:
        view = view_of(caller, one)
        if view != "STATUS":
            _note(one, with_people=with_people)
        read = _read(caller, one, view, clocks[one.id], with_people=with_people)
        read.collective = together.get(one.id)
        shown.append(read)
    return shown


def _note(complaint: Complaint, *, with_people: bool) -> None:
    """For the audit row: whose data this look showed, and which fields."""
    people: list[PersonColumns] = (
        [*complaint.workers, *complaint.representatives] if with_people else []
    )
    complainant = None if complaint.is_secret else complaint.person_ref
    refs = [complainant, *(person.person_ref for person in people)]
    exchange().note(
        person_refs=[ref for ref in refs if ref],
        fields=["complainant", "facts", *(("workers", "representatives") if people else ())],
    )


def _read(
    caller: Principal,
    complaint: Complaint,
    view: View,
    clocks: list[deadlines.DeadlineRead],
    *,
    with_people: bool,
) -> ComplaintRead:
    is_open = view != "STATUS"
    people = is_open and with_people
    plain = {
        name: getattr(complaint, name)
        for name in ComplaintRead.model_fields
        if name not in _COMPUTED
    }
    return ComplaintRead(
        **plain,
        tracking_no=complaint.biz_no,
        allowed_actions=allowed_actions(caller, complaint),
        deadlines=clocks,
        complainant=complaint.complainant_masked() if is_open else None,
        complainant_notice=None if is_open and not complaint.is_secret else SECRET,
        facts=complaint.facts if is_open else None,
        work_place=WorkPlaceRead(
            kind=complaint.place_kind,
            division=complaint.work_division,
            address=complaint.work_address if is_open else None,
            project_name=complaint.project_name,
            is_provisional=complaint.is_place_provisional,
        ),
        representatives=([one.masked() for one in complaint.representatives] if people else None),
        workers=(
            [
                WorkerRead(person=one.masked(), amount=one.amount, months=one.months)
                for one in complaint.workers
            ]
            if people
            else None
        ),
        collective=None,
    )


_COMPUTED: Final = frozenset(
    {
        "tracking_no",
        "allowed_actions",
        "deadlines",
        "complainant",
        "complainant_notice",
        "facts",
        "work_place",
        "representatives",
        "workers",
        "collective",
    }
)


async def collectives(
    session: AsyncSession, complaints: Sequence[Complaint]
) -> dict[UUID, CollectiveRead]:
    """Complaints about one employer and site added up, by the id of each that was asked for."""
    linked = {one.linkage_id for one in complaints if one.linkage_id}
    if not linked:
        return {}
    rows = list(
        await session.scalars(
            select(Complaint)
            .where(Complaint.linkage_id.in_(linked), Complaint.state != NOT_ACCEPTED)
            .order_by(Complaint.received_on, Complaint.id)
        )
    )
    lines = await worker_lines(session, [row.id for row in rows])
    return {
        one.id: total(siblings, lines)
        for one in complaints
        if len(siblings := [row for row in rows if is_together(one, row)]) > 1
    }


def is_together(one: Complaint, other: Complaint) -> bool:
    """True for two complaints of one collective: linked, and in the same competent city."""
    return (
        one.linkage_id is not None
        and one.linkage_id == other.linkage_id
        and one.competent_city == other.competent_city
    )


Lines = dict[UUID, list[tuple[bytes, Decimal | None]]]


async def worker_lines(session: AsyncSession, ids: Sequence[UUID]) -> Lines:
    """Who is listed with how much in each complaint; blind references, no names."""
    found = await session.execute(
        select(ComplaintWorker.complaint_id, ComplaintWorker.id_hash, ComplaintWorker.amount)
        .where(ComplaintWorker.complaint_id.in_(ids))
        .order_by(ComplaintWorker.position)
    )
    lines: Lines = {one: [] for one in ids}
    for complaint_id, id_hash, amount in found:
        lines[complaint_id].append((id_hash, amount))
    return lines


def total(complaints: Sequence[Complaint], lines: Lines) -> CollectiveRead:
    """Workers and amounts added up; a worker listed twice counts once, at the larger claim."""
    listed: dict[bytes, Decimal | None] = {}
    unlisted = 0
    amounts: list[Decimal | None] = []
    for one in complaints:
        people = lines.get(one.id, [])
        for id_hash, amount in people:
            known = listed.get(id_hash)
            listed[id_hash] = amount if known is None else max(known, amount or known)
        unlisted += 0 if people else one.workers_count
        if all(amount is None for _, amount in people):
            amounts.append(one.amount_claimed)
    return CollectiveRead(
        complaints=len(complaints),
        workers_count=unlisted + len(listed),
        amount_claimed=rules.amount_total([*amounts, *listed.values()]),
    )
