"""The same job is on offer once: the database decides, the answer names the other posting."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.postings import models
from employment.postings.models import LIVE, Posting
from hrss_kit.problems import Duplicate
from hrss_kit.translation import constraint_of


@asynccontextmanager
async def saved(session: AsyncSession, row: Posting) -> AsyncIterator[None]:
    """Writes what the block does to the row; the same job on offer already is a duplicate."""
    same: dict[str | None, ColumnElement[bool]] = {}
    try:
        async with session.begin_nested():
            yield
            same[models.NOT_TWICE] = _same_job(row)
            same[models.ONE_PER_SOURCE] = and_(
                Posting.source_system == row.source_system, Posting.source_ref == row.source_ref
            )
            # Two inserts that exclude each other would otherwise wait for each other: a deadlock.
            job = f"{row.employer_id}|{row.occupation}|{row.work_division}|{row.title_key}"
            lock = func.pg_advisory_xact_lock(func.hashtextextended(job, 0))
            await session.execute(select(lock))
            await session.flush()  # duplicates show here
    except IntegrityError as error:
        found = same.get(constraint_of(error))
        if found is None:
            raise
        existing = await session.scalar(select(Posting.id).where(found).order_by(Posting.id))
        raise Duplicate(existing_id=str(existing)) from error


def _same_job(row: Posting) -> ColumnElement[bool]:
    return and_(
        Posting.employer_id == row.employer_id,
        Posting.occupation == row.occupation,
        Posting.work_division == row.work_division,
        Posting.title_key == row.title_key,
        Posting.valid_from <= row.valid_to,
        Posting.valid_to >= row.valid_from,
        Posting.state.in_(LIVE),
        Posting.repost_of.is_(None),
        Posting.id != row.id,
    )
