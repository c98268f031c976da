"""Job seekers over the wire: what is given, what who may see, what is told."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from employment.codes import Education, KeyGroup, Occupation, SkillLevel
from employment.postings.schemas import CityCode, Day, Skills
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.money import Money
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, PersonIn
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

State = Literal["SEEKING", "EMPLOYED", "PAUSED", "CLOSED"]
Purpose = Literal["EMP_MATCH", "EMP_GROUP_HELP"]
TagState = Literal["CLAIMED", "VERIFIED", "REJECTED", "EXPIRED"]
#: 离校未就业高校毕业生实名登记.
GraduateStatus = Literal["LEFT_UNEMPLOYED", "EMPLOYED", "FURTHER_STUDY", "ENLISTED", "OTHER"]
Major = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Occupations = Annotated[list[Occupation], Field(min_length=1, max_length=3)]
Cities = Annotated[list[CityCode], Field(min_length=1, max_length=10)]
Districts = Annotated[list[DivisionCode], Field(max_length=20)]
NoticeId = Annotated[str, StringConstraints(min_length=1, max_length=60)]
NOTICE = "emp-consent-v1"


class Experience(RequestModel):
    """So many months at an occupation."""

    occupation: Occupation
    months: Annotated[int, Field(ge=0, le=720)]


class TagIn(RequestModel):
    """That somebody belongs to a key group, and what shows it."""

    group: KeyGroup
    evidence_type: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    evidence_no: Annotated[
        str | None, StringConstraints(min_length=1, max_length=80), Field(repr=False)
    ] = None
    valid_to: Day | None = None
    status: GraduateStatus | None = None
    graduated_on: Day | None = None


class TagCreate(TagIn):
    """A tag for a registered job seeker."""

    seeker_id: UUID


class ConsentIn(RequestModel):
    """Agreed to a purpose for some cities, after reading a notice."""

    purpose: Purpose
    cities: Cities
    notice_id: NoticeId = NOTICE

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _unknown_cities(given, "cities")


class ConsentOut(RequestModel):
    """What is taken back: everything, one purpose, or some of its cities."""

    purpose: Purpose | None = None
    cities: Cities | None = None


class ShareWish(RequestModel):
    """To which city a copy goes, and what for."""

    city: CityCode
    purpose: Purpose = "EMP_MATCH"


def _unknown_cities(given: Mapping[str, Any], name: str) -> Iterable[CrossError]:
    for index, code in enumerate(given.get(name) or ()):
        if code not in ACTIVE_CITIES:
            yield CrossError((name, index), "CITY_UNKNOWN", "不是合作城市", "is no partner city")


class SeekerFacts(RequestModel):
    """What somebody can do and looks for."""

    residence_division: DivisionCode | None = None
    edu: Education
    major: Major | None = None
    skills: Skills = Field(default_factory=list)
    skill_level: SkillLevel | None = None
    licences: Skills = Field(default_factory=list)
    experience: Annotated[list[Experience], Field(max_length=20)] = Field(default_factory=list)
    expected_occupations: Occupations
    expected_salary_min: Money | None = None
    expected_salary_max: Money | None = None
    accept_cities: Cities
    accept_districts: Districts = Field(default_factory=list)

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _unknown_cities(given, "accept_cities")
        low, high = given.get("expected_salary_min"), given.get("expected_salary_max")
        if low is not None and high is not None and float(high) < float(low):
            yield SALARY_RANGE


SALARY_RANGE = CrossError(
    ("expected_salary_max",),
    "SALARY_RANGE",
    "期望最高薪酬低于最低薪酬",
    "The highest pay is below the lowest",
)


class SeekerCreate(SeekerFacts):
    """A new job seeker 求职者. No condition of hukou, and no fee."""

    person: PersonIn
    gender: Literal["0", "1", "2", "9"] | None = None
    groups: Annotated[list[TagIn], Field(max_length=8)] = Field(default_factory=list)
    consents: Annotated[list[ConsentIn], Field(max_length=4)] = Field(default_factory=list)
    journey_id: UUID | None = None
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class SeekerRow(SeekerCreate):
    """A job seeker in a file; a table has one experience, one group and one list of cities."""

    experience_occupation: Occupation | None = None
    experience_months: Annotated[int | None, Field(ge=0, le=720)] = None
    group: KeyGroup | None = None
    evidence_type: Annotated[str | None, StringConstraints(max_length=40)] = None
    evidence_no: Annotated[str | None, StringConstraints(max_length=80), Field(repr=False)] = None
    match_consent_cities: Annotated[list[CityCode], Field(max_length=10)] = Field(
        default_factory=list
    )


class SeekerChange(RequestModel):
    """What may change; only the fields that are given do."""

    residence_division: DivisionCode | None = None
    edu: Education | None = None
    major: Major | None = None
    skills: Skills | None = None
    skill_level: SkillLevel | None = None
    licences: Skills | None = None
    experience: Annotated[list[Experience] | None, Field(max_length=20)] = None
    expected_occupations: Occupations | None = None
    expected_salary_min: Money | None = None
    expected_salary_max: Money | None = None
    accept_cities: Cities | None = None
    accept_districts: Districts | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _unknown_cities(given, "accept_cities")
        for name in NOT_NULL:
            if name in given and given[name] is None:
                yield CrossError((name,), "REQUIRED", "不得为空", "may not be empty")


NOT_NULL = (
    "edu", "skills", "licences", "experience", "expected_occupations", "accept_cities",
    "accept_districts",
)  # fmt: skip


class SeekerPerson(BaseModel):
    """Who it is, as far as the caller may see."""

    name: str
    doc_type: str | None = None
    doc_no: str | None = None
    mobile: str | None = None


class ExperienceRead(BaseModel):
    """Months at an occupation."""

    occupation: str
    months: int


class ConsentRead(BaseModel):
    """A consent, standing or withdrawn."""

    model_config = ConfigDict(from_attributes=True)

    purpose: str
    city: str
    notice_id: str
    given_at: datetime
    withdrawn_at: datetime | None


class SeekerRead(LivingRead):
    """A job seeker; the other city sees what the purpose opens, and null for the rest."""

    person: SeekerPerson
    status: str
    gender: str | None = None
    residence_division: str | None
    edu: str
    major: str | None
    skills: list[str]
    skill_level: str | None
    licences: list[str]
    experience: list[ExperienceRead]
    experience_months: int
    expected_occupations: list[str]
    expected_salary_min: Money | None
    expected_salary_max: Money | None
    accept_cities: list[str]
    accept_districts: list[str]
    groups: list[str] | None
    consents: list[ConsentRead] | None
    source_system: str | None
    source_ref: str | None


class SeekerQuery(ListQuery):
    """How job seekers are looked for; `q` is a business number."""

    state: State | None = None
    occupation: Annotated[
        str | None, Field(pattern=r"^[1-8](-[0-9]{2}){0,3}$", description="A code or its beginning")
    ] = None
    edu: Education | None = None
    group: KeyGroup | None = None
    residence_division: Annotated[str | None, Field(max_length=12)] = None
    accept_city: CityCode | None = None


class TagRead(LivingRead):
    """A tag; its evidence number is masked."""

    seeker_id: UUID
    group: str
    evidence_type: str
    evidence_no: str | None
    status: str | None
    graduated_on: date | None
    valid_to: date | None
    verified_by: str | None
    verified_at: datetime | None
    reason: str | None


class TagQuery(ListQuery):
    """How tags are looked for; `group=GRAD&status=LEFT_UNEMPLOYED` is the graduates' register."""

    seeker_id: UUID | None = None
    group: KeyGroup | None = None
    state: TagState | None = None
    status: GraduateStatus | None = None


class TagChange(RequestModel):
    """Where a graduate stands now, or how long the evidence is good."""

    status: GraduateStatus | None = None
    valid_to: Day | None = None


class ClaimRead(LivingRead):
    """A second city's wish to serve somebody."""

    seeker_id: UUID
    claiming_city: str
    reason: str | None


class ClaimQuery(ListQuery):
    """How claims are looked for."""

    state: Literal["OPEN", "ACCEPTED", "DECLINED"] | None = None
    seeker_id: UUID | None = None


class CopyRead(BaseModel):
    """What a city holds of a job seeker of the other one; gone with the consent."""

    id: UUID
    seeker_id: UUID
    biz_no: str
    owner_city: str
    city: str
    purpose: str
    origin_version: int
    stale: bool
    snapshot: dict[str, Any]
    received_at: datetime


class CopyQuery(ListQuery):
    """How copies are looked for."""

    seeker_id: UUID | None = None
    city: CityCode | None = None
    purpose: Literal["EMP_MATCH", "EMP_GROUP_HELP"] | None = None


class CloseWish(RequestModel):
    """Why somebody is no longer looking."""

    reason: Annotated[str | None, Field(max_length=2000)] = None


class SeekerShared(Event):
    """Somebody has agreed to be seen by a city."""

    type: ClassVar[str] = "employment.seeker.shared.v1"

    seeker_id: UUID
    cities: list[str]
    purpose: str


class ConsentWithdrawn(Event):
    """Somebody is not to be seen by a city any more: copies there are to be deleted."""

    type: ClassVar[str] = "employment.seeker.consent_withdrawn.v1"

    seeker_id: UUID
    cities: list[str]
    purpose: str


class SeekerLeft(Event):
    """Somebody is not matched any more: they work, or their registration is closed."""

    type: ClassVar[str] = "employment.seeker.left.v1"

    seeker_id: UUID
    state: str
    closed_for: str | None = None


class SeekerClaimed(Event):
    """A second city wishes to serve somebody registered in the first."""

    type: ClassVar[str] = "employment.seeker.claimed.v1"

    claim_id: UUID
    seeker_id: UUID
