"""The catalogue of what can be delegated, and the cases."""

import json
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from social_insurance.db import Base

KIND_ONCE: Final = "uq_delegation_items_kind"
CASE_ONCE: Final = "uq_delegated_cases_open"
ACTIVE, RETIRED = "ACTIVE", "RETIRED"
_OPEN: Final = (
    "('DRAFT', 'SENT', 'RECEIVED', 'ACCEPTED', 'IN_PROGRESS', 'SUPPLEMENT', 'REPLIED', 'REOPENED')"
)


class DelegationItem(Resource, Base):
    """委托事项目录: a kind of case by configuration: form, deadline, evidence, who decides."""

    __tablename__ = "delegation_items"
    __table_args__ = (
        CheckConstraint("kind ~ '^[A-Z][A-Z0-9_]{1,39}$'", name="kind"),
        CheckConstraint("state IN ('ACTIVE', 'RETIRED')", name="state"),
        CheckConstraint("decided_by IN ('CASEWORKER', 'SUPERVISOR')", name="decided_by"),
        CheckConstraint("reply_wd BETWEEN 1 AND 250", name="reply_wd"),
        CheckConstraint("min_investigators BETWEEN 0 AND 5", name="min_investigators"),
        Index(KIND_ONCE, "kind", unique=True, postgresql_where=text("state = 'ACTIVE'")),
    )

    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(8), default=ACTIVE)
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    #: JSON Schema (2020-12) of what a case says besides its questions, and of its result.
    form_schema: Mapped[dict[str, Any]] = mapped_column(JSONB)
    result_schema: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: Working days for the answer; None: what `si.delegated_reply_wd` says of the kind.
    reply_wd: Mapped[int | None]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    result_codes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    #: Who of the requesting city closes a case of this kind.
    decided_by: Mapped[str] = mapped_column(String(10))
    purpose_code: Mapped[str] = mapped_column(String(30))
    min_investigators: Mapped[int] = mapped_column(default=0)


class DelegatedCase(Resource, PersonColumns, Base):
    """委托函. `owner_city` asks and decides, `executing_city` finds out and answers."""

    __tablename__ = "delegated_cases"
    __table_args__ = (
        CheckConstraint(
            "state IN ('DRAFT', 'SENT', 'RECEIVED', 'ACCEPTED', 'DECLINED', 'IN_PROGRESS', "
            "'SUPPLEMENT', 'REPLIED', 'REOPENED', 'CLOSED', 'CANCELLED')",
            name="state",
        ),
        CheckConstraint("executing_city <> owner_city", name="cities"),
        CheckConstraint("(state = 'DECLINED') = (decline_code IS NOT NULL)", name="decline_code"),
        CheckConstraint("reopened_count BETWEEN 0 AND 1", name="reopened_count"),
        Index(
            CASE_ONCE,
            "main_case_ref",
            "kind",
            "executing_city",
            unique=True,
            postgresql_where=text(f"state IN {_OPEN}"),
        ),
        Index("ix_delegated_cases_executing_city", "executing_city", "state"),
        Index("ix_delegated_cases_main_case_ref", "main_case_ref"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey(DelegationItem.id))
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    executing_city: Mapped[str] = mapped_column(String(6))
    requesting_org: Mapped[str | None] = mapped_column(String(60))
    executing_org: Mapped[str | None] = mapped_column(String(60))
    main_case_ref: Mapped[str] = mapped_column(String(60))
    purpose_code: Mapped[str] = mapped_column(String(30))
    evidence_asked: Mapped[list[str]] = mapped_column(ARRAY(String(120)))
    # What is asked and answered tells of people, so it is sealed.
    questions_json: Mapped[str] = mapped_column(Sealed("delegated_cases.questions"))
    form_json: Mapped[str] = mapped_column(Sealed("delegated_cases.form"))
    journey_id: Mapped[UUID | None]
    made_by: Mapped[str] = mapped_column(String(80))
    sent_on: Mapped[date | None]
    received_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    started_by: Mapped[str | None] = mapped_column(String(80))
    decline_code: Mapped[str | None] = mapped_column(String(20))
    decline_reason: Mapped[str | None] = mapped_column(String(2000))
    investigators: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    supplement_json: Mapped[str | None] = mapped_column(Sealed("delegated_cases.supplement"))
    reply_json: Mapped[str | None] = mapped_column(Sealed("delegated_cases.reply"))
    drafted_by: Mapped[str | None] = mapped_column(String(80))
    replied_on: Mapped[date | None]
    replied_by: Mapped[str | None] = mapped_column(String(80))
    result_code: Mapped[str | None] = mapped_column(String(40))
    needs_supervisor: Mapped[bool] = mapped_column(default=False)
    supervisor_decision: Mapped[str | None] = mapped_column(
        Sealed("delegated_cases.supervisor_decision")
    )
    decided_by: Mapped[str | None] = mapped_column(String(80))
    reopened_count: Mapped[int] = mapped_column(default=0)
    is_used_in_main_case: Mapped[bool | None]
    closed_on: Mapped[date | None]
    #: The day a late answer was first told to both cities' supervisors.
    overdue_on: Mapped[date | None]

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
    def form(self) -> dict[str, Any]:
        """What the kind's own form says."""
        filled: dict[str, Any] = json.loads(self.form_json)
        return filled

    @property
    def supplements(self) -> list[dict[str, Any]]:
        """Questions of the executing city and the answers to them."""
        told: list[dict[str, Any]] = json.loads(self.supplement_json or "[]")
        return told

    @property
    def reply(self) -> dict[str, Any] | None:
        """The answer, or its draft."""
        given: dict[str, Any] | None = json.loads(self.reply_json) if self.reply_json else None
        return given


class DelegationInterest(Base):
    """回避: a member of staff who has an interest in a case and may not work on it."""

    __tablename__ = "delegation_interests"
    __table_args__ = (Index("uq_delegation_interests", "case_id", "staff_no", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(DelegatedCase.id))
    staff_no: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500))
    declared_by: Mapped[str] = mapped_column(String(80))


class DelegatedAttachment(Base):
    """附件: a file that goes with a case; the file itself is in the store, sealed."""

    __tablename__ = "delegated_attachments"
    __table_args__ = (
        CheckConstraint("p_class IN ('P1', 'P2', 'P3')", name="p_class"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        # A file is sent once; the second time it is the same piece of evidence.
        Index("uq_delegated_attachments", "case_id", "sha256", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(DelegatedCase.id))
    #: A file of the kit's store; its table belongs to another metadata, so no foreign key.
    file_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    p_class: Mapped[str] = mapped_column(String(2))
    city: Mapped[str] = mapped_column(String(6))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by: Mapped[str] = mapped_column(String(80))
