"""Numbers that identify people, organisations, bank cards and phones, checked offline.

GB 11643-1999 (resident ID), GB 32100-2015 with GB 11714 (unified social credit code),
ISO/IEC 7812 (bank cards).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Final, Literal

from hrss_kit.divisions import DIVISIONS
from hrss_kit.field_messages import MESSAGES

__all__ = [
    "DOCUMENT_TYPES",
    "MESSAGES",
    "Checked",
    "age",
    "birth_date",
    "check_bank_card",
    "check_document",
    "check_mobile",
    "check_resident_id",
    "check_uscc",
    "gender",
    "luhn_digit",
    "resident_id_check_digit",
    "upgrade_15",
    "uscc_check_digit",
]

DOCUMENT_TYPES: Final = {
    "01": "居民身份证",
    "02": "港澳居民居住证",
    "03": "台湾居民居住证",
    "04": "外国人永久居留身份证",
    "05": "护照",
}

# GB/T 2260 province prefixes, as first and last of each run.
_PROVINCES: Final = frozenset(
    str(prefix)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
        (91, 91),
    )
    for prefix in range(first, last + 1)
)
_RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS: Final = "10X98765432"
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES: Final = {character: place for place, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_EARLIEST_BIRTH: Final = date(1900, 1, 1)
# A file has millions of numbers: digits are looked up as bytes (48 is "0"), not parsed one by one.
_VALUES: Final = bytes(byte - 48 if 48 <= byte <= 57 else 0 for byte in range(256))
_DOUBLED: Final = bytes(value * 2 - 9 if value > 4 else value * 2 for value in _VALUES)

# [0-9], never \d: \d also matches Arabic-Indic and other digits that int() would accept.
_ID_18: Final = re.compile(r"[0-9]{17}[0-9X]")
_ID_15: Final = re.compile(r"[0-9]{15}")
_PASSPORT: Final = re.compile(r"[A-Z0-9]{5,9}")
_USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_BANK_CARD: Final = re.compile(r"[0-9]{16,19}")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: the normal form, or the code of the first rule broken."""

    value: str | None
    original: str | None = None
    code: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        return self.code is None

    def __repr__(self) -> str:
        # Never the number itself: a repr ends up in logs.
        return f"Checked(code={self.code!r}, warnings={self.warnings!r})"


def check_resident_id(text: str, *, today: date) -> Checked:
    """Check a resident ID 公民身份号码 of 18 or 15 digits (GB 11643-1999)."""
    given = _normal(text)
    original = given if _ID_15.fullmatch(given) else None
    number = upgrade_15(given) if original else given
    code = _id_problem(number, today, prefix_known=number[:2] in _PROVINCES)
    if code:
        return Checked(None, code=code)
    # The prefix is where the person was first registered; historic counties are everywhere.
    warnings = () if number[:6] in DIVISIONS else ("ID_DIVISION_UNKNOWN",)
    return Checked(number, original=original, warnings=warnings)


def check_document(doc_type: str, doc_no: str, *, today: date) -> Checked:
    """Check the number of any accepted identity document 证件 by its type code."""
    if doc_type == "01":
        return check_resident_id(doc_no, today=today)
    number = _normal(doc_no)
    match doc_type:
        case "02":
            code = _id_problem(number, today, prefix_known=number[:2] in ("81", "82"))
        case "03":
            code = _id_problem(number, today, prefix_known=number[:2] == "83")
        case "04":
            code = _id_problem(number, today, prefix_known=number[:1] == "9")
        case "05":
            code = None if _PASSPORT.fullmatch(number) else "ID_FORMAT"
        case _:
            code = "DOC_TYPE"
    return Checked(None, code=code) if code else Checked(number)


def resident_id_check_digit(first17: str) -> str:
    """The 18th character of a resident ID (MOD 11-2)."""
    if len(first17) != 17:
        raise ValueError("seventeen digits are needed")
    total = sum(map(mul, _digits(first17).translate(_VALUES), _RESIDENT_WEIGHTS))
    return _RESIDENT_CHECKS[total % 11]


def upgrade_15(id15: str) -> str:
    """The 18-digit form of a first-generation 15-digit number."""
    first17 = f"{id15[:6]}19{id15[6:]}"
    return first17 + resident_id_check_digit(first17)


def birth_date(id18: str) -> date:
    """The birth date inside an 18-digit number."""
    return date(int(id18[6:10]), int(id18[10:12]), int(id18[12:14]))


def gender(id18: str) -> Literal["1", "2"]:
    """Gender 性别 by GB/T 2261.1: "1" male for an odd 17th digit, "2" female for an even one."""
    return "1" if int(id18[16]) % 2 else "2"


def age(birth: date, on: date) -> int:
    """Full years 周岁 on a date; who was born on 29 February turns a year on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def check_uscc(text: str) -> Checked:
    """Check a unified social credit code 统一社会信用代码 (GB 32100-2015)."""
    code = _normal(text)
    if not _USCC.fullmatch(code):
        return Checked(None, code="USCC_FORMAT")
    if uscc_check_digit(code[:17]) != code[17]:
        return Checked(None, code="USCC_CHECKSUM")
    # Real registers hold codes whose inner organisation code fails: say so, but accept.
    agrees = _organisation_check_digit(code[8:16]) == code[16]
    return Checked(code, warnings=() if agrees else ("USCC_ORG_CHECK",))


def uscc_check_digit(first17: str) -> str:
    """The 18th character of a unified social credit code (weights 3^i mod 31)."""
    if len(first17) != 17:
        raise ValueError("seventeen characters are needed")
    total = sum(_USCC_VALUES[c] * weight for c, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[-total % 31]


def check_bank_card(text: str) -> Checked:
    """Check a bank card number: 16 to 19 digits, the last by Luhn."""
    number = _normal(text)
    if not _BANK_CARD.fullmatch(number):
        return Checked(None, code="BANKCARD_FORMAT")
    if luhn_digit(number[:-1]) != number[-1]:
        return Checked(None, code="BANKCARD_LUHN")
    return Checked(number)


def luhn_digit(digits: str) -> str:
    """The Luhn digit to append to these digits."""
    backwards = _digits(digits)[::-1]
    total = sum(backwards[::2].translate(_DOUBLED)) + sum(backwards[1::2].translate(_VALUES))
    return str(-total % 10)


def _digits(text: str) -> bytes:
    if not text.isdigit():
        raise ValueError("only digits are counted")
    return text.encode("ascii")


def check_mobile(text: str) -> Checked:
    """Check a mainland mobile number 手机号码 of eleven digits."""
    number = _normal(text)
    return Checked(number) if _MOBILE.fullmatch(number) else Checked(None, code="MOBILE_FORMAT")


def _normal(text: str) -> str:
    """Full-width forms to half-width, trimmed, upper case: what input methods leave behind."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return plain.strip().upper()


def _id_problem(number: str, today: date, *, prefix_known: bool) -> str | None:
    """The first rule an 18-character number breaks, in the order clerks are told of them."""
    if not _ID_18.fullmatch(number):
        return "ID_FORMAT"
    if not prefix_known:
        return "ID_PROVINCE"
    try:
        birth = birth_date(number)
    except ValueError:
        return "ID_BIRTH"
    if not _EARLIEST_BIRTH <= birth <= today:
        return "ID_BIRTH"
    if resident_id_check_digit(number[:17]) != number[17]:
        return "ID_CHECKSUM"
    return None


def _organisation_check_digit(first8: str) -> str:
    total = sum(int(c, 36) * w for c, w in zip(first8, _ORGANISATION_WEIGHTS, strict=True))
    remainder = 11 - total % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))
