"""The two factors of a look-up, as a request says them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, NamedTuple

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from card.numbers import MESSAGES
from card.verifications import rules
from hrss_kit import clock, field_messages
from hrss_kit.identifiers import DOCUMENT_TYPES, check_document, check_resident_id
from hrss_kit.persons import PersonName
from hrss_kit.validation import CrossError, RequestModel

NAME_AND_NUMBER: Final = frozenset({"name", "doc_no"})
LONGEST_NAME: Final = 50
ALL_MESSAGES = {**field_messages.MESSAGES, **MESSAGES}


def _known_type(doc_type: str) -> str:
    if doc_type not in DOCUMENT_TYPES:
        raise field_messages.refusal("DOC_TYPE")
    return doc_type


DocumentType = Annotated[
    str, AfterValidator(_known_type), Field(json_schema_extra={"enum": list(DOCUMENT_TYPES)})
]
DocumentNumber = Annotated[
    str | None,
    StringConstraints(strip_whitespace=True, max_length=40),
    Field(repr=False, examples=["420799198003120038"]),
]


def sound(doc_no: str | None, doc_type: str | None) -> str | None:
    """The number in its normal form; what is wrong with it otherwise."""
    if doc_no is None or doc_type is None:
        return doc_no
    checked = check_document(doc_type, doc_no, today=clock.today())
    if checked.value is None:
        raise field_messages.refusal(checked.code or "ID_FORMAT")
    return checked.value


class TwoFactors(RequestModel):
    """Name and number, or the line of a card reader."""

    name: PersonName | None = Field(default=None, repr=False)
    doc_type: DocumentType = "01"
    doc_no: DocumentNumber = None
    reader_line: Annotated[str | None, Field(max_length=400, repr=False)] = None

    @field_validator("doc_no")
    @classmethod
    def _is_sound(cls, doc_no: str | None, info: Any) -> str | None:
        return sound(doc_no, info.data.get("doc_type"))


def named(given: Mapping[str, Any], numbers: Sequence[str]) -> Iterable[CrossError]:
    """The name is there, and one of the numbers."""
    missing = [numbers[0]] if not any(_is_given(given, number) for number in numbers) else []
    for field in (*(() if _is_given(given, "name") else ("name",)), *missing):
        yield CrossError((field,), "SECOND_FACTOR", *MESSAGES["SECOND_FACTOR"])


def readable(given: Mapping[str, Any]) -> Iterable[CrossError]:
    """The reader's line can be read, and is two factors by itself or with the name."""
    if given.get("reader_line") is None:
        return
    found, wrong = rules.read_line(str(given["reader_line"]), today=clock.today())
    for code in wrong:
        yield CrossError(("reader_line",), code, *ALL_MESSAGES[code])
    if found is not None and not (found.is_two_factors or given.get("name") is not None):
        yield CrossError(("reader_line",), "SECOND_FACTOR", *MESSAGES["SECOND_FACTOR"])


def _is_given(given: Mapping[str, Any], field: str) -> bool:
    return given.get(field) is not None and bool(str(given[field]).strip())


class PlainPair(NamedTuple):
    """A name with a resident's number, read without a model: as nearly everybody asks."""

    name: str
    doc_no: str
    reader_line: None = None
    ecard_token: None = None


def plain_pair(given: Any, today: date) -> PlainPair | None:
    """The pair, its number in the normal form; None when anything about it needs a closer look."""
    if not isinstance(given, dict) or given.keys() != NAME_AND_NUMBER:
        return None
    name, doc_no = given["name"], given["doc_no"]
    if not isinstance(name, str) or not isinstance(doc_no, str):
        return None
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return None
    number = check_resident_id(doc_no, today=today).value
    return None if number is None else PlainPair(name, number)
