"""Who sees a letter of assistance: the two cities between which it goes."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import deadlines, timeline
from hrss_kit.auth import Principal
from hrss_kit.deadlines import DeadlineRead
from hrss_kit.pagination import Page, select_page
from hrss_kit.resources import load
from labor_inspection.assist_requests import rules
from labor_inspection.assist_requests.models import (
    AssistEvidence,
    AssistRequest,
    CustodyEntry,
    SoughtPerson,
)
from labor_inspection.assist_requests.schemas import (
    AssistQuery,
    AssistRead,
    CustodyRead,
    EvidenceRead,
)

HANDLERS = ("cw.li", "partner")


def visible(caller: Principal) -> Select[AssistRequest]:
    """The letters that a caller may know of."""
    if caller.holds("auditor"):
        return select(AssistRequest)
    return select(AssistRequest).where(
        or_(
            AssistRequest.owner_city == caller.city,
            AssistRequest.executing_city == caller.city,
        )
    )


def allowed_actions(caller: Principal, row: AssistRequest) -> list[str]:
    """What this caller may do with the letter now."""
    if not caller.holds(*HANDLERS):
        return []
    return rules.MACHINE.allowed(
        row.state,
        lambda action: (
            caller.city == (row.owner_city if action in rules.OF_REQUESTER else row.executing_city)
        ),
    )


def _told(
    caller: Principal, row: AssistRequest, clocks: list[DeadlineRead], has_person: bool
) -> AssistRead:
    return AssistRead.model_validate(
        {
            **{name: getattr(row, name) for name in AssistRead.model_fields if hasattr(row, name)},
            "requesting_city": row.owner_city,
            "has_person": has_person,
            "allowed_actions": allowed_actions(caller, row),
            "deadlines": clocks,
        }
    )


async def _many(
    session: AsyncSession, caller: Principal, rows: Sequence[AssistRequest]
) -> list[AssistRead]:
    ids = [row.id for row in rows]
    clocks = await deadlines.of(session, ids)
    named = set(
        await session.scalars(
            select(SoughtPerson.request_id).where(SoughtPerson.request_id.in_(ids))
        )
    )
    return [_told(caller, row, clocks[row.id], row.id in named) for row in rows]


async def show(session: AsyncSession, caller: Principal, row: AssistRequest) -> AssistRead:
    """One letter with its evidence and the evidence's way."""
    await session.flush()  # evidence handed over in this transaction is part of the answer
    told = (await _many(session, caller, [row]))[0]
    found = await session.scalars(
        select(AssistEvidence)
        .where(AssistEvidence.request_id == row.id)
        .order_by(AssistEvidence.id)
    )
    is_shown = row.replied_on is not None or caller.city == row.executing_city
    evidences = found.all() if is_shown else []
    chain: dict[UUID, list[CustodyRead]] = defaultdict(list)
    entries = await session.scalars(
        select(CustodyEntry)
        .where(CustodyEntry.evidence_id.in_(one.id for one in evidences))
        .order_by(CustodyEntry.id)
    )
    for entry in entries:
        chain[entry.evidence_id].append(CustodyRead.model_validate(entry))
    told.evidences = [
        EvidenceRead.model_validate({**_columns(one), "custody": chain[one.id]})
        for one in evidences
    ]
    return told


def _columns(one: AssistEvidence) -> dict[str, object]:
    return {name: getattr(one, name) for name in EvidenceRead.model_fields if name != "custody"}


async def read(session: AsyncSession, caller: Principal, request_id: UUID) -> AssistRead:
    """One letter."""
    row = await load(session, visible(caller).where(AssistRequest.id == request_id))
    return await show(session, caller, row)


async def page(session: AsyncSession, caller: Principal, query: AssistQuery) -> Page[AssistRead]:
    """A page of the letters that the caller may know of."""
    statement = visible(caller)
    for column, wanted in (
        (AssistRequest.case_id, query.case_id),
        (AssistRequest.kind, query.kind),
        (AssistRequest.state, query.state),
        (AssistRequest.executing_city, query.executing_city),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.is_overdue is not None:
        is_null = AssistRequest.overdue_on.is_(None)
        statement = statement.where(~is_null if query.is_overdue else is_null)
    if query.q:
        statement = statement.where(AssistRequest.biz_no.startswith(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=AssistRequest.id,
        sorts={"created_at": AssistRequest.created_at, "sent_on": AssistRequest.sent_on},
        default="-created_at",
    )
    return Page[AssistRead](items=await _many(session, caller, rows), next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, request_id: UUID) -> timeline.Timeline:
    """What happened to a letter."""
    row = await load(session, visible(caller).where(AssistRequest.id == request_id))
    return await timeline.of(session, row.id)
