"""What the gateway hears of matters' parts: an event makes the worker look at once."""

from functools import partial
from typing import Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.matters.models import Matter, MatterStep
from gateway.matters.openings import OPENINGS
from gateway.matters.rules import OPENED
from hrss_kit.inbox import Consumer, Received

#: Read again at most so many at once; the others come by themselves.
MOST: Final = 200


class Told(BaseModel):
    """Nothing of the data is needed: the resource itself says where it stands."""

    model_config = ConfigDict(extra="ignore")


async def look(session: AsyncSession, event: Received, _told: Told, *, kinds: list[str]) -> None:
    """Makes the open steps due that the event is about: by number, or by person."""
    about = [MatterStep.resource_no == event.subject]
    if event.personref is not None:
        blind = func.left(func.encode(Matter.id_hash, "hex"), len(event.personref))
        about.append(blind == event.personref)
    elif event.type.startswith("li.case."):
        # A case names no complainant; those that wait in its city for one are looked at.
        about.append((MatterStep.resource_state == "ACCEPTED") & (Matter.owner_city == event.city))
    due = (
        select(MatterStep.id)
        .join(Matter, Matter.id == MatterStep.matter_id)
        .where(MatterStep.state == OPENED, MatterStep.kind.in_(kinds), or_(*about))
        .order_by(MatterStep.next_at)
        .limit(MOST)
    )
    await session.execute(
        update(MatterStep).where(MatterStep.id.in_(due)).values(next_at=func.now())
    )


def consumers() -> list[Consumer]:
    """One for each event type that a step waits for."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for kind, opening in OPENINGS.items():
        for type_ in opening.events:
            kinds.setdefault((opening.member, type_), []).append(kind)
    return [
        Consumer(member, type_, Told, partial(look, kinds=waiting))
        for (member, type_), waiting in kinds.items()
    ]
