"""A person 人员 in a request and, masked, in a reply; and the field types that go with it."""

import re
import unicodedata
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from hrss_kit import clock
from hrss_kit.divisions import DIVISIONS
from hrss_kit.field_messages import refusal
from hrss_kit.identifiers import (
    DOCUMENT_TYPES,
    Checked,
    check_bank_card,
    check_document,
    check_mobile,
    check_uscc,
)
from hrss_kit.masking import mask_id, mask_mobile, mask_name
from hrss_kit.validation import RequestModel

# Control, format and surrogate characters and line separators; private use is left in, since
# rare characters of old registers live there.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MONTH: Final = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")


def _accepted(checked: Checked) -> str:
    if checked.value is None:
        raise refusal(checked.code or "ID_FORMAT")
    return checked.value


def _visible(name: str) -> str:
    if name.isprintable():  # the rule for nearly everybody: none of these prints
        return name
    if any(unicodedata.category(character) in _INVISIBLE for character in name):
        raise refusal("NAME_FORMAT")
    return name


class _Sound(str):
    """A document number that was checked, in its normal form, with what the check found."""

    __slots__ = ("checked",)
    checked: Checked


def _known_division(code: str) -> str:
    if code not in DIVISIONS:
        raise refusal("DIVISION_UNKNOWN")
    return code


def _month(text: str) -> str:
    if not _MONTH.fullmatch(text):
        raise refusal("MONTH_FORMAT")
    return text


_Short = StringConstraints(strip_whitespace=True, max_length=40)

PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=50),
    AfterValidator(_visible),
]
Uscc = Annotated[
    str,
    _Short,
    AfterValidator(lambda text: _accepted(check_uscc(text))),
    Field(description="统一社会信用代码", examples=["91420799MAEH00016H"]),
]
BankCard = Annotated[str, _Short, AfterValidator(lambda text: _accepted(check_bank_card(text)))]
Mobile = Annotated[
    str,
    _Short,
    AfterValidator(lambda text: _accepted(check_mobile(text))),
    Field(description="手机号码", examples=["14400000012"]),
]
DivisionCode = Annotated[
    str,
    _Short,
    AfterValidator(_known_division),
    Field(description="行政区划或功能区代码", examples=["420704"]),
]
Month = Annotated[str, AfterValidator(_month), Field(description="YYYY-MM", examples=["2026-09"])]


class PersonIn(RequestModel):
    """A person as a request names one; the document number is kept in its 18-digit form."""

    # Out of the repr, which ends up in logs and tracebacks.
    name: PersonName = Field(repr=False)
    doc_type: str = Field(default="01", json_schema_extra={"enum": list(DOCUMENT_TYPES)})
    doc_no: Annotated[str, _Short] = Field(repr=False, examples=["420799198003120038"])
    mobile: Mobile | None = Field(default=None, repr=False)

    _checked: Checked = PrivateAttr()

    @field_validator("doc_type")
    @classmethod
    def _is_known_type(cls, doc_type: str) -> str:
        if doc_type not in DOCUMENT_TYPES:
            raise refusal("DOC_TYPE")
        return doc_type

    @field_validator("doc_no")
    @classmethod
    def _is_sound(cls, doc_no: str, info: ValidationInfo) -> str:
        # Without a known type there is no rule to check by, and the type is already refused.
        if "doc_type" in info.data:
            checked = check_document(info.data["doc_type"], doc_no, today=clock.today())
            sound = _Sound(_accepted(checked))
            sound.checked = checked
            return sound
        return doc_no

    @model_validator(mode="after")
    def _normalise(self) -> Self:
        # What the field's own check found; a number is not checked twice. A person who is made
        # part of another request was checked already.
        if isinstance(self.doc_no, _Sound):
            self._checked = self.doc_no.checked
            self.doc_no = str(self.doc_no)
        return self

    @property
    def doc_original(self) -> str | None:
        """The 15-digit number that was given, if it was one."""
        return self._checked.original

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of what looks odd about the document but is accepted."""
        return self._checked.warnings


class PersonMasked(BaseModel):
    """A person as a reply shows one by default."""

    name: str
    doc_type: str
    doc_no: str
    mobile: str | None = None

    @classmethod
    def of(cls, name: str, doc_type: str, doc_no: str, mobile: str | None = None) -> Self:
        """The masked view of these full values."""
        return cls(
            name=mask_name(name),
            doc_type=doc_type,
            doc_no=mask_id(doc_no),
            mobile=mask_mobile(mobile) if mobile else None,
        )
