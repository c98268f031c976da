"""Indicator snapshots 指标快照: figures as they were reported, never changed afterwards."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit import clock
from hrss_kit.ids import new_id


class IndicatorSnapshot(Base):
    """指标快照: what every service said for a period, with inputs, formula versions and a hash."""

    __tablename__ = "indicator_snapshots"
    __table_args__ = (Index("ix_indicator_snapshots_period", "period", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    biz_no: Mapped[str] = mapped_column(String(40), unique=True)
    owner_city: Mapped[str] = mapped_column(String(6))
    period: Mapped[str] = mapped_column(String(7))
    is_final: Mapped[bool]
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str] = mapped_column(String(80))
