"""What a city publishes each quarter of its major cases (S21): for everybody, and no worker."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, timeline
from hrss_kit.auth import Principal
from hrss_kit.money import money_text
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity
from labor_inspection.bulletins import rules
from labor_inspection.bulletins.models import MajorPublication, ViolationBulletin
from labor_inspection.bulletins.schemas import (
    MajorItem,
    MajorPublicationQuery,
    MajorPublicationRead,
    PublicationCreate,
)
from labor_inspection.bulletins.service import ended_period
from labor_inspection.complaints.rules import MATTERS

DECISIONS_ZH: Final = {
    "ORDER_CORRECT": "责令改正",
    "HANDLE": "行政处理",
    "PENALTY": "行政处罚",
    "TRANSFER_POLICE": "移送公安机关",
}


async def publish(
    session: AsyncSession, caller: Principal, wish: PublicationCreate
) -> MajorPublication:
    """Publishes the major cases decided in a quarter that is over; once."""
    if caller.city is None:
        raise NotYourCity
    period = await ended_period(session, caller.city, wish.quarter)
    known = await session.scalar(
        select(MajorPublication.id).where(
            MajorPublication.owner_city == caller.city, MajorPublication.quarter == period.code
        )
    )
    if known is not None:
        raise Duplicate(existing_id=str(known))
    found = await session.scalars(
        select(ViolationBulletin)
        .where(ViolationBulletin.owner_city == caller.city)
        .where(ViolationBulletin.kind == rules.MAJOR_CASE)
        .where(ViolationBulletin.decided_on.between(period.first, period.last))
        .order_by(ViolationBulletin.case_no, ViolationBulletin.id)
    )
    # Of several notices of a case the last one says most.
    latest = {row.case_no: row for row in found}
    row = MajorPublication(
        biz_no=await numbering.next_number(session, "LI", caller.city, clock.today()),
        owner_city=caller.city,
        quarter=period.code,
        published_on=clock.today(),
        published_by=caller.actor,
        items=[_item(one).model_dump(mode="json") for one in latest.values()],
    )
    session.add(row)
    await session.flush()  # its id and version are part of the answer
    timeline.add(session, row.id, "publish", caller=caller)
    return row


def _item(notice: ViolationBulletin) -> MajorItem:
    matters = "、".join(MATTERS[one] for one in notice.matter)
    amount = f"，涉及金额{money_text(notice.amount)}元" if notice.amount else ""
    return MajorItem.model_validate(
        {
            "employer_name": notice.employer_name or "",
            "employer_uscc": notice.employer_uscc,
            "case_no": notice.case_no,
            "kinds": notice.major_kinds,
            "facts": f"{matters}，涉及劳动者{notice.workers_count}人{amount}",
            "decision": DECISIONS_ZH.get(notice.decision or "", notice.decision),
            "decided_on": notice.decided_on,
        }
    )


async def page(session: AsyncSession, query: MajorPublicationQuery) -> Page[MajorPublicationRead]:
    """A page of publications of both cities."""
    wanted = select(MajorPublication)
    for name in ("quarter", "owner_city"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(MajorPublication, name) == value)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=MajorPublication.id,
        sorts={"created_at": MajorPublication.created_at},
        default="-created_at",
    )
    return Page(
        items=[MajorPublicationRead.model_validate(row) for row in rows], next_cursor=cursor
    )
