"""Everything a recognition certificate says over the wire."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead

State = Literal["VALID", "SUSPENDED", "REVOKED", "EXPIRED"]


class RecognitionCertificateRead(LivingRead):
    """A certificate; number and code are printed on it, and nobody is named here."""

    no: str
    kind: str
    recognition_id: UUID
    issuer_city: str
    receiving_city: str
    series: str | None
    level: str
    issued_on: date
    valid_to: date | None
    verify_code: str


class RecognitionCertificateQuery(ListQuery):
    """How a city looks through the certificates it has made."""

    state: State | None = None
    kind: Literal["TITLE", "AWARD"] | None = None
    no: Annotated[str | None, Field(max_length=40)] = None
    recognition_id: UUID | None = None
    issued_on_from: date | None = None
    issued_on_to: date | None = None


class RecognitionCheckReply(BaseModel):
    """What anybody may know: the same shape for a wrong code and an unknown number."""

    genuine: bool
    state: str | None = None
    kind: str | None = None
    series: str | None = None
    level: str | None = None
    issued_on: date | None = None
    valid_to: date | None = None
