"""Evidence of cases (证据): uploaded, opened and passed on by the case's people."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.files import Uploaded, form_of
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.routing import Router
from hrss_kit.stored_files import StoredFile
from labor_inspection.evidences import service
from labor_inspection.evidences.schemas import (
    CaseEvidenceRead,
    EvidenceForm,
    EvidenceQuery,
    PassOn,
)

router = Router(prefix="/cases", tags=["evidences"])


@router.upload(
    "/{case_id}/evidences",
    permission="evidence:add",
    reply=CaseEvidenceRead,
    form=EvidenceForm,
    problems=(NotYourCity, service.NotOnTheCase, StateConflict, Duplicate),
)
async def add_case_evidence(
    session: Session,
    caller: Caller,
    case_id: UUID,
    file: Uploaded,
    form: Annotated[EvidenceForm, Depends(form_of)],
) -> CaseEvidenceRead:
    """Put a file on the case's file: it is hashed as it comes, and its way begins."""
    return await service.add(session, caller, case_id, file, form)


@router.list("/{case_id}/evidences", permission="evidence:read", reply=Page[CaseEvidenceRead])
async def list_case_evidences(
    session: Session, caller: Caller, case_id: UUID, query: Annotated[EvidenceQuery, Query()]
) -> Page[CaseEvidenceRead]:
    """List a case's evidence with its chain of custody."""
    return await service.page(session, caller, case_id, query)


@router.download(
    "/{case_id}/evidences/{evidence_id}/content",
    permission="evidence:open",
    problems=(NotYourCity, service.NotOnTheCase),
)
async def open_case_evidence(
    session: Session, caller: Caller, case_id: UUID, evidence_id: UUID
) -> StoredFile:
    """Open a piece of evidence; that is on record, and part of its chain of custody."""
    return await service.open_file(session, caller, case_id, evidence_id)


@router.create(
    "/{case_id}/evidences/{evidence_id}/hand-overs",
    permission="evidence:add",
    reply=CaseEvidenceRead,
    problems=(NotYourCity, service.NotOnTheCase),
)
async def pass_case_evidence_on(
    session: Session, caller: Caller, case_id: UUID, evidence_id: UUID, wish: PassOn
) -> CaseEvidenceRead:
    """Record that somebody outside, such as a court, was given it."""
    return await service.pass_on(session, caller, case_id, evidence_id, wish)
