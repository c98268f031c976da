"""What can be done with talent entries. Each function runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.translation import constraint_of
from talent.talents import models
from talent.talents.models import Talent
from talent.talents.schemas import TalentChange, TalentCreate, TalentQuery, TalentRead


def visible(caller: Principal) -> Select[Talent]:
    """A city's own entries; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(Talent)
    return select(Talent).where(Talent.owner_city == caller.city)


async def enter(session: AsyncSession, caller: Principal, new: TalentCreate) -> TalentRead:
    """Enters a professional, once for both cities."""
    if new.home_city != caller.city:
        raise NotYourCity
    row = Talent(
        biz_no=await numbering.next_number(session, "TA", new.home_city, clock.today()),
        owner_city=new.home_city,
        **new.model_dump(exclude={"person"}),
    )
    row.take_person(new.person)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    same_source = and_(
        Talent.source_system == row.source_system, Talent.source_ref == row.source_ref
    )
    same_person = Talent.id_hash == row.id_hash
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether the person is already entered
    except IntegrityError as error:
        match constraint_of(error):
            case models.ONE_PER_PERSON:
                same = same_person
            case models.ONE_PER_SOURCE:
                same = same_source
            case _:
                raise
        raise Duplicate(
            existing_id=str(await session.scalar(select(Talent.id).where(same)))
        ) from error
    timeline.add(session, row.id, "enter", caller=caller)
    return shown(row)


async def find(session: AsyncSession, caller: Principal, talent_id: UUID) -> TalentRead:
    """One entry."""
    row = await resources.load(session, visible(caller).where(Talent.id == talent_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return shown(row)


async def search(session: AsyncSession, caller: Principal, query: TalentQuery) -> Page[TalentRead]:
    """A page of a city's own entries."""
    wanted = visible(caller)
    for name in ("edu", "availability", "skill_level", "employer_uscc"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(Talent, name) == value)
    if query.field is not None:
        wanted = wanted.where(Talent.fields.contains([query.field]))
    if query.q:
        wanted = wanted.where(Talent.major.icontains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=Talent.id,
        sorts={"created_at": Talent.created_at},
        default="-created_at",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def change(
    session: AsyncSession, caller: Principal, talent_id: UUID, wish: TalentChange
) -> TalentRead:
    """Changes facts of one's own city's entry."""
    row = await resources.load(session, visible(caller).where(Talent.id == talent_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    given = wish.model_dump(exclude_unset=True)
    for name, value in given.items():
        setattr(row, name, value)
    exchange().note(person_refs=[row.person_ref], fields=sorted(given))
    timeline.add(session, row.id, "change", caller=caller)
    await session.flush()  # the answer carries the new version
    return shown(row)


async def history(session: AsyncSession, caller: Principal, talent_id: UUID) -> timeline.Timeline:
    """What happened to an entry."""
    row = await resources.load(session, visible(caller).where(Talent.id == talent_id))
    return await timeline.of(session, row.id)


async def reveal(
    session: AsyncSession, caller: Principal, talent_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full, to the home city."""
    row = await resources.load(session, visible(caller).where(Talent.id == talent_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


def shown(row: Talent) -> TalentRead:
    """The entry as a reply, masked."""
    return resources.shown(TalentRead, row, person=row.masked())
