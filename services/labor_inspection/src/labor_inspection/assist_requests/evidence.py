"""The files of an answer: who received, handed over, took over and opened them, and when."""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.problems import Conflict, NotFound, NotYourCity, StateConflict
from hrss_kit.resources import load
from hrss_kit.stored_files import StoredFile
from labor_inspection.assist_requests import rules
from labor_inspection.assist_requests.models import (
    COLLECTED,
    HANDED_OVER,
    OPENED,
    RECEIVED,
    TAKEN_OVER,
    AssistEvidence,
    AssistRequest,
    CustodyEntry,
)
from labor_inspection.assist_requests.schemas import EvidenceHash, EvidenceIn
from labor_inspection.assist_requests.views import visible
from labor_inspection.cases.models import Case
from labor_inspection.db import flush_new
from labor_inspection.evidences import service as evidences
from labor_inspection.evidences.schemas import EvidenceForm


class EvidenceHashMismatch(Conflict):
    code = "EVIDENCE_HASH"
    title_zh, title_en = "证据校验值不一致", "The evidence is not what was handed over"


async def add(
    session: AsyncSession,
    caller: Principal,
    request_id: UUID,
    file: StoredFile,
    form: EvidenceForm,
) -> AssistRequest:
    """Puts a file to the answer; the asking city sees it once the answer is given."""
    row = await load(session, visible(caller).where(AssistRequest.id == request_id), lock=True)
    if caller.city != row.executing_city:
        raise NotYourCity
    await evidences.refuse_others(session, caller, row.id, row.inspectors)
    if row.state not in (rules.ACCEPTED, rules.ASSIGNED):
        raise StateConflict(row.state, rules.MACHINE.allowed(row.state))
    collectors = form.collectors or [caller.actor]
    kept = AssistEvidence(
        request_id=row.id,
        file_id=file.id,
        name=form.name or f"{file.id}",
        sha256=file.sha256,
        media_type=file.media_type,
        size=file.size,
        collected_on=evidences.collected_on(form),
        collected_by=collectors,
    )
    await _collect(session, row, kept)
    _enter(session, kept, RECEIVED, caller.actor, None, row.executing_city)
    timeline.add(session, row.id, "add-evidence", caller=caller, reason=kept.sha256)
    exchange().note(subject=row.biz_no)
    return row


async def _collect(session: AsyncSession, row: AssistRequest, kept: AssistEvidence) -> None:
    session.add(kept)
    await flush_new(session, "uq_assist_evidences_request_id")
    start = _start_of(kept.collected_on)
    people = ", ".join(kept.collected_by)
    _enter(session, kept, COLLECTED, people, None, row.executing_city, at=start)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.SHANGHAI)


async def hand_over(
    session: AsyncSession, caller: Principal, row: AssistRequest, told: Sequence[EvidenceIn]
) -> int:
    """With the answer its files go to the asking city, and those it only names; how many."""
    kept = list(
        await session.scalars(select(AssistEvidence).where(AssistEvidence.request_id == row.id))
    )
    uploaded = {one.sha256 for one in kept}
    for one in told:
        if one.sha256 not in uploaded:
            named = AssistEvidence(request_id=row.id, **one.model_dump())
            await _collect(session, row, named)
            kept.append(named)
    for each in kept:
        _enter(session, each, HANDED_OVER, caller.actor, row.executing_city, row.owner_city)
    return len(kept)


async def take_over(
    session: AsyncSession, caller: Principal, row: AssistRequest, given: Sequence[EvidenceHash]
) -> None:
    """The asking city takes the files into its case; hashes it computed are compared."""
    found = await session.scalars(select(AssistEvidence).where(AssistEvidence.request_id == row.id))
    kept = {one.id: one for one in found}
    for one in given:
        if one.evidence_id not in kept or kept[one.evidence_id].sha256 != one.sha256:
            raise EvidenceHashMismatch
    for each in kept.values():
        _enter(session, each, TAKEN_OVER, caller.actor, row.executing_city, row.owner_city)


async def open_file(
    session: AsyncSession, caller: Principal, request_id: UUID, evidence_id: UUID
) -> StoredFile:
    """The file, for those who answer the letter, and for those who handle the case once it came."""
    row = await load(session, visible(caller).where(AssistRequest.id == request_id))
    if caller.city not in row.cities:
        raise NotYourCity
    if caller.city == row.executing_city:
        await evidences.refuse_others(session, caller, row.id, row.inspectors)
    else:
        case = await load(session, select(Case).where(Case.id == row.case_id))
        await evidences.refuse_others(session, caller, case.id, case.inspectors)
    kept = await load(
        session,
        select(AssistEvidence).where(
            AssistEvidence.request_id == row.id, AssistEvidence.id == evidence_id
        ),
    )
    # What is collected belongs to whoever collects it, until the answer is given.
    is_here = row.replied_on is not None or caller.city == row.executing_city
    if kept.file_id is None or not is_here:
        raise NotFound
    _enter(session, kept, OPENED, caller.actor, None, str(caller.city))
    exchange().note(subject=row.biz_no)
    return await load(session, select(StoredFile).where(StoredFile.id == kept.file_id))


def _enter(
    session: AsyncSession,
    kept: AssistEvidence,
    action: str,
    actor: str,
    from_city: str | None,
    to_city: str,
    at: datetime | None = None,
) -> None:
    session.add(
        CustodyEntry(
            evidence_id=kept.id,
            action=action,
            at=at or clock.now(),
            actor=actor,
            from_city=from_city,
            to_city=to_city,
            sha256=kept.sha256,
        )
    )
