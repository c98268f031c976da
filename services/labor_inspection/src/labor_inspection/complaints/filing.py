"""Taking a complaint: nobody is sent away for want of jurisdiction (首问负责, S03 art. 10)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import deadlines, numbering, policy, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.ids import new_id
from hrss_kit.persons import PersonIn
from hrss_kit.problems import Conflict, Duplicate, FieldError, Forbidden, Invalid, Problem
from labor_inspection.clients.card import CardAnswer
from labor_inspection.complaints import collective, journey, rules, siblings, verification, views
from labor_inspection.complaints.events import ComplaintNotAccepted, ComplaintReceived
from labor_inspection.complaints.models import (
    NOT_ACCEPTED,
    RECEIVED,
    SUPPLEMENT,
    Complaint,
    ComplaintRepresentative,
    ComplaintWorker,
)
from labor_inspection.complaints.schemas import ComplaintCreate, WorkerIn
from labor_inspection.mass_events import service as mass_events
from labor_inspection.stations import service as stations


class LimitationPassed(Conflict):
    """Stored as not accepted, so that the refusal and its advice are on record."""

    code = "LIMITATION"
    title_zh = "违法行为终了已超过两年查处期限"
    title_en = "The act ended longer ago than inspection may look back"
    keeps_effects = True


class OtherProcedure(Conflict):
    """Arbitration or a court has it already (S01 art. 21)."""

    code = "OTHER_PROCEDURE"
    title_zh = "已进入仲裁或诉讼程序"
    title_en = "Arbitration or a court is dealing with it"
    keeps_effects = True


class EmployerUnclear(Invalid):
    """Not a refusal: the complaint waits for the facts that are missing."""

    keeps_effects = True


class NoReceivingCity(Forbidden):
    code = "NOT_YOUR_CITY"
    title_zh, title_en = "无法确定受理城市", "No city is known to receive this for"


ADVICE: Final = {
    "LIMITATION": (
        "劳动保障监察不再查处；可向劳动合同履行地的劳动人事争议仲裁委员会申请仲裁"
        "（自知道权利被侵害之日起一年内，劳动关系存续期间的欠薪不受此限，终止后一年内提出）",
        "Inspection can no longer act; apply for arbitration where the contract is performed, "
        "within one year of knowing (for unpaid wages: within one year of leaving)",
    ),
    "OTHER_PROCEDURE": (
        "请在已受理的仲裁委员会或人民法院继续办理；裁决或判决后可申请强制执行",
        "Go on with the arbitration commission or the court that has it; afterwards its decision "
        "can be enforced",
    ),
}


async def file(
    session: AsyncSession,
    caller: Principal,
    new: ComplaintCreate,
    answer: CardAnswer | None,
    *,
    today: date,
) -> tuple[Complaint, bool]:
    """Takes a complaint and sends it where it belongs; False when a known clue was renewed."""
    receiving_city = await _check(session, caller, new, answer, today=today)
    source = (new.source_system or caller.client_id[:60], new.source_ref)
    if new.source_ref is not None:
        known = await _by_source(session, *source)
        if known is not None:
            return await _renew(session, caller, known, new), False

    complaint = await _build(session, caller, new, receiving_city, today=today)
    if new.source_ref is not None:
        complaint.source_system, complaint.source_ref = source
    await collective.lock_employer(session, complaint.employer_uscc, complaint.employer_key)
    await collective.refuse_duplicate(session, complaint)
    refusal_code = await refusal_of(session, complaint)
    complaint.missing = missing_facts(complaint)
    session.add(complaint)
    checked = verification.settle(session, complaint, answer)
    timeline.add(session, complaint.id, "receive", caller=caller, to_state=RECEIVED)
    if refusal_code is not None:
        raise await _refused(session, caller, complaint, refusal_code)
    await collective.join(session, complaint)
    if complaint.missing:
        raise _unclear(session, caller, complaint)
    elsewhere = await siblings.in_other_cities(session, complaint, new.additional_work_places)
    said = ComplaintReceived.of(complaint).model_copy(update={"card_check": checked})
    journey.publish(session, complaint, said)
    await journey.set_out(session, caller, complaint, today=today)
    await mass_events.detect(session, complaint, *elsewhere)
    for sibling in elsewhere:
        timeline.add(session, sibling.id, "receive", caller=caller, to_state=RECEIVED)
        journey.publish(session, sibling, ComplaintReceived.of(sibling))
        await journey.set_out(session, caller, sibling, today=today)
    return complaint, True


async def refusal_of(session: AsyncSession, complaint: Complaint) -> str | None:
    """The code of what forbids inspection to take it up: limitation, or another procedure."""
    years = int(await policy.get(session, "li.limitation_years", on=complaint.received_on))
    if not rules.is_in_limitation(complaint.period_to, complaint.received_on, years):
        return LimitationPassed.code
    return None if complaint.other_procedure == "NONE" else OtherProcedure.code


def problem_of(refusal_code: str, complaint: Complaint) -> Problem:
    """The refusal as an answer, with its advice and where the complaint stands."""
    kind = LimitationPassed if refusal_code == LimitationPassed.code else OtherProcedure
    advice_zh, advice_en = ADVICE[refusal_code]
    problem = kind(advice_zh, advice_en, advice_zh=advice_zh, advice_en=advice_en)
    problem.extra.update(stand(complaint))
    return problem


def missing_facts(complaint: Complaint) -> list[str]:
    """What keeps the employer from being clear."""
    return rules.missing_facts(
        complaint.employer_name, complaint.employer_uscc, complaint.work_address
    )


def stand(complaint: Complaint) -> dict[str, str]:
    """What a refusal says of the complaint that was kept."""
    return {
        "complaint_id": str(complaint.id),
        "tracking_no": complaint.biz_no,
        "state": complaint.state,
    }


async def _refused(
    session: AsyncSession, caller: Principal, complaint: Complaint, refusal_code: str
) -> Problem:
    """Keeps the complaint as not accepted, so that the refusal can be looked up and answered."""
    journey.publish(session, complaint, ComplaintReceived.of(complaint))
    advice_zh, _ = ADVICE[refusal_code]
    complaint.state, complaint.refusal_code = NOT_ACCEPTED, refusal_code
    complaint.refusal_reason = problem_of(refusal_code, complaint).title_zh
    complaint.where_to_go = advice_zh
    journey.publish(session, complaint, ComplaintNotAccepted.of(complaint))
    timeline.add(
        session,
        complaint.id,
        "not-accept",
        caller=caller,
        from_state=RECEIVED,
        to_state=NOT_ACCEPTED,
        reason=complaint.refusal_reason,
    )
    await journey.start_clock(session, complaint, journey.ACCEPT, complaint.received_on)
    await deadlines.meet(session, complaint.id, journey.ACCEPT, complaint.received_on)
    return problem_of(refusal_code, complaint)


def _unclear(session: AsyncSession, caller: Principal, complaint: Complaint) -> Problem:
    """Keeps the complaint waiting for its employer; the clock starts when the facts are there."""
    journey.publish(session, complaint, ComplaintReceived.of(complaint))
    complaint.state = SUPPLEMENT
    timeline.add(
        session,
        complaint.id,
        "request-supplement",
        caller=caller,
        from_state=RECEIVED,
        to_state=SUPPLEMENT,
        reason=", ".join(complaint.missing),
    )
    return EmployerUnclear(
        *employer_errors(complaint.missing), **stand(complaint), missing=complaint.missing
    )


def employer_errors(missing: Sequence[str]) -> list[FieldError]:
    """The field errors of an unclear employer."""
    return [
        _error(
            name,
            "EMPLOYER_UNCLEAR",
            "用人单位不明确：请补充统一社会信用代码，或单位名称和地址",
            "leaves the employer unclear: its code, or its name and address, is needed",
        )
        for name in missing
    ]


async def _check(
    session: AsyncSession,
    caller: Principal,
    new: ComplaintCreate,
    answer: CardAnswer | None,
    *,
    today: date,
) -> str:
    """What only the database can say, all of it at once; returns the receiving city."""
    wrong: list[FieldError] = []
    receiving_city = caller.city
    if new.station_id is not None:
        host = await stations.receiving_city(session, caller, new.station_id)
        if host is None:
            wrong.append(_error("station_id", "STATION", "不是开放的服务站", "is no open station"))
        receiving_city = host or receiving_city
    most = int(await policy.get(session, "li.representatives_max", on=today))
    if len(new.representatives) > most:
        wrong.append(
            _error(
                "representatives",
                "REPRESENTATIVES",
                f"代表不得超过{most}人",
                f"may be {most} people at most",
            )
        )
    wrong += _twice("workers", [one.person for one in new.workers])
    wrong += _twice("representatives", new.representatives)
    complainant = new.complainant
    ref = sealing.person_ref(sealing.blind(complainant.doc_no)) if complainant else None
    wrong += verification.refusals(answer, ref)
    if wrong:
        raise Invalid(*wrong)
    if answer is not None and answer.status == "EXPIRED":
        raise verification.VerificationExpired
    if receiving_city is None:
        place = new.work_place.division if new.work_place else None
        receiving_city = rules.city_taking_part(place)
    if receiving_city not in ACTIVE_CITIES:
        raise NoReceivingCity
    return receiving_city


def _error(field: str, code: str, message_zh: str, message_en: str) -> FieldError:
    return FieldError(field=field, code=code, message_zh=message_zh, message_en=message_en)


def _twice(field: str, people: Sequence[PersonIn]) -> list[FieldError]:
    seen: set[str] = set()
    wrong = []
    for index, person in enumerate(people):
        if person.doc_no in seen:
            where = f"{field}.{index}"
            wrong.append(_error(where, "PERSON_TWICE", "同一人重复列出", "is listed twice"))
        seen.add(person.doc_no)
    return wrong


async def _build(
    session: AsyncSession,
    caller: Principal,
    new: ComplaintCreate,
    receiving_city: str,
    *,
    today: date,
) -> Complaint:
    months = [one.months for one in new.workers if one.months is not None]
    amounts = [one.amount for one in new.workers]
    complaint = Complaint(
        id=new_id(),
        biz_no=await numbering.next_number(session, "LI", receiving_city, today),
        kind=new.kind,
        state=RECEIVED,
        channel=new.channel,
        station_id=new.station_id,
        received_on=today,
        is_migrant=new.is_migrant,
        matter=new.matter,
        facts=new.facts,
        period_from=new.period_from,
        period_to=new.period_to,
        amount_claimed=new.amount_claimed or rules.amount_total(amounts),
        months_owed_max=max(months, default=None),
        workers_count=_head_count(new),
        other_procedure=new.other_procedure,
        contract_filing_no=new.contract_filing_no,
        verification_id=new.verification_id,
        card_verified=False,
        receiving_city=receiving_city,
        receiving_org_id=caller.org_id,
        missing=[],
        workers=_worker_rows(new.workers),
        representatives=_representative_rows(new.representatives),
    )
    if new.complainant is not None:
        complaint.take_complainant(new.complainant)
    journey.name_employer(complaint, new.employer_name, new.employer_uscc)
    assert new.work_place is not None  # the schema has refused a body without one
    journey.place_work(complaint, new.work_place)
    return complaint


def _head_count(new: ComplaintCreate) -> int:
    if new.workers:
        return len(new.workers)
    if new.workers_count is not None:
        return new.workers_count
    return 1 if new.kind == "COMPLAINT" else 0


def _worker_rows(workers: Sequence[WorkerIn]) -> list[ComplaintWorker]:
    rows = []
    for position, one in enumerate(workers):
        row = ComplaintWorker(position=position, amount=one.amount, months=one.months)
        row.take_person(one.person)
        rows.append(row)
    return rows


def _representative_rows(people: Sequence[PersonIn]) -> list[ComplaintRepresentative]:
    rows = []
    for position, person in enumerate(people):
        row = ComplaintRepresentative(position=position)
        row.take_person(person)
        rows.append(row)
    return rows


async def _by_source(
    session: AsyncSession, source_system: str, source_ref: str | None
) -> Complaint | None:
    """The complaint that a clue has become already; one clue is taken at a time."""
    name = f"li.source:{source_system}:{source_ref}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    return await session.scalar(
        select(Complaint)
        .options(*views.WITH_PEOPLE)
        .where(Complaint.source_system == source_system, Complaint.source_ref == source_ref)
        .with_for_update()
    )


async def _renew(
    session: AsyncSession, caller: Principal, known: Complaint, new: ComplaintCreate
) -> Complaint:
    """根治欠薪线索 sent again: takes over what it now says, as long as nobody decided on it."""
    if new.channel != "NATIONAL_PLATFORM" or caller.city != known.receiving_city:
        raise Duplicate
    if known.state not in (*rules.IN_HAND, SUPPLEMENT):
        return known
    known.facts, known.matter, known.is_migrant = new.facts, new.matter, new.is_migrant
    known.period_from, known.period_to = new.period_from, new.period_to
    known.amount_claimed = new.amount_claimed or rules.amount_total(
        one.amount for one in new.workers
    )
    known.workers_count = _head_count(new)
    if new.workers:
        known.workers = []
        await session.flush()  # the same people are written again under the same constraint
        known.workers = _worker_rows(new.workers)
    timeline.add(session, known.id, "renew", caller=caller)
    return known
