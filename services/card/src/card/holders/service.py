"""What can be done with holders. Each function runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from card.holders import rules
from card.holders.models import Holder
from card.holders.schemas import (
    Death,
    HolderCreate,
    HolderDeceased,
    HolderQuery,
    HolderRead,
)
from card.numbers import MESSAGES
from hrss_kit import clock, numbering, outbox, resources, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.persons import PersonIn
from hrss_kit.problems import (
    Conflict,
    Duplicate,
    NotYourCity,
    PurposeNotAllowed,
    StateConflict,
    refuse,
)
from hrss_kit.translation import constraint_of

SHOWN = ("person", "gender", "hukou_division", "residence_division", "deceased_on")


class HolderMismatch(Conflict):
    """The number is registered to a holder of another name."""

    code = "HOLDER_MISMATCH"
    title_zh = "该证件号码已登记在另一姓名下"
    title_en = "This document number is registered under another name"


def visible(caller: Principal) -> Select[Holder]:
    """Any counter of the two cities serves any holder, masked; a list shows one's own city."""
    found = select(Holder)
    if caller.holds("auditor"):
        return found
    return found.where(Holder.owner_city.in_(ACTIVE_CITIES))


def shown(holder: Holder) -> HolderRead:
    """A holder as a reply."""
    exchange().note(subject=holder.biz_no, person_refs=[holder.person_ref], fields=SHOWN)
    return HolderRead(
        **{name: getattr(holder, name) for name in HolderRead.model_fields if name != "person"},
        person=holder.masked(),
    )


async def register(session: AsyncSession, caller: Principal, new: HolderCreate) -> Holder:
    """Registers a holder in the caller's city; one row a person."""
    holder = await _new(session, caller, new.person)
    holder.gender, holder.ethnicity = new.gender, new.ethnicity
    holder.hukou_division, holder.residence_division = new.hukou_division, new.residence_division
    holder.deceased_on = new.deceased_on
    try:
        async with session.begin_nested():
            session.add(holder)
            await session.flush()  # the unique id_hash decides who was first
    except IntegrityError as error:
        raise Duplicate(existing_id=str(await _id_of(session, holder.id_hash))) from error
    timeline.add(session, holder.id, "register", caller=caller)
    return holder


async def of_person(session: AsyncSession, caller: Principal, person: PersonIn) -> Holder:
    """The person's holder, registered now when there is none; 409 under another name."""
    wanted = select(Holder).where(Holder.id_hash == sealing.blind(person.doc_no))
    holder: Holder | None = await session.scalar(wanted)
    if holder is None:
        holder = await _new(session, caller, person)
        try:
            async with session.begin_nested():
                session.add(holder)
                await session.flush()  # somebody else may have been faster
            timeline.add(session, holder.id, "register", caller=caller)
        except IntegrityError as error:
            if constraint_of(error) != "uq_holders_id_hash":
                raise
            holder = (await session.scalars(wanted)).one()
    if holder.person_name != person.name:
        raise HolderMismatch
    return holder


async def find(session: AsyncSession, caller: Principal, query: HolderQuery) -> Page[HolderRead]:
    """Holders of the caller's city; an auditor sees both."""
    statement = visible(caller)
    if caller.city:
        statement = statement.where(Holder.owner_city == caller.city)
    if query.id is not None:
        statement = statement.where(Holder.id == query.id)
    if query.residence_division is not None:
        statement = statement.where(Holder.residence_division == query.residence_division)
    if query.q:
        statement = statement.where(Holder.biz_no == query.q)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=Holder.id,
        sorts={"created_at": Holder.created_at, "biz_no": Holder.biz_no},
        default="-created_at",
    )
    return Page[HolderRead](items=[shown(row) for row in rows], next_cursor=cursor)


async def load(session: AsyncSession, caller: Principal, holder_id: UUID) -> Holder:
    """One holder, or 404."""
    return await resources.load(session, visible(caller).where(Holder.id == holder_id))


async def record_death(
    session: AsyncSession, caller: Principal, holder_id: UUID, death: Death
) -> Holder:
    """Writes down that a holder has died, once; everybody is told."""
    holder = await resources.load(session, visible(caller).where(Holder.id == holder_id), lock=True)
    exchange().note(subject=holder.biz_no, person_refs=[holder.person_ref])
    if not caller.is_service and caller.city != holder.owner_city:
        raise NotYourCity
    resources.match_version(holder)
    if holder.deceased_on is not None:
        raise StateConflict("DECEASED", [])
    if not rules.death_is_possible(
        death.deceased_on, holder.doc_type, holder.doc_no, today=clock.today()
    ):
        raise refuse("deceased_on", "DATE_ORDER", *MESSAGES["DATE_ORDER"])
    holder.deceased_on = death.deceased_on
    await session.flush()  # the version that the caller is told is the one written
    timeline.add(session, holder.id, "record-death", caller=caller, reason=death.verified_by)
    outbox.publish(
        session,
        HolderDeceased(verified_by=death.verified_by, deceased_on=death.deceased_on),
        source="card",
        subject=holder.biz_no,
        city=holder.owner_city,
        audience=ACTIVE_CITIES,
        person_ref=holder.person_ref,
    )
    return holder


async def reveal(
    session: AsyncSession, caller: Principal, holder_id: UUID, wish: resources.RevealRequest
) -> resources.RevealReply:
    """Full values of a holder of one's own city."""
    holder = await load(session, caller, holder_id)
    exchange().note(subject=holder.biz_no, person_refs=[holder.person_ref])
    check_reveal(caller, holder.owner_city)
    values = {
        "person.name": holder.person_name,
        "person.doc_no": holder.doc_no,
        "person.mobile": holder.mobile,
        "ethnicity": holder.ethnicity,
    }
    return resources.reveal(caller, holder.id, wish, values)


def check_reveal(caller: Principal, owner_city: str) -> None:
    """One's own city only; an auditor only with the number of a ticket (domain §4.3)."""
    if caller.holds("auditor"):
        if exchange().case_no is None:
            raise PurposeNotAllowed(
                "审计查看须在 X-Case-No 填写工单号", "X-Case-No must name a ticket"
            )
    elif caller.city != owner_city:
        raise NotYourCity


async def _new(session: AsyncSession, caller: Principal, person: PersonIn) -> Holder:
    city = caller.city or ""
    holder = Holder(
        owner_city=city,
        biz_no=await numbering.next_number(session, "CA", city, clock.today()),
    )
    holder.take_person(person)
    exchange().note(person_refs=[holder.person_ref])
    return holder


async def _id_of(session: AsyncSession, id_hash: bytes) -> UUID | None:
    found: UUID | None = await session.scalar(select(Holder.id).where(Holder.id_hash == id_hash))
    return found
