"""What the gateway tells of matters; nothing of anybody."""

from typing import ClassVar

from hrss_kit.outbox import Event


class MatterEvent(Event):
    """Which matter, on which net, and where it stands."""

    code: str
    scope: str
    state: str


class MatterStarted(MatterEvent):
    """Somebody's matter is complete and goes on to the services."""

    type: ClassVar[str] = "gateway.matter.started.v1"


class MatterClosed(MatterEvent):
    """Everything that a matter needed has ended; `without_visit`: nobody had to come anywhere."""

    type: ClassVar[str] = "gateway.matter.closed.v1"

    without_visit: bool
