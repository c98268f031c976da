"""A sharing rule as the gateway keeps it; members keep what was approved (`hrss_kit.sharing`)."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, literal_column
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.agreements.models import Agreement
from gateway.db import Base
from hrss_kit.db import Resource

PERIOD = "ex_sharing_rules_period"


class SharingRule(Resource, Base):
    """共享规则 (P-0b). `owner_city` gives; a changed rule is a new row with the next `revision`."""

    __tablename__ = "sharing_rules"
    __table_args__ = (
        CheckConstraint(
            "state IN ('DRAFT', 'ACTIVE', 'REJECTED', 'WITHDRAWN', 'EXPIRED')", name="state"
        ),
        CheckConstraint("from_city <> to_city", name="cities"),
        CheckConstraint("owner_city = from_city", name="owner"),
        CheckConstraint("cardinality(fields) > 0", name="fields"),
        CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="period"),
        CheckConstraint(
            "state IN ('DRAFT', 'REJECTED') OR (approved_by IS NOT NULL "
            "AND approved_by <> drafted_by AND approved_city <> drafted_city)",
            name="approved",
        ),
        ExcludeConstraint(
            ("service", "="),
            ("resource", "="),
            ("from_city", "="),
            ("to_city", "="),
            ("purpose", "="),
            (literal_column("daterange(effective_from, effective_to)"), "&&"),
            where="state = 'ACTIVE'",
            using="gist",
            name=PERIOD,
        ),
    )

    state: Mapped[str] = mapped_column(String(10), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey(Agreement.id), index=True)
    service: Mapped[str] = mapped_column(String(40))
    resource: Mapped[str] = mapped_column(String(60))
    from_city: Mapped[str] = mapped_column(String(6))
    to_city: Mapped[str] = mapped_column(String(6))
    # Empty where the rows hold nothing personal.
    purpose: Mapped[str] = mapped_column(String(30))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    revision: Mapped[int]
    drafted_by: Mapped[str] = mapped_column(String(80))
    drafted_city: Mapped[str] = mapped_column(String(6))
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_city: Mapped[str | None] = mapped_column(String(6))
    note: Mapped[str] = mapped_column(String(500))
