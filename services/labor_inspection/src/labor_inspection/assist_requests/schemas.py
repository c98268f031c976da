"""What a letter of assistance says over the wire: requests, replies and events."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from labor_inspection.cases.schemas import ReceiptNo, StaffNo

AssistKind = Literal["INVESTIGATE", "EVIDENCE", "SERVE", "LOCATE_PERSON"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class AssistCreate(RequestModel):
    """A letter to the other city: what it is to find out, collect, serve, or whom to find."""

    case_id: UUID
    kind: AssistKind
    executing_city: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None
    request: Annotated[str | None, Field(min_length=1, max_length=4000)] = None
    questions: Annotated[list[Text], Field(default_factory=list, max_length=20)]
    order_id: UUID | None = None
    document_refs: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=120)]],
        Field(default_factory=list, max_length=50),
    ]
    person: PersonIn | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Each kind needs its own."""
        kind = given.get("kind")
        if kind in ("INVESTIGATE", "EVIDENCE") and not (
            given.get("request") or given.get("questions")
        ):
            yield CrossError(("questions",), "REQUIRED", "须写明协查内容", "or request is required")
        if kind == "LOCATE_PERSON" and given.get("person") is None:
            yield CrossError(("person",), "REQUIRED", "须写明查找对象", "is required")
        if kind != "LOCATE_PERSON" and given.get("person") is not None:
            yield CrossError(
                ("person",), "NOT_APPLICABLE", "此类协查不适用", "does not apply to this kind"
            )
        if kind != "SERVE" and given.get("order_id") is not None:
            yield CrossError(
                ("order_id",), "NOT_APPLICABLE", "此类协查不适用", "does not apply to this kind"
            )


class AssistAssign(RequestModel):
    """Which inspectors of the executing city do it: at least two."""

    inspectors: Annotated[list[StaffNo], Field(max_length=10)]


class EvidenceIn(RequestModel):
    """A file that is sent along, by its hash."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    sha256: Sha256
    media_type: Annotated[str, Field(pattern=r"^[a-z0-9.+-]+/[a-z0-9.+-]+$", max_length=100)]
    size: Annotated[int, Field(ge=0, le=1_000_000_000_000)]
    collected_on: date
    collected_by: Annotated[list[StaffNo], Field(min_length=1, max_length=10)]


class AssistReply(RequestModel):
    """The answer. For a service, the day and the receipt; without them it was not possible.

    Files that were uploaded before go with it; `evidences` names those that go another way. For a
    person looked for: whether they were found, and where.
    """

    result: Annotated[str, Field(min_length=1, max_length=4000)]
    answers: Annotated[list[Text], Field(default_factory=list, max_length=20)]
    evidences: Annotated[list[EvidenceIn], Field(default_factory=list, max_length=100)]
    served_on: date | None = None
    receipt_no: ReceiptNo | None = None
    is_found: bool | None = None
    whereabouts: Annotated[str | None, Field(min_length=1, max_length=500)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """A service is proved by its receipt; a file is sent once."""
        if (given.get("served_on") is None) != (given.get("receipt_no") is None):
            missing = "receipt_no" if given.get("receipt_no") is None else "served_on"
            yield CrossError((missing,), "RECEIPT_REQUIRED", "送达须有日期和回证", "is required")
        if (given.get("is_found") is True) != (given.get("whereabouts") is not None):
            yield CrossError(
                ("whereabouts",), "WHEREABOUTS", "找到的须写明去向", "goes with is_found true"
            )
        seen = set()
        for at, one in enumerate(given.get("evidences") or []):
            digest = one.get("sha256") if isinstance(one, Mapping) else None
            if isinstance(digest, str) and digest in seen:
                yield CrossError(
                    ("evidences", at, "sha256"), "DUPLICATE", "同一文件重复", "is sent twice"
                )
            seen.add(digest if isinstance(digest, str) else None)


class EvidenceHash(RequestModel):
    """What the requesting city computed of a file it took over."""

    evidence_id: UUID
    sha256: Sha256


class AssistClose(RequestModel):
    """The answer is taken over; hashes that are given are compared."""

    evidence_hashes: Annotated[list[EvidenceHash], Field(default_factory=list, max_length=100)]


class AssistQuery(ListQuery):
    """Filters of the list of letters."""

    case_id: UUID | None = None
    kind: AssistKind | None = None
    state: Annotated[str | None, Field(max_length=12)] = None
    executing_city: Annotated[str | None, Field(max_length=6)] = None
    is_overdue: bool | None = None


class CustodyRead(BaseModel):
    """One step of the chain of custody."""

    model_config = ConfigDict(from_attributes=True)

    action: Literal["COLLECTED", "RECEIVED", "HANDED_OVER", "TAKEN_OVER", "OPENED"]
    at: datetime
    actor: str
    from_city: str | None
    to_city: str
    sha256: str


class EvidenceRead(BaseModel):
    """A file of the answer with its chain of custody."""

    id: UUID
    file_id: UUID | None = None
    name: str
    sha256: str
    media_type: str
    size: int
    collected_on: date
    collected_by: list[str]
    custody: list[CustodyRead]


class AssistRead(LivingRead):
    """A letter of assistance as both cities see it."""

    letter_no: str
    case_id: UUID
    case_no: str
    kind: AssistKind
    requesting_city: str
    executing_city: str
    order_id: UUID | None
    document_refs: list[str]
    request: str | None
    questions: list[str]
    has_person: bool
    sent_on: date
    received_on: date | None
    accepted_on: date | None
    decline_reason: str | None
    inspectors: list[str]
    replied_on: date | None
    replied_by: str | None
    result: str | None
    answers: list[str] | None
    served_on: date | None
    receipt_no: str | None
    is_found: bool | None = None
    closed_on: date | None
    overdue_on: date | None
    evidences: list[EvidenceRead] | None = None


class AssistSent(Event):
    """One city has asked the other for help."""

    type: ClassVar[str] = "li.assist.sent.v1"

    kind: AssistKind
    due_on: date


class AssistReplied(Event):
    """The other city has answered."""

    type: ClassVar[str] = "li.assist.replied.v1"

    kind: AssistKind
    due_on: date
    replied_on: date
    evidences: int


class AssistOverdue(Event):
    """The answer is late: for the supervisors of both cities."""

    type: ClassVar[str] = "li.assist.overdue.v1"

    kind: AssistKind
    due_on: date


EVENT_TYPES: tuple[type[Event], ...] = (AssistSent, AssistReplied, AssistOverdue)
