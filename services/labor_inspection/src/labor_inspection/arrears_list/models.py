"""An entry of the arrears list as it is kept."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.sealing import Sealed
from labor_inspection.cases.models import Case, CaseOrder
from labor_inspection.db import Base

_LIVE: Final = "('PROPOSED', 'NOTICE_SERVED', 'OBJECTED', 'UPHELD', 'LISTED')"


class ArrearsListEntry(Resource, Base):
    """名单条目: an employer proposed for, on, or once on the list. No worker is named in it."""

    __tablename__ = "arrears_list_entries"
    __table_args__ = (
        CheckConstraint(
            "state IN ('PROPOSED', 'NOTICE_SERVED', 'OBJECTED', 'UPHELD', 'DROPPED', 'LISTED', "
            "'EARLY_REMOVED', 'EXPIRED', 'REVOKED')",
            name="state",
        ),
        CheckConstraint("state <> 'LISTED' OR expires_on > listed_on", name="term"),
        # A case brings its employer onto the list once at a time.
        Index(
            "uq_arrears_list_entries_live",
            "case_id",
            unique=True,
            postgresql_where=text(f"state IN {_LIVE}"),
        ),
        Index("ix_arrears_list_entries_owner_city_state", "owner_city", "state"),
        Index("ix_arrears_list_entries_employer_uscc", "employer_uscc"),
    )

    state: Mapped[str] = mapped_column(String(16))
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id))
    case_no: Mapped[str] = mapped_column(String(40))
    order_id: Mapped[UUID] = mapped_column(ForeignKey(CaseOrder.id))
    order_due_on: Mapped[date]

    employer_name: Mapped[str] = mapped_column(String(200))
    employer_uscc: Mapped[str] = mapped_column(String(18))
    employer_address: Mapped[str | None] = mapped_column(String(200))
    legal_representative: Mapped[str | None] = mapped_column(
        Sealed("arrears_list_entries.legal_representative")
    )
    # The directly responsible persons, a line each.
    responsible_persons: Mapped[str | None] = mapped_column(
        Sealed("arrears_list_entries.responsible_persons")
    )

    criteria: Mapped[list[str]] = mapped_column(ARRAY(String(8)))
    workers_unpaid: Mapped[int]
    amount_unpaid: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    # Who answers for the case's acts (行政执法责任制).
    inspectors: Mapped[list[str]] = mapped_column(ARRAY(String(40)))

    proposed_on: Mapped[date]
    proposed_by: Mapped[str] = mapped_column(String(80))
    notice_served_on: Mapped[date | None]
    notice_by: Mapped[str | None] = mapped_column(String(80))
    receipt_no: Mapped[str | None] = mapped_column(String(60))
    objected_on: Mapped[date | None]
    objection_recorded_by: Mapped[str | None] = mapped_column(String(80))
    # Whoever objects may name people.
    objection: Mapped[str | None] = mapped_column(Sealed("arrears_list_entries.objection"))
    answered_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(String(2000))

    listed_on: Mapped[date | None]
    listed_by: Mapped[str | None] = mapped_column(String(80))
    expires_on: Mapped[date | None]
    removal_applied_on: Mapped[date | None]
    removal_recorded_by: Mapped[str | None] = mapped_column(String(80))
    corrected_on: Mapped[date | None]
    removed_on: Mapped[date | None]
    removal_reason: Mapped[str | None] = mapped_column(String(2000))

    @property
    def makers(self) -> set[str | None]:
        """Who prepared the listing; another one decides it."""
        return {*self.inspectors, self.proposed_by, self.notice_by, self.objection_recorded_by}
