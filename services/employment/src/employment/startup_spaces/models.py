"""Start-up space that two cities share: houses, what they offer, bookings and who has moved in."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from employment.booking.models import BookingColumns, SlotColumns, booking_rules, slot_rules
from employment.db import Base
from employment.kinds import Lived, one_of, states_of
from hrss_kit.sealing import Sealed
from hrss_kit.states import Machine, transition

KINDS: Final = ("INCUBATOR", "MAKERSPACE", "TECHFIRM_LAB")
OFFER_KINDS: Final = ("DESK", "EQUIPMENT", "MENTOR_HOUR")
SPACE_MACHINE: Final = Machine(
    transition("close", "OPEN", "CLOSED"), transition("reopen", "CLOSED", "OPEN")
)
OFFER_MACHINE: Final = Machine(
    transition("add-slots", "OPEN", None), transition("close", "OPEN", "CLOSED")
)
RESIDENT_MACHINE: Final = Machine(
    transition("admit", "APPLIED", "ADMITTED"),
    transition("refuse", "APPLIED", "REFUSED"),
    transition("withdraw", "APPLIED", "WITHDRAWN"),
    transition("leave", "ADMITTED", "LEFT"),
)
DESKS_TAKEN: Final = "ck_startup_spaces_desks_taken"
ONE_RESIDENCE: Final = "uq_residents_live"


class StartupSpace(Lived, Base):
    """创业空间: an incubator 孵化器, a maker space 众创空间, or the laboratory of a tech firm."""

    __tablename__ = "startup_spaces"
    __table_args__ = (
        states_of(SPACE_MACHINE),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        # Desks of residents and desks on offer are the same desks.
        CheckConstraint(
            "desks_resident >= 0 AND desks_offered >= 0 "
            "AND desks_resident + desks_offered <= desks",
            name="desks_taken",
        ),
        Index("uq_startup_spaces_name", "owner_city", "name", unique=True),
    )

    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    operator: Mapped[str] = mapped_column(String(120))
    division: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(200))
    desks: Mapped[int]
    desks_resident: Mapped[int] = mapped_column(default=0)
    desks_offered: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(String(2000))


class SpaceOffer(Lived, Base):
    """共享项目: free desks, a piece of equipment, or hours of a mentor."""

    __tablename__ = "space_offers"
    __table_args__ = (
        states_of(OFFER_MACHINE),
        CheckConstraint(one_of("kind", OFFER_KINDS), name="kind"),
        CheckConstraint("capacity BETWEEN 1 AND 999", name="capacity"),
        Index("ix_space_offers_space_id", "space_id"),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("startup_spaces.id"))
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[int]
    description: Mapped[str] = mapped_column(String(2000))


class SpaceSlot(SlotColumns, Base):
    """空间时段: when an offer can be had."""

    __tablename__ = "space_slots"
    __table_args__ = slot_rules("space_slots", "offer_id")

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("space_offers.id"))


class SpaceBooking(BookingColumns, Base):
    """空间预约."""

    __tablename__ = "space_bookings"
    __table_args__ = (
        *booking_rules("space_bookings"),
        Index("ix_space_bookings_offer_id", "offer_id"),
    )

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("space_offers.id"))
    slot_id: Mapped[UUID] = mapped_column(ForeignKey("space_slots.id"))


class Resident(Lived, Base):
    """入驻: a firm or a team that has asked for desks of its own, or has them."""

    __tablename__ = "residents"
    __table_args__ = (
        states_of(RESIDENT_MACHINE),
        CheckConstraint("desks BETWEEN 1 AND 999", name="desks"),
        Index("ix_residents_space_id", "space_id"),
        Index(
            ONE_RESIDENCE,
            "space_id",
            "team_name",
            unique=True,
            postgresql_where=text("state IN ('APPLIED', 'ADMITTED')"),
        ),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("startup_spaces.id"))
    space_city: Mapped[str] = mapped_column(String(6))
    team_name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str | None] = mapped_column(String(18))
    project: Mapped[str] = mapped_column(String(2000))
    desks: Mapped[int]
    contact_name: Mapped[str | None] = mapped_column(Sealed("residents.contact_name"))
    contact_phone: Mapped[str | None] = mapped_column(Sealed("residents.contact_phone"))
    admitted_on: Mapped[date | None]
    left_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(2000))
