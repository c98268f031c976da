"""Everything an employer says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from employment.codes import Industry
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, PersonName, Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

Kind = Literal["ENTERPRISE", "INDIVIDUAL", "PUBLIC", "ORG", "HR_AGENCY"]
Size = Literal["MICRO", "SMALL", "MEDIUM", "LARGE"]
State = Literal["UNVERIFIED", "VERIFIED", "REJECTED"]
Name = Annotated[str, StringConstraints(min_length=2, max_length=120)]
LicenceNo = Annotated[str, StringConstraints(min_length=4, max_length=60)]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+()\- ]{5,20}$")]
Divisions = Annotated[list[DivisionCode], Field(max_length=50)]

LICENCE_REQUIRED = CrossError(
    ("hr_licence_no",),
    "LICENCE_REQUIRED",
    "职业中介机构须填写人力资源服务许可证号",
    "An agency must give its licence number",
)
NOT_NULL = ("name", "work_divisions", "industry", "kind")


class EmployerCreate(RequestModel):
    """A new employer 用人单位."""

    uscc: Uscc
    name: Name
    reg_division: DivisionCode
    work_divisions: Divisions = Field(default_factory=list)
    industry: Industry
    size: Size | None = None
    kind: Kind
    hr_licence_no: LicenceNo | None = None
    contact_name: PersonName | None = Field(default=None, repr=False)
    contact_phone: Phone | None = Field(default=None, repr=False)
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if given.get("kind") == "HR_AGENCY" and not given.get("hr_licence_no"):
            yield LICENCE_REQUIRED


class EmployerChange(RequestModel):
    """What may change later: everything but the code and the place of registration."""

    name: Name | None = None
    work_divisions: Divisions | None = None
    industry: Industry | None = None
    size: Size | None = None
    kind: Kind | None = None
    hr_licence_no: LicenceNo | None = None
    contact_name: PersonName | None = Field(default=None, repr=False)
    contact_phone: Phone | None = Field(default=None, repr=False)

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        for name in NOT_NULL:
            if name in given and given[name] is None:
                yield CrossError((name,), "REQUIRED", "不得为空", "may not be empty")


class EmployerRead(LivingRead):
    """An employer as everybody may see it; whom to call there is shown on reveal only."""

    uscc: str
    name: str
    reg_division: str
    work_divisions: list[str]
    industry: str
    size: str | None
    kind: str
    hr_licence_no: str | None
    verified: str
    credit_grade: str | None
    blocked_until: date | None
    source_system: str | None
    source_ref: str | None
    warnings: list[str]


class EmployerQuery(ListQuery):
    """How employers are looked for; `q` is part of the name."""

    state: State | None = None
    uscc: Annotated[str | None, Field(max_length=18)] = None
    kind: Kind | None = None
    owner_city: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None
    credit_grade: Literal["A", "B", "C"] | None = None
