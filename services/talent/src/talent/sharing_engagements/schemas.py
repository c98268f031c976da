"""Everything an engagement says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from talent.programmes.schemas import City, Day, ends_after

EngagementKind = Literal["PART_TIME", "CONSULTANT", "PROJECT"]
Party = Literal["PERSON", "HOME_EMPLOYER", "HOST"]


class SharingOffer(RequestModel):
    """Somebody of one's own city is available besides their own work."""

    talent_id: UUID
    kind: EngagementKind


class SharingRequest(RequestModel):
    """An employer asks for them."""

    host_uscc: Uscc
    host_name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    duties: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    starts_on: Day
    ends_on: Day

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from ends_after(given, "starts_on", "ends_on")


class Agree(RequestModel):
    """One party agrees; the number of what it signed."""

    party: Party
    evidence_no: Annotated[str, Field(min_length=1, max_length=60)]


class AgreementRead(BaseModel):
    """One party's word."""

    model_config = ConfigDict(from_attributes=True)

    party: str
    evidence_no: str
    agreed_on: date


class SharingEngagementRead(LivingRead):
    """An engagement; the person is named by the entry's id only."""

    talent_id: UUID
    kind: str
    home_employer_uscc: str | None
    host_city: str | None
    host_uscc: str | None
    host_name: str | None
    duties: str | None
    starts_on: date | None
    ends_on: date | None
    ended_on: date | None
    agreements: list[AgreementRead]


class SharingEngagementQuery(ListQuery):
    """How engagements are looked through."""

    state: Annotated[str | None, Field(max_length=24)] = None
    kind: EngagementKind | None = None
    owner_city: City | None = None
    host_city: City | None = None
    host_uscc: Annotated[str | None, Field(max_length=18)] = None
    talent_id: UUID | None = None
