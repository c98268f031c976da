"""What the province is to be asked or told, kept until it has answered (domain SI-1a).

A case never waits for a machine: its clock runs, its flag PENDING_PROVINCE is up, and the worker
asks until there is an answer. The province is asked outside of every transaction.
"""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from hrss_kit.context import exchange
from social_insurance.province.port import (
    Asked,
    HttpProvince,
    ProvinceDown,
    ProvinceRefuses,
    Pulled,
    Pushed,
    send,
)
from social_insurance.settings import Settings
from social_insurance.transfer_cases.models import (
    PENDING_PROVINCE,
    ProvinceExchange,
    TransferCase,
)

if TYPE_CHECKING:
    from hrss_kit.worker import Worker

BATCH: Final = 20
LONGEST_WAIT_SECONDS: Final = 300
REFUSED_BY_PROVINCE: Final = "PROVINCE_REFUSED"


async def ask(session: AsyncSession, case: TransferCase, kind: str) -> None:
    """Writes down that the province is to be asked or told; the worker does it."""
    case.flag(PENDING_PROVINCE, is_up=True)
    session.add(ProvinceExchange(transfer_case_id=case.id, kind=kind))


async def run(worker: "Worker") -> int:
    """Errand: carries on with what is due; how many were answered."""
    settings = worker.settings
    assert isinstance(settings, Settings)
    if not settings.province_url:
        return 0  # nobody has told where it is: everything waits
    province = HttpProvince(settings)
    answered = 0
    for exchange_id, kind, asked in await _due(worker):
        answer: Pulled | Pushed | None = None
        is_refused = False
        try:
            answer = await send(province, kind, asked)
        except ProvinceRefuses:
            is_refused = True
        except ProvinceDown:
            pass
        async with worker.database.transaction() as session:
            await _take(session, exchange_id, answer, is_refused=is_refused)
        answered += answer is not None or is_refused
    return answered


async def _due(worker: "Worker") -> list[tuple[UUID, str, Asked]]:
    async with worker.database.sessions() as session:
        found = await session.execute(
            select(ProvinceExchange, TransferCase)
            .join(TransferCase, TransferCase.id == ProvinceExchange.transfer_case_id)
            .where(ProvinceExchange.status == "PENDING", ProvinceExchange.next_at <= func.now())
            .order_by(ProvinceExchange.next_at)
            .limit(BATCH)
        )
        return [(one.id, one.kind, _asked(one, case)) for one, case in found]


def _asked(one: ProvinceExchange, case: TransferCase) -> Asked:
    body: dict[str, Any] = {
        "case_no": case.biz_no,
        "kind": case.kind,
        "from_city": case.from_city,
        "to_city": case.to_city,
        "person": {"name": case.person_name, "doc_type": case.doc_type, "doc_no": case.doc_no},
    }
    if one.kind == "PUSH":
        body |= {
            "state": case.state,
            "completed_on": case.completed_on.isoformat() if case.completed_on else None,
            "months_total": case.months_total,
            "counted_months": case.counted_months,
            "moved_amount": case.moved,
        }
    return Asked(reference=str(one.id), body=body)


async def _take(
    session: AsyncSession,
    exchange_id: UUID,
    answer: Pulled | Pushed | None,
    *,
    is_refused: bool,
) -> None:
    one = await session.scalar(
        select(ProvinceExchange)
        .where(ProvinceExchange.id == exchange_id, ProvinceExchange.status == "PENDING")
        .with_for_update(skip_locked=True)
    )
    if one is None:
        return  # another worker has its answer
    one.attempts += 1
    if answer is None and not is_refused:
        wait = min(2**one.attempts, LONGEST_WAIT_SECONDS)
        one.next_at = func.now() + timedelta(seconds=wait)
        return
    one.status, one.done_at = ("REFUSED" if is_refused else "DONE"), clock.now()
    case = await session.get_one(TransferCase, one.transfer_case_id, with_for_update=True)
    exchange().note(subject=case.biz_no)
    if isinstance(answer, Pulled):
        case.province_record = json.dumps(answer.model_dump(mode="json"))
    if answer is not None:
        case.province_ref = answer.province_ref
    if is_refused:
        case.flag(REFUSED_BY_PROVINCE, is_up=True)
    await session.flush()  # what is still pending is asked of the database
    pending = await session.scalar(
        select(func.count())
        .where(ProvinceExchange.transfer_case_id == case.id)
        .where(ProvinceExchange.status == "PENDING")
    )
    case.flag(PENDING_PROVINCE, is_up=bool(pending))
    word = "refused" if is_refused else "answered"
    timeline.add(session, case.id, f"province-{one.kind.lower()}-{word}", caller=None)
