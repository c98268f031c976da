"""When two names are the same, and what a card reader's line says. Pure functions (§2.5)."""

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from card.cards.rules import GENERATIONS
from card.numbers import issuing_city, normal_card_no, normal_identification_code
from hrss_kit.identifiers import check_resident_id

LINE_FIELDS = 9
# 少数民族 names are written with one of several middle dots, depending on the input method.
DOTS = dict.fromkeys(map(ord, "•‧∙⋅・･．.●"), "·")
# What the two factors prove: something known, or the chip itself.
KNOWN, PRESENTED = "LOW", "MEDIUM"
FIRST_SPEC = "1.00"


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """读卡信息: what the chip gave; a contactless read leaves number, card_no and name out."""

    issuing_division: str
    identification_code: str
    doc_no: str | None
    card_no: str | None
    name: str | None
    spec_version: str | None
    issued_on: date | None
    valid_to: date | None

    @property
    def is_two_factors(self) -> bool:
        """The code and what only the same chip says with it: name and number, or its dates."""
        named = self.name is not None and self.doc_no is not None
        return named or None not in (self.spec_version, self.issued_on, self.valid_to)

    @property
    def generation(self) -> str | None:
        """G1, G2 or G3."""
        return GENERATIONS.get(self.spec_version or "")


def read_line(line: str, *, today: date) -> tuple[ReaderLine | None, list[str]]:
    """The line's fields, or the codes of everything that is wrong with it.

    发卡地区行政区划代码|社会保障号码|卡号|卡识别码|姓名|卡复位信息|规范版本|发卡日期|卡有效期|
    """
    fields = [field.strip() for field in line.strip().removesuffix("|").split("|")]
    if len(fields) != LINE_FIELDS:
        return None, ["READER_LINE"]
    division, number, card_no, code, name, _atr, version, issued, valid = fields
    wrong: list[str] = []
    identification_code = normal_identification_code(code)
    if identification_code is None:
        wrong.append("CARD_IDENT")
    elif division not in ("", identification_code[:6]) or issuing_city(code[:6]) is None:
        wrong.append("CARD_ISSUER")
    checked = check_resident_id(number, today=today) if number else None
    if checked is not None and checked.value is None:
        wrong.append(checked.code or "ID_FORMAT")
    if card_no and normal_card_no(card_no) is None:
        wrong.append("CARD_NO")
    dates = [_date(text) for text in (issued, valid)]
    if version not in ("", *GENERATIONS) or any(
        text and found is None for text, found in zip((issued, valid), dates, strict=True)
    ):
        wrong.append("READER_LINE")
    if wrong or identification_code is None:
        return None, wrong
    return ReaderLine(
        issuing_division=identification_code[:6],
        identification_code=identification_code,
        doc_no=checked.value if checked else None,
        card_no=normal_card_no(card_no) if card_no else None,
        name=name or None,
        spec_version=version or None,
        issued_on=dates[0],
        valid_to=dates[1],
    ), []


def _date(text: str) -> date | None:
    """YYYYMMDD as chips write it, or YYYY-MM-DD."""
    try:
        return date.fromisoformat(text) if text.isascii() and len(text) in (8, 10) else None
    except ValueError:
        return None


def normal_name(name: str) -> str:
    """A name without what typing adds: width, blanks, case, kinds of dots."""
    plain = unicodedata.normalize("NFKC", name).translate(DOTS)
    return "".join(plain.split()).upper()


def is_same_name(given: str, stored: str) -> bool:
    """Compares in a time that does not depend on where the names differ, or on their length."""
    one, other = (sha256(normal_name(name).encode()).digest() for name in (given, stored))
    return hmac.compare_digest(one, other)
