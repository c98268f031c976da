"""Sharing rules: drafted by an officer of one city, approved by one of the other (P-0b).

The row is the gateway's; what was approved travels to every member by event and decides there.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.access import ACCESS
from gateway.agreements.models import Agreement, AgreementApproval
from gateway.agreements.rules import ACTIVE as AGREED
from gateway.agreements.rules import EXPIRED as AGREEMENT_EXPIRED
from gateway.agreements.rules import TERMINATED
from gateway.sharing_rules import rules
from gateway.sharing_rules.models import PERIOD, SharingRule
from gateway.sharing_rules.rules import MACHINE
from gateway.sharing_rules.schemas import (
    SharingRuleChanged,
    SharingRuleCreate,
    SharingRuleQuery,
    SharingRuleRead,
)
from hrss_kit import clock, numbering, outbox, sharing_store, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, FieldError, Invalid, MakerIsChecker, NotYourCity
from hrss_kit.resources import load, match_version, shown
from hrss_kit.sharing_defaults import FRAMEWORK, load_defaults
from hrss_kit.translation import constraint_of

SOURCE = "gateway"


class Overlaps(Conflict):
    code = "OVERLAP"
    title_zh, title_en = "与已生效的同一规则的期间重叠", "It overlaps an active rule of the same"


class AgreementNotActive(Conflict):
    code = "AGREEMENT_NOT_ACTIVE"
    title_zh, title_en = "协议未生效或已终止", "Its agreement is not in force"


def visible(_caller: Principal) -> Select[SharingRule]:
    """Rules bind both cities, and both read them."""
    return select(SharingRule)


async def show(
    session: AsyncSession, caller: Principal, rows: Sequence[SharingRule]
) -> list[SharingRuleRead]:
    """Rules with whether they hold today."""
    await session.flush()  # the answer carries ids and versions
    held = set(
        await session.scalars(
            select(SharingRule.id)
            .join(Agreement, Agreement.id == SharingRule.agreement_id)
            .where(SharingRule.id.in_([row.id for row in rows]), _holds(clock.today()))
        )
    )

    def allowed(row: SharingRule) -> list[str]:
        def may(action: str) -> bool:
            if action == "withdraw":
                return True
            return caller.city != row.drafted_city and caller.actor != row.drafted_by

        keeps = ACCESS.allows(caller, "sharing-rule:keep")
        is_party = caller.city in (row.from_city, row.to_city)
        return MACHINE.allowed(row.state, may) if keeps and is_party else []

    return [
        shown(
            SharingRuleRead,
            row,
            purpose=row.purpose or None,
            is_in_force=row.id in held,
            allowed_actions=allowed(row),
            deadlines=[],
        )
        for row in rows
    ]


def _holds(on: date) -> ColumnElement[bool]:
    """The rule and its agreement hold on a day; what was withdrawn held until it was."""
    until, agreed = SharingRule.effective_to, Agreement.effective_to
    return and_(
        SharingRule.state.in_((rules.ACTIVE, rules.EXPIRED, rules.WITHDRAWN)),
        SharingRule.effective_from <= on,
        or_(until.is_(None), until > on),
        Agreement.state.in_((AGREED, AGREEMENT_EXPIRED, TERMINATED)),
        Agreement.effective_from <= on,
        or_(agreed.is_(None), agreed > on),
        or_(Agreement.ended_on.is_(None), Agreement.ended_on > on),
    )


async def one(
    session: AsyncSession, caller: Principal, rule_id: UUID, *, lock: bool = False
) -> SharingRule:
    """The rule; 404 when there is none."""
    return await load(session, visible(caller).where(SharingRule.id == rule_id), lock=lock)


async def page(
    session: AsyncSession, caller: Principal, query: SharingRuleQuery
) -> Page[SharingRuleRead]:
    """A page of rules."""
    wanted = visible(caller)
    for name in (
        "state", "agreement_id", "service", "resource", "from_city", "to_city", "purpose",
    ):  # fmt: skip
        if (value := getattr(query, name)) is not None:
            wanted = wanted.where(getattr(SharingRule, name) == value)
    if query.effective_on is not None:
        wanted = wanted.join(Agreement, Agreement.id == SharingRule.agreement_id)
        wanted = wanted.where(_holds(query.effective_on))
    if query.q:
        like = (SharingRule.resource, SharingRule.biz_no, SharingRule.note)
        wanted = wanted.where(or_(*(one.contains(query.q, autoescape=True) for one in like)))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=SharingRule.id,
        sorts={
            "resource": SharingRule.resource,
            "service": SharingRule.service,
            "effective_from": SharingRule.effective_from,
        },
        default="-created_at",
    )
    return Page(items=await show(session, caller, rows), next_cursor=cursor)


async def draft(
    session: AsyncSession, caller: Principal, new: SharingRuleCreate
) -> SharingRuleRead:
    """Drafts a rule; a rule that holds already is changed by drafting its next revision."""
    if caller.city is None:
        raise NotYourCity
    treaty = await session.get(Agreement, new.agreement_id)
    known = treaty.parties if treaty else list(ACTIVE_CITIES)
    wrong = rules.wrong(new.service, new.resource, new.purpose, (new.from_city, new.to_city), known)
    if treaty is None:
        wrong.append(("agreement_id", "UNKNOWN", "没有此协议", "is no agreement"))
    if new.effective_to is not None and new.effective_to <= new.effective_from:
        wrong.append(
            ("effective_to", "PERIOD", "截止日须晚于起始日", "must be after the first day")
        )
    if wrong:
        raise Invalid(
            *(
                FieldError(field=field, code=code, message_zh=zh, message_en=en)
                for field, code, zh, en in wrong
            )
        )
    if treaty is not None and treaty.state in (AGREEMENT_EXPIRED, TERMINATED):
        raise AgreementNotActive
    if caller.city not in (new.from_city, new.to_city):
        raise NotYourCity
    row = SharingRule(
        biz_no=await numbering.next_number(session, "GW", new.from_city, clock.today()),
        owner_city=new.from_city,
        state=rules.DRAFT,
        drafted_by=caller.actor,
        drafted_city=caller.city,
        revision=await _next_revision(session, new),
        **{
            **new.model_dump(),
            "purpose": new.purpose or sharing_store.NO_PURPOSE,
            "fields": list(dict.fromkeys(new.fields)),
        },
    )
    session.add(row)
    await session.flush()  # its id is the subject of its history
    timeline.add(session, row.id, "draft", caller=caller, to_state=row.state)
    return (await show(session, caller, [row]))[0]


def _same(row: SharingRule | SharingRuleCreate) -> ColumnElement[bool]:
    return and_(
        SharingRule.service == row.service,
        SharingRule.resource == row.resource,
        SharingRule.from_city == row.from_city,
        SharingRule.to_city == row.to_city,
        SharingRule.purpose == (row.purpose or sharing_store.NO_PURPOSE),
    )


async def _next_revision(session: AsyncSession, new: SharingRuleCreate) -> int:
    newest = await session.scalar(select(func.max(SharingRule.revision)).where(_same(new)))
    return (newest or 0) + 1


async def approve(session: AsyncSession, caller: Principal, rule_id: UUID) -> SharingRuleRead:
    """Approves for the city that did not draft it; the rule before it ends on its first day."""
    row = await _hold(session, caller, rule_id, "approve")
    treaty = await session.get(Agreement, row.agreement_id, with_for_update={"read": True})
    if treaty is None or treaty.state != AGREED:
        raise AgreementNotActive
    before = await session.scalars(
        select(SharingRule)
        .where(_same(row), SharingRule.state == rules.ACTIVE)
        .where(SharingRule.effective_from <= row.effective_from)
        .where(
            or_(SharingRule.effective_to.is_(None), SharingRule.effective_to > row.effective_from)
        )
        .with_for_update()
    )
    for old in before.all():
        old.effective_to = row.effective_from
        await session.flush()
        await _announce(session, old)
    row.approved_by, row.approved_city = caller.actor, caller.city
    timeline.add(
        session, row.id, "approve", caller=caller, from_state=row.state, to_state=rules.ACTIVE
    )
    row.state = rules.ACTIVE
    try:
        await session.flush()
    except IntegrityError as error:
        if constraint_of(error) == PERIOD:
            raise Overlaps from error
        raise
    await _announce(session, row)
    return (await show(session, caller, [row]))[0]


async def reject(
    session: AsyncSession, caller: Principal, rule_id: UUID, reason: str
) -> SharingRuleRead:
    """Declines a draft of the other city."""
    row = await _hold(session, caller, rule_id, "reject")
    return await _moved(session, caller, row, "reject", rules.REJECTED, reason)


async def withdraw(
    session: AsyncSession, caller: Principal, rule_id: UUID, reason: str
) -> SharingRuleRead:
    """Ends a rule today, at the word of either city: nobody shares against their will."""
    row = await _hold(session, caller, rule_id, "withdraw")
    row.effective_to = max(clock.today(), row.effective_from)
    made = await _moved(session, caller, row, "withdraw", rules.WITHDRAWN, reason)
    await _announce(session, row)
    return made


async def expire(session: AsyncSession) -> int:
    """The daily timer: rules whose last day has passed are EXPIRED; members go by the dates."""
    due = await session.scalars(
        select(SharingRule)
        .where(SharingRule.state == rules.ACTIVE, SharingRule.effective_to <= clock.today())
        .order_by(SharingRule.id)
        .limit(1000)
        .with_for_update(skip_locked=True)
    )
    rows = due.all()
    for row in rows:
        timeline.add(
            session, row.id, "expire", caller=None, from_state=row.state, to_state=rules.EXPIRED
        )
        row.state = rules.EXPIRED
    return len(rows)


async def _announce(session: AsyncSession, row: SharingRule) -> None:
    await session.flush()  # the copy carries the version
    event = SharingRuleChanged.model_validate(row)
    await sharing_store.copy(session, sharing_store.SharingGrant, [event.model_dump()])
    outbox.publish(
        session,
        event,
        source=SOURCE,
        subject=row.biz_no,
        city=row.from_city,
        audience=[outbox.EVERYBODY],
    )


async def _hold(
    session: AsyncSession, caller: Principal, rule_id: UUID, action: str
) -> SharingRule:
    row = await one(session, caller, rule_id, lock=True)
    if caller.city not in (row.from_city, row.to_city):
        raise NotYourCity
    if action in ("approve", "reject"):
        if caller.actor == row.drafted_by:
            raise MakerIsChecker
        if caller.city == row.drafted_city:
            raise NotYourCity
    match_version(row)
    MACHINE.take(row.state, action)
    return row


async def _moved(
    session: AsyncSession, caller: Principal, row: SharingRule, action: str, target: str, why: str
) -> SharingRuleRead:
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=target,
        reason=why,
    )
    row.state = target
    return (await show(session, caller, [row]))[0]


async def ensure_defaults(session: AsyncSession) -> None:
    """The framework agreement and the rules that every installation starts with."""
    first, now = FRAMEWORK.effective_from, clock.now()
    stamps = {
        "version": 1, "created_at": now, "updated_at": now, "created_by": "system",
        "updated_by": "system",
    }  # fmt: skip
    cities = sorted(ACTIVE_CITIES)
    officers = {city: f"framework.{city}" for city in cities}
    await session.execute(
        insert(Agreement)
        .values(
            id=FRAMEWORK.id,
            biz_no=FRAMEWORK.biz_no,
            owner_city=cities[0],
            state=AGREED,
            title=FRAMEWORK.title,
            parties=cities,
            scope=FRAMEWORK.scope,
            effective_from=first,
            approved_cities=cities,
            **stamps,
        )
        .on_conflict_do_nothing()
    )
    await session.execute(
        insert(AgreementApproval)
        .values(
            [
                {
                    "agreement_id": FRAMEWORK.id,
                    "city": city,
                    "approver": officer,
                    "approved_at": now,
                }
                for city, officer in officers.items()
            ]
        )
        .on_conflict_do_nothing()
    )
    rows = [
        {
            **stamps,
            "id": one.id,
            "biz_no": one.biz_no,
            "owner_city": one.from_city,
            "state": rules.ACTIVE,
            "agreement_id": FRAMEWORK.id,
            "service": one.service,
            "resource": one.resource,
            "from_city": one.from_city,
            "to_city": one.to_city,
            "purpose": one.purpose,
            "fields": list(one.fields),
            "effective_from": first,
            "revision": 1,
            "drafted_by": officers[one.from_city],
            "drafted_city": one.from_city,
            "approved_by": officers[one.to_city],
            "approved_city": one.to_city,
            "note": "",
        }
        for one in load_defaults()
    ]
    await session.execute(insert(SharingRule).values(rows).on_conflict_do_nothing())
