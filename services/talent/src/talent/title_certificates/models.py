"""A title certificate and its life. No HTTP, no queries."""

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from hrss_kit.states import Machine, transition
from talent.db import Base

VALID: Final = "VALID"
REVOKED: Final = "REVOKED"
MACHINE: Final = Machine(transition("revoke", VALID, REVOKED))
ONE_PER_NUMBER: Final = "uq_title_certificates_number"
ONE_PER_SOURCE: Final = "uq_title_certificates_source"


class TitleCertificate(Resource, PersonColumns, Base):
    """A certificate of professional title (职称证书); the city that issued it owns it."""

    __tablename__ = "title_certificates"
    __table_args__ = (
        UniqueConstraint("cert_no", "issuer_org", name=ONE_PER_NUMBER),
        CheckConstraint("state IN ('VALID', 'REVOKED')", name="state"),
        CheckConstraint("level IN ('1', '2', '3', '4', '5')", name="level"),
        CheckConstraint(
            "path IN ('REVIEW', 'EXAM', 'ASSESS_EXAM', 'CONFIRM', 'QUAL_MAP')", name="path"
        ),
        Index(
            ONE_PER_SOURCE,
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
    )

    series: Mapped[str] = mapped_column(String(3))
    speciality: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(1))
    title_code: Mapped[str | None] = mapped_column(String(3))
    cert_no: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    issuer_org: Mapped[str] = mapped_column(String(120))
    review_body: Mapped[str | None] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(11))
    verify_code: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(7), default=VALID)
    revoked_on: Mapped[date | None]
    revoke_reason: Mapped[str | None] = mapped_column(String(2000))
