"""Audit: one append-only row for every change and every look at personal data, refused ones too.

The rows carry names of fields and blind references, never values. A later sealer builds its
RFC 6962 tree over them; nothing is chained inside the transaction, so nothing is serialised.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.context import Exchange
from hrss_kit.db import KitBase
from hrss_kit.ids import new_id


class AuditEntry(KitBase):
    """Who did what to which, when, for what purpose, and with what result (domain §4.3)."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_person_refs", "person_refs", postgresql_using="gin"),
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_subject", "subject"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str] = mapped_column(String(80))
    client_id: Mapped[str] = mapped_column(String(80))
    roles: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    city: Mapped[str | None] = mapped_column(String(6))
    org_id: Mapped[str | None] = mapped_column(String(60))
    purpose: Mapped[str | None] = mapped_column(String(40))
    case_no: Mapped[str | None] = mapped_column(String(60))
    operation: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str | None] = mapped_column(String(120))
    person_refs: Mapped[list[str]] = mapped_column(ARRAY(String(24)))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    reason: Mapped[str | None] = mapped_column(String(500))
    result: Mapped[str] = mapped_column(String(60))
    trace_id: Mapped[str] = mapped_column(String(32))


def values(exchange: Exchange, result: str = "OK") -> dict[str, Any]:
    """What the row of an exchange says, by column; `id` and `at` come with the row."""
    principal = exchange.principal
    return {
        "actor": principal.actor if principal else "anonymous",
        "client_id": principal.client_id if principal else "",
        "roles": list(principal.roles) if principal else [],
        "city": principal.city if principal else None,
        "org_id": principal.org_id if principal else None,
        "purpose": exchange.purpose,
        "case_no": exchange.case_no,
        "operation": exchange.operation,
        "subject": exchange.subject,
        "person_refs": list(exchange.person_refs),
        "fields": list(exchange.fields),
        "reason": exchange.reason,
        "result": result,
        "trace_id": exchange.trace_id,
    }


def record(session: AsyncSession, exchange: Exchange, result: str = "OK") -> None:
    """Writes what the exchange did; the route class calls this, once a request."""
    session.add(AuditEntry(**values(exchange, result)))
