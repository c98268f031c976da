"""The register of fines of a case."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.ids import new_id
from labor_inspection.cases.models import Case, CaseOrder
from labor_inspection.db import Base


class CaseFine(Base):
    """罚款: who was fined how much on which basis. A register; collecting it is the treasury's."""

    __tablename__ = "case_fines"
    __table_args__ = (
        CheckConstraint("basis IN ('OBSTRUCTION', 'MIGRANT_WAGES', 'CHILD_LABOUR')", name="basis"),
        CheckConstraint("target IN ('EMPLOYER', 'RESPONSIBLE')", name="target"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id), index=True)
    # The penalty decision that it stands in, when it stands in one.
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey(CaseOrder.id))
    basis: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(12))
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    children: Mapped[int | None]
    months: Mapped[int | None]
    fined_on: Mapped[date]
    document_ref: Mapped[str] = mapped_column(String(120))
    recorded_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
