"""A personnel file on its way. No HTTP, no queries."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.person_columns import PersonColumns
from talent.casework import LivingResource
from talent.db import Base
from talent.moves.models import Move

ONE_OPEN: Final = "uq_file_transfers_open"


class FileTransfer(LivingResource, PersonColumns, Base):
    """流动人员档案转递: the receiving city asks for it by letter (调档函) and owns the case.

    It is free of charge: there is no field for a fee.
    """

    __tablename__ = "file_transfers"
    __table_args__ = (
        CheckConstraint(
            "state IN ('REQUESTED', 'CHECKING', 'SENT', 'RECEIVED', 'RETURNED', 'CANCELLED')",
            name="state",
        ),
        CheckConstraint("from_city <> owner_city", name="cities"),
        CheckConstraint("method IN ('MACHINE_POST', 'COURIER', 'EMS')", name="method"),
        CheckConstraint("NOT (is_restricted AND method = 'EMS')", name="ems"),
        CheckConstraint("state <> 'RECEIVED' OR pages_received > 0", name="pages"),
        Index(
            ONE_OPEN,
            "id_hash",
            unique=True,
            postgresql_where=text("state IN ('REQUESTED', 'CHECKING', 'SENT', 'RETURNED')"),
        ),
        Index("ix_file_transfers_from_city", "from_city", "state"),
    )

    from_city: Mapped[str] = mapped_column(String(6))
    move_id: Mapped[UUID | None] = mapped_column(ForeignKey(Move.id))
    # The journey (J-2) that it is a step of: the move's, or the one that asked for it.
    journey_id: Mapped[UUID | None] = mapped_column(index=True)
    holder_org: Mapped[str | None] = mapped_column(String(120))
    is_restricted: Mapped[bool]
    requested_on: Mapped[date]
    method: Mapped[str | None] = mapped_column(String(12))
    tracking_no: Mapped[str | None] = mapped_column(String(60))
    pages_sent: Mapped[int | None]
    sent_on: Mapped[date | None]
    pages_received: Mapped[int | None]
    received_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    return_list: Mapped[list[str]] = mapped_column(ARRAY(String(200)))
