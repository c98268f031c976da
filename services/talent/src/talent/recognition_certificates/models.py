"""A recognition certificate, and the counter of its numbers. No HTTP, no queries."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Sequence, String, text
from sqlalchemy.orm import Mapped, mapped_column

from talent.casework import LivingResource
from talent.db import Base

VALID, SUSPENDED, REVOKED, EXPIRED = "VALID", "SUSPENDED", "REVOKED", "EXPIRED"
STATUS_PLACES: Final = Sequence(
    "credential_status_places", metadata=Base.metadata, minvalue=0, start=0
)


class RecognitionCertificate(LivingResource, Base):
    """互认证书: what the holder shows; it follows the recognition, and that its origin."""

    __tablename__ = "recognition_certificates"
    __table_args__ = (
        CheckConstraint("state IN ('VALID', 'SUSPENDED', 'REVOKED', 'EXPIRED')", name="state"),
        CheckConstraint("kind IN ('TITLE', 'AWARD')", name="kind"),
        Index("uq_recognition_certificates_no", "no", unique=True),
        Index("uq_recognition_certificates_recognition", "recognition_id", unique=True),
        Index("uq_recognition_certificates_status_place", "status_place", unique=True),
        Index(
            "ix_recognition_certificates_flagged",
            "status_place",
            postgresql_where=text("state <> 'VALID'"),
        ),
    )

    no: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(5))
    recognition_id: Mapped[UUID]
    issuer_city: Mapped[str] = mapped_column(String(6))
    series: Mapped[str | None] = mapped_column(String(3))
    level: Mapped[str] = mapped_column(String(1))
    issued_on: Mapped[date]
    valid_to: Mapped[date | None]
    verify_code: Mapped[str] = mapped_column(String(20))
    # Its bit in the published status lists.
    status_place: Mapped[int] = mapped_column(BigInteger)


class RecognitionNumber(Base):
    """How many certificates two cities have made of each other's titles and awards on a day."""

    __tablename__ = "recognition_numbers"

    prefix: Mapped[str] = mapped_column(String(24), primary_key=True)
    last: Mapped[int]
