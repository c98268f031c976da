"""The card check of a complainant: asked before the complaint is taken, and again if need be.

A complaint is never refused because a machine is down (domain J-1): it is taken unverified, and
the worker asks until the card service answers.
"""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Request
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import timeline
from hrss_kit.problems import Conflict, FieldError
from labor_inspection.clients import card
from labor_inspection.clients.card import CardAnswer
from labor_inspection.complaints import journey
from labor_inspection.complaints.events import ComplaintCardChecked
from labor_inspection.complaints.models import Complaint, VerificationCheck

if TYPE_CHECKING:
    from hrss_kit.worker import Worker

BATCH: Final = 20
LONGEST_WAIT_SECONDS: Final = 300


class VerificationExpired(Conflict):
    code = "VERIFICATION_EXPIRED"
    title_zh, title_en = "身份核验已过期，请重新核验", "The verification has expired: verify again"


async def ask_card(request: Request) -> CardAnswer | None:
    """Before the transaction: what the card service knows of the verification in the body."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        return None  # the endpoint tells what is wrong with the body
    given = body.get("verification_id") if isinstance(body, dict) else None
    if not isinstance(given, str) or not (8 <= len(given) <= 64 and given.isascii()):
        return None
    if not given.replace("-", "").isalnum():
        return None
    return await card.ask(request.app.state.peers, given)


def refusals(answer: CardAnswer | None, person_ref: str | None) -> list[FieldError]:
    """What is wrong with the verification that was named: unknown, or another person's."""
    if answer is None or answer.status in ("DOWN", "EXPIRED"):
        return []
    if answer.status == "FOUND" and answer.is_about(person_ref):
        return []
    return [
        FieldError(
            field="verification_id",
            code="VERIFICATION_UNKNOWN",
            message_zh="没有此人的该次核验",
            message_en="is no verification of this person",
        )
    ]


def settle(session: AsyncSession, complaint: Complaint, answer: CardAnswer | None) -> str:
    """Keeps the answer with a new complaint, or the duty to ask again; what came of it."""
    if answer is None or complaint.verification_id is None:
        return "NONE"
    if answer.status == "DOWN":
        session.add(
            VerificationCheck(complaint=complaint, verification_id=complaint.verification_id)
        )
    complaint.card_verified = answer.verifies(complaint.person_ref)
    if answer.status == "DOWN":
        return "PENDING"
    return "VERIFIED" if complaint.card_verified else "NOT_VERIFIED"


async def recheck(worker: "Worker") -> int:
    """Errand: asks again about complaints that were taken while the card service was down."""
    async with worker.database.sessions() as session:
        waiting = await session.execute(
            select(VerificationCheck.id, VerificationCheck.verification_id)
            .where(VerificationCheck.status == "PENDING", VerificationCheck.next_at <= func.now())
            .order_by(VerificationCheck.next_at)
            .limit(BATCH)
        )
        checks = [(row.id, row.verification_id) for row in waiting]
    for check_id, verification_id in checks:
        answer = await card.ask(worker.peers, verification_id)
        async with worker.database.transaction() as session:
            await _take_answer(session, check_id, answer)
    return len(checks)


async def _take_answer(session: AsyncSession, check_id: UUID, answer: CardAnswer) -> None:
    check = await session.scalar(
        select(VerificationCheck)
        .where(VerificationCheck.id == check_id, VerificationCheck.status == "PENDING")
        .with_for_update(skip_locked=True)
    )
    if check is None:
        return
    check.attempts += 1
    if answer.status == "DOWN":
        wait = min(2**check.attempts, LONGEST_WAIT_SECONDS)
        check.next_at = func.now() + timedelta(seconds=wait)
        return
    complaint = await session.scalar(
        select(Complaint).where(Complaint.id == check.complaint_id).with_for_update()
    )
    assert complaint is not None
    check.status = _outcome(check, complaint, answer)
    if check.status == "VERIFIED":
        complaint.card_verified = True
    timeline.add(session, complaint.id, f"card-{check.status.lower()}", caller=None)
    told = ComplaintCardChecked(result=check.status, attempts=check.attempts)
    journey.publish(session, complaint, told)


def _outcome(check: VerificationCheck, complaint: Complaint, answer: CardAnswer) -> str:
    """An answer counts when the verification was still valid as the complaint was taken."""
    found = answer.verification
    if answer.status == "EXPIRED":
        until = found.expires_at if found else None
        if until is None or until < check.asked_at:
            return "EXPIRED"
    elif answer.status == "UNKNOWN":
        return "UNKNOWN"
    return "VERIFIED" if answer.verifies(complaint.person_ref) else "NOT_VERIFIED"
