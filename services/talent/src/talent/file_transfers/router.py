"""Personnel files over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.file_transfers import service
from talent.file_transfers.models import FileTransfer
from talent.file_transfers.schemas import (
    FileTransferCreate,
    FileTransferQuery,
    FileTransferRead,
    ReceiveFile,
    ReturnFile,
    SendFile,
)
from talent.files import leaves_as_file

router = Router(prefix="/file-transfers", tags=["file transfers"])
ALWAYS = (NotYourCity, StateConflict)


@router.create(
    "", permission="file_transfer:create", reply=FileTransferRead, problems=(Duplicate, NotYourCity)
)
async def request_file(
    session: Session, caller: Caller, new: FileTransferCreate
) -> FileTransferRead:
    """Ask the other city for a person's file."""
    return await service.request(session, caller, new)


@router.list("", permission="file_transfer:read", reply=Page[FileTransferRead], personal=True)
async def list_file_transfers(
    session: Session, caller: Caller, query: Annotated[FileTransferQuery, Query()]
) -> Page[FileTransferRead]:
    """Files into and out of one's own city."""
    return await service.search(session, caller, query)


@router.read(
    "/{transfer_id}", permission="file_transfer:read", reply=FileTransferRead, personal=True
)
async def read_file_transfer(
    session: Session, caller: Caller, transfer_id: UUID
) -> FileTransferRead:
    """One transfer."""
    return await service.find(session, caller, transfer_id)


@router.history("/{transfer_id}/timeline", permission="file_transfer:history", reply=Timeline)
async def file_transfer_timeline(session: Session, caller: Caller, transfer_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, transfer_id)


@router.act(
    "/{transfer_id}/check",
    permission="file_transfer:check",
    reply=FileTransferRead,
    problems=ALWAYS,
)
async def check_file(
    session: Session, caller: Caller, transfer_id: UUID, wish: Empty
) -> FileTransferRead:
    """Check the file in the sending city."""
    return await service.check(session, caller, transfer_id)


@router.act(
    "/{transfer_id}/send", permission="file_transfer:send", reply=FileTransferRead, problems=ALWAYS
)
async def send_file(
    session: Session, caller: Caller, transfer_id: UUID, wish: SendFile
) -> FileTransferRead:
    """Send it by confidential post, by courier or, where that is allowed, by EMS."""
    return await service.send(session, caller, transfer_id, wish)


@router.act(
    "/{transfer_id}/receive",
    permission="file_transfer:receive",
    reply=FileTransferRead,
    problems=ALWAYS,
)
async def receive_file(
    session: Session, caller: Caller, transfer_id: UUID, wish: ReceiveFile
) -> FileTransferRead:
    """Take it in, pages counted."""
    return await service.receive(session, caller, transfer_id, wish)


@router.act(
    "/{transfer_id}/return",
    permission="file_transfer:return",
    reply=FileTransferRead,
    problems=ALWAYS,
)
async def return_file(
    session: Session, caller: Caller, transfer_id: UUID, wish: ReturnFile
) -> FileTransferRead:
    """Return it with a list of what is missing."""
    return await service.give_back(session, caller, transfer_id, wish)


@router.act(
    "/{transfer_id}/cancel",
    permission="file_transfer:cancel",
    reply=FileTransferRead,
    problems=ALWAYS,
)
async def cancel_file_transfer(
    session: Session, caller: Caller, transfer_id: UUID, wish: WithReason
) -> FileTransferRead:
    """Take the letter back."""
    return await service.cancel(session, caller, transfer_id, wish.reason)


leaves_as_file(
    router, "file_transfer:read", FileTransfer, FileTransferQuery, FileTransferRead,
    service.visible, service.shown,
)  # fmt: skip
