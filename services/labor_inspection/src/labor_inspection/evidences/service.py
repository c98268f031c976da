"""What can be done with evidence: it is received, opened and passed on, each on record."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Forbidden, NotYourCity, StateConflict, refuse
from hrss_kit.resources import load
from hrss_kit.stored_files import StoredFile
from hrss_kit.timeline import TimelineEntry
from labor_inspection.cases import rules as case_rules
from labor_inspection.cases.models import Case
from labor_inspection.cases.views import visible
from labor_inspection.db import flush_new
from labor_inspection.evidences import rules
from labor_inspection.evidences.models import (
    OPENED,
    PASSED_ON,
    RECEIVED,
    CaseCustody,
    CaseEvidence,
)
from labor_inspection.evidences.schemas import (
    CaseCustodyRead,
    CaseEvidenceRead,
    EvidenceForm,
    EvidenceQuery,
    PassOn,
)

HEAD, SYSTEM = "supervisor.li", "partner"


class NotOnTheCase(Forbidden):
    code = "NOT_ON_THE_CASE"
    title_zh, title_en = "仅限本案办案人员", "Only those who handle this case may do this"


async def refuse_others(
    session: AsyncSession, caller: Principal, subject_id: UUID, named: Sequence[str]
) -> None:
    """403 for whoever neither handles the case, or the letter, nor heads the office."""
    actors = await session.scalars(
        select(TimelineEntry.actor).where(
            TimelineEntry.subject_id == subject_id, TimelineEntry.city == caller.city
        )
    )
    if not rules.is_of_the_case(
        caller.actor,
        is_head=caller.holds(HEAD),
        is_system=caller.holds(SYSTEM),
        people={*named, *actors},
    ):
        raise NotOnTheCase


async def case_of(
    session: AsyncSession, caller: Principal, case_id: UUID, *, lock: bool = False
) -> Case:
    """The case, for its people: 404, then whose city it is, then who handles it."""
    case = await load(session, visible(caller).where(Case.id == case_id), lock=lock)
    if case.owner_city != caller.city:
        raise NotYourCity
    await refuse_others(session, caller, case.id, case.inspectors)
    exchange().note(subject=case.biz_no)
    return case


def collected_on(form: EvidenceForm) -> date:
    """The day it was collected; not a day to come."""
    if form.collected_on is not None and form.collected_on > clock.today():
        raise refuse("collected_on", "DATE", "不得晚于今日", "lies after today")
    return form.collected_on or clock.today()


async def add(
    session: AsyncSession, caller: Principal, case_id: UUID, file: StoredFile, form: EvidenceForm
) -> CaseEvidenceRead:
    """Puts a file on the case's file; the hub has hashed it while it came in."""
    case = await case_of(session, caller, case_id, lock=True)
    if case.state == case_rules.CLOSED:
        raise StateConflict(case.state, case_rules.MACHINE.allowed(case.state))
    row = CaseEvidence(
        case_id=case.id,
        file_id=file.id,
        name=form.name or file.file_name,
        sha256=file.sha256,
        media_type=file.media_type,
        size=file.size,
        collected_on=collected_on(form),
        collected_by=form.collectors or [caller.actor],
    )
    session.add(row)
    await flush_new(session, "uq_case_evidences_case_id")
    _enter(session, caller, row, RECEIVED)
    timeline.add(session, case.id, "add-evidence", caller=caller, reason=row.sha256)
    return (await _shown(session, [row]))[0]


async def page(
    session: AsyncSession, caller: Principal, case_id: UUID, query: EvidenceQuery
) -> Page[CaseEvidenceRead]:
    """The evidence of a case, with its way."""
    case = await case_of(session, caller, case_id)
    statement = select(CaseEvidence).where(CaseEvidence.case_id == case.id)
    if query.media_type:
        statement = statement.where(CaseEvidence.media_type == query.media_type)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=CaseEvidence.id,
        sorts={"created_at": CaseEvidence.created_at},
        default="created_at",
    )
    return Page[CaseEvidenceRead](items=await _shown(session, rows), next_cursor=cursor)


async def open_file(
    session: AsyncSession, caller: Principal, case_id: UUID, evidence_id: UUID
) -> StoredFile:
    """The file itself, for one of the case's people; that it was opened is part of its way."""
    case = await case_of(session, caller, case_id)
    row = await load(session, _of(case, evidence_id))
    _enter(session, caller, row, OPENED)
    return await load(session, select(StoredFile).where(StoredFile.id == row.file_id))


async def pass_on(
    session: AsyncSession, caller: Principal, case_id: UUID, evidence_id: UUID, wish: PassOn
) -> CaseEvidenceRead:
    """Records that somebody outside was given it."""
    case = await case_of(session, caller, case_id)
    row = await load(session, _of(case, evidence_id))
    _enter(session, caller, row, PASSED_ON, wish.recipient, wish.reason)
    timeline.add(session, case.id, "pass-on-evidence", caller=caller, reason=row.sha256)
    return (await _shown(session, [row]))[0]


def _of(case: Case, evidence_id: UUID) -> Select[CaseEvidence]:
    return select(CaseEvidence).where(
        CaseEvidence.case_id == case.id, CaseEvidence.id == evidence_id
    )


def _enter(
    session: AsyncSession,
    caller: Principal,
    row: CaseEvidence,
    action: str,
    recipient: str | None = None,
    reason: str | None = None,
) -> None:
    session.add(
        CaseCustody(
            evidence_id=row.id,
            action=action,
            actor=caller.actor,
            city=caller.city,
            recipient=recipient,
            reason=reason,
            sha256=row.sha256,
        )
    )


async def _shown(session: AsyncSession, rows: Sequence[CaseEvidence]) -> list[CaseEvidenceRead]:
    await session.flush()  # what was just entered is part of the answer
    chain: dict[UUID, list[CaseCustodyRead]] = defaultdict(list)
    entries = await session.scalars(
        select(CaseCustody)
        .where(CaseCustody.evidence_id.in_(row.id for row in rows))
        .order_by(CaseCustody.id)
    )
    for entry in entries:
        chain[entry.evidence_id].append(CaseCustodyRead.model_validate(entry))
    columns = [name for name in CaseEvidenceRead.model_fields if name != "custody"]
    return [
        CaseEvidenceRead(**{name: getattr(row, name) for name in columns}, custody=chain[row.id])
        for row in rows
    ]
