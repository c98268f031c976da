"""Finding mass events, and what the cities answer. Each runs in the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, outbox, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.ids import new_id
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity
from hrss_kit.resources import load, match_version, shown
from labor_inspection.access import ACCESS, HANDLERS
from labor_inspection.complaints.models import NOT_ACCEPTED, Complaint
from labor_inspection.complaints.rules import is_same_employer, window_start
from labor_inspection.mass_events import joining, rules
from labor_inspection.mass_events.models import (
    JointCaseSuggestion,
    SuggestionAnswer,
    SuggestionComplaint,
)
from labor_inspection.mass_events.rules import MACHINE, SUGGESTED
from labor_inspection.mass_events.schemas import (
    CityPart,
    JointCaseSettled,
    JointCaseSuggested,
    JointPart,
    SuggestionQuery,
    SuggestionRead,
)

ANSWER: Final = "JOINT_CASE_ANSWER"


# ── finding ─────────────────────────────────────────────────────────────────────────────────


async def detect(session: AsyncSession, *complaints: Complaint) -> None:
    """Counts what is known of the employer; enough in both cities is one suggested joint case.

    The employer is locked by whoever files or moves a complaint, so that filings count each
    other; the unique index holds even without that.
    """
    first = complaints[0]
    if first.employer_uscc is None and first.employer_key is None:
        return
    await session.flush()  # the complaint itself counts
    suggestion = await _open_one(session, first)
    if suggestion is not None:
        own = [one for one in complaints if _counts(one)]
        await _add(session, suggestion.id, own)
        return
    figures = await policy.get(session, "li.mass_event", on=first.received_on)
    found = await _known(session, first, int(figures["days"]))
    people = {one.id_hash or one.id.bytes for one in found}
    cities = {one.competent_city for one in found}
    if rules.is_mass_event(len(people), len(cities), figures):
        await _suggest(session, first, found, int(figures["days"]))


def _counts(complaint: Complaint) -> bool:
    return complaint.state != NOT_ACCEPTED and not complaint.is_place_provisional


async def _open_one(session: AsyncSession, complaint: Complaint) -> JointCaseSuggestion | None:
    rows = await session.scalars(
        select(JointCaseSuggestion)
        .where(JointCaseSuggestion.state == SUGGESTED)
        .where(_same_employer(JointCaseSuggestion, complaint))
        .order_by(JointCaseSuggestion.id)
    )
    return next((row for row in rows if _is_same(row, complaint)), None)


def _same_employer(model: Any, complaint: Complaint) -> Any:
    ways = []
    if complaint.employer_uscc is not None:
        ways.append(model.employer_uscc == complaint.employer_uscc)
    if complaint.employer_key is not None:
        ways.append(model.employer_key == complaint.employer_key)
    return or_(*ways)


def _is_same(row: JointCaseSuggestion | Complaint, complaint: Complaint) -> bool:
    return is_same_employer(
        row.employer_uscc, row.employer_key, complaint.employer_uscc, complaint.employer_key
    )


async def _known(session: AsyncSession, complaint: Complaint, days: int) -> list[Complaint]:
    """Complaints of the window about this employer that no suggestion counts yet."""
    counted = select(SuggestionComplaint.complaint_id)
    rows = await session.scalars(
        select(Complaint)
        .where(Complaint.received_on >= window_start(complaint.received_on, days))
        .where(Complaint.received_on <= complaint.received_on)
        .where(Complaint.competent_city.in_(ACTIVE_CITIES))
        .where(_same_employer(Complaint, complaint), Complaint.id.not_in(counted))
        .order_by(Complaint.id)
    )
    return [one for one in rows if _counts(one) and _is_same(one, complaint)]


async def _suggest(
    session: AsyncSession, complaint: Complaint, found: Sequence[Complaint], days: int
) -> None:
    today, now = clock.today(), clock.now()
    city = complaint.competent_city
    biz_no = await numbering.next_number(session, "LI", city, today)
    suggestion_id = await session.scalar(
        insert(JointCaseSuggestion)
        .values(
            id=new_id(),
            biz_no=biz_no,
            owner_city=city,
            version=1,
            created_at=now,
            created_by="system",
            updated_at=now,
            updated_by="system",
            state=SUGGESTED,
            employer_name=complaint.employer_name,
            employer_uscc=complaint.employer_uscc,
            employer_key=complaint.employer_key,
            window_from=window_start(complaint.received_on, days),
            suggested_on=today,
            answers=0,
        )
        .on_conflict_do_nothing()
        .returning(JointCaseSuggestion.id)
    )
    if suggestion_id is None:
        # Another filing made it in the same moment: this one counts in it.
        known = await _open_one(session, complaint)
        if known is not None:
            await _add(session, known.id, found)
        return
    cities = await _add(session, suggestion_id, found)
    timeline.add(session, suggestion_id, "suggest", caller=None, to_state=SUGGESTED)
    await deadlines.start(
        session,
        subject_id=suggestion_id,
        subject_no=biz_no,
        owner_city=city,
        audience=cities,
        code=ANSWER,
        started_on=today,
        unit="WD",
        length=int(await policy.get(session, "li.joint_case_answer_wd", on=today)),
        basis="两市联合办案",
    )
    outbox.publish(
        session,
        JointCaseSuggested(
            uscc=complaint.employer_uscc,
            cities=cities,
            complaints_band=rules.band(len(found)),
            workers_band=rules.band(sum(one.workers_count for one in found)),
            suggested_on=today,
        ),
        source="li",
        subject=biz_no,
        city=city,
        audience=cities,
    )


async def _add(
    session: AsyncSession, suggestion_id: UUID, complaints: Iterable[Complaint]
) -> list[str]:
    """Counts complaints in, each once, and asks each of their cities; returns the cities."""
    new = list(complaints)
    cities = sorted({one.competent_city for one in new})
    for one in new:
        row = {"complaint_id": one.id, "suggestion_id": suggestion_id}
        await session.execute(insert(SuggestionComplaint).values(row).on_conflict_do_nothing())
    for city in cities:
        answer = {
            "id": new_id(),
            "suggestion_id": suggestion_id,
            "city": city,
            "state": SUGGESTED,
        }
        await session.execute(insert(SuggestionAnswer).values(answer).on_conflict_do_nothing())
    return cities


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def visible(caller: Principal) -> Select[JointCaseSuggestion]:
    """Suggestions that ask the caller's city; overseers see all of them."""
    wanted = select(JointCaseSuggestion)
    if caller.holds("auditor", "province"):
        return wanted
    asked = select(SuggestionAnswer.suggestion_id).where(SuggestionAnswer.city == caller.city)
    return wanted.where(JointCaseSuggestion.id.in_(asked))


async def show(
    session: AsyncSession, caller: Principal, rows: Sequence[JointCaseSuggestion]
) -> list[SuggestionRead]:
    """Suggestions as this caller may see them."""
    await session.flush()  # answers given in this transaction are part of the reply
    ids = [row.id for row in rows]
    answers: dict[UUID, list[SuggestionAnswer]] = defaultdict(list)
    wanted = select(SuggestionAnswer).where(SuggestionAnswer.suggestion_id.in_(ids))
    for answer in await session.scalars(wanted.order_by(SuggestionAnswer.city)):
        answers[answer.suggestion_id].append(answer)
    counted: dict[tuple[UUID, str], list[tuple[UUID, int]]] = defaultdict(list)
    for suggestion_id, city, complaint_id, workers in await session.execute(
        select(
            SuggestionComplaint.suggestion_id,
            Complaint.competent_city,
            Complaint.id,
            Complaint.workers_count,
        )
        .join(Complaint, Complaint.id == SuggestionComplaint.complaint_id)
        .where(SuggestionComplaint.suggestion_id.in_(ids))
        .order_by(Complaint.id)
    ):
        counted[suggestion_id, city].append((complaint_id, workers))
    clocks = await deadlines.of(session, ids)
    cases = await joining.parts(session, ids)
    return [
        shown(
            SuggestionRead,
            row,
            cities=[
                _part(caller, one, counted[row.id, one.city], cases[row.id, one.city])
                for one in answers[row.id]
            ],
            allowed_actions=_allowed(caller, answers[row.id]),
            deadlines=clocks[row.id],
        )
        for row in rows
    ]


def _part(
    caller: Principal,
    answer: SuggestionAnswer,
    counted: Sequence[tuple[UUID, int]],
    cases: Sequence[JointPart],
) -> CityPart:
    workers = sum(each for _, each in counted)
    is_own = caller.city == answer.city and caller.holds(*HANDLERS)
    return CityPart.model_validate(
        {
            "city": answer.city,
            "answer": answer.state,
            "answered_on": answer.answered_on,
            "reason": answer.reason,
            "complaints_band": rules.band(len(counted)),
            "workers_band": rules.band(workers),
            "complaints": len(counted) if is_own else None,
            "workers": workers if is_own else None,
            "complaint_ids": [one for one, _ in counted] if is_own else None,
            "cases": list(cases),
        }
    )


def _allowed(caller: Principal, answers: Iterable[SuggestionAnswer]) -> list[str]:
    own = next((one for one in answers if one.city == caller.city), None)
    if own is None or not ACCESS.allows(caller, "joint-case:answer"):
        return []
    return MACHINE.allowed(own.state)


async def read(session: AsyncSession, caller: Principal, suggestion_id: UUID) -> SuggestionRead:
    """One suggestion."""
    row = await load(session, visible(caller).where(JointCaseSuggestion.id == suggestion_id))
    return (await show(session, caller, [row]))[0]


async def history(
    session: AsyncSession, caller: Principal, suggestion_id: UUID
) -> timeline.Timeline:
    """What happened to a suggestion."""
    row = await load(session, visible(caller).where(JointCaseSuggestion.id == suggestion_id))
    return await timeline.of(session, row.id)


async def page(
    session: AsyncSession, caller: Principal, query: SuggestionQuery
) -> Page[SuggestionRead]:
    """A page of suggestions."""
    wanted = visible(caller)
    for name in ("state", "employer_uscc"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(JointCaseSuggestion, name) == value)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=JointCaseSuggestion.id,
        sorts={"created_at": JointCaseSuggestion.created_at},
        default="-created_at",
    )
    return Page(items=await show(session, caller, rows), next_cursor=cursor)


# ── answering ───────────────────────────────────────────────────────────────────────────────


async def answer(
    session: AsyncSession,
    caller: Principal,
    suggestion_id: UUID,
    action: str,
    reason: str | None,
) -> SuggestionRead:
    """One city accepts or dismisses; when all have answered it is settled."""
    row = await load(
        session, visible(caller).where(JointCaseSuggestion.id == suggestion_id), lock=True
    )
    answers = list(
        await session.scalars(
            select(SuggestionAnswer).where(SuggestionAnswer.suggestion_id == row.id)
        )
    )
    own = next((one for one in answers if one.city == caller.city), None)
    if own is None:
        raise NotYourCity
    match_version(row)
    before, own.state = own.state, MACHINE.take(own.state, action)
    own.answered_on, own.answered_by, own.reason = clock.today(), caller.actor, reason
    row.answers += 1
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=before,
        to_state=own.state,
        reason=reason,
    )
    state = rules.overall([one.state for one in answers])
    if state != SUGGESTED:
        row.state, row.settled_on = state, clock.today()
        if state == rules.ACCEPTED:
            await joining.join(session, caller, row)
        await deadlines.meet(session, row.id, ANSWER, clock.today())
        outbox.publish(
            session,
            JointCaseSettled.model_validate(
                {
                    "uscc": row.employer_uscc,
                    "state": state,
                    "settled_on": clock.today(),
                    "joint_case_no": row.joint_case_no,
                    "lead_city": row.lead_city,
                }
            ),
            source="li",
            subject=row.biz_no,
            city=row.owner_city,
            audience=sorted(one.city for one in answers),
        )
    return (await show(session, caller, [row]))[0]
