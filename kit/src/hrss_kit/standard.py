"""What every service does besides its own work: keep policy and calendar in step, watch clocks."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import calendar_store, deadlines, outbox, policy, sharing_store
from hrss_kit.holdings import COPY, Holding
from hrss_kit.inbox import Consumer, Received
from hrss_kit.service import Timer
from hrss_kit.stored_files import Sweeper
from hrss_kit.worker import forget_replies


class PolicyActivated(BaseModel):
    """The gateway's ``policy.parameter.activated.v1``: the whole row."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    key: str
    city: str
    value: Any
    unit: str
    effective_from: date
    effective_to: date | None
    source_doc: str
    source_article: str
    confidence: str
    approved_by: list[str]
    note: str


class AgreementChanged(BaseModel):
    """The gateway's ``sharing.agreement.changed.v1``: an approved agreement as it stands."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    effective_from: date
    effective_to: date | None
    version: int


class RuleChanged(BaseModel):
    """The gateway's ``sharing.rule.changed.v1``: an approved rule as it stands."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    agreement_id: UUID
    service: str
    resource: str
    from_city: str
    to_city: str
    purpose: str
    fields: list[str]
    effective_from: date
    effective_to: date | None
    version: int


class CalendarDayIn(BaseModel):
    """One overlay day."""

    model_config = ConfigDict(extra="ignore")

    day: date = Field(alias="date")
    is_workday: bool
    reason: str
    source: str


class OverlayChanged(BaseModel):
    """The gateway's ``calendar.overlay.changed.v1``."""

    model_config = ConfigDict(extra="ignore")

    days: list[CalendarDayIn]


class DeadlinesRecomputed(outbox.Event):
    """Open deadlines were computed anew after the calendar changed."""

    type: ClassVar[str] = "calendar.deadlines.recomputed.v1"

    count: int


async def take_over_policy(session: AsyncSession, event: Received, data: PolicyActivated) -> None:
    """Copies an activated policy row."""
    await policy.copy(
        session,
        {
            **data.model_dump(),
            "status": "ACTIVE",
            "version": 1,
            "created_at": event.time,
            "created_by": "gateway",
        },
    )


async def take_over_agreement(
    session: AsyncSession, _event: Received, data: AgreementChanged
) -> None:
    """Copies an approved agreement: its first day, and the day it ended."""
    await sharing_store.copy(session, sharing_store.SharingAgreement, [data.model_dump()])


async def take_over_rule(session: AsyncSession, _event: Received, data: RuleChanged) -> None:
    """Copies an approved sharing rule."""
    await sharing_store.copy(session, sharing_store.SharingGrant, [data.model_dump()])


#: What every service copies from the gateway, and the gateway has of it.
PARAMETERS = (
    "SELECT key || '|' || city || '|' || effective_from AS key, value::text || '|' || "
    "coalesce(effective_to::text, '') AS content FROM policy_parameters WHERE status = 'ACTIVE'"
)
DAYS = (
    "SELECT day::text AS key, is_workday::text || '|' || reason || '|' || source AS content "
    "FROM calendar_days"
)
STANDARD_HOLDINGS = (
    Holding(
        "policy_parameter",
        COPY,
        PARAMETERS,
        discard="DELETE FROM policy_parameters "
        "WHERE key || '|' || city || '|' || effective_from = ANY(:keys)",
    ),
    Holding(
        "calendar_day",
        COPY,
        DAYS,
        discard="DELETE FROM calendar_days WHERE day::text = ANY(:keys)",
    ),
)


def standard_consumers(source: str) -> Sequence[Consumer]:
    """What every service listens to at the gateway."""

    async def take_over_calendar(
        session: AsyncSession, event: Received, data: OverlayChanged
    ) -> None:
        await calendar_store.load(session, [day.model_dump() for day in data.days])
        count = await deadlines.recompute_open(session)
        outbox.publish(
            session,
            DeadlinesRecomputed(count=count),
            source=source,
            subject=event.subject,
            city=None,
            audience=[outbox.EVERYBODY],
        )

    return (
        Consumer("gateway", "policy.parameter.activated.v1", PolicyActivated, take_over_policy),
        Consumer("gateway", "calendar.overlay.changed.v1", OverlayChanged, take_over_calendar),
        Consumer("gateway", "sharing.agreement.changed.v1", AgreementChanged, take_over_agreement),
        Consumer("gateway", "sharing.rule.changed.v1", RuleChanged, take_over_rule),
    )


def standard_timers(source: str) -> Sequence[Timer]:
    """What falls due in every service."""

    async def watch_deadlines(session: AsyncSession) -> int:
        return await deadlines.run_overdue(session, source)

    return (
        Timer("deadlines", watch_deadlines),
        Timer("idempotency", forget_replies),
        Timer("files", Sweeper(source).run),
    )
