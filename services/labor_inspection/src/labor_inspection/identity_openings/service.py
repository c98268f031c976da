"""Who reported is known to nobody, until an inspector asks, the head approves, and it is seen once.

The regulation demands secrecy (S01 art. 9): two people in two roles keep it from one alone.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, MakerIsChecker, NotYourCity, ScopeMissing, StateConflict
from hrss_kit.resources import REVEAL_SCOPE, load, match_version, shown
from labor_inspection.complaints import views
from labor_inspection.complaints.models import Complaint
from labor_inspection.db import flush_new
from labor_inspection.identity_openings import rules
from labor_inspection.identity_openings.models import IdentityOpening
from labor_inspection.identity_openings.rules import MACHINE
from labor_inspection.identity_openings.schemas import (
    Identity,
    OpeningQuery,
    OpeningRead,
)

INSPECTOR, HEAD = "cw.li", "supervisor.li"
REPORT = "REPORT"
FIELDS = ("name", "doc_type", "doc_no", "mobile")


class NothingSealed(Conflict):
    code = "NOTHING_SEALED"
    title_zh = "不是实名举报，没有可启封的身份"
    title_en = "This is no report by a named person: there is no identity to open"


async def _report(session: AsyncSession, caller: Principal, complaint_id: UUID) -> Complaint:
    """A report that lies with the caller's city; 404, then whose it is."""
    complaint = await load(session, views.visible(caller).where(Complaint.id == complaint_id))
    if views.view_of(caller, complaint) != "HANDLER":
        raise NotYourCity
    exchange().note(subject=complaint.biz_no)
    return complaint


async def ask(
    session: AsyncSession, caller: Principal, complaint_id: UUID, reason: str
) -> OpeningRead:
    """An inspector asks, with a reason."""
    complaint = await _report(session, caller, complaint_id)
    if not caller.holds(INSPECTOR):
        raise ScopeMissing
    if complaint.kind != REPORT or complaint.id_hash is None:
        raise NothingSealed
    row = IdentityOpening(
        biz_no=await numbering.next_number(session, "LI", complaint.owner_city, clock.today()),
        owner_city=complaint.owner_city,
        complaint_id=complaint.id,
        state=rules.PENDING,
        reason=reason,
        asked_by=caller.actor,
    )
    session.add(row)
    await flush_new(session, "uq_identity_openings_open")
    timeline.add(session, complaint.id, "ask-identity", caller=caller)
    exchange().note(reason=reason)
    return _read(caller, row)


async def page(
    session: AsyncSession, caller: Principal, complaint_id: UUID, query: OpeningQuery
) -> Page[OpeningRead]:
    """Every wish to know who reported, and what came of it."""
    if caller.holds("auditor"):
        complaint = await load(session, views.visible(caller).where(Complaint.id == complaint_id))
    else:
        complaint = await _report(session, caller, complaint_id)
    statement = select(IdentityOpening).where(IdentityOpening.complaint_id == complaint.id)
    if query.state is not None:
        statement = statement.where(IdentityOpening.state == query.state)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=IdentityOpening.id,
        sorts={"created_at": IdentityOpening.created_at},
        default="-created_at",
    )
    return Page[OpeningRead](items=[_read(caller, row) for row in rows], next_cursor=cursor)


async def _hold(
    session: AsyncSession, caller: Principal, complaint_id: UUID, opening_id: UUID, action: str
) -> tuple[Complaint, IdentityOpening]:
    """The opening, held, for the role whose part this is."""
    complaint = await _report(session, caller, complaint_id)
    row = await load(
        session,
        select(IdentityOpening).where(
            IdentityOpening.complaint_id == complaint.id, IdentityOpening.id == opening_id
        ),
        lock=True,
    )
    if not caller.holds(INSPECTOR if action in rules.OF_ASKER else HEAD):
        raise ScopeMissing
    match_version(row)
    return complaint, row


async def decide(
    session: AsyncSession,
    caller: Principal,
    complaint_id: UUID,
    opening_id: UUID,
    *,
    action: str,
    reason: str | None = None,
) -> OpeningRead:
    """The head of the same city approves for a limited time, or refuses; never their own wish."""
    complaint, row = await _hold(session, caller, complaint_id, opening_id, action)
    if row.asked_by == caller.actor:
        raise MakerIsChecker
    row.state = MACHINE.take(row.state, action)
    row.decided_by, row.decided_at, row.decision_reason = caller.actor, clock.now(), reason
    if row.state == rules.APPROVED:
        hours = int(
            await policy.get(
                session, "li.identity_opening_hours", on=clock.today(), city=row.owner_city
            )
        )
        row.expires_at = clock.now() + timedelta(hours=hours)
    timeline.add(session, complaint.id, f"{action}-identity", caller=caller)
    exchange().note(reason=reason)
    await session.flush()
    return _read(caller, row)


async def open_once(
    session: AsyncSession, caller: Principal, complaint_id: UUID, opening_id: UUID
) -> Identity:
    """Whoever asked sees the identity, once and in time; that is on record for good."""
    complaint, row = await _hold(session, caller, complaint_id, opening_id, "open")
    if row.asked_by != caller.actor or REVEAL_SCOPE not in caller.scope:
        raise ScopeMissing
    target = MACHINE.take(row.state, "open")
    if row.expires_at is None or row.expires_at <= clock.now():
        raise StateConflict(rules.EXPIRED, [])
    row.state, row.opened_at = target, clock.now()
    timeline.add(session, complaint.id, "open-identity", caller=caller)
    refs = [complaint.person_ref] if complaint.person_ref else []
    exchange().note(
        person_refs=refs, fields=[f"identity.{name}" for name in FIELDS], reason=row.reason
    )
    await session.flush()
    return Identity(
        id=row.id,
        name=complaint.person_name or "",
        doc_type=complaint.doc_type or "",
        doc_no=complaint.doc_no or "",
        mobile=complaint.mobile,
    )


def _read(caller: Principal, row: IdentityOpening) -> OpeningRead:
    def may(action: str) -> bool:
        if action in rules.OF_ASKER:
            return caller.holds(INSPECTOR) and caller.actor == row.asked_by
        return caller.holds(HEAD) and caller.actor != row.asked_by

    allowed = MACHINE.allowed(row.state, may) if caller.city == row.owner_city else []
    return shown(OpeningRead, row, allowed_actions=allowed, deadlines=[])


async def expire(session: AsyncSession) -> int:
    """Timer: what was approved and not used in time is over."""
    late = select(IdentityOpening).where(
        IdentityOpening.state == rules.APPROVED, IdentityOpening.expires_at <= clock.now()
    )
    rows = (await session.scalars(late.with_for_update(skip_locked=True))).all()
    for row in rows:
        row.state = rules.EXPIRED
        timeline.add(session, row.complaint_id, "expire-identity", caller=None)
    return len(rows)
