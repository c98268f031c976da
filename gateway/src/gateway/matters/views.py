"""How matters are seen: who may, and what of them."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.access import ACCESS
from gateway.external_handoffs import service as handoffs
from gateway.journeys.models import Journey, JourneyKey
from gateway.matters import catalogue, rules
from gateway.matters.models import Matter, MatterStep
from gateway.matters.openings import OPENINGS
from gateway.matters.schemas import (
    CatalogueQuery,
    CatalogueRead,
    HandoffLink,
    JourneyLink,
    MaterialHeld,
    MatterQuery,
    MatterRead,
    MatterTimeline,
    MatterTimelineEntry,
    ProblemTold,
    StepOffered,
    StepRead,
    TrackedStep,
    TrackingReply,
)
from hrss_kit import deadlines, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, page_of, select_page
from hrss_kit.resources import shown

PERMISSIONS: Final = {"retry": "matter:mend"}
#: Whose work a confidential matter is, besides whoever took it in.
CONFIDANTS: Final = ("cw.li", "supervisor.li", "auditor")
OWN: Final = "gateway"
JOURNEY: Final = "journey"
KNOWN_BY: Final = "no:"


def visible(caller: Principal) -> Select[Matter]:
    """One's own; those that one's city has a part in; of complaints only those at one's desk."""
    wanted = select(Matter)
    if caller.id_hash is not None:
        return wanted.where(Matter.id_hash == caller.id_hash)
    if not caller.holds(*CONFIDANTS):
        wanted = wanted.where(or_(~Matter.is_confidential, Matter.actor == caller.actor))
    if caller.holds("auditor"):
        return wanted
    return wanted.where(Matter.cities.contains([caller.city or ""]))


async def page(session: AsyncSession, caller: Principal, query: MatterQuery) -> Page[MatterRead]:
    """A page of matters, masked."""
    wanted = visible(caller)
    for name in ("state", "code", "scope", "owner_city", "biz_no"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(Matter, name) == value)
    if query.person_ref is not None:
        blind = func.encode(Matter.id_hash, "hex")
        wanted = wanted.where(func.left(blind, len(query.person_ref)) == query.person_ref)
    if query.submitted_on_from is not None:
        wanted = wanted.where(Matter.submitted_on >= query.submitted_on_from)
    if query.submitted_on_to is not None:
        wanted = wanted.where(Matter.submitted_on <= query.submitted_on_to)
    if query.q:
        opened = select(MatterStep.matter_id).where(MatterStep.resource_no == query.q)
        wanted = wanted.where(or_(Matter.biz_no == query.q, Matter.id.in_(opened)))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=Matter.id,
        sorts={"biz_no": Matter.biz_no, "state": Matter.state},
        default="-created_at",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person", "form"])
    return Page(items=await show(session, caller, *rows), next_cursor=cursor)


async def one(session: AsyncSession, caller: Principal, row: Matter) -> MatterRead:
    """One matter."""
    exchange().note(person_refs=[row.person_ref], fields=["person", "form"])
    return (await show(session, caller, row))[0]


async def show(session: AsyncSession, caller: Principal, *rows: Matter) -> list[MatterRead]:
    """Matters as this caller sees them."""
    ids = [row.id for row in rows]
    clocks = await deadlines.of(session, ids)
    found = await session.scalars(
        select(MatterStep)
        .where(MatterStep.matter_id.in_(ids))
        .order_by(MatterStep.matter_id, MatterStep.position)
    )
    steps: dict[Any, list[MatterStep]] = {}
    for step in found:
        steps.setdefault(step.matter_id, []).append(step)
    handed = await handoffs.of_matters(session, ids)
    begun = await _journeys(session, [step for held in steps.values() for step in held])
    made = []
    for row in rows:
        entry = catalogue.known(row.code, row.entry_from)
        form = json.loads(row.form)
        is_own = caller.id_hash is not None or caller.city == row.owner_city
        handoff = handed.get(row.id)
        made.append(
            shown(
                MatterRead,
                row,
                title_zh=entry.title_zh,
                title_en=entry.title_en,
                tracking_no=row.biz_no,
                person=row.masked(),
                form=form if is_own else None,
                materials=_materials(entry, row, form),
                steps=[_step(step) for step in steps.get(row.id, ())],
                handoff=handoff
                and HandoffLink(
                    id=handoff.id,
                    biz_no=handoff.biz_no,
                    state=handoff.state,
                    href=f"/gateway/v1/external-handoffs/{handoff.id}",
                ),
                journeys=[
                    JourneyLink(
                        id=one.id,
                        biz_no=one.biz_no,
                        kind=one.kind,
                        state=one.state,
                        href=f"/gateway/v1/journeys/{one.id}",
                    )
                    for step in steps.get(row.id, ())
                    for one in begun.get(step.resource_no or "", ())
                ],
                visit_required=entry.visit,
                without_visit=row.state == rules.COMPLETED and not row.has_visit,
                allowed_actions=_allowed(caller, row),
                deadlines=clocks[row.id],
            )
        )
    return made


async def _journeys(session: AsyncSession, steps: Sequence[MatterStep]) -> dict[str, list[Journey]]:
    """The journeys that know the number of what a step has opened, by that number."""
    keys = {f"{KNOWN_BY}{step.resource_no}" for step in steps if step.resource_no}
    if not keys:
        return {}
    found = await session.execute(
        select(JourneyKey.key, Journey)
        .join(Journey, Journey.id == JourneyKey.journey_id)
        .where(JourneyKey.key.in_(sorted(keys)))
        .order_by(Journey.id)
    )
    made: dict[str, list[Journey]] = {}
    for key, journey in found:
        made.setdefault(key.removeprefix(KNOWN_BY), []).append(journey)
    return made


def _allowed(caller: Principal, row: Matter) -> list[str]:
    if caller.id_hash is None and caller.city != row.owner_city:
        return []
    return rules.MACHINE.allowed(
        row.state, lambda action: ACCESS.allows(caller, PERMISSIONS.get(action, "matter:act"))
    )


def _materials(entry: catalogue.Entry, row: Matter, form: dict[str, Any]) -> list[MaterialHeld]:
    held = {one["code"]: one for one in row.materials}
    made = []
    for one in entry.materials:
        has = held.get(one.code, {})
        by = has.get("by") or ("FORM" if one.field and form.get(one.field) else None)
        made.append(
            MaterialHeld(
                code=one.code,
                title_zh=one.title_zh,
                title_en=one.title_en,
                proof=one.proof,
                is_shown=by is not None,
                shown_by=by,
                number=has.get("number"),
            )
        )
    return made


def _step(step: MatterStep) -> StepRead:
    opening = OPENINGS[step.kind]
    resource = None if step.resource_id is None else f"{opening.path}/{step.resource_id}"
    return StepRead(
        position=step.position,
        kind=step.kind,
        service=opening.member.replace("_", "-"),
        title_zh=opening.title_zh,
        title_en=opening.title_en,
        state=step.state,
        city=step.city,
        collection=opening.collection,
        resource=resource,
        resource_id=step.resource_id,
        resource_no=step.resource_no,
        resource_state=step.resource_state,
        attempts=step.attempts,
        next_try_at=step.next_at,
        last_problem=ProblemTold.model_validate(step.problem) if step.problem else None,
        opened_at=step.opened_at,
        settled_at=step.settled_at,
    )


async def history(session: AsyncSession, row: Matter) -> MatterTimeline:
    """One timeline: the matter's own, its hand-off's and journeys', and what the services did."""
    own = await timeline.of(session, row.id)
    told = [(OWN, row.biz_no, entry) for entry in own.items]
    handed = (await handoffs.of_matters(session, [row.id])).get(row.id)
    if handed is not None:
        for entry in (await timeline.of(session, handed.id)).items:
            told.append((catalogue.NATIONAL_PLATFORM, handed.biz_no, entry))
    items = [
        MatterTimelineEntry(**entry.model_dump(), service=service, biz_no=number)
        for service, number, entry in told
    ]
    steps = await session.scalars(select(MatterStep).where(MatterStep.matter_id == row.id))
    held = steps.all()
    begun = await _journeys(session, held)
    for journey in {one.id: one for some in begun.values() for one in some}.values():
        items += [
            MatterTimelineEntry(**entry.model_dump(), service=JOURNEY, biz_no=journey.biz_no)
            for entry in (await timeline.of(session, journey.id)).items
        ]
    for step in held:
        service = OPENINGS[step.kind].member.replace("_", "-")
        number = step.resource_no or ""
        items += [
            MatterTimelineEntry(**entry, service=service, biz_no=number) for entry in step.entries
        ]
    return MatterTimeline(items=sorted(items, key=lambda entry: entry.at))


async def track(session: AsyncSession, row: Matter) -> TrackingReply:
    """Where it stands, for whoever it is for."""
    entry = catalogue.known(row.code, row.entry_from)
    clocks = (await deadlines.of(session, [row.id]))[row.id]
    steps = await session.scalars(
        select(MatterStep).where(MatterStep.matter_id == row.id).order_by(MatterStep.position)
    )
    handed = (await handoffs.of_matters(session, [row.id])).get(row.id)
    return TrackingReply(
        tracking_no=row.biz_no,
        code=row.code,
        title_zh=entry.title_zh,
        title_en=entry.title_en,
        state=row.state,
        missing=row.missing,
        steps=[
            TrackedStep(
                **_step(step).model_dump(
                    include={"service", "title_zh", "title_en", "state", "resource_no",
                             "resource_state"}
                )
            )
            for step in steps
        ],
        handoff_state=handed and handed.state,
        due_on=clocks[-1].due_on if clocks else None,
        closed_at=row.closed_at,
        result=row.result,
    )  # fmt: skip


def offered(query: CatalogueQuery) -> Page[CatalogueRead]:
    """What can be started on a day."""
    wanted: Sequence[catalogue.Entry] = [
        entry
        for entry in catalogue.live(query.on)
        if query.scope in (None, entry.scope)
        and (query.service is None or query.service.replace("_", "-") in entry.services)
    ]
    words = ("code", "title_zh", "title_en", "legal_basis")
    items, cursor = page_of(map(entry_read, wanted), query, key="code", words=words)
    return Page(items=items, next_cursor=cursor)


def entry_read(entry: catalogue.Entry) -> CatalogueRead:
    """An entry of the catalogue over the wire."""
    return CatalogueRead(
        code=entry.code,
        scope=entry.scope,
        title_zh=entry.title_zh,
        title_en=entry.title_en,
        services=entry.services,
        steps=[
            StepOffered(
                kind=kind,
                service=OPENINGS[kind].member.replace("_", "-"),
                title_zh=OPENINGS[kind].title_zh,
                title_en=OPENINGS[kind].title_en,
            )
            for kind in entry.steps
        ],
        is_one_thing=len(entry.steps) > 1,
        materials=[
            {name: getattr(one, name) for name in ("code", "title_zh", "title_en", "proof")}
            for one in entry.materials
        ],
        form=dict(entry.form),
        legal_basis=entry.legal_basis,
        limit_wd=entry.limit_wd,
        visit_required=entry.visit,
        auth_level=entry.auth_level,
        handoff_fields=list(entry.handoff),
        effective_from=entry.effective_from,
        effective_to=entry.effective_to,
    )
