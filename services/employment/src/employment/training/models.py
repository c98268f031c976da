"""Training that two cities share: who gives it, what there is, when, and who has booked it."""

from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from employment.booking.models import BookingColumns, SlotColumns, booking_rules, slot_rules
from employment.db import Base
from employment.kinds import Lived, one_of, states_of
from hrss_kit.states import Machine, transition

KINDS: Final = ("COURSE", "TEACHER", "WORKSHOP", "EQUIPMENT")
#: X-5: the plan names electronics and aviation logistics.
FIELDS: Final = ("ELEC", "AVLOG", "OTHER")

PROVIDER_MACHINE: Final = Machine(
    transition("close", "OPEN", "CLOSED"), transition("reopen", "CLOSED", "OPEN")
)
RESOURCE_MACHINE: Final = Machine(
    transition("share", ("REGISTERED", "WITHDRAWN"), "SHARED"),
    transition("add-slots", "REGISTERED", None),
    transition("add-slots", "SHARED", None),
    transition("withdraw", "SHARED", "WITHDRAWN"),
)
ONE_PER_NAME: Final = "uq_training_providers_name"


class TrainingProvider(Lived, Base):
    """培训机构: a school, a centre or a firm that trains."""

    __tablename__ = "training_providers"
    __table_args__ = (
        states_of(PROVIDER_MACHINE),
        Index(ONE_PER_NAME, "owner_city", "name", unique=True),
        Index(
            "uq_training_providers_uscc",
            "uscc",
            unique=True,
            postgresql_where=text("uscc IS NOT NULL"),
        ),
    )

    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str | None] = mapped_column(String(18))
    division: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(200))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(8)))
    hotline: Mapped[str | None] = mapped_column(String(30))


class TrainingResource(Lived, Base):
    """培训资源: a course, a teacher, a workshop or a piece of equipment."""

    __tablename__ = "training_resources"
    __table_args__ = (
        states_of(RESOURCE_MACHINE),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("field", FIELDS), name="field"),
        CheckConstraint("kind = 'COURSE' OR brand_programme_id IS NULL", name="brand"),
        Index("ix_training_resources_provider_id", "provider_id"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("training_providers.id"))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(80))
    field: Mapped[str] = mapped_column(String(8))
    occupation: Mapped[str | None] = mapped_column(String(12))
    skill_level: Mapped[str | None] = mapped_column(String(2))
    hours: Mapped[int | None]
    description: Mapped[str] = mapped_column(String(2000))
    division: Mapped[str] = mapped_column(String(12))
    # The mark that the course carries; the table of marks is another feature's.
    brand_programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("brand_programmes.id"))


class ResourceSlot(SlotColumns, Base):
    """培训时段: when a training resource can be had."""

    __tablename__ = "resource_slots"
    __table_args__ = slot_rules("resource_slots", "resource_id")

    resource_id: Mapped[UUID] = mapped_column(ForeignKey("training_resources.id"))


class ResourceBooking(BookingColumns, Base):
    """培训资源预约."""

    __tablename__ = "resource_bookings"
    __table_args__ = (
        *booking_rules("resource_bookings"),
        Index("ix_resource_bookings_resource_id", "resource_id"),
    )

    resource_id: Mapped[UUID] = mapped_column(ForeignKey("training_resources.id"))
    slot_id: Mapped[UUID] = mapped_column(ForeignKey("resource_slots.id"))
