"""What can be done with agreements (domain P-0a): a party's officer each, never one for two."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.access import ACCESS
from gateway.agreements import rules
from gateway.agreements.models import Agreement, AgreementApproval
from gateway.agreements.rules import MACHINE
from gateway.agreements.schemas import (
    AgreementChange,
    AgreementChanged,
    AgreementCreate,
    AgreementProposed,
    AgreementQuery,
    AgreementRead,
    ApprovalRead,
)
from hrss_kit import clock, numbering, outbox, sharing_store, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.files import Uploaded
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, NotFound, NotYourCity, refuse
from hrss_kit.resources import load, match_version, shown

SOURCE = "gateway"


class AlreadyApproved(Conflict):
    code = "ALREADY_APPROVED"
    title_zh, title_en = "本市或本人已同意该协议", "Your city, or you, have approved it already"


def visible(_caller: Principal) -> Select[Agreement]:
    """Agreements bind both cities, and both read them from the first draft on."""
    return select(Agreement)


async def show(
    session: AsyncSession, caller: Principal, rows: Sequence[Agreement]
) -> list[AgreementRead]:
    """Agreements with who approved them."""
    await session.flush()  # the answer carries ids and versions
    given: dict[UUID, list[ApprovalRead]] = defaultdict(list)
    wanted = select(AgreementApproval).where(
        AgreementApproval.agreement_id.in_([row.id for row in rows])
    )
    for one in await session.scalars(wanted.order_by(AgreementApproval.approved_at)):
        given[one.agreement_id].append(ApprovalRead.model_validate(one))

    def allowed(row: Agreement) -> list[str]:
        is_party = caller.city in row.parties and ACCESS.allows(caller, "agreement:keep")
        names = {one.approver for one in given[row.id]}

        def may(action: str) -> bool:
            if action == "approve":
                return caller.city not in row.approved_cities and caller.actor not in names
            return action in ("reject", "terminate") or caller.city == row.owner_city

        return MACHINE.allowed(row.state, may) if is_party else []

    return [
        shown(
            AgreementRead,
            row,
            approvals=given[row.id],
            has_file=row.file_id is not None,
            allowed_actions=allowed(row),
            deadlines=[],
        )
        for row in rows
    ]


async def one(
    session: AsyncSession, caller: Principal, agreement_id: UUID, *, lock: bool = False
) -> Agreement:
    """The agreement; 404 when there is none."""
    return await load(session, visible(caller).where(Agreement.id == agreement_id), lock=lock)


async def page(
    session: AsyncSession, caller: Principal, query: AgreementQuery
) -> Page[AgreementRead]:
    """A page of agreements; `effective_on` gives those that hold on a day."""
    wanted = visible(caller)
    for name in ("state", "owner_city"):
        if (value := getattr(query, name)) is not None:
            wanted = wanted.where(getattr(Agreement, name) == value)
    if query.effective_from_from is not None:
        wanted = wanted.where(Agreement.effective_from >= query.effective_from_from)
    if query.effective_from_to is not None:
        wanted = wanted.where(Agreement.effective_from <= query.effective_from_to)
    if query.effective_on is not None:
        until, on = Agreement.effective_to, query.effective_on
        wanted = wanted.where(Agreement.effective_from <= on, or_(until.is_(None), until > on))
        wanted = wanted.where(or_(Agreement.ended_on.is_(None), Agreement.ended_on > on))
    if query.q:
        like = (Agreement.title, Agreement.biz_no)
        wanted = wanted.where(or_(*(one.contains(query.q, autoescape=True) for one in like)))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=Agreement.id,
        sorts={"effective_from": Agreement.effective_from},
        default="-created_at",
    )
    return Page(items=await show(session, caller, rows), next_cursor=cursor)


async def register(session: AsyncSession, caller: Principal, new: AgreementCreate) -> AgreementRead:
    """Registers a draft for the caller's city."""
    parties = sorted(set(new.parties or ACTIVE_CITIES))
    if caller.city is None:
        raise NotYourCity
    if len(parties) < 2 or not set(parties) <= set(ACTIVE_CITIES) or caller.city not in parties:
        raise refuse(
            "parties", "PARTIES", "须为含本市在内的参与城市", "are cities of the hub with your own"
        )
    _check_period(new.effective_from, new.effective_to)
    row = Agreement(
        biz_no=await numbering.next_number(session, "GW", caller.city, clock.today()),
        owner_city=caller.city,
        state=rules.DRAFT,
        approved_cities=[],
        **{**new.model_dump(), "parties": parties},
    )
    session.add(row)
    await session.flush()  # its id is the subject of its history
    timeline.add(session, row.id, "register", caller=caller, to_state=row.state)
    return (await show(session, caller, [row]))[0]


def _check_period(first: Any, end: Any) -> None:
    if end is not None and end <= first:
        raise refuse("effective_to", "PERIOD", "截止日须晚于起始日", "must be after effective_from")


async def change(
    session: AsyncSession, caller: Principal, agreement_id: UUID, wish: AgreementChange
) -> AgreementRead:
    """Changes a draft that nobody has approved yet."""
    row = await _hold(session, caller, agreement_id, "change")
    given = wish.model_dump(exclude_unset=True)
    for name, value in given.items():
        if value is None and name not in ("effective_to", "file_hash"):
            raise refuse(name, "REQUIRED", "不得为空", "may not be empty")
        setattr(row, name, value)
    _check_period(row.effective_from, row.effective_to)
    return await _moved(session, caller, row, "change", row.state)


async def attach(
    session: AsyncSession, caller: Principal, agreement_id: UUID, file: Uploaded
) -> AgreementRead:
    """Puts the signed document to a draft; its hash becomes the agreement's."""
    row = await _hold(session, caller, agreement_id, "change", is_versioned=False)
    row.file_id, row.file_hash = file.id, file.sha256
    return await _moved(session, caller, row, "attach", row.state)


async def propose(
    session: AsyncSession, caller: Principal, agreement_id: UUID, *, action: str = "propose"
) -> AgreementRead:
    """Asks the other parties to approve; the text is fixed from here on."""
    row = await _hold(session, caller, agreement_id, action)
    _tell_proposed(session, row)
    return await _moved(session, caller, row, action, rules.PROPOSED)


def _tell_proposed(session: AsyncSession, row: Agreement) -> None:
    outbox.publish(
        session,
        AgreementProposed.model_validate(row),
        source=SOURCE,
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.parties,
    )


async def approve(session: AsyncSession, caller: Principal, agreement_id: UUID) -> AgreementRead:
    """Approves for the caller's city; with the last party's approval it is ACTIVE."""
    row = await _hold(session, caller, agreement_id, "approve")
    session.add(
        AgreementApproval(agreement_id=row.id, city=str(caller.city), approver=caller.actor)
    )
    try:
        await session.flush()
    except IntegrityError as error:  # one officer a city, one city an officer
        raise AlreadyApproved from error
    if row.state == rules.DRAFT:
        _tell_proposed(session, row)
    row.approved_cities = sorted({*row.approved_cities, str(caller.city)})
    agreed = rules.is_agreed(row.parties, row.approved_cities)
    made = await _moved(session, caller, row, "approve", rules.ACTIVE if agreed else rules.PROPOSED)
    if agreed:
        await announce(session, row)
    return made


async def reject(
    session: AsyncSession, caller: Principal, agreement_id: UUID, reason: str
) -> AgreementRead:
    """Sends it back to be drafted again; approvals that were given are void."""
    row = await _hold(session, caller, agreement_id, "reject")
    await session.execute(delete(AgreementApproval).where(AgreementApproval.agreement_id == row.id))
    row.approved_cities = []
    return await _moved(session, caller, row, "reject", rules.DRAFT, reason)


async def terminate(
    session: AsyncSession, caller: Principal, agreement_id: UUID, reason: str
) -> AgreementRead:
    """Ends it today, at the word of one party: what rests on it ends with it the same day."""
    row = await _hold(session, caller, agreement_id, "terminate")
    row.ended_on = clock.today()
    made = await _moved(session, caller, row, "terminate", rules.TERMINATED, reason)
    await announce(session, row)
    return made


async def expire(session: AsyncSession) -> int:
    """The daily timer: what has run out is EXPIRED. Its rules ended by their dates already."""
    due = await session.scalars(
        select(Agreement)
        .where(Agreement.state == rules.ACTIVE, Agreement.effective_to <= clock.today())
        .order_by(Agreement.id)
        .with_for_update(skip_locked=True)
    )
    rows = due.all()
    for row in rows:
        timeline.add(
            session, row.id, "expire", caller=None, from_state=row.state, to_state=rules.EXPIRED
        )
        row.state = rules.EXPIRED
        await session.flush()
        await announce(session, row)
    return len(rows)


async def announce(session: AsyncSession, row: Agreement) -> None:
    """Tells every member how an approved agreement stands, and keeps the gateway's own copy."""
    await session.flush()  # the copy carries the version
    ends = [day for day in (row.effective_to, row.ended_on) if day is not None]
    event = AgreementChanged(
        id=row.id,
        state=row.state,
        parties=row.parties,
        effective_from=row.effective_from,
        effective_to=min(ends, default=None),
        version=row.version,
    )
    kept = event.model_dump(include={"id", "effective_from", "effective_to", "version"})
    await sharing_store.copy(session, sharing_store.SharingAgreement, [kept])
    outbox.publish(
        session,
        event,
        source=SOURCE,
        subject=row.biz_no,
        city=row.owner_city,
        audience=[outbox.EVERYBODY],
    )


async def _hold(
    session: AsyncSession,
    caller: Principal,
    agreement_id: UUID,
    action: str,
    *,
    is_versioned: bool = True,
) -> Agreement:
    row = await one(session, caller, agreement_id, lock=True)
    own = action in ("change", "propose")
    if caller.city not in ([row.owner_city] if own else row.parties):
        raise NotYourCity
    if is_versioned:
        match_version(row)
    MACHINE.take(row.state, action)
    return row


async def _moved(
    session: AsyncSession,
    caller: Principal,
    row: Agreement,
    action: str,
    target: str,
    reason: str | None = None,
) -> AgreementRead:
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=target,
        reason=reason,
    )
    row.state = target
    row.updated_at = clock.now()
    return (await show(session, caller, [row]))[0]


async def stored_file(session: AsyncSession, caller: Principal, agreement_id: UUID) -> UUID:
    """The signed document; 404 when none was put to it."""
    row = await one(session, caller, agreement_id)
    if row.file_id is None:
        raise NotFound
    return row.file_id
