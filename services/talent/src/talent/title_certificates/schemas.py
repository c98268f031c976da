"""Everything a title certificate says over the wire: requests, replies and events."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel
from talent.codes import SeriesCode, TitleLevel, TitlePath

CertNo = Annotated[
    str, StringConstraints(min_length=3, max_length=60), Field(examples=["WH-GJ-2021-0457"])
]
Organisation = Annotated[str, StringConstraints(min_length=2, max_length=120)]
Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2100, 12, 31))]


class TitleCertificateCreate(RequestModel):
    """A certificate that one's own city has issued."""

    person: PersonIn
    series: SeriesCode
    speciality: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    level: TitleLevel
    title_code: Annotated[
        str | None, Field(pattern=r"^[0-9]{3}$", description="GB/T 8561-2001", examples=["082"])
    ] = None
    cert_no: CertNo
    issued_on: Day
    issuer_org: Organisation
    review_body: Organisation | None = None
    path: TitlePath
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class TitleCertificateRead(LivingRead):
    """A certificate, its holder masked; `verify_code` is printed on the e-certificate."""

    person: PersonMasked
    series: str
    series_name: str
    speciality: str
    level: str
    title_code: str | None
    cert_no: str
    issued_on: date
    issuer_org: str
    review_body: str | None
    path: str
    verify_code: str
    revoked_on: date | None
    revoke_reason: str | None
    source_system: str | None
    source_ref: str | None


class TitleCertificateQuery(ListQuery):
    """How a city looks through its certificates."""

    state: Literal["VALID", "REVOKED"] | None = None
    series: SeriesCode | None = None
    level: TitleLevel | None = None
    path: TitlePath | None = None
    cert_no: Annotated[str | None, Field(max_length=60)] = None
    issued_on_from: date | None = None
    issued_on_to: date | None = None


class CertificateCheck(RequestModel):
    """Number and code as they stand on the e-certificate."""

    cert_no: CertNo
    verify_code: Annotated[str, StringConstraints(min_length=6, max_length=20)]


class CertificateCheckReply(BaseModel):
    """What anybody may know: the same shape for a wrong code and an unknown number."""

    genuine: bool
    state: str | None = None
    series: str | None = None
    level: str | None = None
    issued_on: date | None = None


class TitleCertificateRevoked(Event):
    """The issuer took a certificate back; what rests on it falls the same day."""

    type: ClassVar[str] = "talent.title_certificate.revoked.v1"

    certificate_id: UUID
    series: str
    level: str
    revoked_on: date
