"""Where a complaint stands, for whoever is part of it: two factors, nothing personal in return."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, sealing
from hrss_kit.context import exchange
from hrss_kit.identifiers import check_document
from hrss_kit.problems import NotFound
from hrss_kit.validation import RequestModel
from labor_inspection.complaints.models import (
    Complaint,
    ComplaintRepresentative,
    ComplaintWorker,
)
from labor_inspection.stations.models import Organisation


class NotTracked(NotFound):
    """Unknown number and wrong person look the same; the attempt is on record."""

    keeps_effects = True


class TrackingRequest(RequestModel):
    """The number that was handed out, and the document number of somebody concerned."""

    tracking_no: Annotated[str, Field(min_length=1, max_length=40)]
    doc_no: Annotated[str, Field(min_length=1, max_length=40, repr=False)]


class AuthorityRead(BaseModel):
    """Whom to ask."""

    model_config = ConfigDict(from_attributes=True)

    name_zh: str
    name_en: str
    hotline: str


class TrackedDeadline(BaseModel):
    """Until when something must have happened."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    due_on: date
    provisional: bool
    status: str


class TrackingReply(BaseModel):
    """Where it stands and what comes next; the same in both cities."""

    tracking_no: str
    state: str
    state_text_zh: str
    state_text_en: str
    received_on: date
    receiving_city: str
    competent_city: str
    receiving_organisation: AuthorityRead | None
    competent_organisation: AuthorityRead | None
    deadlines: list[TrackedDeadline]
    missing: list[str]
    next_step_zh: str
    next_step_en: str
    refusal_reason: str | None
    where_to_go: str | None
    case_state: str | None
    result: str | None


#: state → (its name, what comes next), in Chinese and English.
STATES: Final = {
    "RECEIVED": (
        ("已接收", "Received"),
        ("管辖地将在期限内决定是否受理", "The competent city decides in time whether to accept"),
    ),
    "FORWARDED": (
        ("已转送用工所在地", "Forwarded to the city of the work place"),
        (
            "用工所在地将在期限内决定是否受理，您无需再次提交",
            "The city of the work place decides in time; there is no need to file again",
        ),
    ),
    "DISPUTED_JURISDICTION": (
        ("管辖有争议", "Jurisdiction is disputed"),
        (
            "由湖北省人社厅指定管辖，期限继续计算",
            "The province names the competent city; the clock runs on",
        ),
    ),
    "SUPPLEMENT": (
        ("待补正", "Waiting for missing facts"),
        (
            "请到任一窗口或服务站补充所列内容",
            "Bring what is listed to any counter or service station",
        ),
    ),
    "ACCEPTED": (
        ("已受理并立案", "Accepted, a case is filed"),
        ("监察员正在办理，结果将告知您", "Inspectors are at work; you will be told the result"),
    ),
    "NOT_ACCEPTED": (
        ("不予受理", "Not accepted"),
        ("请按所列去向办理", "Please turn to where the notice says"),
    ),
    "CLOSED": (
        ("已结案", "Closed"),
        ("结果如有异议可申请复议或诉讼", "The result can be taken to review or to court"),
    ),
}


async def track(session: AsyncSession, asked: TrackingRequest) -> TrackingReply:
    """The complaint with this number, if this person is its complainant, worker or speaker."""
    doc_no = asked.doc_no.strip().upper()
    whole = check_document("01", doc_no, today=clock.today()).value or doc_no
    id_hash = sealing.blind(whole)
    listed = (
        select(person.id)
        .where(person.complaint_id == Complaint.id, person.id_hash == id_hash)
        .exists()
        for person in (ComplaintWorker, ComplaintRepresentative)
    )
    complaint = await session.scalar(
        select(Complaint)
        .where(Complaint.biz_no == asked.tracking_no.strip().upper())
        .where(or_(Complaint.id_hash == id_hash, *listed))
    )
    if complaint is None:
        raise NotTracked
    exchange().note(
        subject=complaint.biz_no, person_refs=[sealing.person_ref(id_hash)], fields=["state"]
    )
    clocks = (await deadlines.of(session, [complaint.id]))[complaint.id]
    (state_zh, state_en), (next_zh, next_en) = STATES[complaint.state]
    return TrackingReply(
        tracking_no=complaint.biz_no,
        state=complaint.state,
        state_text_zh=state_zh,
        state_text_en=state_en,
        received_on=complaint.received_on,
        receiving_city=complaint.receiving_city,
        competent_city=complaint.competent_city,
        receiving_organisation=await _authority(session, complaint.receiving_city),
        competent_organisation=await _authority(session, complaint.competent_city),
        deadlines=[
            TrackedDeadline.model_validate(row)
            for row in clocks
            if row.status != deadlines.CANCELLED
        ],
        missing=complaint.missing,
        next_step_zh=next_zh,
        next_step_en=next_en,
        refusal_reason=complaint.refusal_reason,
        where_to_go=complaint.where_to_go,
        case_state=await _case_state(session, complaint.case_id),
        result=complaint.result,
    )


async def _authority(session: AsyncSession, city: str) -> AuthorityRead | None:
    found = await session.scalar(
        select(Organisation)
        .where(Organisation.city == city, Organisation.kind == "HRSS_AUTHORITY")
        .where(Organisation.active_to.is_(None))
        .limit(1)
    )
    return AuthorityRead.model_validate(found) if found else None


async def _case_state(session: AsyncSession, case_id: UUID | None) -> str | None:
    # Here, since the cases feature is built on this one.
    from labor_inspection.cases.models import Case

    case = await session.get(Case, case_id) if case_id else None
    return case.state if case else None
