"""Referrals over the wire."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from employment.matching.schemas import ScoreDetail
from employment.postings.schemas import CityCode, Day
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal[
    "CREATED", "SENT", "INTERVIEWED", "HIRED", "REFUSED_BY_EMPLOYER", "REFUSED_BY_SEEKER",
    "NO_SHOW", "LAPSED",
]  # fmt: skip


class ReferralCreate(RequestModel):
    """Refer somebody to a job, by one's own judgement."""

    seeker_id: UUID
    posting_id: UUID
    fair_id: UUID | None = None
    note: Annotated[str | None, Field(max_length=500)] = None


class Interviewed(RequestModel):
    """When they met; today when left out."""

    interviewed_on: Day | None = None


class Hired(RequestModel):
    """From when the person works there; today when left out."""

    hired_on: Day | None = None


class Ended(RequestModel):
    """Why nothing came of it."""

    reason: Annotated[str | None, Field(max_length=2000)] = None


class ReferralRead(LivingRead):
    """A referral; who it is stays a number, the person is read under its own purpose."""

    seeker_id: UUID
    posting_id: UUID
    seeker_city: str
    posting_city: str
    score: float
    score_detail: ScoreDetail
    referred_by: str
    groups: list[str]
    fair_id: UUID | None
    note: str | None
    result: str | None
    lapses_on: date
    sent_at: datetime | None
    interviewed_on: date | None
    hired_on: date | None
    reason: str | None


class ReferralQuery(ListQuery):
    """How referrals are looked for."""

    state: State | None = None
    seeker_id: UUID | None = None
    posting_id: UUID | None = None
    fair_id: UUID | None = None
    posting_city: CityCode | None = None
    seeker_city: CityCode | None = None
    hired_from: Day | None = None
    hired_to: Day | None = None


class ReferralHired(Event):
    """Somebody was hired: social insurance expects their participation within its term (J-5)."""

    type: ClassVar[str] = "employment.referral.hired.v1"

    referral_id: UUID
    employer_uscc: str
    work_city: str
    hired_on: date
    groups: list[str]
