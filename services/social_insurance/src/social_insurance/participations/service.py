"""What can be done with participations. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from hrss_kit import clock, numbering, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import city_of
from hrss_kit.identifiers import age, birth_date, gender
from hrss_kit.money import money_text
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import (
    Duplicate,
    FieldError,
    Invalid,
    NotYourCity,
    refuse,
)
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.translation import constraint_of
from social_insurance import arrivals
from social_insurance.participations import models, payments, queries, rules
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.participations.schemas import (
    AnnualPaymentRead,
    MonthIn,
    MonthRead,
    MonthsAdd,
    ParticipationChange,
    ParticipationCreate,
    ParticipationDetail,
    ParticipationQuery,
    ParticipationRead,
)
from social_insurance.problems import IdentityConflict

NOT_COLUMNS: Final = {
    "person", "months", "ranges", "monthly_base", "annual_payments", "hukou_division", "by_order",
}  # fmt: skip


async def record(
    session: AsyncSession, caller: Principal, new: ParticipationCreate
) -> ParticipationDetail:
    """Records a stretch of insurance with its months; a month is insured once."""
    if new.city != caller.city:
        raise NotYourCity
    today = clock.today()
    months = months_in(new, today)
    warnings = await _check_bases(session, new, months, today)
    row = Participation(
        biz_no=await numbering.next_number(session, "SI", new.city, today),
        owner_city=new.city,
        **new.model_dump(exclude=NOT_COLUMNS),
    )
    row.take_person(new.person)
    row.birth_month = rules.birth_month(new.person.doc_type, new.person.doc_no)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    await _refuse_other_name(session, row)
    warnings += await _temporary(session, new, row, today)
    await _save(session, row, months)
    await payments.add(session, row, new.annual_payments or (), today)
    timeline.add(session, row.id, "record", caller=caller, to_state=row.status)
    await arrivals.notice(session, [row.id_hash])
    return await _detail(session, caller, row, warnings)


async def add_months(
    session: AsyncSession, caller: Principal, participation_id: UUID, wish: MonthsAdd
) -> ParticipationDetail:
    """Adds what was collected for a stretch that goes on."""
    row = await _held(session, caller, participation_id)
    today = clock.today()
    months = months_in(wish, today)
    outside = [one.month for one in months if one.month < row.from_month]
    outside += [one.month for one in months if row.to_month and one.month > row.to_month]
    if outside:
        raise refuse("months", "MONTH_RANGE", "不在参保段内", "lies outside of the stretch")
    warnings = await _check_bases(session, row, months, today)
    exchange().note(person_refs=[row.person_ref], fields=["months"])
    await _save(session, row, months)
    await payments.add(session, row, wish.annual_payments or (), today)
    flag_modified(row, "updated_at")  # its months are its own: the version grows with them
    timeline.add(session, row.id, "add-months", caller=caller, to_state=row.status)
    await session.flush()  # the answer carries the new version
    await arrivals.notice(session, [row.id_hash])
    return await _detail(session, caller, row, warnings)


async def go_on(
    session: AsyncSession, caller: Principal, row: Participation, new: ParticipationCreate
) -> None:
    """A stretch that is sent again with more months gets those, its end and its status."""
    today = clock.today()
    known = {one.month for one in await queries.months_of(session, row.id)}
    years = {one.year for one in await payments.of(session, row.id)}
    months = [one for one in months_in(new, today) if one.month not in known]
    await _check_bases(session, row, months, today)
    row.to_month, row.status = new.to_month, new.status
    row.employer_uscc = new.employer_uscc
    flag_modified(row, "updated_at")
    await _save(session, row, months)
    paid = [one for one in new.annual_payments or () if one.year not in years]
    await payments.add(session, row, paid, today)
    timeline.add(session, row.id, "add-months", caller=caller, to_state=row.status)


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
    row = await _held(session, caller, participation_id)
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


async def _held(session: AsyncSession, caller: Principal, participation_id: UUID) -> Participation:
    found = queries.visible(caller).where(Participation.id == participation_id)
    row = await resources.load(session, found, lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    return row


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


def months_in(new: ParticipationCreate | MonthsAdd, today: date) -> list[MonthIn]:
    """The months that a request means, in order."""
    if new.months is not None or new.ranges is not None:
        given = list(new.months or ())
        for one in new.ranges or ():
            shared = one.model_dump(exclude={"from_month", "to_month"})
            given += [
                MonthIn.model_construct(month=month, **shared)
                for month in rules.months_between(one.from_month, one.to_month)
            ]
        return sorted(given, key=lambda item: item.month)
    if isinstance(new, MonthsAdd):
        return []
    last = new.to_month or today.strftime("%Y-%m")
    return [
        MonthIn.model_construct(month=month, base=new.monthly_base)
        for month in rules.months_between(new.from_month, last)
    ]


async def _temporary(
    session: AsyncSession, new: ParticipationCreate, row: Participation, today: date
) -> list[FieldError]:
    """C-3: says so when what is recorded as a relation should be a temporary account."""
    if new.scheme != "EMP" or new.hukou_division is None or new.person.doc_type != "01":
        return []
    began = date(int(new.from_month[:4]), int(new.from_month[5:]), 1)
    earlier = await session.scalar(
        select(Participation.id)
        .where(Participation.id_hash == row.id_hash, Participation.scheme == "EMP")
        .where(Participation.from_month < new.from_month)
        .limit(1)
    )
    pooled_from = await policy.get(session, "si.intra_province_pooling_from", on=today)
    hukou = city_of(new.hukou_division) or new.hukou_division
    temporary = rules.is_temporary(
        is_male=gender(new.person.doc_no) == "1",
        age=age(birth_date(new.person.doc_no), began),
        ages=await policy.get(session, "si.temp_account_age", on=today),
        is_at_hukou=hukou == new.city,
        has_relation=earlier is not None,
        is_by_order=new.by_order,
        is_pooled=hukou[:2] == new.city[:2] and began.isoformat() >= str(pooled_from),
    )
    if temporary == (new.relation_kind == "TEMP"):
        return []
    return [
        FieldError(
            field="relation_kind",
            code="TEMP_ACCOUNT",
            message_zh="按规定应建立临时账户" if temporary else "不符合建立临时账户的条件",
            message_en="should be a temporary account" if temporary else "should not be temporary",
        )
    ]


async def _check_bases(
    session: AsyncSession,
    new: ParticipationCreate | Participation,
    months: Sequence[MonthIn],
    today: date,
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
            by_year[year] = await base_range(session, year, new.city)
        known = by_year[year]
        if one.base is None or known is None or not rules.outside_range(one.base, *known):
            continue
        wrong = FieldError(
            field=f"months.{index}.base" if getattr(new, "months", True) else "monthly_base",
            code="BASE_RANGE",
            message_zh="缴费基数超出全省平均工资的规定范围",
            message_en="The base leaves the range around the provincial wage",
        )
        (errors if year == today.year else warnings).append(wrong)
    if errors:
        raise Invalid(*dict.fromkeys(errors))
    return list(dict.fromkeys(warnings))


async def base_range(
    session: AsyncSession, year: int, city: str
) -> tuple[Decimal, Decimal, Decimal] | None:
    """The provincial wage of a year and the range around it; None while nobody has loaded it."""
    on = date(year, 12, 31)
    try:
        wage = Decimal(str(await policy.get(session, "si.provincial_wage", on=on, city=city)))
        span: dict[str, Any] = await policy.get(session, "si.base_range", on=on, city=city)
    except policy.MissingParameter:
        return None
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
            session.add(row)  # known already when its months go on
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
    years = [AnnualPaymentRead.model_validate(one) for one in await payments.of(session, row.id)]
    if row.owner_city != caller.city:
        hidden: dict[str, None] = dict.fromkeys(("base", "personal", "employer"))
        months = [one.model_copy(update=hidden) for one in months]
        hidden = dict.fromkeys(("amount", "collective", "subsidy"))
        years = [one.model_copy(update=hidden) for one in years]
    return resources.shown(
        ParticipationDetail,
        row,
        person=row.masked(),
        months=months,
        annual_payments=years,
        months_count=len(months),
        warnings=warnings,
    )
