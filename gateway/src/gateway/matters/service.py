"""What can be done with matters. Each function runs in the caller's transaction."""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.external_handoffs import service as handoffs
from gateway.matters import catalogue, forms, rules, settling
from gateway.matters.asking import Known
from gateway.matters.catalogue import Entry
from gateway.matters.events import MatterStarted
from gateway.matters.models import ONE_OPEN, SOURCE_ONCE, Matter, MatterStep
from gateway.matters.openings import OPENINGS, Facts
from gateway.matters.schemas import MatterChange, MatterCreate
from gateway.matters.views import visible
from hrss_kit import clock, deadlines, numbering, outbox, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES, city_of
from hrss_kit.problems import Conflict, Duplicate, Invalid, NotFound, NotYourCity, refuse
from hrss_kit.resources import load, match_version
from hrss_kit.translation import constraint_of

LIMIT: Final = "MATTER"
#: Fields of a form that name a city which has a part in the matter.
CITY_FIELDS: Final = ("from_city", "to_city", "receiving_city")
CHANNELS: Final = {"citizen": "ONLINE", "window": "WINDOW", "partner": "PARTNER"}


class StepOpen(Conflict):
    """A service is at work: it is withdrawn there."""

    code = "STEP_OPEN"
    title_zh = "已有环节在办理中，请向办理部门申请撤回"
    title_en = "A service is at work on it: withdraw it there"


async def start(
    session: AsyncSession, caller: Principal, new: MatterCreate, known: Known | None
) -> Matter:
    """Starts a matter; complete at once, it goes on to the services, else it is a draft."""
    assert known is not None  # whoever named nobody was refused before
    entry, person = known.entry, known.person
    channel = _channel(caller)
    form = forms.filled(entry, new.form, known.prefill)
    city = _city(caller, new, form, known)
    row = Matter(
        biz_no=await numbering.next_number(session, "GW", city, clock.today()),
        owner_city=city,
        code=entry.code,
        entry_from=entry.effective_from,
        scope=entry.scope,
        state=rules.DRAFT,
        channel=channel,
        is_once=entry.once,
        is_confidential=entry.confidential,
        has_visit=entry.visit or channel in ("WINDOW", "CASEWORKER"),
        cities=_cities(entry, city, form),
        form=json.dumps(form, ensure_ascii=False),
        missing=forms.missing(entry, form),
        materials=_materials(entry, known, channel),
        verification_id=known.verification_id,
        is_verified=known.is_verified,
        actor=caller.actor,
        org_id=caller.org_id,
        source_system=new.source_system or (caller.client_id[:60] if new.source_ref else None),
        source_ref=new.source_ref,
    )
    row.take_person(person)
    exchange().note(person_refs=[row.person_ref], fields=["person", "form"])
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the constraint decides who was first
    except IntegrityError as error:
        await _refuse_second(session, row, error)
    timeline.add(session, row.id, "start", caller=caller, to_state=row.state)
    if not row.missing:
        await submitted(session, caller, row)
    await session.flush()  # the answer carries the version
    return row


def _channel(caller: Principal) -> str:
    for role, channel in CHANNELS.items():
        if caller.holds(role):
            return channel
    return "CASEWORKER"


def _city(caller: Principal, new: MatterCreate, form: Mapping[str, Any], known: Known) -> str:
    """Where it is handled: the counter's city; online as asked, as the form says, as one lives."""
    if caller.city is not None:
        if new.city not in (None, caller.city):
            raise NotYourCity
        return caller.city
    hints = [new.city, form.get("to_city"), form.get("receiving_city"), known.division]
    for hint in hints:
        city = city_of(hint) if isinstance(hint, str) else None
        if city in ACTIVE_CITIES:
            return str(city)
    raise refuse("city", "REQUIRED", "请选择办理城市", "is required: which city handles it")


def _cities(entry: Entry, city: str, form: Mapping[str, Any]) -> list[str]:
    named = () if entry.confidential else (form.get(name) for name in CITY_FIELDS)
    return sorted({city, *(one for one in named if one in ACTIVE_CITIES)})


def _materials(entry: Entry, known: Known, channel: str) -> list[dict[str, Any]]:
    """What has been shown for each paper: a certificate of the e-card makes it needless."""
    shown = {str(one["kind"]): one for one in known.certificates}
    found = []
    for one in entry.materials:
        proof = shown.get(one.proof or "")
        by = "ELECTRONIC_PROOF" if proof else None
        if by is None and one.field is None and channel != "ONLINE":
            by = "COUNTER"
        found.append({"code": one.code, "by": by, "number": proof["number"] if proof else None})
    return found


async def _refuse_second(session: AsyncSession, row: Matter, error: IntegrityError) -> None:
    wanted = select(Matter.id)
    match constraint_of(error):
        case name if name == ONE_OPEN:
            wanted = wanted.where(Matter.id_hash == row.id_hash, Matter.code == row.code)
            wanted = wanted.where(Matter.state.in_(rules.OPEN))
        case name if name == SOURCE_ONCE:
            wanted = wanted.where(Matter.source_system == row.source_system)
            wanted = wanted.where(Matter.source_ref == row.source_ref)
        case _:
            raise error
    raise Duplicate(existing_id=str(await session.scalar(wanted))) from error


async def change(
    session: AsyncSession, caller: Principal, matter_id: UUID, wish: MatterChange
) -> Matter:
    """Adds to the form or puts it right; null takes a field out."""
    row = await _held(session, caller, matter_id, "change")
    entry = catalogue.known(row.code, row.entry_from)
    given = {**json.loads(row.form), **wish.form}
    form = {name: value for name, value in given.items() if value is not None}
    if wrong := forms.wrong(entry, form):
        raise Invalid(*wrong)
    if row.state == rules.NEEDS_ATTENTION and forms.missing(entry, form):
        raise Invalid(*forms.findings(entry, form))
    row.form, row.missing = json.dumps(form, ensure_ascii=False), forms.missing(entry, form)
    row.cities = _cities(entry, row.owner_city, form)
    exchange().note(fields=[f"form.{name}" for name in wish.form])
    timeline.add(session, row.id, "change", caller=caller)
    await session.flush()  # the answer carries the version
    return row


async def submit(session: AsyncSession, caller: Principal, matter_id: UUID) -> Matter:
    """The form is complete: the services take it up."""
    row = await _held(session, caller, matter_id, "submit")
    entry = catalogue.known(row.code, row.entry_from)
    if found := forms.findings(entry, json.loads(row.form)):
        raise Invalid(*found)
    await submitted(session, caller, row)
    await session.flush()  # the answer carries the version
    return row


async def submitted(session: AsyncSession, caller: Principal | None, row: Matter) -> None:
    """A complete matter goes on: its steps wait for the worker, its clock runs."""
    entry = catalogue.known(row.code, row.entry_from)
    settling.move(session, row, "submit", rules.SUBMITTED, caller=caller)
    row.submitted_on, row.missing = clock.today(), []
    facts = facts_of(row)
    for position, kind in enumerate(entry.steps, start=1):
        opening = OPENINGS[kind]
        is_wanted = opening.when(facts)
        session.add(
            MatterStep(
                matter_id=row.id,
                position=position,
                kind=kind,
                state=rules.WAITING if is_wanted else rules.NOT_NEEDED,
                next_at=func.now() if is_wanted else None,
                city=opening.city(facts),
                entries=[],
                settled_at=None if is_wanted else clock.now(),
            )
        )
    if entry.scope == "NATIONAL":
        await handoffs.hand_over(session, row, fields=entry.handoff, facts=facts)
    await deadlines.start(
        session,
        subject_id=row.id,
        subject_no=row.biz_no,
        owner_city=row.owner_city,
        audience=row.cities,
        code=LIMIT,
        started_on=clock.today(),
        unit="WD",
        length=entry.limit_wd,
        basis=entry.legal_basis[:200],
    )
    outbox.publish(
        session,
        MatterStarted(code=row.code, scope=row.scope, state=row.state),
        source="gateway",
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.cities,
        person_ref=None if row.is_confidential else row.person_ref,
    )


def facts_of(row: Matter) -> Facts:
    """What a service is told of a matter."""
    return Facts(
        number=row.biz_no,
        city=row.owner_city,
        online=row.channel == "ONLINE",
        person={
            "name": row.person_name,
            "doc_type": row.doc_type,
            "doc_no": row.doc_no,
            "mobile": row.mobile,
        },
        form=json.loads(row.form),
        verification_id=row.verification_id if row.is_verified else None,
        journey_id=str(row.id),
    )


async def retry(session: AsyncSession, caller: Principal, matter_id: UUID) -> Matter:
    """What a service did not take is asked again, with the form as it is now."""
    row = await _held(session, caller, matter_id, "retry")
    facts = facts_of(row)
    for step in await settling.steps_of(session, row.id):
        if step.state == rules.FAILED:
            step.state, step.problem = rules.WAITING, None
            step.revision, step.attempts = step.revision + 1, 0
            step.next_at, step.settled_at = func.now(), None
            step.city = OPENINGS[step.kind].city(facts)
    settling.move(session, row, "retry", rules.IN_PROGRESS, caller=caller)
    await session.flush()  # the answer carries the version
    return row


async def withdraw(
    session: AsyncSession, caller: Principal, matter_id: UUID, reason: str | None
) -> Matter:
    """Takes it back before a service is at work."""
    row = await _held(session, caller, matter_id, "withdraw")
    steps = await settling.steps_of(session, row.id)
    if any(step.state in (rules.OPENED, rules.DONE) for step in steps):
        raise StepOpen
    if not await handoffs.take_back(session, row.id):
        raise StepOpen
    for step in steps:
        if step.state in (rules.WAITING, rules.FAILED):
            step.state, step.settled_at, step.next_at = rules.CANCELLED, clock.now(), None
    await settling.close(session, row, rules.WITHDRAWN, "withdraw", caller=caller, reason=reason)
    await session.flush()  # the answer carries the version
    return row


async def _held(session: AsyncSession, caller: Principal, matter_id: UUID, action: str) -> Matter:
    """The row, locked: seen by the caller, theirs to act on, in the version they have read."""
    row: Matter = await load(session, visible(caller).where(Matter.id == matter_id), lock=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    if caller.id_hash is None and caller.city != row.owner_city:
        raise NotYourCity
    match_version(row)
    rules.MACHINE.take(row.state, action)
    return row


async def expire_drafts(session: AsyncSession) -> int:
    """Timer: a draft that nobody completes is withdrawn after `common.matter_draft_days`."""
    days = int(await policy.get(session, "common.matter_draft_days", on=clock.today()))
    rows = await session.scalars(
        select(Matter)
        .where(Matter.state == rules.DRAFT, Matter.updated_at < clock.hours_ago(24 * days))
        .order_by(Matter.id)
        .limit(500)
        .with_for_update(skip_locked=True)
    )
    stale = list(rows)
    for row in stale:
        await settling.close(session, row, rules.WITHDRAWN, "expire", caller=None)
    return len(stale)


async def tracked(session: AsyncSession, tracking_no: str, id_hash: bytes) -> Matter:
    """The matter of a number, for whom it is for; anything else is not found."""
    row = await session.scalar(
        select(Matter).where(Matter.biz_no == tracking_no, Matter.id_hash == id_hash)
    )
    if row is None:
        raise NotFound
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref], fields=["state"])
    return row
