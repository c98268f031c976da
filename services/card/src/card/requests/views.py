"""Requests for card service as replies."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from card.access import ACCESS
from card.cards.models import Card
from card.holders.models import Holder
from card.requests import rules, service
from card.requests.models import CardServiceRequest
from card.requests.schemas import RequestQuery, RequestRead
from hrss_kit import deadlines, resources
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page

SHOWN = ("person", "state", "card_state")


async def find(session: AsyncSession, caller: Principal, query: RequestQuery) -> Page[RequestRead]:
    """A city's queues."""
    rows, cursor = await select_page(
        session,
        service.filtered(caller, query),
        query,
        key=CardServiceRequest.id,
        sorts={
            "created_at": CardServiceRequest.created_at,
            "biz_no": CardServiceRequest.biz_no,
        },
        default="-created_at",
    )
    return Page[RequestRead](items=await shown(session, caller, *rows), next_cursor=cursor)


async def shown(
    session: AsyncSession, caller: Principal, *rows: CardServiceRequest
) -> list[RequestRead]:
    """Requests as replies, each with its holder, the state of its card and its clock."""
    await session.flush()  # the version that the caller is told is the one written
    clocks = await deadlines.of(session, [row.id for row in rows])
    held = {
        holder.id: holder
        for holder in await session.scalars(
            select(Holder).where(Holder.id.in_({row.holder_id for row in rows}))
        )
    }
    cards = await session.execute(
        select(Card.id, Card.social_state).where(Card.id.in_({row.card_id for row in rows}))
    )
    states = {card_id: state for card_id, state in cards}
    for row in rows:
        exchange().note(subject=row.biz_no, person_refs=[row.person_ref], fields=SHOWN)
    return [
        resources.shown(
            RequestRead,
            row,
            person=held[row.holder_id].masked(),
            card_state=states.get(row.card_id) if row.card_id else None,
            allowed_actions=allowed_actions(caller, row),
            deadlines=clocks[row.id],
        )
        for row in rows
    ]


def allowed_actions(caller: Principal, row: CardServiceRequest) -> list[str]:
    """What this caller may do with a request now."""

    def may(action: str) -> bool:
        city = row.issuing_city if action in rules.ISSUERS else row.serving_city
        return caller.city == city and ACCESS.allows(caller, rules.permission_of(action))

    return rules.MACHINE.allowed(row.state, may)
