"""What both cities and the gateway are told of a complaint; nothing personal, bands for amounts."""

from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from hrss_kit import outbox
from hrss_kit.money import amount_band
from labor_inspection.complaints.models import Complaint


class ComplaintEvent(outbox.Event):
    """What every event of a complaint says (domain §3.2)."""

    type: ClassVar[str] = ""

    kind: str
    state: str
    matter: list[str]
    work_city: str
    receiving_city: str
    workers_count: int
    amount_band: str | None
    linkage_id: str | None
    received_on: date
    complaint_id: UUID | None = None
    # What the card check has said: VERIFIED, PENDING while the card service is down, or NONE.
    card_check: str | None = None

    @classmethod
    def of(cls, complaint: Complaint) -> Self:
        """The event as the complaint now is."""
        amount, linkage = complaint.amount_claimed, complaint.linkage_id
        return cls(
            kind=complaint.kind,
            state=complaint.state,
            matter=complaint.matter,
            work_city=complaint.competent_city,
            receiving_city=complaint.receiving_city,
            workers_count=complaint.workers_count,
            amount_band=None if amount is None else amount_band(amount),
            linkage_id=str(linkage) if linkage else None,
            received_on=complaint.received_on,
            complaint_id=complaint.id,
        )


class ComplaintReceived(ComplaintEvent):
    """Somebody complained at a counter, a station or a system of either city."""

    type: ClassVar[str] = "li.complaint.received.v1"


class ComplaintForwarded(ComplaintEvent):
    """The complaint went on to the city of the work place."""

    type: ClassVar[str] = "li.complaint.forwarded.v1"


class ComplaintDisputed(ComplaintEvent):
    """The city it was sent to says that it is not competent."""

    type: ClassVar[str] = "li.complaint.disputed.v1"


class ComplaintAccepted(ComplaintEvent):
    """Accepted, and with that a case is filed (受理即立案)."""

    type: ClassVar[str] = "li.complaint.accepted.v1"

    case_no: str | None = None


class ComplaintNotAccepted(ComplaintEvent):
    """Not accepted; the complainant was told why and where else to go."""

    type: ClassVar[str] = "li.complaint.not_accepted.v1"

    refusal_code: str | None = None

    @classmethod
    def of(cls, complaint: Complaint) -> Self:
        """The event with the reason's code."""
        return super().of(complaint).model_copy(update={"refusal_code": complaint.refusal_code})


class ComplaintCardChecked(outbox.Event):
    """The card service has answered after all; `result` is VERIFIED or why it is not."""

    type: ClassVar[str] = "li.complaint.card_checked.v1"

    result: str
    attempts: int


EVENTS: tuple[type[outbox.Event], ...] = (
    ComplaintReceived,
    ComplaintForwarded,
    ComplaintDisputed,
    ComplaintAccepted,
    ComplaintNotAccepted,
    ComplaintCardChecked,
)
