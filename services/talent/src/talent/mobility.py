"""Conditions that would hold talent up: hukou, region, identity. Pure.

Source: 人力资源市场暂行条例 art. 11.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from hrss_kit.problems import FieldError

_DENIED_BEFORE: Final = ("不限", "不看", "不问", "不分", "无需", "不要求", "不得要求", "不设")
_DENIED_AFTER: Final = ("不限", "不作要求", "无要求", "不作限制")


def barriers(texts: Mapping[str, str | None], terms: Iterable[str]) -> Iterator[FieldError]:
    """Every listed condition in every text, named; `户籍不限` is none."""
    wanted = "|".join(re.escape(term) for term in sorted(set(terms), key=len, reverse=True))
    if not wanted:
        return
    for field, text in texts.items():
        plain = "".join(unicodedata.normalize("NFKC", text or "").split()).lower()
        named: dict[str, None] = {}
        for found in re.finditer(wanted, plain):
            before, after = plain[: found.start()], plain[found.end() :]
            if not (before.endswith(_DENIED_BEFORE) or after.startswith(_DENIED_AFTER)):
                named[found.group()] = None
        for term in named:
            yield FieldError(
                field=field,
                code="MOBILITY_BARRIER",
                message_zh=f"不得设置户籍、地域、身份限制：“{term}”",
                message_en=f"sets a condition on hukou, region or identity: “{term}”",
            )
