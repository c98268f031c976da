"""The card check of an applicant: asked before the case is taken, and again if need be.

A case is never refused because a machine is down: it is taken unverified, and the worker asks
until the card service answers.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

import httpx
from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import timeline
from hrss_kit.peers import PeerDown, Peers
from hrss_kit.problems import Conflict, FieldError
from social_insurance.transfer_cases.models import CardCheck, TransferCase

if TYPE_CHECKING:
    from hrss_kit.worker import Worker

PURPOSE: Final = {"X-Purpose": "SI_TRANSFER"}
BATCH: Final = 20
LONGEST_WAIT_SECONDS: Final = 300


class VerificationExpired(Conflict):
    code = "VERIFICATION_EXPIRED"
    title_zh, title_en = "身份核验已过期，请重新核验", "The verification has expired: verify again"


class Verification(BaseModel):
    """The card service's answer, as far as it is needed here."""

    model_config = ConfigDict(extra="ignore")

    match: bool
    expired: bool = False
    expires_at: datetime | None = None
    person_ref: str | None = None


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """The answer, or why there is none. DOWN means: ask again later."""

    status: Literal["FOUND", "EXPIRED", "UNKNOWN", "DOWN"]
    verification: Verification | None = None

    def is_about(self, person_ref: str) -> bool:
        """True when the verification was made for this person; one of no match names nobody."""
        found = self.verification
        if found is None:
            return False
        return found.person_ref == person_ref or (not found.match and found.person_ref is None)

    def verifies(self, person_ref: str) -> bool:
        """True when name and number of this person matched the card."""
        found = self.verification
        return found is not None and found.match and self.is_about(person_ref)


async def ask(peers: Peers, verification_id: str) -> CardAnswer:
    """Asks for a verification; never inside a transaction."""
    try:
        path = f"/card/v1/verifications/{verification_id}"
        return _read(await peers.ask("card", "GET", path, headers=PURPOSE))
    except PeerDown:
        return CardAnswer("DOWN")


def _read(answer: httpx.Response) -> CardAnswer:
    if answer.status_code in (404, 422):
        return CardAnswer("UNKNOWN")
    if answer.status_code not in (200, 409):
        return CardAnswer("DOWN")
    is_expired = answer.status_code == 409
    try:
        found = Verification.model_validate_json(answer.content)
    except ValidationError:  # a refusal need not say what it refuses; an answer must
        return CardAnswer("EXPIRED" if is_expired else "DOWN")
    return CardAnswer("EXPIRED" if is_expired or found.expired else "FOUND", found)


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
    return await ask(request.app.state.peers, given)


def refusals(answer: CardAnswer | None, person_ref: str) -> list[FieldError]:
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


def settle(session: AsyncSession, case: TransferCase, answer: CardAnswer | None) -> None:
    """Keeps the answer with a new case, or the duty to ask again."""
    if answer is None or case.verification_id is None:
        return
    if answer.status == "DOWN":
        check = CardCheck(transfer_case_id=case.id, verification_id=case.verification_id)
        session.add(check)
    case.card_verified = answer.verifies(case.person_ref)


async def recheck(worker: "Worker") -> int:
    """Errand: asks again about cases that were taken while the card service was down."""
    async with worker.database.sessions() as session:
        waiting = await session.execute(
            select(CardCheck.id, CardCheck.verification_id)
            .where(CardCheck.status == "PENDING", CardCheck.next_at <= func.now())
            .order_by(CardCheck.next_at)
            .limit(BATCH)
        )
        checks = [(row.id, row.verification_id) for row in waiting]
    for check_id, verification_id in checks:
        answer = await ask(worker.peers, verification_id)
        async with worker.database.transaction() as session:
            await _take_answer(session, check_id, answer)
    return len(checks)


async def _take_answer(session: AsyncSession, check_id: UUID, answer: CardAnswer) -> None:
    check = await session.scalar(
        select(CardCheck)
        .where(CardCheck.id == check_id, CardCheck.status == "PENDING")
        .with_for_update(skip_locked=True)
    )
    if check is None:
        return
    check.attempts += 1
    if answer.status == "DOWN":
        wait = min(2**check.attempts, LONGEST_WAIT_SECONDS)
        check.next_at = func.now() + timedelta(seconds=wait)
        return
    case = await session.get_one(TransferCase, check.transfer_case_id, with_for_update=True)
    check.status = _outcome(check, case, answer)
    if check.status == "VERIFIED":
        case.card_verified = True
    timeline.add(session, case.id, f"card-{check.status.lower()}", caller=None)


def _outcome(check: CardCheck, case: TransferCase, answer: CardAnswer) -> str:
    """An answer counts when the verification was still valid as the case was taken."""
    found = answer.verification
    if answer.status == "EXPIRED":
        until = found.expires_at if found else None
        if until is None or until < check.asked_at:
            return "EXPIRED"
    elif answer.status == "UNKNOWN":
        return "UNKNOWN"
    return "VERIFIED" if answer.verifies(case.person_ref) else "NOT_VERIFIED"
