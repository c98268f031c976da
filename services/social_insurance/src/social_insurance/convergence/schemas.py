"""What comparisons, snapshots and plans say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PlainSerializer

from hrss_kit.pagination import ListQuery
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.convergence.rules import four
from social_insurance.participations.schemas import City
from social_insurance.resident_policy.schemas import Amount, PolicyDay, Yuan

Share = Annotated[
    Decimal, PlainSerializer(lambda value: f"{four(value):f}", return_type=str, when_used="json")
]
Tenth = Annotated[
    Decimal, PlainSerializer(lambda value: f"{value:.1f}", return_type=str, when_used="json")
]
Rate = Annotated[str, Field(pattern=r"^0(\.[0-9]{1,4})?$", examples=["0.02"])]
Year = Annotated[int, Field(ge=2010, le=2090)]
Target = Literal["HIGHER", "MEAN"]


class Compare(RequestModel):
    """Which day; without one today."""

    as_of: PolicyDay | None = None


class SnapshotCreate(RequestModel):
    """Which day, and since which day the trend is taken; without the latter no trend is told."""

    as_of: PolicyDay | None = None
    compared_to: PolicyDay | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        earlier, later = given.get("compared_to"), given.get("as_of")
        if isinstance(earlier, str) and isinstance(later, str) and earlier >= later:
            yield CrossError(("compared_to",), "PERIOD", "须早于as_of", "must be before as_of")


class ComputedQuery(ListQuery):
    """Filters of comparisons, snapshots and plans."""

    as_of: PolicyDay | None = None
    as_of_from: PolicyDay | None = None
    as_of_to: PolicyDay | None = None
    owner_city: City | None = None


class ItemQuery(ListQuery):
    """Which items: of a city, on a day (without one today)."""

    city: City | None = None
    as_of: PolicyDay | None = None


class PolicyItem(BaseModel):
    """One rule or figure of a city on a day."""

    key: str
    city: str
    item: Literal["RESIDENT_TIER", "RESIDENT_BASE_PENSION", "PARAMETER"]
    name: str
    value: Any
    unit: str
    effective_from: date
    effective_to: date | None
    source: str
    confidence: str | None


class ComputedRead(ResourceRead):
    """What they have in common."""

    as_of: date
    inputs: dict[str, Any]
    inputs_hash: str
    formula_version: int
    source: str


class OnlyIn(BaseModel):
    """Tiers that one city has and the other has not."""

    city: str
    tiers: list[str]


class SubsidyDifference(BaseModel):
    """A tier that both have with another subsidy."""

    tier: str
    subsidies: dict[str, str]
    difference: str


class ParameterDifference(BaseModel):
    """A parameter that is another in the other city."""

    key: str
    values: dict[str, Any]


class ComparisonResult(BaseModel):
    """What differs."""

    base_pensions: dict[str, str | None]
    gap: str | None
    tiers_only_in: list[OnlyIn]
    subsidies_differ: list[SubsidyDifference]
    parameters_differ: list[ParameterDifference]


class ComparisonRead(ComputedRead, ComparisonResult):
    """A comparison of the two cities' policies on a day."""


class SnapshotRead(ComputedRead):
    """Gap, index and trend; `months_to_parity` is null while the gap does not shrink."""

    compared_to: date | None
    gap: Amount
    ratio: Share
    tier_alignment: Share
    subsidy_gap: Share
    convergence_index: Share
    gap_closed: Amount | None
    months_between: int | None
    months_to_parity: Tenth | None


class CellIn(RequestModel):
    """How many people of a city are of an age and pay a tier."""

    city: City
    age: Annotated[int, Field(ge=0, le=105)]
    sex: Annotated[int, Field(ge=0, le=2)] = 0
    tier: Yuan
    account_band: Annotated[int, Field(ge=0, le=9_999_999)] = 0
    persons: Annotated[int, Field(ge=1, le=100_000_000)]


class FixedStep(RequestModel):
    """A base pension that is set by hand in a year."""

    city: City
    year: Year
    amount: Yuan


class Mortality(RequestModel):
    """The yearly death rate from an age on."""

    from_age: Annotated[int, Field(ge=0, le=105)]
    rate: Rate


class PlanCreate(RequestModel):
    """A path to parity. Without `population` an invented one is used and the plan marked DEMO."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    as_of: PolicyDay | None = None
    target_year: Year
    target: Target = "HIGHER"
    subsidy_target: Target | None = None
    is_unifying_tiers: bool = False
    growth: Rate = "0"
    steps: Annotated[list[FixedStep], Field(default_factory=list, max_length=100)]
    mortality: Annotated[list[Mortality], Field(default_factory=list, max_length=30)]
    population: Annotated[list[CellIn] | None, Field(max_length=5000)] = None
    population_source: Annotated[str | None, Field(min_length=1, max_length=200)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if given.get("population") is not None and not given.get("population_source"):
            yield CrossError(
                ("population_source",), "REQUIRED", "须写明人口数据来源", "is required"
            )


class PlanYear(BaseModel):
    """A year of the path."""

    year: int
    base_pensions: dict[str, str]
    gap: str
    ratio: str
    convergence_index: str


class PlanOutcome(BaseModel):
    """A city in a year: cost beyond no plan, who wins, who loses."""

    year: int
    city: str
    base_pension: str
    base_pension_without: str
    pensioners: int
    contributors: int
    base_cost: str
    subsidy_cost: str
    cost: str
    winners: int
    losers: int
    unchanged: int


class PlanResult(BaseModel):
    """What a plan comes to."""

    years: list[PlanYear]
    outcomes: list[PlanOutcome]
    total_cost: dict[str, str]
    persons: int


class PlanRead(ComputedRead, PlanResult):
    """A plan."""

    title: str
    first_year: int
    target_year: int


class Explain(RequestModel):
    """Somebody, without a name: city, age, tier and what is in the account."""

    city: City
    age: Annotated[int, Field(ge=0, le=105)]
    tier: Yuan
    account_balance: Yuan = Decimal(0)


class ExplanationLine(BaseModel):
    """What the plan changes for this person in a year, and why."""

    year: int
    age: int
    item: Literal["BASE_PENSION", "ACCOUNT_PENSION", "SUBSIDY"]
    without: Amount
    planned: Amount
    difference: Amount
    because_zh: str
    because_en: str


class Explanation(BaseModel):
    """Line by line."""

    plan_id: str
    source: str
    lines: list[ExplanationLine]


class ProgressYear(BaseModel):
    """Plan and fact of a city on the first day of a year."""

    year: int
    city: str
    planned: Amount
    actual: Amount | None
    difference: str | None
    source: str | None


class Progress(BaseModel):
    """Plan and fact, for the years that have begun."""

    plan_id: str
    as_of: date
    source: str
    items: list[ProgressYear]


class ProgressQuery(BaseModel):
    """Up to which day."""

    as_of: PolicyDay | None = None
