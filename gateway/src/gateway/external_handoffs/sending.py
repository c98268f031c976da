"""The worker's part: hands over what waits, and asks what became of it.

The platform is asked outside of every transaction. It knows a hand-off by its number, so one that
was sent by a worker that died before writing it down is sent again and is still one.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.external_handoffs import receipts, rules, service
from gateway.external_handoffs.models import ExternalHandoff
from gateway.external_handoffs.port import (
    Acknowledged,
    NationalPlatform,
    Parcel,
    PlatformDown,
    PlatformRefuses,
)
from gateway.matters import settling
from gateway.matters.models import Matter
from gateway.settings import GatewaySettings
from hrss_kit.context import exchange
from hrss_kit.signatures import signer_of
from hrss_kit.telemetry import log

if TYPE_CHECKING:
    from hrss_kit.worker import Worker

BATCH: Final = 20
TYP: Final = "handoff+jws"
REFUSED_PAUSE: Final = rules.pause_after(20)


@dataclass(frozen=True, slots=True)
class Due:
    """A hand-off whose turn it is, as it was when it was read; without a parcel it is looked at."""

    handoff_id: UUID
    number: str
    attempts: int
    parcel: Parcel | None


async def carry(worker: "Worker") -> int:
    """Errand: hands over and asks; how many the platform has answered."""
    settings = worker.settings
    assert isinstance(settings, GatewaySettings)
    if not settings.national_platform_url:
        return 0  # nobody has told where it is: everything waits
    due = await _due(worker)
    if not due:
        return 0
    platform = NationalPlatform(
        settings.national_platform_url, settings.national_platform_token.get_secret_value()
    )
    try:
        return sum([await _one(worker, settings, platform, one) for one in due])
    finally:
        await platform.close()


async def _due(worker: "Worker") -> list[Due]:
    async with worker.database.sessions() as session:
        found = await session.scalars(
            select(ExternalHandoff)
            .where(ExternalHandoff.state.in_(rules.OPEN), ExternalHandoff.next_at <= func.now())
            .order_by(ExternalHandoff.next_at)
            .limit(BATCH)
        )
        return [Due(row.id, row.biz_no, row.attempts, _parcel(worker, row)) for row in found]


def _parcel(worker: "Worker", row: ExternalHandoff) -> Parcel | None:
    if row.state != rules.PENDING or row.payload is None:
        return None
    body = orjson.dumps(
        {
            "handoff_no": row.biz_no,
            "code": row.code,
            "digest": sha256(row.payload.encode()).hexdigest(),
            "fields": orjson.Fragment(row.payload),
        }
    )
    signature = signer_of(worker.settings).sign_detached(body, typ=TYP)
    return Parcel(row.biz_no, body, signature)


async def _one(
    worker: "Worker", settings: GatewaySettings, platform: NationalPlatform, due: Due
) -> int:
    answer: Acknowledged | None = None
    problem = ""
    try:
        if due.parcel is not None:
            answer = await platform.hand_over(due.parcel)
        else:
            answer = await platform.look(due.number)
    except PlatformRefuses as error:
        problem = f"REFUSED_{error}"
    except PlatformDown as error:
        problem = f"DOWN_{error}".rstrip("_")
    async with worker.database.transaction() as session:
        await _take(session, settings, due, answer, problem)
    return int(answer is not None)


async def _take(
    session: AsyncSession,
    settings: GatewaySettings,
    due: Due,
    answer: Acknowledged | None,
    problem: str,
) -> None:
    row = await session.scalar(
        select(ExternalHandoff)
        .where(ExternalHandoff.id == due.handoff_id, ExternalHandoff.attempts == due.attempts)
        .where(ExternalHandoff.state.in_(rules.OPEN))
        .with_for_update()
    )
    if row is None:
        return  # another worker has been faster, or the receipt has come by itself
    exchange().note(subject=row.biz_no)
    row.attempts += 1
    if answer is None:
        is_refused = problem.startswith("REFUSED")
        pause = REFUSED_PAUSE if is_refused else rules.pause_after(row.attempts)
        service.unanswered(row, problem, pause)
        return
    service.told(session, row, answer.platform_ref)
    if answer.receipt is not None:
        try:
            receipt = receipts.checked(answer.receipt, settings.national_platform_keys_file)
            async with session.begin_nested():
                await service.settle(session, row, receipt, answer.receipt)
        except receipts.ReceiptForged:
            log().error("forged receipt", handoff=row.biz_no)
            row.last_problem = receipts.ReceiptForged.code
    await settle_matter(session, row)


async def settle_matter(session: AsyncSession, row: ExternalHandoff) -> None:
    """The matter follows its hand-off."""
    matter = await session.get_one(Matter, row.matter_id, with_for_update=True)
    await settling.settle(session, matter)
