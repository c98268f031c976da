"""Two-person policy: whoever drafts does not approve; joint keys need one approver of each city.

Rule source: domain §0.11 (maker ≠ checker; keys in group ``joint.*``).
"""

from functools import cache
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.policy_parameters.models import PolicyApproval
from gateway.policy_parameters.schemas import (
    PolicyParameterActivated,
    PolicyParameterCreate,
    PolicyParameterQuery,
    PolicyParameterRead,
)
from hrss_kit import outbox, policy
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import select_page
from hrss_kit.policy import EVERY_CITY, PolicyParameter
from hrss_kit.policy_defaults import load_defaults
from hrss_kit.problems import (
    Conflict,
    Forbidden,
    MakerIsChecker,
    NotYourCity,
    StateConflict,
    refuse,
)
from hrss_kit.resources import load, match_version
from hrss_kit.translation import constraint_of

SOURCE = "gateway"


class Overlaps(Conflict):
    code = "OVERLAP"
    title_zh, title_en = "与已生效的同一参数的期间重叠", "It overlaps an active period of this key"


class AlreadyApproved(Conflict):
    code = "ALREADY_APPROVED"
    title_zh, title_en = "本市已复核", "Your city has approved this already"


class NotAnApprover(Forbidden):
    code = "SCOPE_MISSING"
    title_zh, title_en = (
        "联合参数须由两市各一名复核人复核",
        "A joint key needs an approver of a city",
    )


@cache
def _joint_keys() -> frozenset[str]:
    return frozenset(one.key for one in load_defaults() if one.is_joint)


def is_joint(key: str) -> bool:
    """True for keys that bind the cities to each other."""
    return key.startswith("joint.") or key in _joint_keys()


def read(row: PolicyParameter, caller: Principal) -> PolicyParameterRead:
    """The row as a caller sees it."""
    may_approve = row.status == "DRAFT" and caller.holds("policy.approver", "joint.admin")
    may_approve = may_approve and caller.actor != row.created_by
    return PolicyParameterRead.model_validate(
        {
            **{name: getattr(row, name) for name in _COLUMNS},
            "city": row.city or None,
            "owner_city": row.city or None,
            "biz_no": row.key,
            "state": row.status,
            "updated_at": row.created_at,
            "allowed_actions": ["approve"] if may_approve else [],
            "is_verified": row.confidence != "L",
            "is_joint": is_joint(row.key),
        }
    )


_COLUMNS = (
    "id", "version", "created_at", "created_by", "key", "value", "unit", "effective_from",
    "effective_to", "source_doc", "source_article", "confidence", "status", "approved_by", "note",
)  # fmt: skip


def _all() -> Select[PolicyParameter]:
    return select(PolicyParameter)


async def find(session: AsyncSession, row_id: UUID, *, lock: bool = False) -> PolicyParameter:
    """A row by id. Parameters are read by everybody with a role (domain §4.2)."""
    return await load(session, _all().where(PolicyParameter.id == row_id), lock=lock)


async def page(
    session: AsyncSession, query: PolicyParameterQuery
) -> tuple[list[PolicyParameter], str | None]:
    """One page, by key."""
    wanted = _all()
    if query.key:
        wanted = wanted.where(PolicyParameter.key == query.key)
    if query.q:
        wanted = wanted.where(PolicyParameter.key.contains(query.q, autoescape=True))
    if query.city:
        wanted = wanted.where(PolicyParameter.city.in_((query.city, EVERY_CITY)))
    status = query.status or query.state
    if status:
        wanted = wanted.where(PolicyParameter.status == status)
    if query.effective_on:
        until = PolicyParameter.effective_to
        wanted = wanted.where(PolicyParameter.effective_from <= query.effective_on)
        wanted = wanted.where(or_(until.is_(None), until > query.effective_on))
    sorts = {"key": PolicyParameter.key, "effective_from": PolicyParameter.effective_from}
    return await select_page(
        session, wanted, query, key=PolicyParameter.id, sorts=sorts, default="key"
    )


async def draft(
    session: AsyncSession, caller: Principal, new: PolicyParameterCreate
) -> PolicyParameter:
    """Writes a draft; editors of a city write for that city or for both."""
    if new.city is not None and new.city != caller.city:
        raise NotYourCity
    if new.effective_to is not None and new.effective_to <= new.effective_from:
        raise refuse("effective_to", "PERIOD", "截止日须晚于起始日", "must be after effective_from")
    if is_joint(new.key) and new.city is not None:
        raise refuse("city", "JOINT", "联合参数须适用于两市", "a joint key holds for both cities")
    city = new.city or EVERY_CITY
    await _refuse_overlap(session, new.key, city, new)
    row = PolicyParameter(
        **new.model_dump(exclude={"city"}),
        city=city,
        status="DRAFT",
        approved_by=[],
        created_by=caller.actor,
    )
    session.add(row)
    await session.flush()  # the reply carries its id and version
    return row


async def _refuse_overlap(
    session: AsyncSession, key: str, city: str, new: PolicyParameterCreate
) -> None:
    """409 early when an active row starts on or after the draft's first day and within it.

    A row that began before is ended by the new one; the exclusion constraint decides in the end.
    """
    wanted = _all().where(PolicyParameter.key == key, PolicyParameter.city == city)
    wanted = wanted.where(PolicyParameter.status == "ACTIVE")
    wanted = wanted.where(PolicyParameter.effective_from >= new.effective_from)
    if new.effective_to is not None:
        wanted = wanted.where(PolicyParameter.effective_from < new.effective_to)
    existing = await session.scalar(wanted.limit(1))
    if existing is not None:
        raise Overlaps(existing_id=str(existing.id))


async def approve(session: AsyncSession, caller: Principal, row_id: UUID) -> PolicyParameter:
    """One approval; with the last one needed the row comes into force and is announced."""
    row = await find(session, row_id, lock=True)
    match_version(row)
    if row.status != "DRAFT":
        raise StateConflict(row.status, [])
    if caller.actor == row.created_by:
        raise MakerIsChecker
    if row.city != EVERY_CITY and caller.city != row.city:
        raise NotYourCity
    joint = is_joint(row.key)
    if joint and caller.city not in ACTIVE_CITIES:
        raise NotAnApprover
    if not joint and not caller.holds("policy.approver"):
        raise NotAnApprover("须由政策复核员复核", "A policy approver has to approve this")
    given = {
        one.city: one.approver
        for one in await session.scalars(
            select(PolicyApproval).where(PolicyApproval.parameter_id == row.id)
        )
    }
    if caller.city in given or caller.actor in given.values():
        raise AlreadyApproved
    session.add(PolicyApproval(parameter_id=row.id, approver=caller.actor, city=caller.city))
    row.approved_by = [*row.approved_by, caller.actor]
    needed = set(ACTIVE_CITIES) if joint else set()
    if needed <= {*given, caller.city}:
        await _activate(session, row)
    await session.flush()  # the reply carries the new version
    return row


async def _activate(session: AsyncSession, row: PolicyParameter) -> None:
    period = {"id": row.id, "key": row.key, "city": row.city, "effective_from": row.effective_from}
    await policy.supersede(session, period)
    row.status = "ACTIVE"
    try:
        await session.flush()
    except IntegrityError as error:
        if constraint_of(error) == "ex_policy_parameters_period":
            raise Overlaps from error
        raise
    outbox.publish(
        session,
        PolicyParameterActivated.model_validate(row),
        source=SOURCE,
        subject=row.key,
        city=row.city or None,
        audience=[outbox.EVERYBODY],
    )
