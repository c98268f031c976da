"""Everything a look-up of status or profile says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from card.cards.rules import SocialState
from card.ecards.schemas import EcardCode
from card.lookups import factors
from card.lookups.models import LookupCount
from card.numbers import MESSAGES, CardNoText, IdentificationCodeText
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, PersonName
from hrss_kit.validation import CrossError, RequestModel

NUMBERS = ("doc_no", "card_no", "identification_code")


class LookupRequest(factors.TwoFactors):
    """The name and one number, or the line of a card reader."""

    card_no: CardNoText | None = Field(default=None, repr=False, description="卡号")
    issuing_division: DivisionCode | None = Field(
        default=None, description="Narrows card_no, which is unique within its division"
    )
    identification_code: IdentificationCodeText | None = Field(
        default=None, repr=False, description="卡识别码"
    )

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Both factors, in one way, and a line that can be read."""
        ways = [given.get(way) for way in ("reader_line", *NUMBERS)]
        if sum(way is not None for way in ways) > 1:
            yield CrossError((), "ONE_WAY", *MESSAGES["ONE_WAY"])
        elif given.get("reader_line") is None:
            yield from factors.named(given, NUMBERS)
        code, division = given.get("identification_code"), given.get("issuing_division")
        if code is not None and division is not None and str(code).strip()[:6] != division:
            yield CrossError(("issuing_division",), "CARD_ISSUER", *MESSAGES["CARD_ISSUER"])
        yield from factors.readable(given)


class StatusReply(BaseModel):
    """A card's status. What is unknown and what does not match look the same.

    A field that the purpose does not open is null.
    """

    match: bool
    generation: Literal["G1", "G2", "G3"] | None
    state: SocialState | None
    issuing_city: str | None
    valid_to: date | None
    has_successor: bool | None = Field(description="Another card of the holder is active")
    offer: Literal["RENEW"] | None = Field(description="What is offered for a stopped card")
    card_no: str | None = Field(description="Masked; for CARD_SERVICE")
    deceased: bool | None = Field(default=None, description="Only for the purpose BENEFIT_PAY")


class ProfileReply(StatusReply):
    """A card's status, the bank account it pays to, and where the holder lives."""

    bank_code: str | None = Field(description="For BENEFIT_PAY")
    bank_name: str | None = Field(description="Masked")
    bank_last4: str | None
    residence_division: str | None = Field(description="For CARD_SERVICE")


class Pair(RequestModel):
    """A name and a number."""

    name: PersonName | None = Field(default=None, repr=False)
    doc_type: factors.DocumentType = "01"
    doc_no: factors.DocumentNumber = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Both factors."""
        yield from factors.named(given, ("doc_no",))

    @field_validator("doc_no")
    @classmethod
    def _is_sound(cls, doc_no: str | None, info: Any) -> str | None:
        return factors.sound(doc_no, info.data.get("doc_type"))


class BatchRequest(RequestModel):
    """Whom to verify: at most `card.batch_max` pairs."""

    pairs: Annotated[list[Pair], Field(min_length=1)]


class BatchResult(BaseModel):
    """The answer to one pair."""

    match: bool
    deceased: bool | None = Field(default=None, description="Only for the purpose LIFE_CERT")


class BatchReply(BaseModel):
    """Yes or no to each pair, in the order they were asked."""

    checked_at: datetime
    results: list[BatchResult]


class EcardQuestion(RequestModel):
    """Whoever shows a one-time code asks about themselves."""

    ecard_token: EcardCode = Field(repr=False)


class PrefillQuestion(RequestModel):
    """Whoever shows a code, or has shown one to the gateway and is known by its token since."""

    ecard_token: EcardCode | None = Field(default=None, repr=False)
    id_hash: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$", repr=False)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """One way."""
        if (given.get("ecard_token") is None) == (given.get("id_hash") is None):
            yield CrossError(("ecard_token",), "ONE_WAY", *MESSAGES["ONE_WAY"])


class CertificateRead(BaseModel):
    """电子证明: something the holder may show; `kind` is open, other services add theirs."""

    kind: str = Field(examples=["SOCIAL_SECURITY_CARD", "ECARD"])
    title_zh: str
    title_en: str
    number: str = Field(description="Masked")
    issuing_city: str
    issued_on: date
    valid_to: date | None
    state: str | None


class CertificatesReply(BaseModel):
    """The certificates the holder may show."""

    match: bool
    certificates: list[CertificateRead]
    checked_at: datetime


class PersonFull(BaseModel):
    """A person in full."""

    name: str
    doc_type: str
    doc_no: str
    mobile: str | None


class PrefillReply(BaseModel):
    """What a form of the person's own begins with; full values, to the suite's services only."""

    verification_id: UUID
    match: bool
    person: PersonFull | None
    residence_division: str | None
    card_state: SocialState | None
    certificates: list[CertificateRead] = Field(
        description="电子证明 that the code opens beside: no paper is asked for what they show"
    )
    checked_at: datetime


class PaymentQuestion(RequestModel):
    """Whose own card account is to be paid to: the name and the number."""

    name: PersonName | None = Field(default=None, repr=False)
    doc_type: factors.DocumentType = "01"
    doc_no: factors.DocumentNumber = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Both factors."""
        yield from factors.named(given, ("doc_no",))

    @field_validator("doc_no")
    @classmethod
    def _is_sound(cls, doc_no: str | None, info: Any) -> str | None:
        return factors.sound(doc_no, info.data.get("doc_type"))


class Suggestion(BaseModel):
    """The request for card service that would make the card good for payments."""

    kind: Literal["ACTIVATE", "UNDO_TEMP_LOSS", "REPLACE_LOST", "UNLOCK", "RENEW", "FIRST_ISSUE"]
    card_id: UUID | None


class PaymentReply(BaseModel):
    """Whether money can go to the person's own card. Unknown and mismatched look the same."""

    match: bool
    payable: bool
    card_state: SocialState | None
    financial_state: str | None = Field(description="The bank's last word")
    account_ref: str | None = Field(description="The same for the same account; tells nothing")
    bank_code: str | None
    bank_name: str | None = Field(description="Masked")
    bank_last4: str | None
    deceased: bool | None
    suggestion: Suggestion | None


class LookupLogRead(BaseModel):
    """One look-up: who asked what for, which fields were returned, and whether it was a hit."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    client_id: str
    actor: str
    city: str | None
    purpose: str
    operation: str
    person_ref: str | None
    fields: list[str]
    hit: bool


class LookupLogQuery(ListQuery):
    """Filters of the log; `q` is the kind of look-up, such as `status-lookups`."""

    client_id: Annotated[str | None, Field(max_length=80)] = None
    actor: Annotated[str | None, Field(max_length=80)] = None
    city: Annotated[str | None, Field(max_length=6)] = None
    purpose: Annotated[str | None, Field(max_length=40)] = None
    hit: bool | None = None
    person_ref: Annotated[str | None, Field(pattern="^[0-9a-f]{24}$")] = None
    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = None


class LookupCountRead(BaseModel):
    """What a system, or a person at a desk, has asked on a day."""

    id: UUID
    counted_on: date
    client_id: str
    actor: str
    city: str | None
    kind: Literal["SYSTEM", "PERSON"]
    limit: int
    answered: int
    turned_away: int
    exceeded_at: datetime | None

    @classmethod
    def of(cls, row: LookupCount) -> Self:
        """A counter as it is shown."""
        return cls(
            id=row.id,
            counted_on=row.counted_on,
            client_id=row.client_id,
            actor=row.actor,
            city=row.city,
            kind="SYSTEM" if row.is_system else "PERSON",
            limit=row.most,
            answered=row.answered,
            turned_away=row.turned_away,
            exceeded_at=row.exceeded_at,
        )


class LookupCountQuery(ListQuery):
    """Filters of the counters."""

    client_id: Annotated[str | None, Field(max_length=80)] = None
    actor: Annotated[str | None, Field(max_length=80)] = None
    city: Annotated[str | None, Field(max_length=6)] = None
    counted_on: date | None = None
    exceeded: bool | None = None
