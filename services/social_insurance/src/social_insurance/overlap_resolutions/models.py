"""A resolution of months that count twice, with what is refunded; amounts sealed."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from social_insurance.db import Base

ONE_A_CASE: Final = "uq_overlap_resolutions_case"


class OverlapResolution(Resource, PersonColumns, Base):
    """重复参保处理: which relation is kept, which months the others are cleared of."""

    __tablename__ = "overlap_resolutions"
    __table_args__ = (
        CheckConstraint("state IN ('DECIDED', 'CLEARED')", name="state"),
        CheckConstraint(
            "kind IN ('SAME_SCHEME', 'EMP_RES', 'EMP_INST', 'DOUBLE_PENSION')", name="kind"
        ),
        Index(
            ONE_A_CASE,
            "transfer_case_id",
            unique=True,
            postgresql_where=text("transfer_case_id IS NOT NULL"),
        ),
    )

    state: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(14))
    transfer_case_id: Mapped[UUID | None] = mapped_column(ForeignKey("transfer_cases.id"))
    kept_city: Mapped[str] = mapped_column(String(6))
    kept_scheme: Mapped[str] = mapped_column(String(5))
    months: Mapped[list[str]] = mapped_column(ARRAY(String(7)))
    # A line for each relation that is cleared, as JSON.
    lines: Mapped[str] = mapped_column(Sealed("overlap_resolutions.lines"))
    refund_total: Mapped[str] = mapped_column(Sealed("overlap_resolutions.refund_total"))
    agreed_by_person: Mapped[bool]
    agreement_ref: Mapped[str | None] = mapped_column(String(120))
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_on: Mapped[date]
    cleared_on: Mapped[date | None]
