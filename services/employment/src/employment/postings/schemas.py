"""Everything a posting says over the wire: requests, replies and events."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from employment.codes import Education, EmploymentType, KeyGroup, Occupation, SkillLevel
from hrss_kit.divisions import ACTIVE_CITIES, DIVISIONS, city_of
from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery, Page
from hrss_kit.persons import DivisionCode, Uscc
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
    "edu_mandatory", "skills_req", "licences_req", "is_hazardous", "filled", "salary_min",
    "salary_max", "salary_unit", "target_groups", "contact", "valid_from", "valid_to",
    "share_with", "lawful_terms",
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


class Place(RequestModel):
    """Another place of the same job: it becomes a posting of its own."""

    work_division: DivisionCode
    work_address: Address
    headcount: Headcount


class PostingFacts(RequestModel):
    """What a new posting 岗位 says: its legal minimum content (S17 art. 24)."""

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
    licences_req: Skills = Field(default_factory=list)
    is_hazardous: bool = False
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

    def values(self) -> dict[str, Any]:
        """The columns that it fills as they stand."""
        known = PostingFacts.model_fields.keys() - {"share_with", "lawful_terms", "origin_channel"}
        return {name: getattr(self, name) for name in known}

    def as_change(self) -> "PostingChange":
        """What it says of a posting that is already there."""
        given = {
            name: getattr(self, name)
            for name in self.model_fields_set & PostingChange.model_fields.keys()
            if name not in REQUIRED or getattr(self, name) is not None
        }
        return PostingChange.model_construct(**given)


class PostingCreate(PostingFacts):
    """A new posting of a registered employer; one for several places becomes several."""

    employer_id: UUID
    other_places: Annotated[list[Place], Field(max_length=10)] = Field(default_factory=list)


class PostingRow(PostingFacts):
    """A posting in a file; its employer may be named by its credit code."""

    employer_id: UUID | None = None
    employer_uscc: Uscc | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from super().cross_check(given)
        if not given.get("employer_id") and not given.get("employer_uscc"):
            yield CrossError(("employer_uscc",), "REQUIRED", "必填", "is required")


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
    licences_req: Skills | None = None
    is_hazardous: bool | None = None
    filled: Annotated[int | None, Field(ge=0, le=999)] = None
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
    filled: int
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
    licences_req: list[str]
    is_hazardous: bool
    salary_min: Money
    salary_max: Money
    salary_unit: str
    monthly_min: Money | None
    monthly_max: Money | None
    working_hours: str | None
    target_groups: list[str]
    contact: str
    valid_from: date
    valid_to: date
    share_with: list[str]
    origin_channel: str
    repost_source: str | None
    repost_of: UUID | None
    split_of: UUID | None
    lawful_terms: list[LawfulTermRead]
    source_system: str | None
    source_ref: str | None
    published_at: datetime | None
    public_version: int
    reason_code: str | None
    reason: str | None
    warnings: list[FieldError]


class PostingFilters(ListQuery):
    """How postings are looked for; each word of `q` is part of the title or the duties."""

    state: State | None = None
    employer_id: UUID | None = None
    occupation: Annotated[
        str | None, Field(pattern=r"^[1-8](-[0-9]{2}){0,3}$", description="A code or its beginning")
    ] = None
    work_division: Annotated[
        str | None, Field(max_length=12, description="A district with its zones, or a zone")
    ] = None
    work_city: CityCode | None = None
    emp_type: EmploymentType | None = None
    edu: Annotated[
        Education | None, Field(description="Offers that somebody of this education may take")
    ] = None
    edu_req: Education | None = None
    target_group: KeyGroup | None = None
    salary_from: Annotated[
        Money | None, Field(description="Offers that reach this much a month")
    ] = None
    salary_to: Annotated[
        Money | None, Field(description="Offers that begin at no more a month")
    ] = None
    published_from: Day | None = None
    published_to: Day | None = None


class PostingQuery(PostingFilters):
    """Filters, order and facets. `sort`: created_at, published_at, valid_to, pay, distance."""

    near: Annotated[
        str | None, Field(max_length=12, description="Where distance is measured from")
    ] = None
    facets: bool = False


class FacetCount(BaseModel):
    """How many of the found postings have a value."""

    value: str
    count: int


class Facets(BaseModel):
    """The found postings by what they could be narrowed to; a lower bound where not exact."""

    total: int
    is_exact: bool
    occupation: list[FacetCount]
    work_division: list[FacetCount]
    emp_type: list[FacetCount]
    edu_req: list[FacetCount]
    target_groups: list[FacetCount]
    salary: list[FacetCount]


class PostingPage(Page[PostingRead]):
    """A page of postings, with facets where they were asked for."""

    facets: Facets | None = None
