"""What is known of the exchange in progress: who, why, which trace, and what is to be recorded."""

import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from hrss_kit.auth import Principal
    from hrss_kit.sharing import Door

TRACEPARENT = re.compile(r"^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$")


@dataclass
class Exchange:
    """One request or one handled event (W3C Trace Context for the ids)."""

    trace_id: str
    span_id: str
    flags: str = "01"
    request_id: str = ""
    principal: "Principal | None" = None
    purpose: str | None = None
    case_no: str | None = None
    operation: str = ""
    subject: str | None = None
    person_refs: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    reason: str | None = None
    # Whose list it is, worked out only when a cursor is made or read.
    binding: Callable[[], str] = str
    # Where a counterpart reads: sharing rules decide then (`hrss_kit.sharing`).
    door: "Door | None" = None
    is_admitted: bool = False
    shared_fields: frozenset[str] | None = None
    session: "AsyncSession | None" = None
    expected_version: int | None = None
    prepared: Any = None
    etag_version: int | None = None
    location: str | None = None
    link_next: str | None = None

    @property
    def traceparent(self) -> str:
        """The header that goes onward."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"

    def note(
        self,
        *,
        subject: str | None = None,
        person_refs: "list[str] | tuple[str, ...]" = (),
        fields: "list[str] | tuple[str, ...]" = (),
        reason: str | None = None,
    ) -> None:
        """Adds to what the audit row of this exchange will say; never values, only names."""
        self.subject = subject or self.subject
        self.person_refs.extend(ref for ref in person_refs if ref not in self.person_refs)
        self.fields.extend(name for name in fields if name not in self.fields)
        self.reason = reason or self.reason


_exchange: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def begin(traceparent: str | None = None, request_id: str | None = None) -> Exchange:
    """Starts an exchange: goes on with the caller's trace if its header is well formed."""
    match = TRACEPARENT.match(traceparent) if traceparent else None
    drawn = secrets.token_hex(40)  # once: each draw is a system call
    trace_id, flags = (match[1], match[3]) if match else (drawn[:32], "01")
    exchange = Exchange(trace_id, drawn[32:48], flags, request_id or drawn[48:])
    _exchange.set(exchange)
    return exchange


def exchange() -> Exchange:
    """The exchange in progress; outside of one (start-up, a script) a fresh one."""
    return _exchange.get() or begin()
