"""What can be done with transfers. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.money import money_text
from hrss_kit.persons import PersonIn
from hrss_kit.problems import Conflict, Duplicate, Invalid, MakerIsChecker, NotYourCity
from hrss_kit.translation import constraint_of
from social_insurance.overlap_resolutions.service import clear
from social_insurance.participation_certificates.service import NotInsured, issue
from social_insurance.participations.models import ContributionMonth
from social_insurance.province import exchanges
from social_insurance.transfer_cases import eligibility, rules, sheet, steps
from social_insurance.transfer_cases.models import ONE_OPEN, TransferCase
from social_insurance.transfer_cases.schemas import (
    EVENTS,
    Complete,
    DocumentIn,
    OverlapFound,
    Reject,
    RequestSupplement,
    ReturnIn,
    SendOut,
    SupplementIn,
    TransferCreate,
    TransferRead,
)
from social_insurance.transfer_cases.verification import (
    CardAnswer,
    VerificationExpired,
    refusals,
    settle,
)
from social_insurance.transfer_cases.views import show

LONGEST_REASON = 2000


class OverlapUnresolved(Conflict):
    code = "OVERLAP_UNRESOLVED"
    title_zh, title_en = "重复参保尚未处理", "Months that count twice are still unsettled"


class AmountMismatch(Conflict):
    code = "AMOUNT_MISMATCH"
    title_zh, title_en = "到账金额与信息表不一致", "What arrived is not what the sheet says"


async def apply(
    session: AsyncSession, caller: Principal, new: TransferCreate, answer: CardAnswer | None
) -> TransferRead:
    """Takes an application in either city; the clock of step 1 runs from today."""
    ends = (new.from_city, new.to_city)
    if not caller.is_service and caller.city not in ends:
        raise NotYourCity
    case = await opened(session, new, _channel(caller, new), caller.city)
    exchange().note(person_refs=[case.person_ref])
    if answer is not None and answer.status == "EXPIRED":
        raise VerificationExpired
    wrong = refusals(answer, case.person_ref)
    if wrong:
        raise Invalid(*wrong)
    await admit(session, case)
    settle(session, case, answer)
    timeline.add(session, case.id, "apply", caller=caller, to_state=case.state)
    await steps.tell(session, case, EVENTS["applied"])
    return await show(session, caller, case)


def _channel(caller: Principal, new: TransferCreate) -> str:
    if new.apply_channel is not None:
        return new.apply_channel
    if new.journey_id is not None or caller.is_service:
        return "JOURNEY"
    return "PARTNER" if caller.holds("partner") else "WINDOW"


async def opened(
    session: AsyncSession, new: TransferCreate, channel: str, apply_city: str | None
) -> TransferCase:
    """A new case, not yet in the database."""
    today = clock.today()
    owner = new.to_city if new.to_city in ACTIVE_CITIES else new.from_city
    wanted_steps = 3
    if new.kind == "EMP_INTRA":
        wanted_steps = int(await policy.get(session, "si.emp_intra_steps", on=today, city=owner))
    case = TransferCase(
        biz_no=await numbering.next_number(session, "SI", owner, today),
        owner_city=owner,
        kind=new.kind,
        state=rules.APPLIED,
        from_city=new.from_city,
        to_city=new.to_city,
        applied_on=today,
        apply_channel=channel,
        apply_city=apply_city,
        reason=new.reason,
        steps=min(3, max(1, wanted_steps)),
        hukou_division=new.hukou_division,
        by_order=new.by_order,
        retire_kind=new.retire_kind,
        journey_id=new.journey_id,
        verification_id=new.verification_id,
        card_verified=False,
        documents=[_document(one) for one in new.documents],
        missing=[],
        fixes=[],
        overlap_months=0,
        dispute_votes={},
        flags=[],
    )
    case.take_person(new.person)
    return case


async def admit(session: AsyncSession, case: TransferCase) -> None:
    """Checks what is refused at once, and writes the case: one of a kind is open a person."""
    await eligibility.refuse_at_once(session, case)
    try:
        async with session.begin_nested():
            session.add(case)
            await session.flush()  # the database says whether one is open already
    except IntegrityError as error:
        if constraint_of(error) != ONE_OPEN:
            raise
        existing = await session.scalar(
            select(TransferCase.id)
            .where(TransferCase.id_hash == case.id_hash, TransferCase.kind == case.kind)
            .where(TransferCase.state.in_(rules.OPEN))
        )
        raise Duplicate(existing_id=str(existing)) from error
    await _refuse_done(session, case)
    await steps.begin(session, case, 1)
    await exchanges.ask(session, case, "PULL")


async def _refuse_done(session: AsyncSession, case: TransferCase) -> None:
    """What was moved already, and nothing has been paid there since, is not moved again."""
    done = await session.scalar(
        select(TransferCase)
        .where(TransferCase.id_hash == case.id_hash, TransferCase.kind == case.kind)
        .where(TransferCase.from_city == case.from_city, TransferCase.to_city == case.to_city)
        .where(TransferCase.state == rules.COMPLETED)
        .order_by(TransferCase.completed_on.desc(), TransferCase.id.desc())
        .limit(1)
    )
    if done is None or done.completed_on is None:
        return
    last = await session.scalar(
        select(func.max(ContributionMonth.month))
        .where(ContributionMonth.id_hash == case.id_hash)
        .where(ContributionMonth.scheme == rules.SCHEMES[case.kind][0])
        .where(ContributionMonth.city == case.from_city)
    )
    if last is None or last <= done.completed_on.strftime("%Y-%m"):
        raise Duplicate(existing_id=str(done.id))


def _document(one: DocumentIn) -> dict[str, Any]:
    return one.model_dump(mode="json")


# ── step 1: the city it goes to ─────────────────────────────────────────────────────────────


async def request_supplement(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: RequestSupplement
) -> TransferRead:
    """Names everything that is missing at once; the clock stands still meanwhile."""
    case, target = await steps.hold(session, caller, case_id, "request-supplement")
    case.missing = list(wish.missing)
    await steps.pause(session, case)
    reason = "；".join([*([wish.reason] if wish.reason else []), *wish.missing])
    steps.move(session, caller, case, "request-supplement", target, reason=reason[:LONGEST_REASON])
    return await show(session, caller, case)


async def supplement(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: SupplementIn
) -> TransferRead:
    """Takes what was handed in; the clock goes on."""
    case, target = await steps.hold(session, caller, case_id, "supplement")
    case.documents = [*case.documents, *(_document(one) for one in wish.documents)]
    case.missing = []
    await steps.resume(session, case)
    steps.move(session, caller, case, "supplement", target, reason=wish.note)
    return await show(session, caller, case)


async def reject(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: Reject
) -> TransferRead:
    """Refuses in writing, with a reason code."""
    case, target = await steps.hold(session, caller, case_id, "reject")
    case.reject_code = wish.reason_code
    await steps.resume(session, case)
    await steps.end(session, case)
    steps.move(session, caller, case, "reject", target, reason=wish.reason)
    await steps.tell(session, case, EVENTS["rejected"])
    return await show(session, caller, case)


async def send_letter(session: AsyncSession, caller: Principal, case_id: UUID) -> TransferRead:
    """Checks E1-E8 and sends the contact letter 联系函: the other city has step 2."""
    case, target = await steps.hold(session, caller, case_id, "send-letter")
    await eligibility.check(session, case)
    case.letter_on, case.letter_by, case.fixes = clock.today(), caller.actor, []
    await steps.end(session, case)
    await steps.begin(session, case, 2)
    steps.move(session, caller, case, "send-letter", target)
    await steps.tell(session, case, EVENTS["letter_sent"])
    return await show(session, caller, case)


# ── step 2: the city it leaves ──────────────────────────────────────────────────────────────


async def send_back(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: ReturnIn
) -> TransferRead:
    """Returns the letter with what does not agree; the other city has step 1 again."""
    case, target = await steps.hold(session, caller, case_id, "return")
    case.fixes = list(wish.fixes)
    await steps.end(session, case)
    await steps.begin(session, case, 1)
    reason = "；".join([*([wish.reason] if wish.reason else []), *wish.fixes])
    steps.move(session, caller, case, "return", target, reason=reason[:LONGEST_REASON])
    await steps.tell(session, case, EVENTS["returned"])
    return await show(session, caller, case)


async def send_out(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: SendOut
) -> TransferRead:
    """Sends the information sheet, amounts computed; overlaps are found now."""
    case, target = await steps.hold(session, caller, case_id, "send-out")
    case.documents = [*case.documents, *(_document(one) for one in wish.documents)]
    await _fill(session, case, wish)
    case.out_on, case.out_by = clock.today(), caller.actor
    await steps.end(session, case)
    await steps.begin(session, case, 3)
    steps.move(session, caller, case, "send-out", target, reason=wish.note)
    await steps.tell(session, case, EVENTS["out_sent"])
    return await show(session, caller, case)


async def _fill(session: AsyncSession, case: TransferCase, wish: SendOut) -> None:
    months = await sheet.months_of(session, case.id_hash)
    leaving = [
        one for one in months
        if one.city == case.from_city and one.scheme == rules.SCHEMES[case.kind][0]
    ]  # fmt: skip
    if await eligibility.wanting_evidence(session, case, leaving):
        raise eligibility.refusal(["LUMP_SUM_EVIDENCE"])
    await sheet.fill(session, case, wish)
    if case.overlap_months and case.overlap_resolution_id is None:
        steps.publish(session, case, OverlapFound(months=case.overlap_months))


# ── step 3: done ────────────────────────────────────────────────────────────────────────────


async def complete(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: Complete
) -> TransferRead:
    """A second person finds everything in order: money, overlaps, the person informed."""
    case, target = await steps.hold(session, caller, case_id, "complete")
    if caller.actor in case.makers:
        raise MakerIsChecker
    if case.state != rules.OUT_SENT:  # fewer steps: what the others would have done is done now
        await eligibility.check(session, case)
        await _fill(session, case, SendOut())
    if case.overlap_months and case.overlap_resolution_id is None:
        raise OverlapUnresolved(months=case.overlap_months)
    moved = case.amount("moved") or rules.ZERO
    received = wish.received_amount
    if (received if received is not None else Decimal(0)) != moved:
        raise AmountMismatch
    case.received = money_text(received or rules.ZERO)
    case.completed_on, case.completed_by = clock.today(), caller.actor
    case.informed_by = wish.informed_by
    await clear(session, case.overlap_resolution_id)
    sheet.count_overlaps(case, await sheet.months_of(session, case.id_hash))
    case.certificate_id = await _certify(session, case)
    await steps.end(session, case)
    steps.move(session, caller, case, "complete", target, reason=wish.note)
    await steps.tell(session, case, EVENTS["completed"])
    await exchanges.ask(session, case, "PUSH")
    return await show(session, caller, case)


async def _certify(session: AsyncSession, case: TransferCase) -> UUID | None:
    """The certificate the person is handed; a name the font cannot draw gets one by hand."""
    person = PersonIn(
        name=case.person_name, doc_type=case.doc_type, doc_no=case.doc_no, mobile=case.mobile
    )
    schemes: Sequence[str] = sorted(rules.COUNTED[case.kind])
    try:
        row = await issue(session, case.owner_city, person, schemes)
    except NotInsured:
        return None
    except Invalid:
        case.flag("CERTIFICATE_BY_HAND", is_up=True)
        return None
    timeline.add(session, row.id, "issue", caller=None, to_state=row.state)
    return row.id


async def withdraw(
    session: AsyncSession, caller: Principal | None, case: TransferCase, reason: str | None
) -> None:
    """Ends a case before anything was sent out, at the person's wish or on their death."""
    await deadlines.cancel(session, case.id)
    steps.move(session, caller, case, "withdraw", rules.WITHDRAWN, reason=reason)
    await steps.tell(session, case, EVENTS["withdrawn"])


async def withdraw_by(
    session: AsyncSession, caller: Principal, case_id: UUID, reason: str | None
) -> TransferRead:
    """The person takes the application back."""
    case, _ = await steps.hold(session, caller, case_id, "withdraw")
    await withdraw(session, caller, case, reason)
    return await show(session, caller, case)
