"""Everything a certificate says over the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel
from social_insurance.participations.schemas import Scheme

CertificateState = Literal["ISSUED", "REVOKED"]


class CertificateCreate(RequestModel):
    """Whose certificate, and of which schemes; without them of all."""

    person: PersonIn
    schemes: Annotated[list[Scheme] | None, Field(min_length=1, max_length=5)] = None

    @field_validator("schemes")
    @classmethod
    def _once_each(cls, schemes: list[str] | None) -> list[str] | None:
        return schemes and list(dict.fromkeys(schemes))


class CertificateLine(BaseModel):
    """Months of a scheme in a city."""

    city: str
    scheme: str
    from_month: str
    to_month: str
    months: int


class CertificateRead(LivingRead):
    """A certificate; `biz_no` is its number, the code proves it together with the number."""

    state: CertificateState
    person: PersonMasked
    issued_on: date
    months_total: int
    lines: list[CertificateLine]
    verify_code: str
    qr_payload: str


class CertificateQuery(ListQuery):
    """How a city looks through its certificates."""

    state: CertificateState | None = None
    issued_on_from: date | None = None
    issued_on_to: date | None = None


class CertificateCheckReply(BaseModel):
    """Whether number and code belong together; no name either way."""

    genuine: bool
    state: CertificateState | None = None
    issued_on: date | None = None
    months_total: int | None = None
