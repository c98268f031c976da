"""Everything an exchange activity says over the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal["PLANNED", "HELD", "MINUTED", "COMPLETED", "CANCELLED"]
Kind = Literal["FORUM", "VISIT", "TRAINING", "COMPETITION", "OTHER"]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Topic = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Day = Annotated[date, Field(ge=date(2020, 1, 1), le=date(2100, 12, 31))]
City = Annotated[str | None, Field(max_length=6)]


class Participant(RequestModel):
    """An office that takes part, and with how many."""

    city: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    organisation: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    people: Annotated[int, Field(ge=1, le=9_999)]


Participants = Annotated[list[Participant], Field(max_length=200)]


class ParticipantRead(BaseModel):
    """An office that took part."""

    city: str
    organisation: str
    people: int


class ActivityCreate(RequestModel):
    """An activity that is planned."""

    title: Title
    kind: Kind
    topic: Topic
    division: DivisionCode
    planned_on: Day
    participants: Participants = Field(default_factory=list)


class ActivityChange(RequestModel):
    """What may be changed of an activity that is planned."""

    title: Title | None = None
    topic: Topic | None = None
    planned_on: Day | None = None


class Held(RequestModel):
    """It was held: when, and who came."""

    held_on: Day | None = None
    participants: Annotated[list[Participant], Field(min_length=1, max_length=200)]


class Minutes(RequestModel):
    """What was said and agreed; who came may be completed with it."""

    minutes: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    minutes_ref: Annotated[str | None, StringConstraints(max_length=120)] = None
    participants: Annotated[list[Participant] | None, Field(min_length=1, max_length=200)] = None


class Summary(RequestModel):
    """What the public may read of it."""

    summary: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class ActivityRead(LivingRead):
    """An activity."""

    state: State
    title: str
    kind: Kind
    topic: str
    division: str
    planned_on: date
    held_on: date | None
    participants: list[ParticipantRead]
    minutes: str | None
    minutes_ref: str | None
    summary: str | None
    completed_on: date | None
    reason: str | None


class ActivityQuery(ListQuery):
    """How activities are looked for; `q` is part of the title."""

    state: State | None = None
    kind: Kind | None = None
    owner_city: City = None
    planned_on_from: date | None = None
    planned_on_to: date | None = None
