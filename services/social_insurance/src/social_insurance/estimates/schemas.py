"""What estimates say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Month, PersonIn, PersonMasked
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.participations.schemas import City
from social_insurance.resident_policy.schemas import Amount, PolicyDay, Yuan

RetireKind = Literal["M60", "F55", "F50"]
Months = Annotated[int, Field(ge=0, le=900)]


class RetirementEstimateCreate(RequestModel):
    """Somebody, by number or by birth month. Which base a woman has is told, never guessed.

    Without months those on record in both cities are counted, for a person who is named.
    """

    person: PersonIn | None = None
    birth_month: Month | None = None
    retire_kind: RetireKind | None = None
    emp_months: Months | None = None
    res_months: Months | None = None
    as_of: PolicyDay | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        person, birth = given.get("person"), given.get("birth_month")
        if (person is None) == (birth is None):
            yield CrossError(
                ("birth_month",),
                "PERSON_OR_BIRTH",
                "身份与出生年月须且只须填一项",
                "either a person or a birth month is given",
            )
        if person is None and given.get("retire_kind") is None:
            yield CrossError(
                ("retire_kind",), "RETIRE_KIND", "须写明退休类别", "must be told, it is not guessed"
            )


class RetirementEstimateRead(ResourceRead):
    """When, with which months, and what can be done then."""

    person: PersonMasked | None
    as_of: date
    birth_month: str
    retire_kind: RetireKind
    delay_months: int
    age_years: int
    age_months: int
    retire_month: str
    min_months: int
    months_from: Literal["RECORD", "GIVEN", "NONE"]
    emp_months: int
    res_months: int
    is_receiving: bool
    choices: list[str]
    months_after_link: int
    refusal: str | None
    #: Voluntary early or late retirement (弹性退休) is not computed.
    is_flexible_possible: bool


class Contribution(RequestModel):
    """So many years at a tier."""

    tier: Yuan
    years: Annotated[int, Field(ge=1, le=80)]


class BenefitEstimateCreate(RequestModel):
    """The city of the hukou, a day, and the account: as it is, or as payments would make it."""

    city: City
    as_of: PolicyDay | None = None
    account_balance: Yuan | None = None
    contributions: Annotated[list[Contribution] | None, Field(min_length=1, max_length=60)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if given.get("account_balance") is None and given.get("contributions") is None:
            yield CrossError(
                ("account_balance",), "REQUIRED", "须填写账户余额或缴费设想", "or contributions"
            )


class BenefitLine(BaseModel):
    """One part of the pension."""

    item: Literal["BASE_PENSION", "ACCOUNT_PENSION", "SUPPLEMENT"]
    amount: Amount
    because_zh: str
    because_en: str
    source: str


class BenefitEstimateRead(ResourceRead):
    """A monthly pension, part by part; `source` is DEMO when a figure is invented."""

    city: str
    as_of: date
    account_balance: Amount
    contributions: list[dict[str, Any]]
    divisor: int
    base_pension: Amount
    account_pension: Amount
    supplement: Amount
    monthly: Amount
    source: str
    lines: list[BenefitLine]


class EstimateQuery(ListQuery):
    """Filters of estimates."""

    as_of: PolicyDay | None = None


class RetirementEstimateQuery(EstimateQuery):
    """Filters of retirement estimates."""

    retire_month_from: Month | None = None
    retire_month_to: Month | None = None
