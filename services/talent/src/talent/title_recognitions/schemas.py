"""Everything a title recognition says over the wire."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel
from talent.codes import SeriesCode, TitleLevel, TitlePath
from talent.programmes.schemas import City
from talent.title_certificates.schemas import CertNo, Day, Organisation

Speciality = Annotated[str, StringConstraints(min_length=1, max_length=80)]
TitleCode = Annotated[
    str, Field(pattern=r"^[0-9]{3}$", description="GB/T 8561-2001", examples=["082"])
]
Compared = Literal["name", "doc_no", "series", "speciality", "level", "cert_no", "issued_on"]


class TitleRecognitionCreate(RequestModel):
    """An application in one's own city: the certificate as the applicant shows it.

    The issuer's city may be left out when the certificate is in its city's register.
    """

    person: PersonIn
    series: SeriesCode
    speciality: Speciality
    level: TitleLevel
    title_code: TitleCode | None = None
    cert_no: CertNo
    issued_on: Day
    issuer_org: Organisation
    issuer_city: City | None = None
    issuer_kind: Literal["CITY", "PROVINCE", "NATIONAL"] | None = None
    path: TitlePath
    is_self_review: bool = False
    receiving_city: City | None = None
    journey_id: UUID | None = None
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class TitleAnswer(RequestModel):
    """The issuing city's answer. What its register holds is compared by the system.

    `certificate_id` names the entry it was compared with; `differing_fields` are differences that
    were found on paper.
    """

    certificate_status: Literal["VALID", "REVOKED", "FAKE"] = "VALID"
    certificate_id: UUID | None = None
    differing_fields: Annotated[list[Compared], Field(max_length=7)] = Field(default_factory=list)
    note: Annotated[str | None, Field(max_length=500)] = None


class TitleCorrection(RequestModel):
    """What the applicant corrects, once."""

    person: PersonIn | None = None
    series: SeriesCode | None = None
    speciality: Speciality | None = None
    level: TitleLevel | None = None
    title_code: TitleCode | None = None
    cert_no: CertNo | None = None
    issued_on: Day | None = None
    issuer_org: Organisation | None = None


class TitleRecognitionRead(LivingRead):
    """A title recognition, the person masked."""

    person: PersonMasked
    series: str
    series_name: str
    speciality: str
    level: str
    title_code: str | None
    cert_no: str
    issued_on: date
    issuer_org: str
    issuer_city: str
    issuer_kind: str
    receiving_city: str
    path: str
    is_self_review: bool
    applied_on: date
    result: str | None
    mismatched_fields: list[str]
    corrections: int
    verified_on: date | None
    level_received: str | None
    granted_on: date | None
    certificate_no: str | None
    ended_on: date | None
    ended_reason: str | None
    journey_id: UUID | None
    source_system: str | None
    source_ref: str | None


class TitleRecognitionQuery(ListQuery):
    """How the two cities concerned look through recognitions."""

    state: Annotated[str | None, Field(max_length=24)] = None
    result: Annotated[str | None, Field(max_length=16)] = None
    series: SeriesCode | None = None
    level: TitleLevel | None = None
    owner_city: City | None = None
    issuer_city: City | None = None
    cert_no: Annotated[str | None, Field(max_length=60)] = None
    applied_on_from: date | None = None
    applied_on_to: date | None = None
