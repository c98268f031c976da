"""What can be done with participations. Each function runs in the caller's transaction."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, policy, resources, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.money import money_text
from hrss_kit.pagination import Page, select_page
from hrss_kit.persons import PersonMasked
from hrss_kit.problems import (
    Conflict,
    Duplicate,
    FieldError,
    Invalid,
    NotYourCity,
    PurposeNotAllowed,
    refuse,
)
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.translation import constraint_of
from social_insurance.participations import models, queries, rules
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.participations.schemas import (
    GapRead,
    LookupReply,
    LookupRequest,
    MonthIn,
    MonthRead,
    ParticipationChange,
    ParticipationCreate,
    ParticipationDetail,
    ParticipationQuery,
    ParticipationRead,
    SchemeMonths,
    TimelineMonth,
    Total,
)


class IdentityConflict(Conflict):
    """Says nothing of which part does not agree."""

    code = "IDENTITY_CONFLICT"
    title_zh, title_en = "身份信息与记录不一致", "The identity does not agree with the record"


async def record(
    session: AsyncSession, caller: Principal, new: ParticipationCreate
) -> ParticipationDetail:
    """Records a stretch of insurance with its months; a month is insured once."""
    if new.city != caller.city:
        raise NotYourCity
    today = clock.today()
    months = _months(new, today)
    warnings = await _check_bases(session, new, months, today)
    row = Participation(
        biz_no=await numbering.next_number(session, "SI", new.city, today),
        owner_city=new.city,
        **new.model_dump(exclude={"person", "months", "monthly_base"}),
    )
    row.take_person(new.person)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    await _refuse_other_name(session, row)
    await _save(session, row, months)
    timeline.add(session, row.id, "record", caller=caller, to_state=row.status)
    return await _detail(session, caller, row, warnings)


async def find(
    session: AsyncSession, caller: Principal, participation_id: UUID
) -> ParticipationDetail:
    """One stretch with its months."""
    found = queries.visible(caller).where(Participation.id == participation_id)
    row = await resources.load(session, found)
    exchange().note(person_refs=[row.person_ref], fields=["person", "months"])
    return await _detail(session, caller, row, [])


async def search(
    session: AsyncSession, caller: Principal, query: ParticipationQuery
) -> Page[ParticipationRead]:
    """A page of a city's own participations."""
    wanted = queries.visible(caller)
    for name in ("scheme", "status", "employer_uscc", "relation_kind"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(Participation, name) == value)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=Participation.id,
        sorts={"created_at": Participation.created_at, "from_month": Participation.from_month},
        default="-created_at",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    counts = await queries.counts_of(session, [row.id for row in rows])
    items = [
        resources.shown(
            ParticipationRead,
            row,
            person=row.masked(),
            months_count=counts.get(row.id, 0),
            warnings=[],
        )
        for row in rows
    ]
    return Page(items=items, next_cursor=cursor)


async def change(
    session: AsyncSession, caller: Principal, participation_id: UUID, wish: ParticipationChange
) -> ParticipationDetail:
    """Ends or continues a stretch: its months follow its last month."""
    found = queries.visible(caller).where(Participation.id == participation_id)
    row = await resources.load(session, found, lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    if wish.to_month is not None and wish.to_month < row.from_month:
        raise refuse("to_month", "MONTH_RANGE", "止月早于起月", "ends before it begins")
    given = wish.model_dump(exclude_unset=True)
    exchange().note(person_refs=[row.person_ref], fields=sorted(given))
    before = row.status
    for name, value in given.items():
        setattr(row, name, value)
    if wish.to_month is not None:
        await session.execute(
            delete(ContributionMonth)
            .where(ContributionMonth.participation_id == row.id)
            .where(ContributionMonth.month > wish.to_month)
        )
    timeline.add(session, row.id, "change", caller=caller, from_state=before, to_state=row.status)
    await session.flush()  # the answer carries the new version
    return await _detail(session, caller, row, [])


async def history(
    session: AsyncSession, caller: Principal, participation_id: UUID
) -> timeline.Timeline:
    """What happened to a stretch."""
    found = queries.visible(caller).where(Participation.id == participation_id)
    return await timeline.of(session, (await resources.load(session, found)).id)


async def reveal(
    session: AsyncSession, caller: Principal, participation_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full, to the city that keeps the record."""
    found = queries.visible(caller).where(Participation.id == participation_id)
    row = await resources.load(session, found)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


async def look_up(session: AsyncSession, caller: Principal, wish: LookupRequest) -> LookupReply:
    """Both cities' months of a person who is named by number and name; amounts never."""
    if not rules.may_look_up(caller.held, exchange().purpose or ""):
        raise PurposeNotAllowed
    id_hash = sealing.blind(wish.doc_no)
    exchange().note(person_refs=[sealing.person_ref(id_hash)])
    found = await queries.stretches_of(session, id_hash, wish.from_month, wish.to_month)
    if not found or any(one.person_name != wish.name for one in found):
        return LookupReply(matched=False)
    person = PersonMasked.of(wish.name, found[0].doc_type, wish.doc_no, found[0].mobile)
    if caller.held <= {"window"}:
        # A counter only verifies that somebody is insured (domain §4.2).
        exchange().note(fields=["matched"])
        return LookupReply(matched=True, person=person)
    exchange().note(fields=["months", "employer", "paid"])
    return _merged(person, list(_insured(found)))


def _merged(person: PersonMasked, months: list[rules.Insured]) -> LookupReply:
    months.sort(key=lambda one: (one.month, one.scheme, one.city))
    twice = rules.overlapping(months)
    return LookupReply(
        matched=True,
        person=person,
        timeline=[
            TimelineMonth(
                month=one.month,
                city=one.city,
                scheme=one.scheme,
                employer_uscc=one.employer_uscc,
                paid=one.paid,
                overlap=index in twice,
            )
            for index, one in enumerate(months)
        ],
        totals=[
            Total(scheme=scheme, city=city, months=count, paid_months=paid)
            for scheme, city, count, paid in rules.totals(months)
        ],
        counted=[
            SchemeMonths(scheme=scheme, months=count)
            for scheme, count in rules.counted_months(months).items()
        ],
        gaps=[GapRead.model_validate(gap) for gap in rules.gaps(months)],
    )


def _insured(found: Sequence[queries.Stretch]) -> Iterator[rules.Insured]:
    for one in found:
        for month, paid in zip(one.months, one.paid, strict=True):
            if month is not None:  # a stretch without a month in the range
                yield rules.Insured(month, one.city, one.scheme, one.employer_uscc, paid=bool(paid))


def _months(new: ParticipationCreate, today: date) -> list[MonthIn]:
    if new.months is not None:
        return new.months
    last = new.to_month or today.strftime("%Y-%m")
    return [
        MonthIn.model_construct(month=month, base=new.monthly_base)
        for month in rules.months_between(new.from_month, last)
    ]


async def _check_bases(
    session: AsyncSession, new: ParticipationCreate, months: Sequence[MonthIn], today: date
) -> list[FieldError]:
    """The range around the provincial wage: binding this year, a warning for history."""
    if new.scheme == "RES":
        return []  # residents pay by tier, not by base
    by_year: dict[int, tuple[Decimal, Decimal, Decimal] | None] = {}
    errors: list[FieldError] = []
    warnings: list[FieldError] = []
    for index, one in enumerate(months):
        year = int(one.month[:4])
        if year not in by_year:
            by_year[year] = await _range_of(session, year, new.city)
        known = by_year[year]
        if one.base is None or known is None or not rules.outside_range(one.base, *known):
            continue
        wrong = FieldError(
            field="monthly_base" if new.months is None else f"months.{index}.base",
            code="BASE_RANGE",
            message_zh="缴费基数超出全省平均工资的规定范围",
            message_en="The base leaves the range around the provincial wage",
        )
        (errors if year == today.year else warnings).append(wrong)
    if errors:
        raise Invalid(*dict.fromkeys(errors))
    return list(dict.fromkeys(warnings))


async def _range_of(
    session: AsyncSession, year: int, city: str
) -> tuple[Decimal, Decimal, Decimal] | None:
    on = date(year, 12, 31)
    try:
        wage = Decimal(str(await policy.get(session, "si.provincial_wage", on=on, city=city)))
        span: dict[str, Any] = await policy.get(session, "si.base_range", on=on, city=city)
    except policy.MissingParameter:
        return None  # nobody has loaded the figure of that year
    return wage, Decimal(span["min"]), Decimal(span["max"])


async def _refuse_other_name(session: AsyncSession, row: Participation) -> None:
    known = await session.scalars(
        select(Participation.person_name).where(Participation.id_hash == row.id_hash)
    )
    if any(name != row.person_name for name in known):
        raise IdentityConflict


async def _save(session: AsyncSession, row: Participation, months: Sequence[MonthIn]) -> None:
    same_month = and_(
        ContributionMonth.id_hash == row.id_hash,
        ContributionMonth.scheme == row.scheme,
        ContributionMonth.city == row.city,
        ContributionMonth.month.in_([one.month for one in months]),
    )
    same_source = and_(
        Participation.source_system == row.source_system,
        Participation.source_ref == row.source_ref,
    )
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the months below name it
            # In order, so that two writers of the same months never wait for each other.
            for one in sorted(months, key=lambda item: item.month):
                session.add(_month(row, one))
            await session.flush()  # the database says whether a month is already insured
    except IntegrityError as error:
        match constraint_of(error):
            case models.MONTH_ONCE:
                existing = select(ContributionMonth.participation_id).where(same_month)
            case models.ONE_PER_SOURCE:
                existing = select(Participation.id).where(same_source)
            case _:
                raise
        raise Duplicate(existing_id=str(await session.scalar(existing.limit(1)))) from error


def _month(row: Participation, one: MonthIn) -> ContributionMonth:
    return ContributionMonth(
        participation_id=row.id,
        id_hash=row.id_hash,
        scheme=row.scheme,
        city=row.city,
        month=one.month,
        base=_sealed(one.base),
        personal=_sealed(one.personal),
        employer=_sealed(one.employer),
        paid=one.paid,
        paid_on=one.paid_on,
        late=one.late,
        lump_sum_batch=one.lump_sum_batch,
    )


def _sealed(amount: Decimal | None) -> str | None:
    return None if amount is None else money_text(amount)


async def _detail(
    session: AsyncSession, caller: Principal, row: Participation, warnings: list[FieldError]
) -> ParticipationDetail:
    months = [MonthRead.model_validate(one) for one in await queries.months_of(session, row.id)]
    if row.owner_city != caller.city:
        hidden = {"base": None, "personal": None, "employer": None}
        months = [one.model_copy(update=hidden) for one in months]
    return resources.shown(
        ParticipationDetail,
        row,
        person=row.masked(),
        months=months,
        months_count=len(months),
        warnings=warnings,
    )
