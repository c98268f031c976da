"""What is shown of personal data to whoever may not see all of it (PIPL arts 28 and 51)."""

import re
from functools import cache
from typing import Final

from hrss_kit.divisions import DIVISIONS
from hrss_kit.policy_defaults import default_value

# Hiding fewer characters than this hides nothing: such a value is covered whole.
_LEAST_HIDDEN: Final = 4


def mask_name(name: str) -> str:
    """Keep the surname 姓: 张测甲 -> 张**, 欧阳测 -> 欧阳*."""
    shown = 2 if len(name) > 2 and name[:2] in _compound_surnames() else 1
    # A name of one character would be shown whole.
    return name[:shown] + "*" * (len(name) - shown) if len(name) > 1 else "*" * len(name)


def mask_id(doc_no: str) -> str:
    """Keep three and four of a resident ID; one and three of a shorter document."""
    return _keep(doc_no, 3, 4) if len(doc_no) >= 15 else _keep(doc_no, 1, 3)


def mask_mobile(mobile: str) -> str:
    """Keep the first three and the last four digits."""
    return _keep(mobile, 3, 4)


def mask_bank_card(number: str) -> str:
    """Keep the last four digits."""
    return _keep(number, 0, 4)


def mask_card_no(card_no: str) -> str:
    """Keep the first and the last three of a card number 卡号."""
    return _keep(card_no, 1, 3)


def mask_identification_code(code: str) -> str:
    """Keep the issuing division and the last four of a card identification code 卡识别码."""
    return _keep(code, 6, 4)


def mask_address(address: str) -> str:
    """Keep an address down to the district: 鄂州市鄂城区***."""
    local = _local_prefix().match(address)
    if local and local.group():
        return local.group() + "***"
    elsewhere = _ELSEWHERE.match(address)
    return (elsewhere.group() if elsewhere else "") + "***"


def _keep(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden < _LEAST_HIDDEN:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]


@cache
def _compound_surnames() -> frozenset[str]:
    surnames = default_value("common.compound_surnames")
    assert isinstance(surnames, list)
    return frozenset(str(surname) for surname in surnames)


@cache
def _local_prefix() -> re.Pattern[str]:
    """Province, city and district of the divisions we know, by name."""
    cities = {d.code: d.name_zh for d in DIVISIONS.values() if d.level == "CITY"}
    parts = sorted(
        (d.name_zh for d in DIVISIONS.values() if d.level in ("DISTRICT", "ZONE")),
        key=len,
        reverse=True,
    )
    # A street may be called after a city, so without 市 the city counts only before a district.
    own = "|".join(name.removesuffix("市") for code, name in cities.items() if code in _COMPLETE)
    return re.compile(rf"(?:湖北省)?(?:(?:{own})市?)?(?:{'|'.join(parts)})|(?:湖北省)?(?:{own})市")


#: The cities whose districts are all in the table: elsewhere the shape of the name must do.
_COMPLETE: Final = frozenset(d.city for d in DIVISIONS.values() if d.level == "DISTRICT")

# Only after a province or a city: 中山路小区 is no district. Streets and numbers end the search.
_PLACE: Final = r"[^\W\d_路街道巷弄号村镇乡]"
_ELSEWHERE: Final = re.compile(
    rf"{_PLACE}{{2,7}}?(?:省|自治区)(?:{_PLACE}{{2,7}}?(?:市|州|盟))?(?:{_PLACE}{{1,7}}?[区县市旗])?"
    rf"|{_PLACE}{{2,7}}?市(?:{_PLACE}{{1,7}}?[区县市旗])?"
)
