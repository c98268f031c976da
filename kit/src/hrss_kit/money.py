"""Amounts in yuan 元: exact to the fen, strings in JSON."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from hrss_kit.field_messages import refusal
from hrss_kit.policy_defaults import default_value

_FEN: Final = Decimal("0.01")
LARGEST: Final = Decimal("999999999999.99")
_PATTERN: Final = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"
_AMOUNT: Final = re.compile(_PATTERN.strip("^$"))


def round_fen(amount: Decimal) -> Decimal:
    """Round half up to the fen, once, at the end of each named component."""
    return amount.quantize(_FEN, ROUND_HALF_UP)


def money_text(amount: Decimal) -> str:
    """How an amount is written in JSON and in events: always two decimals."""
    return f"{round_fen(amount):f}"


def amount_band(amount: Decimal) -> str:
    """The band an event may tell instead of the amount: <10k, 10k–50k, 50k–200k, ≥200k."""
    edges = _band_edges()
    if amount < edges[0]:
        return f"<{_thousands(edges[0])}"
    for low, high in pairwise(edges):
        if amount < high:
            return f"{_thousands(low)}–{_thousands(high)}"
    return f"≥{_thousands(edges[-1])}"


def _accepted(value: object) -> Decimal:
    """A string from a request, or a Decimal from the database; never a JSON number."""
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(value).quantize(_FEN)
    if isinstance(value, Decimal) and value.is_finite() and 0 <= value <= LARGEST:
        fen = round_fen(value)
        if fen == value:
            return fen
    raise refusal("MONEY_FORMAT")


@cache
def _band_edges() -> tuple[Decimal, ...]:
    edges = default_value("common.amount_band_edges")
    assert isinstance(edges, list)
    return tuple(Decimal(str(edge)) for edge in edges)


def _thousands(edge: Decimal) -> str:
    return f"{int(edge) // 1000}k"


Money = Annotated[
    Decimal,
    BeforeValidator(_accepted, json_schema_input_type=str),
    PlainSerializer(money_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["15696.00"]}),
]
