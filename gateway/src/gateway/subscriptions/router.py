"""/gateway/v1/subscriptions 事件订阅."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from gateway.deliveries import service as deliveries
from gateway.deliveries.addresses import AddressRefused
from gateway.deliveries.schemas import DeliveryQuery, DeliveryRead
from gateway.subscriptions import service
from gateway.subscriptions.schemas import (
    ReplayWish,
    SecretRotation,
    SubscriptionChange,
    SubscriptionCreate,
    SubscriptionQuery,
    SubscriptionRead,
)
from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/subscriptions", tags=["push"])


@router.create(
    "",
    permission="subscription:keep",
    reply=SubscriptionRead,
    problems=(AddressRefused,),
    prepare=service.vet,
)
async def subscribe(session: Session, caller: Caller, new: SubscriptionCreate) -> SubscriptionRead:
    """Have events pushed to an address, signed after Standard Webhooks, in order per subject."""
    return await service.create(session, caller, new)


@router.list("", permission="subscription:read", reply=Page[SubscriptionRead])
async def list_subscriptions(
    session: Session, caller: Caller, query: Annotated[SubscriptionQuery, Query()]
) -> Page[SubscriptionRead]:
    """One's own subscriptions; everybody's for operations."""
    return await service.listed(session, caller, query)


@router.read("/{subscription_id}", permission="subscription:read", reply=SubscriptionRead)
async def read_subscription(
    session: Session, caller: Caller, subscription_id: UUID
) -> SubscriptionRead:
    """One subscription and how its address answers."""
    row = await service.one(session, caller, subscription_id)
    return await service.shown(session, caller, row)


@router.change(
    "/{subscription_id}",
    permission="subscription:keep",
    reply=SubscriptionRead,
    problems=(AddressRefused, StateConflict),
    prepare=service.vet,
)
async def change_subscription(
    session: Session, caller: Caller, subscription_id: UUID, wish: SubscriptionChange
) -> SubscriptionRead:
    """Another address or other types; what waits goes to the new address."""
    return await service.change(session, caller, subscription_id, wish)


@router.act(
    "/{subscription_id}/pause",
    permission="subscription:keep",
    reply=SubscriptionRead,
    problems=(StateConflict,),
)
async def pause_subscription(
    session: Session, caller: Caller, subscription_id: UUID, _body: Empty
) -> SubscriptionRead:
    """Push nothing for now; what comes meanwhile waits."""
    return await service.move(session, caller, subscription_id, "pause")


@router.act(
    "/{subscription_id}/resume",
    permission="subscription:keep",
    reply=SubscriptionRead,
    problems=(StateConflict,),
)
async def resume_subscription(
    session: Session, caller: Caller, subscription_id: UUID, _body: Empty
) -> SubscriptionRead:
    """Go on, at once, with what waits."""
    return await service.move(session, caller, subscription_id, "resume")


@router.act(
    "/{subscription_id}/end",
    permission="subscription:keep",
    reply=SubscriptionRead,
    problems=(StateConflict,),
)
async def end_subscription(
    session: Session, caller: Caller, subscription_id: UUID, why: WithReason
) -> SubscriptionRead:
    """End it for good."""
    return await service.move(session, caller, subscription_id, "end", why.reason)


@router.act(
    "/{subscription_id}/rotate-secret",
    permission="subscription:keep",
    reply=SubscriptionRead,
    problems=(StateConflict,),
)
async def rotate_secret(
    session: Session, caller: Caller, subscription_id: UUID, wish: SecretRotation
) -> SubscriptionRead:
    """A new secret, shown once; the old one goes on signing beside it for a day."""
    return await service.rotate(session, caller, subscription_id, wish)


@router.act(
    "/{subscription_id}/replay",
    permission="subscription:keep",
    reply=SubscriptionRead,
    problems=(StateConflict,),
)
async def replay_events(
    request: Request, session: Session, caller: Caller, subscription_id: UUID, wish: ReplayWish
) -> SubscriptionRead:
    """Push a service's events once more, after a given one or from the beginning."""
    services = ("gateway", *request.app.state.settings.peers)
    return await service.replay(session, caller, subscription_id, wish, services)


@router.list(
    "/{subscription_id}/deliveries", permission="subscription:read", reply=Page[DeliveryRead]
)
async def list_deliveries(
    session: Session,
    caller: Caller,
    subscription_id: UUID,
    query: Annotated[DeliveryQuery, Query()],
) -> Page[DeliveryRead]:
    """The ledger: each event, when it was delivered and at which try."""
    row = await service.one(session, caller, subscription_id)
    return await deliveries.listed(session, row.id, query)


@router.history("/{subscription_id}/timeline", permission="subscription:read", reply=Timeline)
async def read_subscription_timeline(
    session: Session, caller: Caller, subscription_id: UUID
) -> Timeline:
    """What happened to the subscription."""
    row = await service.one(session, caller, subscription_id)
    return await timeline.of(session, row.id)
