"""Told twice, or told by many: duplicates are refused, collectives tied together (domain §2.4)."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import policy, timeline
from hrss_kit.ids import new_id
from hrss_kit.problems import Duplicate
from labor_inspection.complaints import rules, views
from labor_inspection.complaints.models import (
    CLOSED,
    NOT_ACCEPTED,
    Complaint,
    ComplaintWorker,
    Linkage,
)


def _act(complaint: Complaint) -> rules.Act:
    return rules.Act(
        received_on=complaint.received_on,
        uscc=complaint.employer_uscc,
        employer_key=complaint.employer_key,
        work_division=complaint.work_division,
        place_key=complaint.place_key,
        matter=complaint.matter,
        period_from=complaint.period_from,
        period_to=complaint.period_to,
    )


async def lock_employer(session: AsyncSession, uscc: str | None, key: str | None) -> None:
    """One filing about an employer at a time, so that neither of two misses the other.

    Both its code and its name are locked: two filings that could meet share one of them. Taken
    before any row is locked, in one order, so that nobody waits in a circle.
    """
    for name in sorted(f"li.employer:{one}" for one in (uscc, key) if one):
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def refuse_duplicate(session: AsyncSession, complaint: Complaint) -> None:
    """409 DUPLICATE with the first tracking number when this person has told this already.

    Somebody who is listed as a worker of an earlier complaint has told it too.
    """
    if complaint.id_hash is None:
        return
    days = int(await policy.get(session, "li.dup_window_days", on=complaint.received_on))
    listed = (
        select(ComplaintWorker.id)
        .where(ComplaintWorker.complaint_id == Complaint.id)
        .where(ComplaintWorker.id_hash == complaint.id_hash)
        .exists()
    )
    earlier = await session.scalars(
        select(Complaint)
        .where(Complaint.received_on >= rules.window_start(complaint.received_on, days))
        .where(Complaint.state != NOT_ACCEPTED, Complaint.id != complaint.id)
        .where(or_(Complaint.id_hash == complaint.id_hash, listed))
        .order_by(Complaint.received_on, Complaint.id)
    )
    for one in earlier:
        if rules.is_same_act(_act(complaint), _act(one), days):
            raise Duplicate(
                f"已登记，查询编号 {one.biz_no}",
                f"Already received under tracking number {one.biz_no}",
                existing_id=str(one.id),
                tracking_no=one.biz_no,
            )


async def join(session: AsyncSession, complaint: Complaint) -> None:
    """Several people about one employer and site become one collective matter."""
    if complaint.place_key is None:
        return
    days = int(await policy.get(session, "li.collective_window_days", on=complaint.received_on))
    # Locked in the order of their ids: whoever else changes several does the same.
    earlier = await session.scalars(
        select(Complaint)
        .where(Complaint.received_on >= rules.window_start(complaint.received_on, days))
        .where(Complaint.place_key == complaint.place_key, Complaint.id != complaint.id)
        .where(Complaint.competent_city == complaint.competent_city)
        .where(Complaint.state.not_in((NOT_ACCEPTED, CLOSED)))
        .order_by(Complaint.id)
        .with_for_update()
    )
    same = [
        one
        for one in earlier
        if (complaint.id_hash is None or one.id_hash != complaint.id_hash)
        and rules.is_same_site(_act(complaint), _act(one), days)
    ]
    if not same:
        return
    linkage_id = next((one.linkage_id for one in same if one.linkage_id), None)
    if linkage_id is None:
        linkage_id = await open_linkage(session, "COLLECTIVE", complaint.received_on)
    complaint.linkage_id = linkage_id
    for one in same:
        if one.linkage_id is None:
            one.linkage_id = linkage_id
            timeline.add(session, one.id, "link", caller=None)


async def open_linkage(session: AsyncSession, reason: str, on: date) -> UUID:
    """A new linkage; returns its id."""
    linkage_id = new_id()
    # At once, not with the flush: complaints that are about to be written refer to it.
    await session.execute(insert(Linkage).values(id=linkage_id, reason=reason, opened_on=on))
    return linkage_id


async def together(session: AsyncSession, complaint: Complaint) -> list[Complaint]:
    """The complaints of one collective, held until the transaction ends, in order of id.

    The employer is locked first, as when a complaint is filed, so that nobody joins meanwhile.
    """
    await lock_employer(session, complaint.employer_uscc, complaint.employer_key)
    await session.refresh(complaint, ["linkage_id", "competent_city"])
    wanted = select(Complaint).where(Complaint.id == complaint.id)
    if complaint.linkage_id is not None:
        wanted = select(Complaint).where(
            Complaint.linkage_id == complaint.linkage_id,
            Complaint.competent_city == complaint.competent_city,
        )
    rows = await session.scalars(
        wanted.options(*views.WITH_PEOPLE)
        .order_by(Complaint.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows)
