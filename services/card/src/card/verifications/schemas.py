"""Everything a verification says over the wire: request, replies and event."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, field_validator

from card.cards.rules import SocialState
from card.numbers import MESSAGES
from card.verifications import rules
from hrss_kit import clock, field_messages
from hrss_kit.identifiers import DOCUMENT_TYPES, check_document
from hrss_kit.outbox import Event
from hrss_kit.persons import PersonName
from hrss_kit.validation import CrossError, RequestModel

ALL_MESSAGES = {**field_messages.MESSAGES, **MESSAGES}


class VerificationRequest(RequestModel):
    """Two factors: name and number, the line of a card reader, or an e-card token."""

    name: PersonName | None = Field(default=None, repr=False)
    doc_type: str = Field(default="01", json_schema_extra={"enum": list(DOCUMENT_TYPES)})
    doc_no: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, max_length=40),
        Field(repr=False, examples=["420799198003120038"]),
    ] = None
    reader_line: Annotated[str | None, Field(max_length=400, repr=False)] = None
    ecard_token: Annotated[str | None, Field(min_length=8, max_length=200, repr=False)] = None

    @field_validator("doc_type")
    @classmethod
    def _is_known_type(cls, doc_type: str) -> str:
        if doc_type not in DOCUMENT_TYPES:
            raise field_messages.refusal("DOC_TYPE")
        return doc_type

    @field_validator("doc_no")
    @classmethod
    def _is_sound(cls, doc_no: str | None, info: Any) -> str | None:
        if doc_no is None or "doc_type" not in info.data:
            return doc_no
        checked = check_document(info.data["doc_type"], doc_no, today=clock.today())
        if checked.value is None:
            raise field_messages.refusal(checked.code or "ID_FORMAT")
        return checked.value

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Both factors, in one way, and a line that can be read."""
        line, token = given.get("reader_line"), given.get("ecard_token")
        typed = given.get("name"), given.get("doc_no")
        ways = sum(part is not None for part in (line, token, typed[1]))
        if ways > 1 or (token is not None and typed[0] is not None):
            yield CrossError((), "ONE_WAY", *MESSAGES["ONE_WAY"])
        elif line is None and token is None:
            for field, part in zip(("name", "doc_no"), typed, strict=True):
                if part is None or not str(part).strip():
                    yield CrossError((field,), "SECOND_FACTOR", *MESSAGES["SECOND_FACTOR"])
        if line is not None:
            found, wrong = rules.read_line(str(line), today=clock.today())
            for code in wrong:
                yield CrossError(("reader_line",), code, *ALL_MESSAGES[code])
            if found is not None and not (found.is_two_factors or typed[0] is not None):
                yield CrossError(("reader_line",), "SECOND_FACTOR", *MESSAGES["SECOND_FACTOR"])


class VerificationReply(BaseModel):
    """Yes or no. What is unknown and what does not match look the same."""

    verification_id: UUID
    match: bool
    card_state: SocialState | None
    ecard_state: Literal["USABLE", "USABLE_WITH_AUTH", "LIMITED"] | None
    checked_at: datetime
    deceased: bool | None = Field(
        default=None, description="Only for the purposes LIFE_CERT and BENEFIT_PAY"
    )


class VerificationRead(BaseModel):
    """A verification that another service was told of."""

    verification_id: UUID
    match: bool
    checked_at: datetime
    expires_at: datetime
    expired: bool
    person_ref: str | None


class CardVerified(Event):
    """Somebody's identity was checked."""

    type: ClassVar[str] = "card.verified.v1"

    verification_id: UUID
    match: bool
    assurance: str
