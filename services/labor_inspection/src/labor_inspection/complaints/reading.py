"""Looking at complaints: one, many, a linkage, a history, and the full values on record."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.person_columns import PersonColumns
from hrss_kit.problems import NotFound, NotYourCity
from hrss_kit.resources import RevealReply, RevealRequest, load
from labor_inspection.complaints import views
from labor_inspection.complaints.models import Complaint, Linkage
from labor_inspection.complaints.schemas import (
    ComplaintQuery,
    ComplaintRead,
    LinkageRead,
    LinkedComplaint,
)


async def one(session: AsyncSession, caller: Principal, complaint_id: UUID) -> ComplaintRead:
    """One complaint as this caller may see it."""
    statement = views.visible(caller).where(Complaint.id == complaint_id)
    complaint = await load(session, statement.options(*views.WITH_PEOPLE))
    (read,) = await views.show(session, caller, [complaint])
    return read


async def listed(
    session: AsyncSession, caller: Principal, query: ComplaintQuery
) -> Page[ComplaintRead]:
    """A page of complaints, newest first."""
    statement = views.visible(caller)
    for name in (
        "state",
        "kind",
        "competent_city",
        "receiving_city",
        "employer_uscc",
        "linkage_id",
    ):
        if (wanted := getattr(query, name)) is not None:
            statement = statement.where(getattr(Complaint, name) == wanted)
    if query.received_from is not None:
        statement = statement.where(Complaint.received_on >= query.received_from)
    if query.received_to is not None:
        statement = statement.where(Complaint.received_on <= query.received_to)
    if query.q:
        by_name = Complaint.employer_name.contains(query.q, autoescape=True)
        statement = statement.where((Complaint.biz_no == query.q) | by_name)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=Complaint.id,
        sorts={"created_at": Complaint.created_at, "received_on": Complaint.received_on},
        default="-created_at",
    )
    shown = await views.show(session, caller, rows, with_people=False)
    return Page(items=shown, next_cursor=cursor)


async def history(
    session: AsyncSession, caller: Principal, complaint_id: UUID
) -> timeline.Timeline:
    """What happened to a complaint."""
    complaint = await load(session, views.visible(caller).where(Complaint.id == complaint_id))
    return await timeline.of(session, complaint.id)


async def linkage(session: AsyncSession, caller: Principal, linkage_id: UUID) -> LinkageRead:
    """One matter as both cities see it."""
    found = await session.get(Linkage, linkage_id)
    rows = list(
        await session.scalars(
            views.visible(caller)
            .where(Complaint.linkage_id == linkage_id)
            .order_by(Complaint.received_on, Complaint.id)
        )
    )
    if found is None or not rows:
        raise NotFound
    lines = await views.worker_lines(session, [row.id for row in rows])
    sums = views.total(rows, lines)
    return LinkageRead(
        id=found.id,
        reason=found.reason,
        opened_on=found.opened_on,
        cities=sorted({city for row in rows for city in row.cities}),
        complaints=[LinkedComplaint.model_validate(row) for row in rows],
        workers_count=sums.workers_count,
        amount_claimed=sums.amount_claimed,
    )


async def reveal(
    session: AsyncSession, caller: Principal, complaint_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Full names and numbers for the handler of the competent city, on record."""
    statement = views.visible(caller).where(Complaint.id == complaint_id)
    complaint = await load(session, statement.options(*views.WITH_PEOPLE))
    exchange().note(subject=complaint.biz_no)
    if views.view_of(caller, complaint) != "HANDLER":
        raise NotYourCity
    values: dict[str, str | None] = {}
    people: dict[str, Complaint | PersonColumns] = {
        **({} if complaint.is_secret else {"complainant": complaint}),
        **{f"workers.{row.position}": row for row in complaint.workers},
        **{f"representatives.{row.position}": row for row in complaint.representatives},
    }
    for who, person in people.items():
        values[f"{who}.name"] = person.person_name
        values[f"{who}.doc_no"] = person.doc_no
        values[f"{who}.mobile"] = person.mobile
    if not complaint.is_secret:
        for name in ("name", "doc_no", "mobile"):
            values[name] = values[f"complainant.{name}"]
    shown = {name.rpartition(".")[0] or "complainant" for name in wish.fields}
    refs = [person.person_ref for who, person in people.items() if who in shown]
    exchange().note(person_refs=[ref for ref in refs if ref])
    return resources.reveal(caller, complaint.id, wish, values)
