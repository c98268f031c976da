"""A certificate as it was issued: what it says never changes."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from social_insurance.db import Base


class ParticipationCertificate(Resource, PersonColumns, Base):
    """参保缴费凭证: months insured, by city and scheme, on a day; its number is `biz_no`."""

    __tablename__ = "participation_certificates"
    __table_args__ = (
        CheckConstraint("state IN ('ISSUED', 'REVOKED')", name="state"),
        CheckConstraint("months_total > 0", name="months_total"),
    )

    state: Mapped[str] = mapped_column(String(8))
    issued_on: Mapped[date]
    months_total: Mapped[int]
    # The lines that are printed, as JSON.
    content: Mapped[str] = mapped_column(Sealed("participation_certificates.content"))
    verify_code: Mapped[str] = mapped_column(String(12))
