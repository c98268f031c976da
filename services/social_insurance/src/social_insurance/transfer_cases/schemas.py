"""Everything a transfer says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.money import Money
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.participations.schemas import City
from social_insurance.transfer_cases.rules import cities_fit

Kind = Literal["EMP_INTRA", "EMP_CROSS", "INST_EMP", "EMP_INST", "RES_MOVE", "RES_TO_EMP",
               "EMP_TO_RES", "UNEMP_MOVE"]  # fmt: skip
State = Literal["APPLIED", "SUPPLEMENT", "REJECTED", "LETTER_SENT", "OUT_RETURNED", "OUT_SENT",
                "COMPLETED", "WITHDRAWN", "DISPUTED"]  # fmt: skip
Channel = Literal["WINDOW", "WEB", "APP", "PARTNER", "JOURNEY"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Batch = Annotated[str | None, Field(max_length=60)]
VerificationId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z-]+$")]


class DocumentIn(RequestModel):
    """A paper that goes with a case; of a lump sum with its batch and its day."""

    kind: Literal["ID", "HUKOU", "LUMP_SUM", "PLEDGE", "OTHER"]
    number: Annotated[str | None, Field(max_length=80)] = None
    batch: Batch = None
    dated_on: date | None = None


Documents = Annotated[list[DocumentIn], Field(max_length=50)]


class TransferCreate(RequestModel):
    """Whose relation moves, from where to where."""

    kind: Kind
    person: PersonIn
    from_city: City
    to_city: City
    reason: Annotated[str | None, Field(max_length=2000)] = None
    apply_channel: Channel | None = None
    verification_id: VerificationId | None = None
    journey_id: UUID | None = None
    hukou_division: DivisionCode | None = None
    by_order: bool = False
    retire_kind: Literal["M60", "F55", "F50"] | None = None
    documents: Documents = Field(default_factory=list)

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        kind, first, last = (given.get(name) for name in ("kind", "from_city", "to_city"))
        if not (isinstance(first, str) and isinstance(last, str)):
            return
        if first not in ACTIVE_CITIES and last not in ACTIVE_CITIES:
            yield CrossError(("to_city",), "CITY_OUTSIDE", "两地均不在协作范围", "Neither is ours")
        if isinstance(kind, str) and not cities_fit(kind, first, last):
            yield CrossError(
                ("to_city",),
                "KIND_CITIES",
                "转移类型与两地不符",
                "does not fit the kind of transfer",
            )


class RequestSupplement(RequestModel):
    """Everything that is missing, at once (一次性告知)."""

    missing: Annotated[list[Text], Field(min_length=1, max_length=50)]
    reason: Annotated[str | None, Field(max_length=2000)] = None


class SupplementIn(RequestModel):
    """What was handed in afterwards."""

    documents: Documents = Field(default_factory=list)
    note: Annotated[str | None, Field(max_length=2000)] = None


class Reject(RequestModel):
    """A written reason with its code."""

    reason_code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class ReturnIn(RequestModel):
    """What does not agree, and how it is to be mended."""

    fixes: Annotated[list[Text], Field(min_length=1, max_length=50)]
    reason: Annotated[str | None, Field(max_length=2000)] = None


class SendOut(RequestModel):
    """The information sheet 信息表: amounts are computed, unless the rule says they are entered."""

    account: Money | None = None
    pool: Money | None = None
    months_total: Annotated[int | None, Field(ge=1, le=1200)] = None
    monthly_benefit: Money | None = None
    remaining_months: Annotated[int | None, Field(ge=0, le=24)] = None
    documents: Documents = Field(default_factory=list)
    note: Annotated[str | None, Field(max_length=2000)] = None


class Complete(RequestModel):
    """What arrived, and how the person was told."""

    received_amount: Money | None = None
    informed_by: Literal["LETTER", "SMS", "COUNTER", "ONLINE"] = "COUNTER"
    note: Annotated[str | None, Field(max_length=2000)] = None


class Withdraw(RequestModel):
    """The person need not say why."""

    reason: Annotated[str | None, Field(max_length=2000)] = None


class ResolveDispute(RequestModel):
    """What a supervisor agrees to: both must, or the province decides."""

    outcome: Literal["CONTINUE", "REJECT"]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class AmountsRead(BaseModel):
    """The sheet's amounts: a reference, and what really moves."""

    account: str
    account_source: str | None
    pool: str
    total: str
    moved: str
    received: str | None
    is_reference: bool


class TransferRead(LivingRead):
    """A transfer, the person masked; amounts only for the two cities it runs between."""

    state: State
    kind: Kind
    person: PersonMasked
    from_city: str
    to_city: str
    applied_on: date
    apply_channel: Channel
    apply_city: str | None
    reason: str | None
    steps: int
    hukou_division: str | None
    by_order: bool
    retire_kind: str | None
    journey_id: UUID | None
    verification_id: str | None
    card_verified: bool
    documents: list[dict[str, Any]]
    missing: list[str]
    fixes: list[str]
    reject_code: str | None
    letter_on: date | None
    out_on: date | None
    months_total: int | None
    counted_months: int | None
    overlap_months: int
    amounts: AmountsRead | None
    overlap_resolution_id: UUID | None
    completed_on: date | None
    informed_by: str | None
    certificate_id: UUID | None
    flags: list[str]
    province_ref: str | None
    dispute_votes: dict[str, str]


class TransferQuery(ListQuery):
    """How a city looks through the transfers that concern it."""

    state: State | None = None
    kind: Kind | None = None
    from_city: City | None = None
    to_city: City | None = None
    flag: Annotated[str | None, Field(max_length=40)] = None
    applied_on_from: date | None = None
    applied_on_to: date | None = None


class TransferEvent(Event):
    """Which kind, from where to where; amounts only as far as they moved."""

    model_config = ConfigDict(
        extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True
    )

    kind: str
    from_: str = Field(alias="from")
    to: str
    due_on: date | None = None
    months_total: int | None = None
    moved_amount: str | None = None


def _event(word: str) -> type[TransferEvent]:
    name = "Transfer" + word.title().replace("_", "")
    described = {"__doc__": f"A transfer: {word.replace('_', ' ')}.", "__module__": __name__}
    return type(name, (TransferEvent,), {"type": f"si.transfer.{word}.v1", **described})


EVENTS: dict[str, type[TransferEvent]] = {
    word: _event(word)
    for word in (
        "applied", "letter_sent", "out_sent", "completed", "rejected", "returned", "withdrawn",
        "disputed",
    )
}  # fmt: skip


class OverlapFound(Event):
    """Months that count twice were found; the city is told once it is chosen."""

    type: ClassVar[str] = "si.overlap.found.v1"

    months: int
    kept_city: str | None = None


EVENT_TYPES: tuple[type[Event], ...] = (*EVENTS.values(), OverlapFound)
