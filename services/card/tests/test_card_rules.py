"""What a card's states mean; no database, no HTTP."""

from datetime import date

import pytest

from card.cards import rules


@pytest.mark.parametrize(
    ("state", "successor", "expected"),
    [
        ("APPLIED", False, None),
        ("PREOPENED", False, None),
        ("MADE", False, None),
        ("SEALED", False, None),
        ("ACTIVE", False, "USABLE"),
        ("TEMP_LOST", False, "USABLE_WITH_AUTH"),
        ("LOST", False, "USABLE_WITH_AUTH"),
        ("LOCKED", False, "USABLE_WITH_AUTH"),
        ("EXPIRED", False, "USABLE_WITH_AUTH"),
        ("CANCELLED", False, "LIMITED"),
        ("CANCELLED", True, "USABLE"),
        ("LOST", True, "USABLE"),
        ("EXPIRED", True, "USABLE"),
        ("TEMP_LOST", True, "USABLE"),
    ],
)
def test_the_ecard_follows_the_card(state: str, successor: bool, expected: str | None) -> None:
    assert rules.ecard_state(state, has_active_successor=successor) == expected


@pytest.mark.parametrize("state", ["LOST", "LOCKED", "EXPIRED"])
def test_a_city_may_restrict_what_is_lost_locked_or_expired(state: str) -> None:
    assert rules.ecard_state(state, restricted="LIMITED") == "LIMITED"


@pytest.mark.parametrize(
    ("issued_on", "valid_to"),
    [
        (date(2021, 12, 3), date(2031, 12, 2)),
        (date(2026, 6, 24), date(2036, 6, 23)),
        (date(2024, 2, 29), date(2034, 2, 28)),
    ],
)
def test_a_card_is_valid_for_ten_years_less_a_day(issued_on: date, valid_to: date) -> None:
    assert rules.last_valid_day(issued_on, 10) == valid_to


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        (None, "ACTIVE", "activated"),
        ("SEALED", "ACTIVE", "activated"),
        ("TEMP_LOST", "ACTIVE", "restored"),
        ("ACTIVE", "ACTIVE", None),
        ("ACTIVE", "LOST", "lost"),
        (None, "SEALED", None),
    ],
)
def test_a_change_of_state_is_told_by_its_own_event(
    before: str | None, after: str, event: str | None
) -> None:
    assert rules.happened(before, after) == event
