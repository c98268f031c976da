"""The wage-arrears list as labour inspection tells it."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.inbox import Consumer, Received
from talent.employers.models import BlockedEmployer


class Listing(BaseModel):
    """Whom the list names, from which day, to which day."""

    model_config = ConfigDict(extra="ignore")

    uscc: str
    listed_from: date = Field(alias="from")
    to: date


async def block(session: AsyncSession, event: Received, data: Listing) -> None:
    """Keeps the entry: no demand of this employer is taken from now on."""
    await session.merge(
        BlockedEmployer(
            entry_no=event.subject,
            uscc=data.uscc,
            city=event.city,
            blocked_from=data.listed_from,
            blocked_to=data.to,
        )
    )


async def lift(session: AsyncSession, event: Received, data: Listing) -> None:
    """Lifts what the entry blocked."""
    entry = await session.get(BlockedEmployer, event.subject)
    if entry is not None:
        entry.removed_on = data.to


CONSUMERS = (
    Consumer("labor_inspection", "li.arrears.listed.v1", Listing, block),
    Consumer("labor_inspection", "li.arrears.removed.v1", Listing, lift),
)
