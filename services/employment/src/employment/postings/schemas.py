"""Everything a posting says over the wire: requests, replies and events."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from employment.codes import Education, EmploymentType, KeyGroup, Occupation, SkillLevel
from hrss_kit.divisions import ACTIVE_CITIES, DIVISIONS, city_of
from hrss_kit.money import Money
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode
from hrss_kit.problems import FieldError
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

State = Literal[
    "DRAFT", "SUBMITTED", "PUBLISHED", "SUSPENDED", "REJECTED", "FILLED", "EXPIRED", "WITHDRAWN"
]
#: Why a posting is refused.
RejectCode = Literal["FALSE", "INCOMPLETE", "UNLAWFUL", "DUPLICATE", "FEE", "OTHER"]
SalaryUnit = Literal["MONTH", "DAY", "HOUR", "PIECE"]
Channel = Literal["PUBLIC", "FAIR", "AGENCY", "PARTNER"]
CityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Duties = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Skills = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=40)]], Field(max_length=20)
]
Years = Annotated[int, Field(ge=0, le=50)]
Headcount = Annotated[int, Field(ge=1, le=999)]
Contact = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Cities = Annotated[list[CityCode], Field(max_length=10)]
Groups = Annotated[list[KeyGroup], Field(max_length=8)]
Hours = Annotated[str, StringConstraints(max_length=200)]
Day = Annotated[date, Field(ge=date(2020, 1, 1), le=date(2100, 12, 31))]

REQUIRED = (
    "title", "occupation", "headcount", "emp_type", "work_division", "work_address", "duties",
    "edu_mandatory", "skills_req", "salary_min", "salary_max", "salary_unit", "target_groups",
    "contact", "valid_from", "valid_to", "share_with", "lawful_terms",
)  # fmt: skip


class LawfulTerm(RequestModel):
    """A condition that the law itself sets for this work, and why."""

    term: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    reason: Annotated[str, StringConstraints(min_length=5, max_length=500)]


LawfulTerms = Annotated[list[LawfulTerm], Field(max_length=10)]


def _common_errors(given: Mapping[str, Any]) -> Iterable[CrossError]:
    division = given.get("work_division")
    # A code that is not in the table at all is refused by its own type.
    code = division.strip() if isinstance(division, str) else ""
    if code in DIVISIONS and city_of(code) not in ACTIVE_CITIES:
        yield CrossError(
            ("work_division",), "WORK_CITY", "用工地不在合作城市", "is in no partner city"
        )
    for index, code in enumerate(given.get("share_with") or ()):
        if code not in ACTIVE_CITIES:
            yield CrossError(
                ("share_with", index), "CITY_UNKNOWN", "不是合作城市", "is no partner city"
            )


class PostingCreate(RequestModel):
    """A new posting 岗位 with its legal minimum content (S17 art. 24)."""

    employer_id: UUID
    title: Title
    occupation: Occupation
    headcount: Headcount
    emp_type: EmploymentType
    work_division: DivisionCode
    work_address: Address
    duties: Duties
    edu_req: Education | None = None
    edu_mandatory: bool = False
    exp_years_req: Years | None = None
    skills_req: Skills = Field(default_factory=list)
    skill_level_req: SkillLevel | None = None
    salary_min: Money
    salary_max: Money
    salary_unit: SalaryUnit
    working_hours: Hours | None = None
    target_groups: Groups = Field(default_factory=list)
    contact: Contact
    valid_from: Day
    valid_to: Day
    share_with: Annotated[
        Cities | None, Field(description="Every other partner city when left out")
    ] = None
    origin_channel: Channel | None = None
    repost_source: Annotated[str | None, Field(max_length=120)] = None
    repost_of: UUID | None = None
    lawful_terms: LawfulTerms = Field(default_factory=list)
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _common_errors(given)
        if given.get("origin_channel") == "AGENCY" and not given.get("repost_source"):
            yield CrossError(
                ("repost_source",),
                "REPOST_SOURCE",
                "转发的岗位须注明来源",
                "A forwarded posting must name its source",
            )

    def as_change(self) -> "PostingChange":
        """What it says of a posting that is already there."""
        given = {
            name: getattr(self, name)
            for name in self.model_fields_set & PostingChange.model_fields.keys()
            if name not in REQUIRED or getattr(self, name) is not None
        }
        return PostingChange.model_construct(**given)


class PostingChange(RequestModel):
    """What may change; only the fields that are given do."""

    title: Title | None = None
    occupation: Occupation | None = None
    headcount: Headcount | None = None
    emp_type: EmploymentType | None = None
    work_division: DivisionCode | None = None
    work_address: Address | None = None
    duties: Duties | None = None
    edu_req: Education | None = None
    edu_mandatory: bool | None = None
    exp_years_req: Years | None = None
    skills_req: Skills | None = None
    skill_level_req: SkillLevel | None = None
    salary_min: Money | None = None
    salary_max: Money | None = None
    salary_unit: SalaryUnit | None = None
    working_hours: Hours | None = None
    target_groups: Groups | None = None
    contact: Contact | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    share_with: Cities | None = None
    repost_source: Annotated[str | None, Field(max_length=120)] = None
    lawful_terms: LawfulTerms | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _common_errors(given)
        for name in REQUIRED:
            if name in given and given[name] is None:
                yield CrossError((name,), "REQUIRED", "不得为空", "may not be empty")


class PostingReject(RequestModel):
    """Why a posting is refused."""

    reason_code: RejectCode
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class OptionalReason(RequestModel):
    """A reason, if there is one to give."""

    reason: Annotated[str | None, Field(max_length=2000)] = None


class LawfulTermRead(BaseModel):
    """A term that was found lawful."""

    term: str
    reason: str
    marked_by: str


class PostingRead(LivingRead):
    """A posting."""

    employer_id: UUID
    employer_name: str
    employer_uscc: str
    title: str
    occupation: str
    headcount: int
    emp_type: str
    work_division: str
    work_city: str
    work_address: str
    duties: str
    edu_req: str | None
    edu_mandatory: bool
    exp_years_req: int | None
    skills_req: list[str]
    skill_level_req: str | None
    salary_min: Money
    salary_max: Money
    salary_unit: str
    working_hours: str | None
    target_groups: list[str]
    contact: str
    valid_from: date
    valid_to: date
    share_with: list[str]
    origin_channel: str
    repost_source: str | None
    repost_of: UUID | None
    lawful_terms: list[LawfulTermRead]
    source_system: str | None
    source_ref: str | None
    published_at: datetime | None
    public_version: int
    reason_code: str | None
    reason: str | None
    warnings: list[FieldError]


class PostingQuery(ListQuery):
    """How postings are looked for; `q` is looked up in the title."""

    state: State | None = None
    employer_id: UUID | None = None
    occupation: Annotated[
        str | None, Field(pattern=r"^[1-8](-[0-9]{2}){0,3}$", description="A code or its beginning")
    ] = None
    work_division: Annotated[str | None, Field(max_length=12)] = None
    work_city: CityCode | None = None
    emp_type: EmploymentType | None = None
    salary_from: Annotated[Money | None, Field(description="Offers that reach this much")] = None


class PostingEvent(Event):
    """What both cities and the gateway are told of a posting (domain §3.2)."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    posting_id: UUID
    version: int
    occupation: str
    work_division: str
    valid_to: date


class PostingPublished(PostingEvent):
    """It is on offer."""

    type: ClassVar[str] = "employment.posting.published.v1"


class PostingUpdated(PostingEvent):
    """It was changed while on offer, or is on offer again."""

    type: ClassVar[str] = "employment.posting.updated.v1"


class PostingWithdrawn(PostingEvent):
    """It was taken back."""

    type: ClassVar[str] = "employment.posting.withdrawn.v1"


class PostingExpired(PostingEvent):
    """Its last day has passed."""

    type: ClassVar[str] = "employment.posting.expired.v1"


class PostingFilled(PostingEvent):
    """Everybody wanted was found."""

    type: ClassVar[str] = "employment.posting.filled.v1"


class PostingSuspended(PostingEvent):
    """It is off for now."""

    type: ClassVar[str] = "employment.posting.suspended.v1"


class PostingRejected(PostingEvent):
    """It was not accepted for publication."""

    type: ClassVar[str] = "employment.posting.rejected.v1"

    reason_code: str
