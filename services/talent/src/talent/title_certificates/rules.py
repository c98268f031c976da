"""What a title certificate must agree with in itself. Pure."""

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Final

from hrss_kit.identifiers import age, birth_date
from hrss_kit.problems import FieldError
from talent.codes import TITLE_SERIES

ADULT_YEARS: Final = 18
# Without letters and digits that are taken for each other when read from paper.
CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 10
_OTHER_PREFIXES: Final = {
    series.title_prefix: series.code for series in TITLE_SERIES.values() if series.title_prefix
}


def level_exists(series: str, level: str) -> bool:
    """True when the series knows the level."""
    return level in TITLE_SERIES[series].levels


def code_agrees(series: str, level: str, title_code: str) -> bool:
    """True when a GB/T 8561 code is of that series and level: two digits and the level."""
    prefix, last = title_code[:2], title_code[2:]
    known = TITLE_SERIES[series].title_prefix
    of_series = prefix == known if known else prefix not in _OTHER_PREFIXES
    return of_series and last == level


def issued_soundly(issued_on: date, doc_type: str, doc_no: str, today: date) -> bool:
    """True for a day not to come on which the holder was of age."""
    if issued_on > today:
        return False
    if doc_type == "05":
        return True  # a passport number tells no birth date
    return age(birth_date(doc_no), issued_on) >= ADULT_YEARS


def faults(
    series: str,
    level: str,
    title_code: str | None,
    *,
    issued_on: date,
    doc_type: str,
    doc_no: str,
    today: date,
) -> Iterator[FieldError]:
    """Everything in a certificate that does not agree."""
    if not level_exists(series, level):
        yield FieldError(
            field="level",
            code="TITLE_LEVEL",
            message_zh="该系列没有此层级",
            message_en="The series has no such level",
        )
    if title_code is not None and not code_agrees(series, level, title_code):
        yield FieldError(
            field="title_code",
            code="TITLE_CODE",
            message_zh="职称代码与系列、层级不符",
            message_en="The title code does not fit series and level",
        )
    if not issued_soundly(issued_on, doc_type, doc_no, today):
        yield FieldError(
            field="issued_on",
            code="ISSUED_ON",
            message_zh="发证日期在未来，或持证人当时未满18周岁",
            message_en="It is issued in the future, or to a holder under 18",
        )


def new_verify_code() -> str:
    """The code on an e-certificate by which anybody checks it; not to be guessed."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
