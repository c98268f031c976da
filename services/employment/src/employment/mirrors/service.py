"""Mirrors: kept by the worker from the service's own feed, read by the other city."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Select, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from employment.access import ACCESS
from employment.employers.models import Employer
from employment.mirrors import models
from employment.mirrors.models import MACHINE, PostingMirror, PostingReport
from employment.mirrors.schemas import (
    MirrorQuery,
    MirrorRead,
    PostingReportAnswered,
    PostingReported,
    ReportAnswer,
    ReportCreate,
    ReportQuery,
    ReportRead,
)
from employment.postings import models as postings
from employment.postings import service as postings_service
from employment.postings.models import Posting
from employment.postings.schemas import PostingRead
from hrss_kit import clock, deadlines, numbering, outbox, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.ids import new_id
from hrss_kit.inbox import Received
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity

ANSWER = "report_answer"
#: What stays in the owner's city: who decided what, and its own source.
NOT_MIRRORED = frozenset({
    "allowed_actions", "deadlines", "lawful_terms", "warnings", "source_system", "source_ref",
    "reason", "reason_code", "share_with",
})  # fmt: skip
SHOWN = [name for name in PostingRead.model_fields if name not in NOT_MIRRORED]


class PostingSaid(BaseModel):
    """Which posting an event is about."""

    model_config = ConfigDict(extra="ignore")

    posting_id: UUID


async def mirror(session: AsyncSession, _event: Received, data: PostingSaid) -> None:
    """Brings the copies of a posting to what it says now; never back to what it said before."""
    row = await session.get(Posting, data.posting_id, with_for_update=True)
    if row is None or row.published_at is None:
        return
    employer = await session.get_one(Employer, row.employer_id)
    now = clock.now()
    for city in row.share_with:
        statement = insert(PostingMirror).values(
            id=new_id(), origin_id=row.id, origin_city=row.owner_city, mirror_city=city,
            origin_version=row.public_version, state=row.state, biz_no=row.biz_no,
            snapshot=_snapshot(row, employer), received_at=now, created_at=now, updated_at=now,
            version=1,
        )  # fmt: skip
        given = statement.excluded
        await session.execute(
            statement.on_conflict_do_update(
                constraint=models.ONE_PER_CITY,
                set_={
                    "origin_version": given.origin_version,
                    "state": given.state,
                    "snapshot": given.snapshot,
                    "received_at": given.received_at,
                    "updated_at": given.updated_at,
                    "version": PostingMirror.version + 1,
                },
                where=PostingMirror.origin_version < given.origin_version,
            )
        )
    # What is no longer shared with a city is no longer held there.
    await session.execute(
        delete(PostingMirror).where(
            PostingMirror.origin_id == row.id, PostingMirror.mirror_city.not_in(row.share_with)
        )
    )


def _snapshot(row: Posting, employer: Employer) -> dict[str, Any]:
    values = {
        name: getattr(row, name) for name in SHOWN if name not in PostingRead.model_computed_fields
        and hasattr(row, name)
    }  # fmt: skip
    made = PostingRead.model_construct(
        **values,
        employer_name=employer.name,
        employer_uscc=employer.uscc,
        work_city=row.owner_city,
    )
    found: dict[str, Any] = made.model_dump(mode="json", include=set(SHOWN))
    return found


def _stale() -> ColumnElement[bool]:
    """Whether the posting has gone on since it was copied."""
    gone_on: ColumnElement[bool] = Posting.public_version > PostingMirror.origin_version
    return gone_on


def visible(caller: Principal) -> Select[PostingMirror]:
    """A city sees what it holds, and what is held of its own."""
    found = select(PostingMirror).join(Posting, Posting.id == PostingMirror.origin_id)
    if caller.holds("auditor", "service"):
        return found
    mine = (PostingMirror.mirror_city == caller.city, PostingMirror.origin_city == caller.city)
    return found.where(or_(*mine))


async def search(session: AsyncSession, caller: Principal, query: MirrorQuery) -> Page[MirrorRead]:
    """A page of mirrors."""
    wanted = visible(caller)
    for name in ("state", "origin_city", "origin_id"):
        if getattr(query, name) is not None:
            wanted = wanted.where(getattr(PostingMirror, name) == getattr(query, name))
    if query.stale is not None:
        wanted = wanted.where(_stale() if query.stale else ~_stale())
    if query.q:
        title = PostingMirror.snapshot["title"].astext
        wanted = wanted.where(title.icontains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=PostingMirror.id,
        sorts={"received_at": PostingMirror.received_at},
        default="-received_at",
    )
    return Page(items=await _shown(session, caller, rows), next_cursor=cursor)


async def find(session: AsyncSession, caller: Principal, mirror_id: UUID) -> MirrorRead:
    """One mirror."""
    row = await resources.load(session, visible(caller).where(PostingMirror.id == mirror_id))
    return (await _shown(session, caller, [row]))[0]


async def _shown(
    session: AsyncSession, caller: Principal, rows: Sequence[PostingMirror]
) -> list[MirrorRead]:
    held = select(Posting.id, Posting.public_version).where(
        Posting.id.in_([row.origin_id for row in rows])
    )
    now = {one.id: one.public_version for one in await session.execute(held)}
    return [
        resources.shown(
            MirrorRead,
            row,
            owner_city=row.origin_city,
            stale=now[row.origin_id] > row.origin_version,
            allowed_actions=_allowed(caller, row),
        )
        for row in rows
    ]


def _allowed(caller: Principal, row: PostingMirror) -> list[str]:
    may = row.mirror_city == caller.city and ACCESS.allows(caller, "posting-report:create")
    return ["reports"] if may else []


async def refuse_change(session: AsyncSession, caller: Principal, mirror_id: UUID) -> MirrorRead:
    """A mirror is changed where it is from, and nowhere else."""
    await resources.load(session, visible(caller).where(PostingMirror.id == mirror_id))
    raise NotYourCity("请由岗位所属市修改原岗位", "Its own city changes the posting itself")


def reports(caller: Principal) -> Select[PostingReport]:
    """A city sees what it has reported and what it has to answer."""
    found = select(PostingReport)
    if caller.holds("auditor"):
        return found
    mine = (PostingReport.owner_city == caller.city, PostingReport.reporting_city == caller.city)
    return found.where(or_(*mine))


async def report(
    session: AsyncSession, caller: Principal, mirror_id: UUID, new: ReportCreate
) -> ReportRead:
    """Tells the posting's own city that it is false; the city has to answer in its term."""
    held = await resources.load(session, visible(caller).where(PostingMirror.id == mirror_id))
    if held.mirror_city != caller.city:
        raise NotYourCity
    # Whoever comes second waits here, and finds the first one's report.
    posting = await session.get_one(Posting, held.origin_id, with_for_update=True)
    open_one = await session.scalar(
        select(PostingReport.id).where(
            PostingReport.posting_id == posting.id,
            PostingReport.reporting_city == held.mirror_city,
            PostingReport.state == models.OPEN,
        )
    )
    if open_one is not None:
        raise Duplicate(existing_id=str(open_one))
    today = clock.today()
    length = int(
        await policy.get(session, "emp.report_answer_wd", on=today, city=posting.owner_city)
    )
    row = PostingReport(
        id=new_id(),
        biz_no=await numbering.next_number(session, "EM", posting.owner_city, today),
        owner_city=posting.owner_city,
        posting_id=posting.id,
        mirror_id=held.id,
        reporting_city=held.mirror_city,
        state=models.OPEN,
        **new.model_dump(),
    )
    audience = sorted({posting.owner_city, held.mirror_city})
    clock_row = await deadlines.start(
        session, subject_id=row.id, subject_no=row.biz_no, owner_city=row.owner_city,
        audience=audience, code=ANSWER, started_on=today, unit="WD", length=length,
        basis="emp.report_answer_wd",
    )  # fmt: skip
    row.due_on = clock_row.due_on
    session.add(row)
    timeline.add(session, row.id, "report", caller=caller, to_state=row.state)
    outbox.publish(
        session,
        PostingReported(report_id=row.id, posting_id=posting.id, kind=row.kind, due_on=row.due_on),
        source="employment",
        subject=posting.biz_no,
        city=posting.owner_city,
        audience=audience,
    )
    await session.flush()  # the answer carries the version
    exchange().location = f"/employment/v1/posting-reports/{row.id}"
    return await _report_read(session, caller, row)


async def find_report(session: AsyncSession, caller: Principal, report_id: UUID) -> ReportRead:
    """One report."""
    row = await resources.load(session, reports(caller).where(PostingReport.id == report_id))
    return await _report_read(session, caller, row)


async def report_history(
    session: AsyncSession, caller: Principal, report_id: UUID
) -> timeline.Timeline:
    """What happened to a report."""
    row = await resources.load(session, reports(caller).where(PostingReport.id == report_id))
    return await timeline.of(session, row.id)


async def list_reports(
    session: AsyncSession, caller: Principal, query: ReportQuery
) -> Page[ReportRead]:
    """A page of reports."""
    wanted = reports(caller)
    for name in ("state", "posting_id"):
        if getattr(query, name) is not None:
            wanted = wanted.where(getattr(PostingReport, name) == getattr(query, name))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=PostingReport.id,
        sorts={"due_on": PostingReport.due_on},
        default="-created_at",
    )
    items = [await _report_read(session, caller, row) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def answer(
    session: AsyncSession, caller: Principal, report_id: UUID, wish: ReportAnswer
) -> ReportRead:
    """Answers; what was found to be false goes off at once."""
    wanted = reports(caller).where(PostingReport.id == report_id)
    row = await resources.load(session, wanted, lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    MACHINE.take(row.state, "answer")
    row.state = models.FOUNDED if wish.founded else models.UNFOUNDED
    row.answer, row.answered_by, row.answered_at = wish.answer, caller.actor, clock.now()
    await deadlines.meet(session, row.id, ANSWER, clock.today())
    timeline.add(
        session, row.id, "answer", caller=caller, from_state=models.OPEN, to_state=row.state,
        reason=wish.answer,
    )  # fmt: skip
    posting = await session.get_one(Posting, row.posting_id, with_for_update=True)
    if wish.founded and posting.state == postings.PUBLISHED:
        await postings_service.suspend_one(
            session, caller, posting, reason=wish.answer, reason_code=row.kind
        )
    outbox.publish(
        session,
        PostingReportAnswered(report_id=row.id, posting_id=posting.id, founded=wish.founded),
        source="employment",
        subject=posting.biz_no,
        city=row.owner_city,
        audience=sorted({row.owner_city, row.reporting_city}),
    )
    await session.flush()  # the answer carries the new version
    return await _report_read(session, caller, row)


async def _report_read(session: AsyncSession, caller: Principal, row: PostingReport) -> ReportRead:
    def may(_action: str) -> bool:
        return row.owner_city == caller.city and ACCESS.allows(caller, "posting-report:answer")

    clocks = (await deadlines.of(session, [row.id]))[row.id]
    allowed = MACHINE.allowed(row.state, may)
    return resources.shown(ReportRead, row, allowed_actions=allowed, deadlines=clocks)
