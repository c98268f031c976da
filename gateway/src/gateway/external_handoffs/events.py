"""What the gateway tells of hand-offs; nothing of anybody."""

from typing import ClassVar

from hrss_kit.outbox import Event


class HandoffEvent(Event):
    """Which matter, and on which platform."""

    code: str
    matter_no: str
    platform: str


class HandoffSent(HandoffEvent):
    """The platform has it."""

    type: ClassVar[str] = "gateway.handoff.sent.v1"


class HandoffClosed(HandoffEvent):
    """A signed receipt has come back."""

    type: ClassVar[str] = "gateway.handoff.closed.v1"

    outcome: str
    reason_code: str | None = None
