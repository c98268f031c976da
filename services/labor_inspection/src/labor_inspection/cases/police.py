"""Handing a case to the police (行政执法与刑事司法衔接): its state and its evidence list."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.problems import NotFound, NotYourCity
from hrss_kit.resources import load, shown
from labor_inspection.assist_requests.models import AssistEvidence, AssistRequest
from labor_inspection.cases import rules
from labor_inspection.cases.models import Case
from labor_inspection.cases.schemas import EvidenceListed, PoliceTransfer
from labor_inspection.cases.views import orders_of, reads_file, visible
from labor_inspection.evidences.models import CaseEvidence


async def transfer(session: AsyncSession, caller: Principal, case_id: UUID) -> PoliceTransfer:
    """What goes to the police with a case: every file by its hash, whichever city collected it."""
    case = await load(session, visible(caller).where(Case.id == case_id))
    if not reads_file(caller, case):
        raise NotYourCity
    orders = (await orders_of(session, case.id))[case.id]
    handed = [one for one in orders if one.kind == rules.TRANSFER_POLICE]
    if not handed:
        raise NotFound
    own = await session.scalars(
        select(CaseEvidence).where(CaseEvidence.case_id == case.id).order_by(CaseEvidence.id)
    )
    listed = [shown(EvidenceListed, one, source="CASE", letter_no=None) for one in own]
    answered = await session.execute(
        select(AssistEvidence, AssistRequest)
        .join(AssistRequest, AssistRequest.id == AssistEvidence.request_id)
        .where(AssistRequest.case_id == case.id)
        .order_by(AssistEvidence.id)
    )
    for evidence, letter in answered:
        listed.append(shown(EvidenceListed, evidence, source="ASSIST", letter_no=letter.letter_no))
    exchange().note(subject=case.biz_no, fields=["evidences"])
    return PoliceTransfer(
        case_id=case.id,
        case_no=case.case_no,
        state="TRANSFERRED_TO_POLICE",
        transferred_on=handed[-1].decided_on,
        reason=handed[-1].reason,
        inspectors=case.inspectors,
        evidences=listed,
    )
