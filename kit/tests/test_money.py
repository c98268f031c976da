"""Money: strings in JSON, exact to the fen, rounded half up once."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from hrss_kit.money import Money, amount_band, money_text, round_fen


class Payment(BaseModel):
    amount: Money


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12.00", "12.00"), ("12", "12.00"), ("0.1", "0.10"), ("999999999999.99", "999999999999.99")],
)
def test_an_amount_comes_and_goes_as_a_string(text: str, amount: str) -> None:
    payment = Payment.model_validate_json(f'{{"amount": "{text}"}}')
    assert payment.amount == Decimal(amount)
    assert payment.model_dump_json() == f'{{"amount":"{amount}"}}'


@pytest.mark.parametrize(
    "value",
    [
        "12.00 ",
        "-1.00",
        "+1.00",
        "1e3",
        "NaN",
        "1.005",
        "1,000.00",
        "007.00",
        ".5",
        "",
        "１２.00",
        "1000000000000.00",
        12,
        12.0,
        True,
        None,
        Decimal("-0.01"),
        Decimal("0.005"),
        Decimal("NaN"),
        Decimal("Infinity"),
    ],
)
def test_anything_else_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Payment.model_validate({"amount": value})
    (error,) = refused.value.errors()
    assert error["type"] == "MONEY_FORMAT"
    assert error["ctx"]["message_zh"]


def test_a_json_number_is_refused() -> None:
    for number in ("12", "12.00"):
        with pytest.raises(ValidationError):
            Payment.model_validate_json(f'{{"amount": {number}}}')


def test_a_decimal_from_the_database_is_accepted() -> None:
    assert Payment(amount=Decimal("12.5")).model_dump() == {"amount": Decimal("12.50")}


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_schema_is_a_string_with_a_pattern(mode: str) -> None:
    schema = Payment.model_json_schema(mode=mode)["properties"]["amount"]  # type: ignore[arg-type]
    assert schema["type"] == "string"
    assert schema["pattern"].startswith("^")


def test_half_a_fen_is_rounded_up_where_python_would_not() -> None:
    assert round_fen(Decimal("100.01") * 6 / 12) == Decimal("50.01")
    assert round_fen(Decimal("700") * 5 / 12) == Decimal("291.67")
    assert round_fen(Decimal("-0.005")) == Decimal("-0.01")
    assert money_text(Decimal("15696")) == "15696.00"


@pytest.mark.parametrize(
    ("amount", "band"),
    [
        ("0", "<10k"),
        ("9999.99", "<10k"),
        ("10000.00", "10k–50k"),
        ("49999.99", "10k–50k"),
        ("50000.00", "50k–200k"),
        ("199999.99", "50k–200k"),
        ("200000.00", "≥200k"),
        ("999999999999.99", "≥200k"),
    ],
)
def test_a_band_begins_at_its_lower_edge(amount: str, band: str) -> None:
    assert amount_band(Decimal(amount)) == band


@given(st.decimals(Decimal("-1e12"), Decimal("1e12"), allow_nan=False, places=6))
def test_rounding_is_decimal_half_up(amount: Decimal) -> None:
    assert round_fen(amount) == amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert abs(round_fen(amount) - amount) <= Decimal("0.005")


@given(st.decimals(0, Decimal("999999999999.99"), allow_nan=False, places=2))
def test_every_amount_survives_the_round_trip(amount: Decimal) -> None:
    assert Payment.model_validate_json(Payment(amount=amount).model_dump_json()).amount == amount
