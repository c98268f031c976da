"""A complaint as it is kept: who (sealed), against whom, where the work is done, and its life."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final
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
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hrss_kit import clock, sealing
from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.sealing import Sealed
from labor_inspection.db import Base
from labor_inspection.stations.models import ServiceStation

RECEIVED: Final = "RECEIVED"
FORWARDED: Final = "FORWARDED"
DISPUTED: Final = "DISPUTED_JURISDICTION"
SUPPLEMENT: Final = "SUPPLEMENT"
ACCEPTED: Final = "ACCEPTED"
NOT_ACCEPTED: Final = "NOT_ACCEPTED"
CLOSED: Final = "CLOSED"


class Linkage(Base):
    """联动: ties complaints that both cities, or several complainants, see as one matter."""

    __tablename__ = "linkages"
    __table_args__ = (
        CheckConstraint("reason IN ('FORWARD', 'COLLECTIVE', 'TWO_CITIES')", name="reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reason: Mapped[str] = mapped_column(String(12))
    opened_on: Mapped[date]


class Complaint(Resource, Base):
    """投诉 / 举报. `biz_no` is the tracking number; `owner_city` is always the competent city."""

    __tablename__ = "complaints"
    __table_args__ = (
        CheckConstraint("kind IN ('COMPLAINT', 'REPORT')", name="kind"),
        CheckConstraint(
            "kind = 'REPORT' OR id_hash IS NOT NULL OR erased_on IS NOT NULL", name="complainant"
        ),
        CheckConstraint(
            "state IN ('RECEIVED', 'FORWARDED', 'DISPUTED_JURISDICTION', 'SUPPLEMENT', "
            "'ACCEPTED', 'NOT_ACCEPTED', 'CLOSED')",
            name="state",
        ),
        CheckConstraint(
            "channel IN ('STATION', 'WINDOW', 'WEB', 'HOTLINE_12333', 'PARTNER', "
            "'NATIONAL_PLATFORM')",
            name="channel",
        ),
        CheckConstraint("other_procedure IN ('NONE', 'ARBITRATION', 'COURT')", name="procedure"),
        CheckConstraint("place_kind IN ('KNOWN', 'UNKNOWN', 'REMOTE')", name="place_kind"),
        CheckConstraint("owner_city = competent_city", name="owner"),
        CheckConstraint("dispute_kind IN ('BOTH_REFUSE', 'BOTH_CLAIM')", name="dispute_kind"),
        Index(
            "uq_complaints_source",
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
        Index("ix_complaints_competent_city", "competent_city", "state"),
        Index("ix_complaints_receiving_city", "receiving_city", "state"),
        Index("ix_complaints_employer_uscc", "employer_uscc", "received_on"),
        Index("ix_complaints_employer_key", "employer_key", "received_on"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(20))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey(ServiceStation.id))
    received_on: Mapped[date]

    # The complainant; all null for an anonymous report.
    doc_type: Mapped[str | None] = mapped_column(String(2))
    id_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    person_name: Mapped[str | None] = mapped_column(Sealed("complaints.person_name"))
    doc_no: Mapped[str | None] = mapped_column(Sealed("complaints.doc_no"))
    doc_original: Mapped[str | None] = mapped_column(Sealed("complaints.doc_original"))
    mobile: Mapped[str | None] = mapped_column(Sealed("complaints.mobile"))
    is_migrant: Mapped[bool]

    employer_name: Mapped[str | None] = mapped_column(String(200))
    # The name without what writers vary in, so that two spellings of one employer meet.
    employer_key: Mapped[str | None] = mapped_column(String(200))
    employer_uscc: Mapped[str | None] = mapped_column(String(18))
    # Where the employer is registered, read from its code.
    employer_division: Mapped[str | None] = mapped_column(String(6))

    place_kind: Mapped[str] = mapped_column(String(8))
    work_division: Mapped[str | None] = mapped_column(String(9))
    work_address: Mapped[str | None] = mapped_column(String(200))
    project_name: Mapped[str | None] = mapped_column(String(200))
    # Project, or division and address: what makes several complaints one collective case.
    place_key: Mapped[str | None] = mapped_column(String(420))

    matter: Mapped[list[str]] = mapped_column(ARRAY(String(24)))
    # A story may name people, so it is sealed like them.
    facts: Mapped[str] = mapped_column(Sealed("complaints.facts"))
    period_from: Mapped[date]
    period_to: Mapped[date | None]
    workers_count: Mapped[int]
    amount_claimed: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    months_owed_max: Mapped[int | None]
    other_procedure: Mapped[str] = mapped_column(String(12))

    # 劳动用工备案: under which number the contract was filed, where it was.
    contract_filing_no: Mapped[str | None] = mapped_column(String(60))

    verification_id: Mapped[str | None] = mapped_column(String(64))
    card_verified: Mapped[bool] = mapped_column(default=False)

    receiving_city: Mapped[str] = mapped_column(String(6))
    competent_city: Mapped[str] = mapped_column(String(6))
    # The dispatching employer's city, which gets a copy of a dispatch matter.
    copy_city: Mapped[str | None] = mapped_column(String(6))
    receiving_org_id: Mapped[str | None] = mapped_column(String(60))
    is_place_provisional: Mapped[bool] = mapped_column(default=False)
    forwarded_on: Mapped[date | None]
    designated_on: Mapped[date | None]
    # Whether both cities refuse it or both claim it, and which city said so last.
    dispute_kind: Mapped[str | None] = mapped_column(String(12))
    disputed_by: Mapped[str | None] = mapped_column(String(6))
    disputed_on: Mapped[date | None]
    linkage_id: Mapped[UUID | None] = mapped_column(ForeignKey(Linkage.id), index=True)
    # Set when the complaint is accepted; the case lives in the cases feature.
    case_id: Mapped[UUID | None] = mapped_column(index=True)

    missing: Mapped[list[str]] = mapped_column(ARRAY(String(200)), default=list)
    refusal_code: Mapped[str | None] = mapped_column(String(24))
    refusal_reason: Mapped[str | None] = mapped_column(String(2000))
    where_to_go: Mapped[str | None] = mapped_column(String(2000))
    # When its term of keeping was over: from then on it names nobody.
    erased_on: Mapped[date | None]
    # What the complainant is told when the case is closed.
    result: Mapped[str | None] = mapped_column(String(2000))

    workers: Mapped[list["ComplaintWorker"]] = relationship(
        order_by="ComplaintWorker.position", cascade="all, delete-orphan", lazy="raise"
    )
    representatives: Mapped[list["ComplaintRepresentative"]] = relationship(
        order_by="ComplaintRepresentative.position", cascade="all, delete-orphan", lazy="raise"
    )

    @property
    def tracking_no(self) -> str:
        """The number the complainant keeps."""
        return self.biz_no

    @property
    def cities(self) -> list[str]:
        """Everybody who sees where it stands."""
        named = (self.receiving_city, self.competent_city, self.copy_city)
        return sorted({city for city in named if city})

    @property
    def person_ref(self) -> str | None:
        """The complainant's blind reference."""
        return sealing.person_ref(self.id_hash) if self.id_hash else None

    def take_complainant(self, person: PersonIn) -> None:
        """Fills the complainant's columns from a request."""
        self.person_name, self.mobile = person.name, person.mobile
        self.doc_type, self.doc_no = person.doc_type, person.doc_no
        self.doc_original = person.doc_original
        self.id_hash = sealing.blind(person.doc_no)

    @property
    def is_secret(self) -> bool:
        """True for a report: who made it is opened by two people together, and in no other way."""
        return self.kind == "REPORT"

    def complainant_masked(self) -> PersonMasked | None:
        """The complainant as the handler may see them by default."""
        if self.is_secret:
            return None
        if self.person_name is None or self.doc_type is None or self.doc_no is None:
            return None
        return PersonMasked.of(self.person_name, self.doc_type, self.doc_no, self.mobile)


class ComplaintWorker(PersonColumns, Base):
    """One worker of a complaint: what is owed to them, and for how many months."""

    __tablename__ = "complaint_workers"
    __table_args__ = (UniqueConstraint("complaint_id", "id_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id, ondelete="CASCADE"))
    position: Mapped[int]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    months: Mapped[int | None]


class ComplaintRepresentative(PersonColumns, Base):
    """代表: who speaks for the workers of a collective complaint."""

    __tablename__ = "complaint_representatives"
    __table_args__ = (UniqueConstraint("complaint_id", "id_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id, ondelete="CASCADE"))
    position: Mapped[int]


class VerificationCheck(Base):
    """A card check that could not be asked when the complaint was taken; the worker asks again."""

    __tablename__ = "verification_checks"
    __table_args__ = (
        CheckConstraint(
            "status IN ('PENDING', 'VERIFIED', 'NOT_VERIFIED', 'EXPIRED', 'UNKNOWN')",
            name="status",
        ),
        Index(
            "ix_verification_checks_waiting",
            "next_at",
            postgresql_where=text("status = 'PENDING'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    complaint_id: Mapped[UUID] = mapped_column(
        ForeignKey(Complaint.id, ondelete="CASCADE"), unique=True
    )
    verification_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12), default="PENDING")
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    # By the database's own clock: waiting is about machines, not about the case's dates.
    next_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    complaint: Mapped[Complaint] = relationship(lazy="raise")
