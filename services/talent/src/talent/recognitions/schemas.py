"""Everything the recognition of an award says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from talent.awards.schemas import AwardNo
from talent.benefits.schemas import BenefitCheck
from talent.programmes.schemas import City, LadderLevel, Reference


class RecognitionCreate(RequestModel):
    """An application in one's own city, for an award named by id, or by category and number."""

    award_id: UUID | None = None
    person: PersonIn | None = None
    category: Reference | None = None
    certificate_no: AwardNo | None = None
    receiving_city: City | None = None
    journey_id: UUID | None = None
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if given.get("award_id") is None:
            for name in ("person", "category", "certificate_no"):
                if given.get(name) is None:
                    yield CrossError((name,), "REQUIRED", "必填", "is required")


class AwardAnswer(RequestModel):
    """The issuing city's answer."""

    certificate_status: Literal["VALID", "REVOKED", "FAKE"] = "VALID"
    note: Annotated[str | None, Field(max_length=500)] = None


class CaseReview(RequestModel):
    """What a supervisor says where no mapping does; no level means not to be recognised."""

    granted_level: LadderLevel | None
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Review(BaseModel):
    """One city's word."""

    granted_level: str | None
    reason: str
    by: str


class RecognitionRead(LivingRead):
    """The recognition of an award, the person masked."""

    award_id: UUID
    person: PersonMasked
    category: str
    issuer_city: str
    receiving_city: str
    origin_level: str
    applied_on: date
    route: str
    mapping_id: UUID | None
    granted_category: str | None
    granted_level: str | None
    verified_on: date | None
    reviews: dict[str, Review]
    benefit_check: BenefitCheck | None
    granted_on: date | None
    valid_to: date | None
    certificate_no: str | None
    grandfathered_by: UUID | None
    ended_on: date | None
    ended_reason: str | None
    journey_id: UUID | None
    source_system: str | None
    source_ref: str | None


class RecognitionQuery(ListQuery):
    """How the two cities concerned look through recognitions."""

    state: Annotated[str | None, Field(max_length=24)] = None
    route: Literal["MAPPED", "CASE_BY_CASE"] | None = None
    owner_city: City | None = None
    issuer_city: City | None = None
    award_id: UUID | None = None
    mapping_id: UUID | None = None
    granted_level: LadderLevel | None = None
    applied_on_from: date | None = None
    applied_on_to: date | None = None
    valid_to_from: date | None = None
    valid_to_to: date | None = None
