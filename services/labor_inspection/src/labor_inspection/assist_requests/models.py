"""A letter of assistance as it is kept, its answer, and whose hands the evidence went through."""

import json
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from labor_inspection.cases.models import Case, CaseOrder
from labor_inspection.db import Base

COLLECTED, RECEIVED, HANDED_OVER = "COLLECTED", "RECEIVED", "HANDED_OVER"
TAKEN_OVER, OPENED = "TAKEN_OVER", "OPENED"


class AssistRequest(Resource, Base):
    """协查函. `biz_no` is the letter number; `owner_city` asks, `executing_city` answers."""

    __tablename__ = "assist_requests"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('INVESTIGATE', 'EVIDENCE', 'SERVE', 'LOCATE_PERSON')", name="kind"
        ),
        CheckConstraint(
            "state IN ('DRAFT', 'SENT', 'RECEIVED', 'ACCEPTED', 'DECLINED', 'ASSIGNED', "
            "'REPLIED', 'CLOSED')",
            name="state",
        ),
        CheckConstraint("executing_city <> owner_city", name="cities"),
        CheckConstraint("(kind = 'SERVE') = (order_id IS NOT NULL)", name="order_id"),
        CheckConstraint("(served_on IS NULL) = (receipt_no IS NULL)", name="receipt"),
        CheckConstraint("is_found IS NULL OR kind = 'LOCATE_PERSON'", name="is_found"),
        Index("ix_assist_requests_executing_city", "executing_city", "state"),
        Index("ix_assist_requests_case_id", "case_id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id))
    case_no: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12))
    executing_city: Mapped[str] = mapped_column(String(6))
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey(CaseOrder.id))
    document_refs: Mapped[list[str]] = mapped_column(ARRAY(String(120)))
    # What is asked and answered tells of people, so it is sealed.
    request: Mapped[str | None] = mapped_column(Sealed("assist_requests.request"))
    questions_json: Mapped[str] = mapped_column(Sealed("assist_requests.questions"))
    sent_on: Mapped[date]
    received_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    decline_reason: Mapped[str | None] = mapped_column(String(2000))
    inspectors: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    replied_on: Mapped[date | None]
    replied_by: Mapped[str | None] = mapped_column(String(80))
    result: Mapped[str | None] = mapped_column(Sealed("assist_requests.result"))
    answers_json: Mapped[str | None] = mapped_column(Sealed("assist_requests.answers"))
    served_on: Mapped[date | None]
    receipt_no: Mapped[str | None] = mapped_column(String(60))
    # Of LOCATE_PERSON: whether the person was found, and where.
    is_found: Mapped[bool | None]
    whereabouts: Mapped[str | None] = mapped_column(Sealed("assist_requests.whereabouts"))
    closed_on: Mapped[date | None]
    # The day a late answer was first told to both cities' supervisors.
    overdue_on: Mapped[date | None]

    @property
    def letter_no(self) -> str:
        """The number of the letter."""
        return self.biz_no

    @property
    def cities(self) -> list[str]:
        """The city that asks and the city that answers."""
        return [self.owner_city, self.executing_city]

    @property
    def questions(self) -> list[str]:
        """What the other city is to find out."""
        asked: list[str] = json.loads(self.questions_json)
        return asked

    @property
    def answers(self) -> list[str] | None:
        """What it found."""
        given: list[str] | None = json.loads(self.answers_json) if self.answers_json else None
        return given


class SoughtPerson(PersonColumns, Base):
    """Whom a request of kind LOCATE_PERSON looks for."""

    __tablename__ = "assist_sought_persons"

    request_id: Mapped[UUID] = mapped_column(ForeignKey(AssistRequest.id), primary_key=True)


class AssistEvidence(Base):
    """证据: one file of the answer, known by its SHA-256."""

    __tablename__ = "assist_evidences"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        UniqueConstraint("request_id", "sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(ForeignKey(AssistRequest.id))
    # The kit's stored_files; null when only its hash was told and the file went another way.
    file_id: Mapped[UUID | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    collected_on: Mapped[date]
    collected_by: Mapped[list[str]] = mapped_column(ARRAY(String(40)))


class CustodyEntry(Base):
    """证据流转: who handed what to whom, when, and with which hash. Only ever added to."""

    __tablename__ = "assist_custody_entries"
    __table_args__ = (
        CheckConstraint(
            "action IN ('COLLECTED', 'RECEIVED', 'HANDED_OVER', 'TAKEN_OVER', 'OPENED')",
            name="action",
        ),
        Index("ix_assist_custody_entries_evidence_id", "evidence_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey(AssistEvidence.id))
    action: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str] = mapped_column(String(500))
    from_city: Mapped[str | None] = mapped_column(String(6))
    to_city: Mapped[str] = mapped_column(String(6))
    sha256: Mapped[str] = mapped_column(String(64))
