"""What can be done with hand-offs. Each function runs in the caller's transaction."""

import json
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.access import ACCESS
from gateway.external_handoffs import receipts, rules
from gateway.external_handoffs.events import HandoffClosed, HandoffEvent, HandoffSent
from gateway.external_handoffs.models import ExternalHandoff
from gateway.external_handoffs.schemas import HandoffQuery, HandoffRead, Receipt
from hrss_kit import clock, numbering, outbox, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, NotYourCity
from hrss_kit.resources import load, match_version, shown

if TYPE_CHECKING:
    from gateway.matters.models import Matter
    from gateway.matters.openings import Facts

PLATFORM: Final = "NATIONAL"
SEES_ALL: Final = ("auditor", "province", "ops", "joint.admin")
PARTS: Final = {
    rules.PENDING: "WAITING",
    rules.SENT: "OPENED",
    rules.ACKNOWLEDGED: "OPENED",
    rules.COMPLETED: "DONE",
    rules.REJECTED: "REFUSED",
    rules.CANCELLED: "CANCELLED",
}
ACTIONS: Final = {"COMPLETED": "complete", "REJECTED": "reject"}


class ReceiptTaken(Conflict):
    """A receipt counts once."""

    code = "DUPLICATE"
    title_zh, title_en = "该回执已接收", "This receipt has been taken already"


def visible(caller: Principal) -> Select[ExternalHandoff]:
    """Those that one's city has a part in; nothing in them is personal."""
    wanted = select(ExternalHandoff)
    if caller.holds(*SEES_ALL):
        return wanted
    return wanted.where(ExternalHandoff.cities.contains([caller.city or ""]))


async def hand_over(
    session: AsyncSession, matter: "Matter", *, fields: Iterable[str], facts: "Facts"
) -> ExternalHandoff:
    """Writes down what is to leave: the worker sends it, however long the platform is down."""
    payload = rules.minimal(fields, facts.person, facts.form)
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row = ExternalHandoff(
        biz_no=await numbering.next_number(session, "GW", matter.owner_city, clock.today()),
        owner_city=matter.owner_city,
        matter_id=matter.id,
        matter_no=matter.biz_no,
        code=matter.code,
        platform=PLATFORM,
        state=rules.PENDING,
        cities=matter.cities,
        fields=sorted(payload),
        payload=text,
        digest=sha256(text.encode()).digest(),
        next_at=func.now(),
    )
    session.add(row)
    await session.flush()  # its id is part of the timeline
    timeline.add(session, row.id, "hand-over", caller=None, to_state=row.state)
    return row


async def of_matters(
    session: AsyncSession, matter_ids: Iterable[UUID]
) -> dict[UUID, ExternalHandoff]:
    """The hand-offs of several matters."""
    found = await session.scalars(
        select(ExternalHandoff).where(ExternalHandoff.matter_id.in_(list(matter_ids)))
    )
    return {row.matter_id: row for row in found}


async def part_of(session: AsyncSession, matter_id: UUID) -> str | None:
    """What a matter's hand-off counts for among its steps."""
    await session.flush()
    row = (await of_matters(session, [matter_id])).get(matter_id)
    return None if row is None else PARTS[row.state]


async def take_back(session: AsyncSession, matter_id: UUID) -> bool:
    """Before it was sent; False when the platform has it, or may have it."""
    row = await session.scalar(
        select(ExternalHandoff).where(ExternalHandoff.matter_id == matter_id).with_for_update()
    )
    if row is None:
        return True
    if row.state != rules.PENDING or row.attempts:
        return False
    _move(session, row, "take-back", caller=None)
    row.payload, row.next_at, row.closed_at = None, None, clock.now()
    return True


def _move(
    session: AsyncSession,
    row: ExternalHandoff,
    action: str,
    *,
    caller: Principal | None,
    reason: str | None = None,
) -> None:
    state = rules.MACHINE.take(row.state, action)
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=state,
        reason=reason,
    )
    row.state = state


def told(session: AsyncSession, row: ExternalHandoff, platform_ref: str | None) -> None:
    """The platform has answered: it has the hand-off, and perhaps a number for it."""
    row.last_problem = None
    row.next_at = func.now() + rules.LOOK_AGAIN
    if row.state == rules.PENDING:
        _move(session, row, "send", caller=None)
        row.sent_at = clock.now()
        _tell(session, row, HandoffSent(**_facts(row)))
    if platform_ref is not None and row.state == rules.SENT:
        _move(session, row, "acknowledge", caller=None)
        row.platform_ref, row.acknowledged_at = platform_ref, clock.now()


def unanswered(row: ExternalHandoff, problem: str, pause: timedelta) -> None:
    """Nobody answered, or not as agreed: nothing is lost, it is tried again."""
    row.last_problem = problem[:60]
    row.next_at = func.now() + pause


async def settle(
    session: AsyncSession, row: ExternalHandoff, receipt: Receipt, compact: str
) -> None:
    """A checked receipt ends the hand-off; one that is not for it, or comes again, does not."""
    if row.receipt_no is not None:
        raise ReceiptTaken(existing_id=str(row.id))
    is_for_it = receipt.iss == row.platform and receipt.digest == row.digest.hex()
    if not is_for_it or row.platform_ref not in (None, receipt.platform_ref):
        raise receipts.ReceiptForged
    _move(session, row, ACTIONS[receipt.outcome], caller=None, reason=receipt.reason_code)
    row.platform_ref, row.receipt_no = receipt.platform_ref, receipt.receipt_no
    row.receipt, row.reason_code = compact, receipt.reason_code
    row.payload, row.next_at, row.closed_at = None, None, clock.now()
    await session.flush()  # a receipt's number counts once, whatever it is for
    closed = HandoffClosed(**_facts(row), outcome=receipt.outcome, reason_code=receipt.reason_code)
    _tell(session, row, closed)


def _facts(row: ExternalHandoff) -> dict[str, str]:
    return {"code": row.code, "matter_no": row.matter_no, "platform": row.platform}


def _tell(session: AsyncSession, row: ExternalHandoff, event: HandoffEvent) -> None:
    outbox.publish(
        session,
        event,
        source="gateway",
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.cities,
    )


async def receive(session: AsyncSession, compact: str, keys_file: Path | None) -> ExternalHandoff:
    """A receipt that the platform has sent by itself."""
    receipt = receipts.checked(compact, keys_file)
    row = await session.scalar(
        select(ExternalHandoff)
        .where(ExternalHandoff.biz_no == receipt.handoff_no)
        .with_for_update()
    )
    if row is None:
        raise receipts.ReceiptForged
    exchange().note(subject=row.biz_no)
    await settle(session, row, receipt, compact)
    return row


async def resend(session: AsyncSession, caller: Principal, handoff_id: UUID) -> ExternalHandoff:
    """Tried again now, without waiting for its turn."""
    row = await load(session, visible(caller).where(ExternalHandoff.id == handoff_id), lock=True)
    exchange().note(subject=row.biz_no)
    if not caller.holds("ops") and caller.city != row.owner_city:
        raise NotYourCity
    match_version(row)
    rules.MACHINE.take(row.state, "resend")
    timeline.add(session, row.id, "resend", caller=caller)
    row.next_at = func.now()
    await session.flush()  # the answer carries the version
    await session.refresh(row)
    return row


async def page(session: AsyncSession, caller: Principal, query: HandoffQuery) -> Page[HandoffRead]:
    """A page of hand-offs."""
    wanted = visible(caller)
    for name in ("state", "code", "matter_id", "owner_city"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(ExternalHandoff, name) == value)
    if query.q:
        wanted = wanted.where(
            or_(
                ExternalHandoff.biz_no == query.q,
                ExternalHandoff.matter_no == query.q,
                ExternalHandoff.platform_ref == query.q,
            )
        )
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=ExternalHandoff.id,
        sorts={"biz_no": ExternalHandoff.biz_no, "state": ExternalHandoff.state},
        default="-created_at",
    )
    return Page(items=[show(caller, row) for row in rows], next_cursor=cursor)


def show(caller: Principal, row: ExternalHandoff) -> HandoffRead:
    """A hand-off over the wire."""
    may = caller.holds("ops") or caller.city == row.owner_city
    return shown(
        HandoffRead,
        row,
        digest=row.digest.hex(),
        next_try_at=row.next_at,
        allowed_actions=[
            action
            for action in rules.MACHINE.allowed(row.state)
            if action == "resend" and may and ACCESS.allows(caller, "handoff:resend")
        ],
        deadlines=[],
    )
