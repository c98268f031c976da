"""/gateway/v1/agreements 合作协议."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import select

from gateway.agreements import service
from gateway.agreements.schemas import (
    AgreementChange,
    AgreementCreate,
    AgreementQuery,
    AgreementRead,
)
from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.files import Uploaded
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason, load
from hrss_kit.routing import Router
from hrss_kit.stored_files import StoredFile
from hrss_kit.timeline import Timeline

router = Router(prefix="/agreements", tags=["cooperation"])
ALWAYS = (NotYourCity, StateConflict)


@router.create("", permission="agreement:keep", reply=AgreementRead, problems=(NotYourCity,))
async def register_agreement(
    session: Session, caller: Caller, new: AgreementCreate
) -> AgreementRead:
    """Register an agreement: parties, scope, period and the hash of the signed text."""
    return await service.register(session, caller, new)


@router.list("", permission="agreement:read", reply=Page[AgreementRead])
async def list_agreements(
    session: Session, caller: Caller, query: Annotated[AgreementQuery, Query()]
) -> Page[AgreementRead]:
    """List agreements; `effective_on` gives those that hold on a day."""
    return await service.page(session, caller, query)


@router.read("/{agreement_id}", permission="agreement:read", reply=AgreementRead)
async def read_agreement(session: Session, caller: Caller, agreement_id: UUID) -> AgreementRead:
    """Read one with who approved it."""
    row = await service.one(session, caller, agreement_id)
    return (await service.show(session, caller, [row]))[0]


@router.history("/{agreement_id}/timeline", permission="agreement:read", reply=Timeline)
async def read_agreement_timeline(session: Session, caller: Caller, agreement_id: UUID) -> Timeline:
    """Read what happened to one."""
    row = await service.one(session, caller, agreement_id)
    return await timeline.of(session, row.id)


@router.change("/{agreement_id}", permission="agreement:keep", reply=AgreementRead, problems=ALWAYS)
async def change_agreement(
    session: Session, caller: Caller, agreement_id: UUID, wish: AgreementChange
) -> AgreementRead:
    """Change a draft."""
    return await service.change(session, caller, agreement_id, wish)


@router.upload(
    "/{agreement_id}/files", permission="agreement:keep", reply=AgreementRead, problems=ALWAYS
)
async def attach_agreement_file(
    session: Session, caller: Caller, agreement_id: UUID, file: Uploaded
) -> AgreementRead:
    """Put the signed text to a draft; its hash becomes the agreement's."""
    exchange().location = f"/gateway/v1/agreements/{agreement_id}"
    return await service.attach(session, caller, agreement_id, file)


@router.download("/{agreement_id}/file", permission="agreement:read", personal=False)
async def open_agreement_file(session: Session, caller: Caller, agreement_id: UUID) -> StoredFile:
    """Open the signed text."""
    file_id = await service.stored_file(session, caller, agreement_id)
    return await load(session, select(StoredFile).where(StoredFile.id == file_id))


@router.act(
    "/{agreement_id}/propose", permission="agreement:keep", reply=AgreementRead, problems=ALWAYS
)
async def propose_agreement(
    session: Session, caller: Caller, agreement_id: UUID, _wish: Empty
) -> AgreementRead:
    """Ask the other city to approve it."""
    return await service.propose(session, caller, agreement_id)


@router.act(
    "/{agreement_id}/approve",
    permission="agreement:keep",
    reply=AgreementRead,
    problems=(*ALWAYS, service.AlreadyApproved),
)
async def approve_agreement(
    session: Session, caller: Caller, agreement_id: UUID, _wish: Empty
) -> AgreementRead:
    """Approve for your city; with both cities' approval it is ACTIVE."""
    return await service.approve(session, caller, agreement_id)


@router.act(
    "/{agreement_id}/reject", permission="agreement:keep", reply=AgreementRead, problems=ALWAYS
)
async def reject_agreement(
    session: Session, caller: Caller, agreement_id: UUID, wish: WithReason
) -> AgreementRead:
    """Send it back to be drafted again."""
    return await service.reject(session, caller, agreement_id, wish.reason)


@router.act(
    "/{agreement_id}/terminate", permission="agreement:keep", reply=AgreementRead, problems=ALWAYS
)
async def terminate_agreement(
    session: Session, caller: Caller, agreement_id: UUID, wish: WithReason
) -> AgreementRead:
    """End it today; its sharing rules end with it."""
    return await service.terminate(session, caller, agreement_id, wish.reason)
