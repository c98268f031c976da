"""What the audit log says over the wire."""

from typing import Annotated

from pydantic import BaseModel, Field

from hrss_kit.audit_entries import AuditEntryRead, AuditFilters, AuditState
from hrss_kit.pagination import Cursor, Page


class AuditLogQuery(AuditFilters):
    """Which entries; a partner reads its own calls and a supervisor their city's."""

    service: Annotated[str | None, Field(max_length=40)] = Field(
        default=None, description="One service, such as labor-inspection"
    )
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Cursor | None = None


class AuditLogEntry(AuditEntryRead):
    """Who, in which role and city, what for, did what to which, with what result, and when."""

    service: str


class AuditLog(Page[AuditLogEntry]):
    """A page, newest first.

    A service that did not answer is named in `incomplete`: its entries come on a later page.
    """

    incomplete: list[str]


class MemberAudit(AuditState):
    """How far a service's log is sealed, and what the last look at the whole of it has found."""

    service: str


class AuditVerifications(BaseModel):
    """Every service's; one that did not answer is named in `incomplete`."""

    items: list[MemberAudit]
    incomplete: list[str]
