"""What the catalogue and delegated cases say over the wire."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from hrss_kit.files import FileForm
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead, ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.participations.schemas import City

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
Kind = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$", examples=["INJURY"])]
StaffNo = Annotated[str, Field(min_length=1, max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]


def _storable(value: JsonValue) -> JsonValue:
    """Free JSON is looked through for characters that no column and no answer can hold."""
    if isinstance(value, str) and UNSTORABLE.search(value):
        texts = {"message_zh": "含有不允许的字符", "message_en": "holds a forbidden character"}
        raise PydanticCustomError("CHARACTER", "{message_en}", texts)
    if isinstance(value, list):
        for one in value:
            _storable(one)
    if isinstance(value, dict):
        for name, one in value.items():
            _storable(name)
            _storable(one)
    return value


Json = Annotated[JsonValue, AfterValidator(_storable)]
Name = Annotated[str, Field(max_length=100), AfterValidator(_storable)]
Schema = Annotated[dict[Name, Json], Field(description="JSON Schema 2020-12 of an object")]
Purpose = Literal["SI_DELEGATED_FILE", "SI_DELEGATED_INJURY", "SI_DELEGATED_LIFE"]
Item = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,39}$", examples=["FIRST_WORK_DATE"])]


class EvidenceKind(RequestModel):
    """Something that an answer of this kind is proved by."""

    code: Code
    name_zh: Annotated[str, Field(min_length=1, max_length=100)]
    is_required: bool = False


class DelegationItemCreate(RequestModel):
    """A new kind of delegated case, by configuration alone."""

    kind: Kind
    name_zh: Annotated[str, Field(min_length=1, max_length=100)]
    name_en: Annotated[str, Field(min_length=1, max_length=100)]
    form_schema: Schema = Field(default_factory=dict)
    result_schema: Schema = Field(default_factory=dict)
    reply_wd: Annotated[int, Field(ge=1, le=250)]
    evidence: Annotated[list[EvidenceKind], Field(default_factory=list, max_length=30)]
    result_codes: Annotated[list[Code], Field(default_factory=list, max_length=30)]
    decided_by: Literal["CASEWORKER", "SUPERVISOR"] = "CASEWORKER"
    purpose_code: Purpose = "SI_DELEGATED_FILE"
    min_investigators: Annotated[int, Field(ge=0, le=5)] = 0


class DelegationItemRead(ResourceRead):
    """A kind of delegated case."""

    kind: str
    state: str
    name_zh: str
    name_en: str
    form_schema: dict[str, Any]
    result_schema: dict[str, Any]
    reply_wd: int
    evidence: list[dict[str, Any]]
    result_codes: list[str]
    decided_by: str
    purpose_code: str
    min_investigators: int


class DelegationItemQuery(ListQuery):
    """Filters of the catalogue."""

    kind: Kind | None = None
    state: Literal["ACTIVE", "RETIRED"] | None = None


class DelegatedCaseCreate(RequestModel):
    """What the other city is asked; the kind's own form is checked against its schema."""

    kind: Kind
    main_case_ref: Annotated[str, Field(min_length=1, max_length=60)]
    executing_city: City | None = None
    person: PersonIn
    questions: Annotated[list[Text], Field(default_factory=list, max_length=30)]
    evidence_asked: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=120)]],
        Field(default_factory=list, max_length=30),
    ]
    purpose_code: Annotated[str | None, Field(max_length=30)] = None
    form: Annotated[dict[Name, Json], Field(default_factory=dict, max_length=60)]
    requesting_org: Annotated[str | None, Field(max_length=60)] = None
    executing_org: Annotated[str | None, Field(max_length=60)] = None
    journey_id: UUID | None = None


class Decline(RequestModel):
    """Only for one of four reasons."""

    reason_code: Literal["NOT_IN_AREA", "NO_LEGAL_BASIS", "DUPLICATE", "INCOMPLETE"]
    reason: Text


class Start(RequestModel):
    """Who does it; who of them has an interest is told here (回避)."""

    investigators: Annotated[list[StaffNo], Field(default_factory=list, max_length=10)]
    interests: Annotated[list["Interest"], Field(default_factory=list, max_length=20)]


class Interest(RequestModel):
    """Somebody who may not work on the case, and why."""

    staff_no: StaffNo
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class AskSupplement(RequestModel):
    """What the executing city still has to know."""

    question: Text


class AnswerSupplement(RequestModel):
    """What it is told."""

    answer: Text


class Answer(RequestModel):
    """To a question by its number (from 1); or that it cannot be established, and why."""

    question: Annotated[int, Field(ge=1, le=30)]
    answer: Annotated[str | None, Field(max_length=4000)] = None
    cannot_establish: bool = False
    reason: Annotated[str | None, Field(max_length=2000)] = None


class Finding(RequestModel):
    """An item of a personnel file: what was claimed, what is there, where it stands."""

    item: Item
    claimed: Annotated[str | None, Field(max_length=200)] = None
    found: Annotated[str | None, Field(max_length=200)] = None
    document: Annotated[str | None, Field(max_length=200)] = None
    page: Annotated[str | None, Field(max_length=20)] = None
    verdict: Literal["CONFIRMED", "DIFFERENT", "NOT_FOUND"] | None = None


class Evidence(RequestModel):
    """A piece of evidence by its hash; the file itself is uploaded as an attachment."""

    code: Code = "OTHER"
    name: Annotated[str, Field(min_length=1, max_length=200)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    media_type: Literal["application/pdf", "image/jpeg", "image/png"]
    p_class: Literal["P1", "P2", "P3"] = "P3"


class AttachmentForm(FileForm):
    """What stands beside a file: which evidence it is, and how it is to be guarded."""

    code: Code = "OTHER"
    p_class: Literal["P1", "P2", "P3"] = "P3"


class AttachmentRead(BaseModel):
    """A file of a case."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    code: str
    sha256: str
    media_type: str
    size: int
    p_class: str
    city: str
    added_at: datetime
    added_by: str


class Attachments(BaseModel):
    """The files of a case, in the order in which they came."""

    items: list[AttachmentRead]


class Reply(RequestModel):
    """The answer: every question, file items, the kind's own result, evidence by its hash."""

    answers: Annotated[list[Answer], Field(default_factory=list, max_length=30)]
    findings: Annotated[list[Finding], Field(default_factory=list, max_length=30)]
    result: Annotated[dict[Name, Json], Field(default_factory=dict, max_length=60)]
    result_code: Code | None = None
    attachments: Annotated[list[Evidence], Field(default_factory=list, max_length=50)]
    note: Annotated[str | None, Field(max_length=4000)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        for at, one in enumerate(given.get("findings") or ()):
            if not isinstance(one, Mapping) or one.get("verdict") is None:
                continue
            found, claimed = one.get("found"), one.get("claimed")
            wanted = "NOT_FOUND" if not found else "CONFIRMED" if found == claimed else "DIFFERENT"
            if one["verdict"] != wanted:
                yield CrossError(
                    ("findings", at, "verdict"),
                    "VERDICT",
                    "与所列内容不符",
                    "does not fit the item",
                )
        seen: set[Any] = set()
        for at, one in enumerate(given.get("attachments") or ()):
            digest = one.get("sha256") if isinstance(one, Mapping) else None
            if isinstance(digest, str):
                if digest in seen:
                    yield CrossError(
                        ("attachments", at, "sha256"), "DUPLICATE", "同一文件重复", "is sent twice"
                    )
                seen.add(digest)


class DecideDifference(RequestModel):
    """Which of two statements the requesting city goes by, item by item in words."""

    decision: Text


class Close(RequestModel):
    """Whether the answer is used in the main case."""

    is_used_in_main_case: bool
    note: Annotated[str | None, Field(max_length=2000)] = None


class DelegatedCaseQuery(ListQuery):
    """Filters of the list."""

    kind: Kind | None = None
    state: Annotated[str | None, Field(max_length=12)] = None
    owner_city: City | None = None
    executing_city: City | None = None
    main_case_ref: Annotated[str | None, Field(max_length=60)] = None
    needs_supervisor: bool | None = None
    is_overdue: bool | None = None
    sent_on_from: date | None = None
    sent_on_to: date | None = None


class MainCase(BaseModel):
    """The main case with its own clock, beside which the delegated one runs."""

    ref: str
    resource: Literal["injury-determinations", "life-certifications"]
    state: str
    deadlines: list[dict[str, Any]]


class SupplementRead(BaseModel):
    """A question back, and its answer."""

    question: str
    asked_on: date
    answer: str | None = None
    answered_on: date | None = None


class DelegatedCaseRead(LivingRead):
    """A delegated case as both cities see it."""

    kind: str
    person: PersonMasked
    requesting_city: str
    executing_city: str
    requesting_org: str | None
    executing_org: str | None
    main_case_ref: str
    main_case: MainCase | None
    purpose_code: str
    questions: list[str]
    evidence_asked: list[str]
    form: dict[str, Any]
    sent_on: date | None
    received_on: date | None
    accepted_on: date | None
    due_on: date | None
    decline_code: str | None
    decline_reason: str | None
    investigators: list[str]
    supplements: list[SupplementRead]
    reply: dict[str, Any] | None
    replied_on: date | None
    replied_by: str | None
    result_code: str | None
    needs_supervisor: bool
    supervisor_decision: str | None
    reopened_count: int
    is_used_in_main_case: bool | None
    closed_on: date | None
    overdue_on: date | None
    journey_id: UUID | None


class _DelegatedEvent(Event):
    kind: str
    executing_city: str
    due_on: date | None
    result_code: str | None = None


class DelegatedSent(_DelegatedEvent):
    """One city has asked the other to find something out."""

    type: ClassVar[str] = "si.delegated.sent.v1"


class DelegatedAccepted(_DelegatedEvent):
    """The other city does it."""

    type: ClassVar[str] = "si.delegated.accepted.v1"


class DelegatedDeclined(_DelegatedEvent):
    """The other city does not do it; `result_code` is the reason."""

    type: ClassVar[str] = "si.delegated.declined.v1"


class DelegatedReplied(_DelegatedEvent):
    """The answer is there; it is evidence, the decision stays with the city that asked."""

    type: ClassVar[str] = "si.delegated.replied.v1"


class DelegatedReopened(_DelegatedEvent):
    """The answer was not enough; this happens once."""

    type: ClassVar[str] = "si.delegated.reopened.v1"


class DelegatedClosed(_DelegatedEvent):
    """The city that asked has taken the answer over, or not."""

    type: ClassVar[str] = "si.delegated.closed.v1"


class DelegatedCancelled(_DelegatedEvent):
    """The city that asked needs no answer any more."""

    type: ClassVar[str] = "si.delegated.cancelled.v1"


class DelegatedOverdue(_DelegatedEvent):
    """The answer is late: for the supervisors of both cities."""

    type: ClassVar[str] = "si.delegated.overdue.v1"


EVENT_TYPES: tuple[type[Event], ...] = (
    DelegatedSent,
    DelegatedAccepted,
    DelegatedDeclined,
    DelegatedReplied,
    DelegatedReopened,
    DelegatedClosed,
    DelegatedCancelled,
    DelegatedOverdue,
)
