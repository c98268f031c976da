"""Matches over the wire: who fits, how well, why, and who was left out for what."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.validation import CrossError, RequestModel

MOST = 100


class MatchWish(RequestModel):
    """A posting, a job seeker, or both: then the pair is explained."""

    posting_id: UUID | None = None
    seeker_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 20

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if given.get("posting_id") is None and given.get("seeker_id") is None:
            yield CrossError(
                ("posting_id",), "REQUIRED", "须给出岗位或求职者", "or seeker_id is required"
            )


class ScoreDetail(BaseModel):
    """The parts of a score, in points."""

    occ: float
    skill: float
    edu: float
    pay: float
    place: float
    exp: float


class MatchedSeeker(BaseModel):
    """A job seeker as both cities may see one before a referral: no number, no telephone."""

    biz_no: str
    owner_city: str
    name: str
    edu: str
    major: str | None
    skills: list[str]
    experience_months: int
    expected_occupations: list[str]
    residence_division: str | None


class MatchedPosting(BaseModel):
    """A posting, in short."""

    biz_no: str
    owner_city: str
    title: str
    employer_name: str
    occupation: str
    work_division: str
    salary_min: str
    salary_max: str
    salary_unit: str
    valid_to: date


class Match(BaseModel):
    """A pair: its score, the parts, and the reasons where it is not allowed."""

    posting_id: UUID
    seeker_id: UUID
    score: float
    score_detail: ScoreDetail
    target_group: bool
    reasons: list[str]
    seeker: MatchedSeeker
    posting: MatchedPosting


class Matches(BaseModel):
    """The best pairs; close ones that a condition excludes stand apart with their reasons."""

    items: list[Match]
    excluded: list[Match]
    reasons: list[str]
