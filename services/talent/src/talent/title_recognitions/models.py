"""A title recognition as it is kept."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.person_columns import PersonColumns
from talent.casework import LivingResource
from talent.db import Base
from talent.title_certificates.models import TitleCertificate

ONE_OPEN: Final = "uq_title_recognitions_open"
_OPEN: Final = "('APPLIED', 'VERIFYING', 'VERIFIED', 'MISMATCH', 'GRANTED', 'SUSPENDED')"


class TitleRecognition(LivingResource, PersonColumns, Base):
    """职称互认: a certificate of another city, applied for in the city that owns this row."""

    __tablename__ = "title_recognitions"
    __table_args__ = (
        CheckConstraint(
            "state IN ('APPLIED', 'VERIFYING', 'VERIFIED', 'MISMATCH', 'GRANTED', 'SUSPENDED', "
            "'REVOKED', 'NOT_REQUIRED', 'REFUSED_REVOKED', 'REFUSED_SCOPE', 'REFUSED_SERIES', "
            "'REFUSED_ISSUER', 'LAPSED', 'WITHDRAWN')",
            name="state",
        ),
        # Series and level stay as issued: there is no second review.
        CheckConstraint("level_received IS NULL OR level_received = level", name="level_received"),
        CheckConstraint("issuer_city <> owner_city", name="cities"),
        CheckConstraint("state <> 'GRANTED' OR certificate_id IS NOT NULL", name="origin"),
        Index(
            ONE_OPEN,
            "cert_no",
            "issuer_org",
            "owner_city",
            unique=True,
            postgresql_where=text(f"state IN {_OPEN}"),
        ),
        Index("ix_title_recognitions_issuer_city", "issuer_city", "state"),
        Index("ix_title_recognitions_certificate_id", "certificate_id"),
    )

    series: Mapped[str] = mapped_column(String(3))
    speciality: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(1))
    title_code: Mapped[str | None] = mapped_column(String(3))
    cert_no: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    issuer_org: Mapped[str] = mapped_column(String(120))
    issuer_city: Mapped[str] = mapped_column(String(6))
    issuer_kind: Mapped[str] = mapped_column(String(8))
    path: Mapped[str] = mapped_column(String(11))
    is_self_review: Mapped[bool]

    applied_on: Mapped[date]
    # The issuer's own entry, once it was found.
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey(TitleCertificate.id))
    result: Mapped[str | None] = mapped_column(String(16))
    mismatched_fields: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    corrections: Mapped[int] = mapped_column(default=0)
    verified_on: Mapped[date | None]
    verified_by: Mapped[str | None] = mapped_column(String(80))
    level_received: Mapped[str | None] = mapped_column(String(1))
    granted_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None] = mapped_column(String(2000))
    journey_id: Mapped[UUID | None]
