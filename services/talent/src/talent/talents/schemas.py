"""Everything a talent entry says over the wire."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked, Uscc
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from talent.codes import Availability, Degree, Education, FieldCode, SkillLevel

City = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(examples=["420100"])]
Major = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Titles = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=80)]], Field(max_length=20)
]
Fields = Annotated[list[FieldCode], Field(max_length=10)]
Consents = Annotated[list[Literal["SHARING"]], Field(max_length=5)]
NOT_NULL = ("edu", "titles", "fields", "availability", "consents")


class TalentCreate(RequestModel):
    """A new talent entry 人才."""

    person: PersonIn
    home_city: City
    employer_uscc: Uscc | None = None
    edu: Education
    degree: Degree | None = None
    major: Major | None = None
    titles: Titles = Field(default_factory=list)
    skill_level: SkillLevel | None = None
    fields: Fields = Field(default_factory=list)
    availability: Availability = "NONE"
    consents: Consents = Field(default_factory=list)
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class TalentChange(RequestModel):
    """What may change; the person and the home city do not."""

    employer_uscc: Uscc | None = None
    edu: Education | None = None
    degree: Degree | None = None
    major: Major | None = None
    titles: Titles | None = None
    skill_level: SkillLevel | None = None
    fields: Fields | None = None
    availability: Availability | None = None
    consents: Consents | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        for name in NOT_NULL:
            if name in given and given[name] is None:
                yield CrossError((name,), "REQUIRED", "不得为空", "may not be empty")


class TalentRead(ResourceRead):
    """A talent entry, the person masked."""

    person: PersonMasked
    home_city: str
    employer_uscc: str | None
    edu: str
    degree: str | None
    major: str | None
    titles: list[str]
    skill_level: str | None
    fields: list[str]
    availability: str
    consents: list[str]
    source_system: str | None
    source_ref: str | None


class TalentQuery(ListQuery):
    """How a city looks through its talent; `q` is part of the major."""

    edu: Education | None = None
    field: FieldCode | None = None
    availability: Availability | None = None
    skill_level: SkillLevel | None = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
