"""What resources look like to a caller, and the one way to load one for a change."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import sharing
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.deadlines import DeadlineRead
from hrss_kit.problems import FieldError, Invalid, NotFound, ScopeMissing, VersionMismatch
from hrss_kit.validation import RequestModel

Row = TypeVar("Row")
Reply = TypeVar("Reply", bound=BaseModel)
REVEAL_SCOPE = "pii:reveal"


class ResourceRead(BaseModel):
    """What every resource carries (api §3.1)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    biz_no: str
    owner_city: str
    version: int
    created_at: datetime
    updated_at: datetime


class LivingRead(ResourceRead):
    """A resource with a life: its state, what this caller may do now, its clocks."""

    state: str
    allowed_actions: list[str]
    deadlines: list[DeadlineRead]


class Empty(RequestModel):
    """The body of an action that needs no words."""


class WithReason(RequestModel):
    """The body of an action that must say why."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class RevealRequest(RequestModel):
    """Which fields to show in full, and why."""

    fields: Annotated[list[str], Field(min_length=1, max_length=20)]
    reason: Annotated[str, Field(min_length=2, max_length=500)]


class RevealReply(BaseModel):
    """Full values of the named fields."""

    id: UUID
    fields: dict[str, str | None]


async def load(session: AsyncSession, statement: Select[Row], *, lock: bool = False) -> Row:
    """The one row of a statement that already says who may see it; 404 otherwise.

    With `lock` the row is held until the transaction ends. The other city reads it by a sharing
    rule: 403 where there is none.
    """
    if lock:
        statement = statement.with_for_update()
    row = await session.scalar(statement)
    if row is None:
        raise NotFound
    await sharing.admit_row(session, row)
    return row


def shown(model: type[Reply], row: object, **more: Any) -> Reply:
    """The row as a reply, with what no column holds: allowed actions, clocks, warnings."""
    columns = {
        name: getattr(row, name)
        for name in model.model_fields
        if name not in more and hasattr(row, name)
    }
    return model.model_validate({**columns, **more})


def match_version(row: Any) -> None:
    """412 unless the caller has read the present version (If-Match)."""
    expected = exchange().expected_version
    if expected is not None and row.version != expected:
        raise VersionMismatch


def reveal(
    caller: Principal, row_id: UUID, wish: RevealRequest, values: dict[str, str | None]
) -> RevealReply:
    """Shows full values to who may see them; the audit row names fields and reason."""
    exchange().note(fields=wish.fields, reason=wish.reason)
    if REVEAL_SCOPE not in caller.scope:
        raise ScopeMissing
    unknown: Sequence[str] = [name for name in wish.fields if name not in values]
    if unknown:
        raise Invalid(
            *(
                FieldError(
                    field=f"fields.{wish.fields.index(name)}",
                    code="CODE",
                    message_zh="没有可显示的此字段",
                    message_en="is not a field that can be revealed",
                )
                for name in unknown
            )
        )
    present = exchange()
    return RevealReply(
        id=row_id,
        fields={
            name: values[name] if sharing.is_named(present, name) else None for name in wish.fields
        },
    )
