"""Service stations, and the authorities that complaints are addressed to."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from labor_inspection.db import Base

STATES: Final = ("PLANNED", "OPEN", "SUSPENDED", "CLOSED")


class ServiceStation(Resource, Base):
    """服务站: kept by the sponsor city inside the host city; receives and advises only."""

    __tablename__ = "service_stations"
    __table_args__ = (
        CheckConstraint("state IN ('PLANNED', 'OPEN', 'SUSPENDED', 'CLOSED')", name="state"),
    )

    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    host_city: Mapped[str] = mapped_column(String(6), index=True)
    sponsor_city: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(9))
    town: Mapped[str | None] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(200))
    hours: Mapped[str] = mapped_column(String(200))
    phones: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    # Staff by their own numbers and the city that sends them; no names.
    staff: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(10))


class Organisation(Base):
    """机构: an authority by name and hotline (domain §0.7); cases keep its id, never its name."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("kind IN ('HRSS_AUTHORITY', 'COMMON_SUPERIOR')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(6), index=True)
    district_code: Mapped[str | None] = mapped_column(String(9))
    kind: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    hotline: Mapped[str] = mapped_column(String(20))
    active_from: Mapped[date]
    active_to: Mapped[date | None]
