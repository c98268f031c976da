"""A case as it is kept: the investigation, its orders, what was paid to whom."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.sealing import Sealed
from labor_inspection.cases import rules
from labor_inspection.complaints.models import Complaint, ComplaintWorker, Linkage
from labor_inspection.db import Base

Amount = Numeric(14, 2)

#: What an order demands.
WAGE, COMPENSATION, FINE, ACTION, NOTHING = "WAGE", "COMPENSATION", "FINE", "ACTION", "NOTHING"


class Case(Resource, Base):
    """案件. `biz_no` is the case number; `owner_city` is the competent city."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(
            "state IN ('FILED', 'INVESTIGATING', 'EXTENDED', 'DECIDED', 'SERVED', 'COMPLIED', "
            "'NOT_COMPLIED', 'ENFORCED', 'ARREARS_LIST_PROPOSED', 'CLOSED', 'REOPENED')",
            name="state",
        ),
        CheckConstraint("amount_paid >= 0 AND compensation_paid >= 0", name="paid"),
        # One case a collective takes in new complaints, until its first decision.
        Index(
            "uq_cases_joinable",
            "linkage_id",
            "owner_city",
            unique=True,
            postgresql_where=text(
                "linkage_id IS NOT NULL "
                "AND state IN ('FILED', 'INVESTIGATING', 'EXTENDED', 'REOPENED')"
            ),
        ),
        Index("ix_cases_owner_city_state", "owner_city", "state"),
        Index("ix_cases_shared_cities", "shared_cities", postgresql_using="gin"),
        Index("ix_cases_employer_uscc", "employer_uscc"),
    )

    state: Mapped[str] = mapped_column(String(24))
    receiving_city: Mapped[str] = mapped_column(String(6))
    # Who else sees where it stands: the receiving city, a city that assisted.
    shared_cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    linkage_id: Mapped[UUID | None] = mapped_column(ForeignKey(Linkage.id))

    employer_name: Mapped[str | None] = mapped_column(String(200))
    employer_uscc: Mapped[str | None] = mapped_column(String(18))
    matter: Mapped[list[str]] = mapped_column(ARRAY(String(24)))
    is_migrant: Mapped[bool]
    workers_count: Mapped[int]
    months_owed_max: Mapped[int | None]

    filed_on: Mapped[date]
    # Grows when the case is reopened: orders of an earlier round no longer count.
    round: Mapped[int] = mapped_column(default=1)
    inspectors: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    assigned_by: Mapped[str | None] = mapped_column(String(80))
    assigned_on: Mapped[date | None]
    extended_on: Mapped[date | None]
    extension_reason: Mapped[str | None] = mapped_column(String(2000))
    heard_on: Mapped[date | None]
    heard_by: Mapped[str | None] = mapped_column(String(80))

    amount_claimed: Mapped[Decimal] = mapped_column(Amount)
    amount_ordered: Mapped[Decimal | None] = mapped_column(Amount)
    amount_paid: Mapped[Decimal] = mapped_column(Amount, default=rules.ZERO)
    compensation_ordered: Mapped[Decimal | None] = mapped_column(Amount)
    compensation_paid: Mapped[Decimal] = mapped_column(Amount, default=rules.ZERO)

    enforced_on: Mapped[date | None]
    listing_proposed_on: Mapped[date | None]
    # Who took the last step before closing; another one closes.
    final_step_by: Mapped[str | None] = mapped_column(String(80))
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    reopened_on: Mapped[date | None]
    # The day an unkept clock of the case was first told to the supervisors.
    overdue_on: Mapped[date | None]

    @property
    def case_no(self) -> str:
        """The number people read."""
        return self.biz_no

    @property
    def cities(self) -> list[str]:
        """Everybody who sees where it stands."""
        return sorted({self.owner_city, *self.shared_cities})


class CaseWorker(Base):
    """What one worker of a case is owed and has got; the person stays in the complaint, sealed."""

    __tablename__ = "case_workers"
    __table_args__ = (
        UniqueConstraint("case_id", "id_hash"),
        CheckConstraint("paid <= greatest(owed, claimed)", name="paid"),
        CheckConstraint("compensation_paid <= compensation_owed", name="compensation"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id))
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id))
    # Null when the complainant is the only worker and no list was given.
    complaint_worker_id: Mapped[UUID | None] = mapped_column(ForeignKey(ComplaintWorker.id))
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    months: Mapped[int] = mapped_column(default=0)
    claimed: Mapped[Decimal] = mapped_column(Amount)
    # What is due: as claimed until a decision says otherwise.
    owed: Mapped[Decimal] = mapped_column(Amount)
    paid: Mapped[Decimal] = mapped_column(Amount, default=rules.ZERO)
    compensation_owed: Mapped[Decimal] = mapped_column(Amount, default=rules.ZERO)
    compensation_paid: Mapped[Decimal] = mapped_column(Amount, default=rules.ZERO)

    @property
    def unpaid(self) -> Decimal:
        """Wages still due."""
        return rules.unpaid(self.owed, self.paid)

    @property
    def compensation_unpaid(self) -> Decimal:
        """Additional compensation still due."""
        return rules.unpaid(self.compensation_owed, self.compensation_paid)


class Hearing(Base):
    """陈述申辩: what the employer said before a decision."""

    __tablename__ = "case_hearings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id), index=True)
    heard_on: Mapped[date]
    # A statement may name people.
    statement: Mapped[str] = mapped_column(Sealed("case_hearings.statement"))
    recorded_by: Mapped[str] = mapped_column(String(80))


class CaseOrder(Base):
    """决定: an order to correct, a handling or penalty decision, or one that ends the case."""

    __tablename__ = "case_orders"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('ORDER_CORRECT', 'HANDLE', 'PENALTY', 'DISMISS', 'TRANSFER_DEPT', "
            "'TRANSFER_POLICE')",
            name="kind",
        ),
        CheckConstraint(
            "demands IN ('WAGE', 'COMPENSATION', 'FINE', 'ACTION', 'NOTHING')", name="demands"
        ),
        CheckConstraint("state IN ('DECIDED', 'SERVED', 'COMPLIED', 'NOT_COMPLIED')", name="state"),
        CheckConstraint("due_on IS NULL OR due_on > decided_on", name="due_on"),
        UniqueConstraint("case_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id))
    number: Mapped[int]
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    demands: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default=rules.DECIDED)
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    # On a construction site: who pays, and who pays when they do not (S03 art. 30).
    payer_order: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    fine_paid: Mapped[Decimal] = mapped_column(Amount, default=rules.ZERO)
    due_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(2000))
    decided_on: Mapped[date]
    decided_by: Mapped[str] = mapped_column(String(80))
    served_on: Mapped[date | None]
    receipt_no: Mapped[str | None] = mapped_column(String(60))
    through_assist_id: Mapped[UUID | None]
    checked_on: Mapped[date | None]
    # How much compensation may be added once the order has not been obeyed.
    compensation_from: Mapped[Decimal | None] = mapped_column(Amount)
    compensation_to: Mapped[Decimal | None] = mapped_column(Amount)

    @property
    def is_binding(self) -> bool:
        """True when there is something to be carried out."""
        return self.demands != NOTHING


class CasePayment(Base):
    """支付: one sum paid, to a worker's own account or, for a fine, to the treasury."""

    __tablename__ = "case_payments"
    __table_args__ = (
        CheckConstraint("kind IN ('WAGE', 'COMPENSATION', 'FINE')", name="kind"),
        CheckConstraint("(kind = 'FINE') = (worker_id IS NULL)", name="worker"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_case_payments_case_id", "case_id", "paid_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey(CaseWorker.id))
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey(CaseOrder.id))
    kind: Mapped[str] = mapped_column(String(12))
    amount: Mapped[Decimal] = mapped_column(Amount)
    paid_on: Mapped[date]
    account_last4: Mapped[str | None] = mapped_column(Sealed("case_payments.account_last4"))
    recorded_on: Mapped[date] = mapped_column(default=clock.today)
    recorded_by: Mapped[str] = mapped_column(String(80))


class InspectorInterest(Resource, Base):
    """回避事项: an inspector who may not act against an employer or for a person."""

    __tablename__ = "inspector_interests"
    __table_args__ = (
        CheckConstraint("employer_uscc IS NOT NULL OR person_ref IS NOT NULL", name="towards"),
        CheckConstraint(
            "relation IN ('RELATIVE', 'OWNERSHIP', 'FORMER_EMPLOYMENT', 'DEBT', 'OTHER')",
            name="relation",
        ),
        Index("ix_inspector_interests_staff_no", "staff_no"),
    )

    staff_no: Mapped[str] = mapped_column(String(40))
    employer_uscc: Mapped[str | None] = mapped_column(String(18))
    person_ref: Mapped[str | None] = mapped_column(String(24))
    relation: Mapped[str] = mapped_column(String(20))
