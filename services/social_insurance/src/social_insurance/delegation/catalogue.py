"""What can be delegated: kinds by configuration, their forms checked by JSON Schema."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import jsonschema_rs
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, FieldError, Invalid, NotYourCity, StateConflict, refuse
from hrss_kit.translation import constraint_of
from social_insurance.delegation.models import ACTIVE, KIND_ONCE, RETIRED, DelegationItem
from social_insurance.delegation.schemas import (
    DelegationItemCreate,
    DelegationItemQuery,
    DelegationItemRead,
)
from social_insurance.figures import figure

MOST_ERRORS: Final = 50
#: A schema that points elsewhere would have the service fetch it.
REFERENCES: Final = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})


def _points_out(schema: Any) -> bool:
    if isinstance(schema, Mapping):
        refs = (schema.get(name) for name in REFERENCES)
        if any(isinstance(ref, str) and not ref.startswith("#") for ref in refs):
            return True
        return any(_points_out(value) for value in schema.values())
    return isinstance(schema, list) and any(_points_out(value) for value in schema)


def refuse_unsound_schema(field: str, schema: dict[str, Any]) -> None:
    """422 SCHEMA for what is no JSON Schema, or points outside itself."""
    sound = not _points_out(schema)
    if sound:
        try:
            jsonschema_rs.validator_for(schema)
        except ValueError:  # of which the library's own errors are kinds
            sound = False
    if not sound:
        raise refuse(field, "SCHEMA", "不是有效的JSON Schema", "is not a JSON Schema of its own")


def refuse_unfit(field: str, schema: dict[str, Any], instance: dict[str, Any]) -> None:
    """422 FORM with every place that does not fit the kind's schema; values are not repeated."""
    if not schema:
        if instance:
            raise refuse(field, "UNKNOWN_FIELD", "该事项无此表单", "this kind has no form")
        return
    wrong = []
    for error in jsonschema_rs.validator_for(schema).iter_errors(instance):
        where = ".".join([field, *(str(part) for part in error.instance_path)])
        rule = str(error.schema_path[-1]) if error.schema_path else "schema"
        wrong.append(
            FieldError(
                field=where,
                code="FORM",
                message_zh=f"不符合该事项的表单要求（{rule}）",
                message_en=f"does not fit the form of this kind ({rule})",
            )
        )
    if wrong:
        raise Invalid(*wrong[:MOST_ERRORS])


async def active(session: AsyncSession, kind: str) -> DelegationItem:
    """The kind, if it can be delegated now; 422 otherwise."""
    row = await session.scalar(
        select(DelegationItem).where(DelegationItem.kind == kind, DelegationItem.state == ACTIVE)
    )
    if row is None:
        raise refuse("kind", "KIND_UNKNOWN", "委托事项目录中没有此事项", "is not in the catalogue")
    return row


async def reply_days(session: AsyncSession, item: DelegationItem, city: str, on: date) -> int:
    """Working days for the answer: the kind's own, else those agreed by the cities."""
    if item.reply_wd is not None:
        return item.reply_wd
    agreed = await figure(session, "si.delegated_reply_wd", on=on, city=city)
    return int(agreed[item.kind])


async def add(
    session: AsyncSession, caller: Principal, new: DelegationItemCreate
) -> DelegationItemRead:
    """Adds a kind; nothing of it stands in code."""
    if caller.city is None:
        raise NotYourCity
    for field in ("form_schema", "result_schema"):
        refuse_unsound_schema(field, getattr(new, field))
    row = DelegationItem(
        biz_no=await numbering.next_number(session, "SI", caller.city, clock.today()),
        owner_city=caller.city,
        state=ACTIVE,
        **new.model_dump(mode="json"),
    )
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as error:
        if constraint_of(error) != KIND_ONCE:
            raise
        raise Duplicate(existing_id=str((await active(session, new.kind)).id)) from error
    timeline.add(session, row.id, "add", caller=caller, to_state=row.state)
    return await show(session, row)


async def retire(
    session: AsyncSession, caller: Principal, item_id: UUID, reason: str
) -> DelegationItemRead:
    """Takes a kind out; running cases of it go on."""
    row = await resources.load(
        session, select(DelegationItem).where(DelegationItem.id == item_id), lock=True
    )
    resources.match_version(row)
    if row.state != ACTIVE:
        raise StateConflict(row.state, [])
    row.state = RETIRED
    timeline.add(
        session, row.id, "retire", caller=caller, from_state=ACTIVE, to_state=RETIRED, reason=reason
    )
    await session.flush()  # the answer carries the new version
    return await show(session, row)


async def show(session: AsyncSession, row: DelegationItem) -> DelegationItemRead:
    """A kind with the days in force today."""
    days = await reply_days(session, row, row.owner_city, clock.today())
    return resources.shown(DelegationItemRead, row, reply_wd=days)


async def read(session: AsyncSession, item_id: UUID) -> DelegationItemRead:
    """One kind."""
    wanted = select(DelegationItem).where(DelegationItem.id == item_id)
    return await show(session, await resources.load(session, wanted))


async def history(session: AsyncSession, item_id: UUID) -> timeline.Timeline:
    """What happened to a kind."""
    return await timeline.of(session, (await read(session, item_id)).id)


async def page(session: AsyncSession, query: DelegationItemQuery) -> Page[DelegationItemRead]:
    """The catalogue."""
    wanted = select(DelegationItem)
    if query.kind:
        wanted = wanted.where(DelegationItem.kind == query.kind)
    if query.state:
        wanted = wanted.where(DelegationItem.state == query.state)
    if query.q:
        wanted = wanted.where(DelegationItem.name_zh.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=DelegationItem.id,
        sorts={"kind": DelegationItem.kind},
        default="kind",
    )
    return Page(items=[await show(session, row) for row in rows], next_cursor=cursor)
