"""Everything an award says over the wire: requests, replies and events."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from talent.programmes.schemas import Day, Reference, ends_after

AwardNo = Annotated[
    str, StringConstraints(min_length=3, max_length=60), Field(examples=["WH-IND-2024-0031"])
]


class AwardCreate(RequestModel):
    """An award of one's own city; without a last day the category's term counts."""

    person: PersonIn
    category: Reference
    awarded_on: Day
    valid_to: Day | None = None
    certificate_no: AwardNo
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from ends_after(given, "awarded_on", "valid_to")


class AwardRead(LivingRead):
    """An award, the person masked."""

    person: PersonMasked
    category: str
    category_id: UUID
    ladder_level: str
    awarded_on: date
    valid_to: date | None
    certificate_no: str
    ended_on: date | None
    ended_reason: str | None
    source_system: str | None
    source_ref: str | None


class AwardQuery(ListQuery):
    """How a city looks through its awards."""

    state: Literal["VALID", "SUSPENDED", "REVOKED", "EXPIRED"] | None = None
    category: Reference | None = None
    certificate_no: Annotated[str | None, Field(max_length=60)] = None
    awarded_on_from: date | None = None
    awarded_on_to: date | None = None
    valid_to_from: date | None = None
    valid_to_to: date | None = None


class AwardStateChanged(Event):
    """What every change of an award's standing says."""

    award_id: UUID
    category: str
    level: str
    on: date


class AwardSuspended(AwardStateChanged):
    """The issuer has suspended an award; what rests on it is suspended the same day."""

    type: ClassVar[str] = "talent.award.suspended.v1"


class AwardReinstated(AwardStateChanged):
    """A suspended award holds again."""

    type: ClassVar[str] = "talent.award.reinstated.v1"


class AwardRevoked(AwardStateChanged):
    """The issuer took an award back; what rests on it is suspended the same day."""

    type: ClassVar[str] = "talent.award.revoked.v1"


class AwardExpired(AwardStateChanged):
    """An award's last day has passed, or its holder has died."""

    type: ClassVar[str] = "talent.award.expired.v1"
