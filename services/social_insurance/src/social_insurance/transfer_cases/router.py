"""Transfers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty, RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.problems import BenefitStarted, IdentityConflict
from social_insurance.transfer_cases import disputes, eligibility, service, views
from social_insurance.transfer_cases.schemas import (
    Complete,
    Reject,
    RequestSupplement,
    ResolveDispute,
    ReturnIn,
    SendOut,
    SupplementIn,
    TransferCreate,
    TransferQuery,
    TransferRead,
    Withdraw,
)
from social_insurance.transfer_cases.verification import VerificationExpired, ask_card

router = Router(prefix="/transfer-cases", tags=["transfer cases"])
ALWAYS = (NotYourCity, StateConflict)


@router.create(
    "",
    permission="transfer-case:create",
    reply=TransferRead,
    prepare=ask_card,
    problems=(
        BenefitStarted,
        Duplicate,
        IdentityConflict,
        NotYourCity,
        VerificationExpired,
        eligibility.LinkRefused,
        eligibility.NoParticipation,
        eligibility.NotAtRetirementAge,
    ),
)
async def apply_for_transfer(session: Session, caller: Caller, new: TransferCreate) -> TransferRead:
    """Apply for a transfer, in either of its two cities."""
    return await service.apply(session, caller, new, exchange().prepared)


@router.list("", permission="transfer-case:read", reply=Page[TransferRead], personal=True)
async def list_transfers(
    session: Session, caller: Caller, query: Annotated[TransferQuery, Query()]
) -> Page[TransferRead]:
    """List the transfers that concern one's city, persons masked."""
    return await views.page(session, caller, query)


@router.read("/{case_id}", permission="transfer-case:read", reply=TransferRead, personal=True)
async def read_transfer(session: Session, caller: Caller, case_id: UUID) -> TransferRead:
    """Read one transfer."""
    return await views.read(session, caller, case_id)


@router.history("/{case_id}/timeline", permission="transfer-case:history", reply=Timeline)
async def transfer_timeline(session: Session, caller: Caller, case_id: UUID) -> Timeline:
    """Read what happened to a transfer."""
    return await views.history(session, caller, case_id)


@router.reveal("/{case_id}/reveal", permission="transfer-case:reveal", reply=RevealReply)
async def reveal_transfer(
    session: Session, caller: Caller, case_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Read the person in full."""
    return await views.reveal(session, caller, case_id, wish)


@router.act(
    "/{case_id}/request-supplement",
    permission="transfer-case:act",
    reply=TransferRead,
    problems=ALWAYS,
)
async def request_transfer_supplement(
    session: Session, caller: Caller, case_id: UUID, wish: RequestSupplement
) -> TransferRead:
    """Name everything that is missing; the clock stands still."""
    return await service.request_supplement(session, caller, case_id, wish)


@router.act(
    "/{case_id}/supplement",
    permission="transfer-case:serve",
    reply=TransferRead,
    problems=ALWAYS,
)
async def supplement_transfer(
    session: Session, caller: Caller, case_id: UUID, wish: SupplementIn
) -> TransferRead:
    """Hand in what was missing; the clock goes on."""
    return await service.supplement(session, caller, case_id, wish)


@router.act(
    "/{case_id}/reject", permission="transfer-case:act", reply=TransferRead, problems=ALWAYS
)
async def reject_transfer(
    session: Session, caller: Caller, case_id: UUID, wish: Reject
) -> TransferRead:
    """Refuse it in writing."""
    return await service.reject(session, caller, case_id, wish)


@router.act(
    "/{case_id}/send-letter",
    permission="transfer-case:act",
    reply=TransferRead,
    problems=(*ALWAYS, BenefitStarted, IdentityConflict, eligibility.NotEligible),
)
async def send_transfer_letter(
    session: Session, caller: Caller, case_id: UUID, _: Empty
) -> TransferRead:
    """Check E1 to E8 and send the contact letter 联系函."""
    return await service.send_letter(session, caller, case_id)


@router.act(
    "/{case_id}/return", permission="transfer-case:act", reply=TransferRead, problems=ALWAYS
)
async def return_transfer(
    session: Session, caller: Caller, case_id: UUID, wish: ReturnIn
) -> TransferRead:
    """Return the letter: the data do not agree."""
    return await service.send_back(session, caller, case_id, wish)


@router.act(
    "/{case_id}/send-out", permission="transfer-case:act", reply=TransferRead, problems=ALWAYS
)
async def send_transfer_out(
    session: Session, caller: Caller, case_id: UUID, wish: SendOut
) -> TransferRead:
    """Send the information sheet 信息表: months and amounts are computed."""
    return await service.send_out(session, caller, case_id, wish)


@router.act(
    "/{case_id}/complete",
    permission="transfer-case:complete",
    reply=TransferRead,
    problems=(*ALWAYS, MakerIsChecker, service.AmountMismatch, service.OverlapUnresolved),
)
async def complete_transfer(
    session: Session, caller: Caller, case_id: UUID, wish: Complete
) -> TransferRead:
    """Confirm as a second person that everything is in order."""
    return await service.complete(session, caller, case_id, wish)


@router.act(
    "/{case_id}/withdraw", permission="transfer-case:serve", reply=TransferRead, problems=ALWAYS
)
async def withdraw_transfer(
    session: Session, caller: Caller, case_id: UUID, wish: Withdraw
) -> TransferRead:
    """Take the application back, before anything was sent out."""
    return await service.withdraw_by(session, caller, case_id, wish.reason)


@router.act(
    "/{case_id}/dispute", permission="transfer-case:dispute", reply=TransferRead, problems=ALWAYS
)
async def dispute_transfer(
    session: Session, caller: Caller, case_id: UUID, wish: WithReason
) -> TransferRead:
    """Dispute it; both supervisors have `si.dispute_wd` to agree."""
    return await disputes.dispute(session, caller, case_id, wish.reason)


@router.act(
    "/{case_id}/resolve-dispute",
    permission="transfer-case:resolve",
    reply=TransferRead,
    problems=(*ALWAYS, disputes.NotYetProvince),
)
async def resolve_transfer_dispute(
    session: Session, caller: Caller, case_id: UUID, wish: ResolveDispute
) -> TransferRead:
    """Say what one's city agrees to; after the time to agree the province decides."""
    return await disputes.resolve(session, caller, case_id, wish)
