"""Everything institutions and programmes say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from employment.codes import Occupation, SkillLevel
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

Kind = Literal["TECHNICIAN_COLLEGE", "VOCATIONAL_SCHOOL", "TRAINING_BASE"]
Milestone = Literal["INITIATED", "APPROVED", "CONSTRUCTION", "ENROLMENT"]
State = Literal["PLANNED", "INITIATED", "APPROVED", "CONSTRUCTION", "ENROLMENT"]
ProgrammeState = Literal["DRAFT", "PUBLISHED", "CLOSED"]
FieldCode = Literal["ELEC", "AVLOG", "OTHER"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Seats = dict[
    Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")],
    Annotated[int, Field(ge=0, le=100_000)],
]
City = Annotated[str | None, Field(max_length=6)]


def seat_errors(given: Mapping[str, Any], total: int) -> Iterable[CrossError]:
    """Seats belong to partner cities and add up to the programme's total (EMP-3b)."""
    seats = given["seats_by_city"]
    for city in seats:
        if city not in ACTIVE_CITIES:
            yield CrossError(
                ("seats_by_city", city), "CITY_UNKNOWN", "不是合作城市", "is no partner city"
            )
    if sum(seats.values()) != total:
        yield CrossError(
            ("seats_by_city",),
            "SEATS_SUM",
            "两市名额之和须等于总名额",
            "must add up to the total of seats",
        )


class InstitutionCreate(RequestModel):
    """An institution."""

    kind: Kind
    joint: bool = True
    name: Name
    division: DivisionCode
    address: Address


class MilestoneWish(RequestModel):
    """A milestone that was reached, and the paper that says so."""

    milestone: Milestone
    reached_on: date | None = None
    document_ref: Annotated[str, StringConstraints(min_length=1, max_length=120)]


class MilestoneRead(BaseModel):
    """A milestone on record."""

    milestone: Milestone
    reached_on: date
    document_ref: str
    recorded_by: str


class InstitutionRead(LivingRead):
    """An institution; its state is the last milestone."""

    state: State
    kind: Kind
    joint: bool
    name: str
    division: str
    address: str
    milestones: list[MilestoneRead]


class InstitutionQuery(ListQuery):
    """How institutions are looked for; `q` is part of the name."""

    state: State | None = None
    kind: Kind | None = None
    joint: bool | None = None
    owner_city: City = None


class ProgrammeCreate(RequestModel):
    """A programme with its seats."""

    institution_id: UUID
    title: Title
    field: FieldCode = "OTHER"
    occupation: Occupation | None = None
    skill_level: SkillLevel
    starts_on: Annotated[date, Field(ge=date(2020, 1, 1), le=date(2100, 12, 31))]
    total_seats: Annotated[int, Field(ge=1, le=100_000)]
    seats_by_city: Seats

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        return seat_errors(given, given["total_seats"])


class SeatsWish(RequestModel):
    """Seats anew, for the same total or another."""

    seats_by_city: Seats
    total_seats: Annotated[int | None, Field(ge=1, le=100_000)] = None


class ProgrammeRead(LivingRead):
    """A programme."""

    state: ProgrammeState
    institution_id: UUID
    title: str
    field: FieldCode
    occupation: str | None
    skill_level: str
    starts_on: date
    total_seats: int
    seats_by_city: dict[str, int]


class ProgrammeQuery(ListQuery):
    """How programmes are looked for; `q` is part of the title."""

    state: ProgrammeState | None = None
    institution_id: UUID | None = None
    field: FieldCode | None = None
    skill_level: SkillLevel | None = None
    starts_on_from: date | None = None
    starts_on_to: date | None = None


class CitySeats(BaseModel):
    """The seats of one city in one programme."""

    programme_id: UUID
    city: str
    seats: int
    total_seats: int


class SeatsQuery(BaseModel):
    """Which seats: of an institution, of a city."""

    model_config = {"extra": "forbid"}

    institution_id: UUID
    city: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None


class SeatsRead(BaseModel):
    """Seats of published programmes, city by city."""

    items: list[CitySeats]
