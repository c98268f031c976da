"""Case files are kept for their term and no longer: `common.retention.case_years` (PIPL art. 19).

After it a complaint still says what was decided about whom it was made; it names no person.
"""

import secrets
from datetime import date
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from hrss_kit import clock, policy, timeline
from labor_inspection.cases.models import Case
from labor_inspection.complaints.models import (
    CLOSED,
    NOT_ACCEPTED,
    Complaint,
    ComplaintRepresentative,
    ComplaintWorker,
)

ERASED: Final = "已按保管期限删除"
#: One transaction erases so many; the next run goes on.
AT_ONCE: Final = 200
#: As long as a number, and nobody's.
NO_NUMBER: Final = "0" * 18


async def erase(session: AsyncSession) -> int:
    """Timer: takes the persons out of complaints whose term of keeping is over."""
    today = clock.today()
    years = int(await policy.get(session, "common.retention.case_years", on=today))
    first_kept = clock.start_of(kept_since(today, years))
    going_on = select(Case.id).where(or_(Case.state != CLOSED, Case.updated_at >= first_kept))
    over = (
        select(Complaint)
        .where(Complaint.state.in_((CLOSED, NOT_ACCEPTED)), Complaint.erased_on.is_(None))
        .where(Complaint.updated_at < first_kept)
        # A case that was reopened, or never ended, still needs its people.
        .where(or_(Complaint.case_id.is_(None), Complaint.case_id.not_in(going_on)))
        .options(selectinload(Complaint.workers), selectinload(Complaint.representatives))
        .order_by(Complaint.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.scalars(over)).all()
    for row in rows:
        row.person_name = row.doc_no = row.doc_original = row.mobile = None
        row.doc_type, row.id_hash = None, None
        row.facts, row.erased_on = ERASED, today
        for worker in row.workers:
            _forget(worker)
        for representative in row.representatives:
            _forget(representative)
        timeline.add(session, row.id, "erase", caller=None)
    return len(rows)


def kept_since(today: date, years: int) -> date:
    """The first day of what is kept; 29 February goes with 1 March."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return date(today.year - years, 3, 1)


def _forget(person: ComplaintWorker | ComplaintRepresentative) -> None:
    person.person_name, person.doc_no = ERASED, NO_NUMBER
    person.doc_original = person.mobile = None
    # Found by no number, and unlike every other.
    person.id_hash = secrets.token_bytes(32)
