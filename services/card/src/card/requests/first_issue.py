"""A first card is asked for once: by an application or by a request for card service (§2.5)."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from card.applications import rules as application_rules
from card.applications.models import CardApplication
from card.holders.models import Holder
from card.requests import rules
from card.requests.models import CardServiceRequest
from hrss_kit.problems import Duplicate

KIND: Final = "FIRST_ISSUE"


async def refuse_beside_application(session: AsyncSession, holder: Holder) -> None:
    """409 with the live application; the caller holds the holder's row, so nobody is between."""
    live = select(CardApplication.id).where(
        CardApplication.holder_id == holder.id, CardApplication.state.in_(application_rules.LIVE)
    )
    first = await session.scalar(live.limit(1))
    if first is not None:
        raise Duplicate(existing_id=str(first))


async def refuse_beside_request(session: AsyncSession, holder: Holder) -> None:
    """409 with the open request, under the same lock."""
    is_open = select(CardServiceRequest.id).where(
        CardServiceRequest.holder_id == holder.id,
        CardServiceRequest.kind == KIND,
        CardServiceRequest.state.not_in(rules.ENDED),
    )
    first = await session.scalar(is_open.limit(1))
    if first is not None:
        raise Duplicate(existing_id=str(first))
