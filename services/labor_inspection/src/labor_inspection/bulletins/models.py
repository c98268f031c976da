"""Bulletins and notices as they are kept, and what a city publishes of its major cases."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from labor_inspection.cases.models import Case, CaseOrder
from labor_inspection.credit.models import CreditEvent
from labor_inspection.db import Base


class ViolationBulletin(Resource, Base):
    """通报: from the city that inspects to another one; `kind` says of what."""

    __tablename__ = "violation_bulletins"
    __table_args__ = (
        CheckConstraint("kind IN ('QUARTERLY', 'MAJOR_CASE', 'CREDIT')", name="kind"),
        CheckConstraint("state IN ('DUE', 'ISSUED', 'RECEIVED')", name="state"),
        CheckConstraint("to_city <> owner_city", name="to_city"),
        CheckConstraint("(state = 'DUE') = (issued_on IS NULL)", name="issued"),
        CheckConstraint(
            "CASE kind WHEN 'QUARTERLY' THEN quarter IS NOT NULL "
            "WHEN 'CREDIT' THEN credit_event_id IS NOT NULL ELSE case_id IS NOT NULL END",
            name="about",
        ),
        # One bulletin a period, one notice a decision and moment, one of each credit event.
        UniqueConstraint("owner_city", "to_city", "quarter", name="uq_violation_bulletins_quarter"),
        Index(
            "uq_violation_bulletins_order",
            "order_id",
            "stage",
            "to_city",
            unique=True,
            postgresql_where=text("order_id IS NOT NULL"),
        ),
        UniqueConstraint(
            "credit_event_id", "to_city", name="uq_violation_bulletins_credit_event_id"
        ),
        Index("ix_violation_bulletins_to_city", "to_city", "state"),
        Index("ix_violation_bulletins_employer_uscc", "employer_uscc"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(8))
    to_city: Mapped[str] = mapped_column(String(6))
    # Of a quarterly one: the period, what was counted, who is registered in the other city.
    quarter: Mapped[str | None] = mapped_column(String(7))
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    employers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    # Of a notice: the employer and what happened.
    employer_uscc: Mapped[str | None] = mapped_column(String(18))
    employer_name: Mapped[str | None] = mapped_column(String(200))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey(Case.id))
    case_no: Mapped[str | None] = mapped_column(String(40))
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey(CaseOrder.id))
    stage: Mapped[str | None] = mapped_column(String(8))
    major_kinds: Mapped[list[str]] = mapped_column(ARRAY(String(20)), default=list)
    matter: Mapped[list[str]] = mapped_column(ARRAY(String(24)), default=list)
    decision: Mapped[str | None] = mapped_column(String(16))
    decided_on: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    workers_count: Mapped[int | None]
    credit_event_id: Mapped[UUID | None] = mapped_column(ForeignKey(CreditEvent.id))
    credit_kind: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(1000))

    issued_on: Mapped[date | None]
    issued_by: Mapped[str | None] = mapped_column(String(80))
    received_on: Mapped[date | None]
    received_by: Mapped[str | None] = mapped_column(String(80))


class MajorPublication(Resource, Base):
    """重大劳动保障违法行为社会公布: a quarter's major cases of a city, for everybody to read."""

    __tablename__ = "major_publications"
    __table_args__ = (
        UniqueConstraint("owner_city", "quarter", name="uq_major_publications_quarter"),
    )

    quarter: Mapped[str] = mapped_column(String(7))
    published_on: Mapped[date]
    published_by: Mapped[str] = mapped_column(String(80))
    # Employer, code, kinds, facts and decision as they were published; no worker.
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
