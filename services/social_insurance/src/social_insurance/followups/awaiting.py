"""/social-insurance/v1/awaited-moves: moves whose transfer waits for the first month (J-2)."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Select, select

from hrss_kit import resources
from hrss_kit.auth import Caller, Principal
from hrss_kit.db import Session
from hrss_kit.pagination import ListQuery, Page, select_page
from hrss_kit.routing import Router
from social_insurance.followups.models import AwaitedMove
from social_insurance.participations.schemas import City

router = Router(prefix="/awaited-moves", tags=["awaited moves"])


class AwaitedMoveRead(BaseModel):
    """A move that is waited for; the person by reference only."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: Literal["WAITING", "OPENED", "CLOSED"]
    person_ref: str
    from_city: str
    to_city: str
    move_no: str
    journey_id: UUID | None
    opened_month: str
    transfer_case_id: UUID | None
    announced_at: datetime


class AwaitedMoveQuery(ListQuery):
    """How the two cities look through them; `q` is the number of the move."""

    state: Literal["WAITING", "OPENED", "CLOSED"] | None = None
    from_city: City | None = None
    to_city: City | None = None
    journey_id: UUID | None = None
    move_no: Annotated[str | None, Field(max_length=120)] = None


def visible(caller: Principal) -> Select[AwaitedMove]:
    """Moves between the caller's city and the other; auditors and services see all."""
    wanted = select(AwaitedMove)
    if caller.holds("auditor", "service"):
        return wanted
    return wanted.where(
        (AwaitedMove.from_city == caller.city) | (AwaitedMove.to_city == caller.city)
    )


@router.list("", permission="awaited-move:read", reply=Page[AwaitedMoveRead])
async def list_awaited_moves(
    session: Session, caller: Caller, query: Annotated[AwaitedMoveQuery, Query()]
) -> Page[AwaitedMoveRead]:
    """Moves whose transfer is opened when the first month is paid in the new city."""
    wanted = visible(caller)
    for name in ("state", "from_city", "to_city", "journey_id", "move_no"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(AwaitedMove, name) == value)
    if query.q:
        wanted = wanted.where(AwaitedMove.move_no == query.q)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=AwaitedMove.id,
        sorts={"announced_at": AwaitedMove.announced_at},
        default="-announced_at",
    )
    items = [AwaitedMoveRead.model_validate(row) for row in rows]
    return Page[AwaitedMoveRead](items=items, next_cursor=cursor)


@router.read("/{move_id}", permission="awaited-move:read", reply=AwaitedMoveRead)
async def read_awaited_move(session: Session, caller: Caller, move_id: UUID) -> AwaitedMoveRead:
    """One of them."""
    row = await resources.load(session, visible(caller).where(AwaitedMove.id == move_id))
    return AwaitedMoveRead.model_validate(row)
