"""What can be done about months that count twice. Each function runs in a transaction."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, policy, resources, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.money import money_text
from hrss_kit.pagination import Page, select_page
from hrss_kit.persons import PersonIn
from hrss_kit.problems import Conflict, Duplicate, NotYourCity, StateConflict, refuse
from hrss_kit.translation import constraint_of
from social_insurance.overlap_resolutions import rules
from social_insurance.overlap_resolutions.models import ONE_A_CASE, OverlapResolution
from social_insurance.overlap_resolutions.schemas import (
    RefundLine,
    ResolutionCreate,
    ResolutionQuery,
    ResolutionRead,
)
from social_insurance.participations import rules as month_rules
from social_insurance.participations.models import (
    ContributionMonth,
    Participation,
    ResidentPayment,
)
from social_insurance.personal_accounts.service import account_of
from social_insurance.problems import IdentityConflict
from social_insurance.transfer_cases import sheet, steps
from social_insurance.transfer_cases import views as transfers
from social_insurance.transfer_cases.models import TransferCase
from social_insurance.transfer_cases.rules import OUT_SENT, POOL_FROM
from social_insurance.transfer_cases.schemas import OverlapFound

Place = tuple[str, str]


class NoOverlap(Conflict):
    code = "NO_OVERLAP"
    title_zh, title_en = "没有需要处理的重复参保月份", "No month counts twice"


def visible(caller: Principal) -> Select[OverlapResolution]:
    """The city that decided, and the other one of the transfer; auditors see all."""
    wanted = select(OverlapResolution)
    if caller.holds("auditor"):
        return wanted
    of_case = select(TransferCase.id).where(
        or_(TransferCase.from_city == caller.city, TransferCase.to_city == caller.city)
    )
    return wanted.where(
        or_(
            OverlapResolution.owner_city == caller.city,
            OverlapResolution.transfer_case_id.in_(of_case),
        )
    )


async def decide(session: AsyncSession, caller: Principal, new: ResolutionCreate) -> ResolutionRead:
    """Decides with the person which relation is kept; refunds are computed line by line.

    By the receiving city, and only once the sheet is there: transfer first, then clear.
    """
    if caller.city is None:
        raise NotYourCity
    case = await _case(session, caller, new)
    row = OverlapResolution(
        biz_no=await numbering.next_number(session, "SI", caller.city, clock.today()),
        owner_city=caller.city,
        state="DECIDED",
        transfer_case_id=new.transfer_case_id,
        kept_city=new.kept_city,
        kept_scheme=new.kept_scheme,
        agreed_by_person=new.agreed_by_person,
        agreement_ref=new.agreement_ref,
        decided_by=caller.actor,
        decided_on=clock.today(),
    )
    await _take_person(session, row, new, case)
    exchange().note(person_refs=[row.person_ref])
    await _fill(session, row, new)
    if row.kind in ("SAME_SCHEME", "EMP_INST") and not new.agreed_by_person:
        raise refuse(
            "agreed_by_person", "AGREEMENT", "须与本人协商一致", "the person must agree first"
        )
    await _save(session, row)
    timeline.add(session, row.id, "decide", caller=caller, to_state=row.state)
    if case is None:
        await clear(session, row.id)
    else:
        case.overlap_resolution_id, case.overlap_decided_by = row.id, caller.actor
        timeline.add(session, case.id, "resolve-overlap", caller=caller)
        found = OverlapFound(months=len(row.months), kept_city=row.kept_city)
        steps.publish(session, case, found)
    return await _show(session, caller, row)


async def _case(
    session: AsyncSession, caller: Principal, new: ResolutionCreate
) -> TransferCase | None:
    if new.transfer_case_id is None:
        return None
    found = transfers.visible(caller).where(TransferCase.id == new.transfer_case_id)
    case = await resources.load(session, found, lock=True)
    if caller.city != transfers.acting_city(case, transfers.TO):
        raise NotYourCity
    is_short = case.kind == "EMP_INTRA" and "complete" in transfers.allowed(case)
    if case.state != OUT_SENT and not is_short:
        raise StateConflict(case.state, [])
    return case


async def _take_person(
    session: AsyncSession,
    row: OverlapResolution,
    new: ResolutionCreate,
    case: TransferCase | None,
) -> None:
    if case is not None:
        row.take_person(
            PersonIn(
                name=case.person_name, doc_type=case.doc_type, doc_no=case.doc_no,
                mobile=case.mobile,
            )
        )  # fmt: skip
        return
    assert new.person is not None  # the model demands one of the two
    names = await session.scalars(
        select(Participation.person_name).where(
            Participation.id_hash == sealing.blind(new.person.doc_no)
        )
    )
    if any(name != new.person.name for name in names):
        raise IdentityConflict
    row.take_person(new.person)


async def _fill(session: AsyncSession, row: OverlapResolution, new: ResolutionCreate) -> None:
    months = await sheet.months_of(session, row.id_hash)
    kept: Place = (row.kept_city, row.kept_scheme)
    family = month_rules.family(row.kept_scheme)
    cleared: dict[Place, set[str]] = defaultdict(set)
    kinds: set[str] = set()
    for one in month_rules.overlaps(sheet.insured(months)):
        if one.family != family or kept not in one.places:
            continue
        kinds.add(one.kind)
        for place in one.places:
            if place != kept:
                cleared[place].update(month_rules.months_between(one.from_month, one.to_month))
    is_double = new.base_pension_paid is not None
    if not cleared and not is_double:
        raise NoOverlap
    if "EMP_RES" in kinds and row.kept_scheme == "RES":
        raise refuse(
            "kept_scheme", "EMP_COUNTS", "重复月份只计职工养老保险", "the employees' months count"
        )
    row.kind = "DOUBLE_PENSION" if is_double else min(kinds, key=_order)
    row.months = sorted({month for span in cleared.values() for month in span})
    by_place = {(one.city, one.scheme, one.month): one for one in months}
    lines, interest = [], new.interest or rules.ZERO
    for place, span in sorted(cleared.items()):
        lines.append(await _line(session, row, place, sorted(span), by_place, interest))
        interest = rules.ZERO  # the interest given is of the first relation cleared
    if new.base_pension_paid is not None:
        lines = [await _double(session, row, new.base_pension_paid)]
    row.lines = json.dumps([line.model_dump() for line in lines])
    row.refund_total = money_text(sum((Decimal(one.amount) for one in lines), rules.ZERO))


def _order(kind: str) -> int:
    return ("SAME_SCHEME", "EMP_INST", "EMP_RES").index(kind)


async def _line(
    session: AsyncSession,
    row: OverlapResolution,
    place: Place,
    span: Sequence[str],
    months: dict[tuple[str, str, str], ContributionMonth],
    interest: Decimal,
) -> RefundLine:
    city, scheme = place
    if scheme == "RES":
        paid = await session.scalars(
            select(ResidentPayment).where(
                ResidentPayment.id_hash == row.id_hash, ResidentPayment.city == city
            )
        )
        years = {
            one.year: rules.Year(
                Decimal(one.amount), Decimal(one.collective or 0), Decimal(one.subsidy or 0)
            )
            for one in paid
        }
        refund = rules.resident_refund(years, span)
        refund = rules.Refund(refund.principal, interest, refund.subsidy_kept)
    else:
        its = [months[city, scheme, month] for month in span]
        amounts = [(one.month, _decimal(one.base), _decimal(one.personal)) for one in its]
        refund = rules.account_refund(amounts, await _rates(session, span), interest)
    return RefundLine(
        city=city,
        scheme=scheme,
        months=len(span),
        principal=money_text(refund.principal),
        interest=money_text(refund.interest),
        amount=money_text(refund.amount),
        subsidy_kept=money_text(refund.subsidy_kept),
    )


async def _double(session: AsyncSession, row: OverlapResolution, base_paid: Decimal) -> RefundLine:
    account = await account_of(session, row.id_hash, "RES", row.owner_city)
    personal = account.amount("personal_part") if account else rules.ZERO
    collective = account.amount("collective_part") if account else rules.ZERO
    kept = account.amount("subsidy_part") if account else rules.ZERO
    found = rules.double_pension(personal, collective, base_paid)
    return RefundLine(
        city=row.owner_city,
        scheme="RES",
        months=0,
        principal=money_text(found.refund),
        interest=money_text(rules.ZERO),
        offset=money_text(found.offset),
        still_claimed=money_text(found.to_claim),
        amount=money_text(found.to_person),
        subsidy_kept=money_text(kept),
    )


async def _rates(session: AsyncSession, span: Sequence[str]) -> dict[int, Decimal]:
    rates = {}
    for year in sorted({int(month[:4]) for month in span if month >= POOL_FROM}):
        found = await policy.get(session, "si.personal_rate", on=date(year, 12, 31))
        rates[year] = Decimal(str(found))
    return rates


def _decimal(amount: str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


async def _save(session: AsyncSession, row: OverlapResolution) -> None:
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether the case has one already
    except IntegrityError as error:
        if constraint_of(error) != ONE_A_CASE:
            raise
        known = await session.scalar(
            select(OverlapResolution.id).where(
                OverlapResolution.transfer_case_id == row.transfer_case_id
            )
        )
        raise Duplicate(existing_id=str(known)) from error


async def clear(session: AsyncSession, resolution_id: UUID | None) -> None:
    """Clears the other relations of the months that are settled; the months count once."""
    if resolution_id is None:
        return
    row = await session.get_one(OverlapResolution, resolution_id)
    for line in json.loads(row.lines):
        await session.execute(
            update(ContributionMonth)
            .where(ContributionMonth.id_hash == row.id_hash)
            .where(ContributionMonth.city == line["city"])
            .where(ContributionMonth.scheme == line["scheme"])
            .where(ContributionMonth.month.in_(row.months))
            .values(overlap=True)
            .execution_options(synchronize_session=False)
        )
    row.state, row.cleared_on = "CLEARED", clock.today()
    timeline.add(session, row.id, "clear", caller=None, from_state="DECIDED", to_state="CLEARED")


async def find(session: AsyncSession, caller: Principal, resolution_id: UUID) -> ResolutionRead:
    """One resolution."""
    found = visible(caller).where(OverlapResolution.id == resolution_id)
    row = await resources.load(session, found)
    exchange().note(person_refs=[row.person_ref], fields=["person", "lines"])
    return await _show(session, caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: ResolutionQuery
) -> Page[ResolutionRead]:
    """A page of resolutions."""
    wanted = visible(caller)
    for name in ("state", "kind", "transfer_case_id"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(OverlapResolution, name) == value)
    rows, cursor = await select_page(
        session, wanted, query, key=OverlapResolution.id,
        sorts={"created_at": OverlapResolution.created_at}, default="-created_at",
    )  # fmt: skip
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person", "lines"])
    return Page(items=[_shown(caller, row) for row in rows], next_cursor=cursor)


async def history(
    session: AsyncSession, caller: Principal, resolution_id: UUID
) -> timeline.Timeline:
    """What happened to a resolution."""
    found = visible(caller).where(OverlapResolution.id == resolution_id)
    return await timeline.of(session, (await resources.load(session, found)).id)


async def _show(session: AsyncSession, caller: Principal, row: OverlapResolution) -> ResolutionRead:
    await session.flush()  # the answer carries the new version
    return _shown(caller, row)


def _shown(caller: Principal, row: OverlapResolution) -> ResolutionRead:
    lines = [RefundLine.model_validate(one) for one in json.loads(row.lines)]
    concerned = {row.owner_city, *(line.city for line in lines)}
    sees = caller.city in concerned
    return resources.shown(
        ResolutionRead,
        row,
        person=row.masked(),
        months_count=len(row.months),
        lines=lines if sees else None,
        refund_total=row.refund_total if sees else None,
        allowed_actions=[],
        deadlines=[],
    )
