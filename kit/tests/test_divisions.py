"""Divisions and partner cities."""

import pytest

from hrss_kit.divisions import ACTIVE_CITIES, DIVISIONS, PARTNER_CITIES, city_of, letters


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("420100", "420100"),
        ("420111", "420100"),
        ("420117", "420100"),
        ("420704", "420700"),
        ("420702", "420700"),
        ("420199", "420100"),
        ("420799", "420700"),
        ("WH-EHD", "420100"),
        ("WH-WEDZ", "420100"),
        ("WH-ELS", "420100"),
        ("WH-CRN", "420100"),
        ("420703400", "420700"),
        ("420704401", "420700"),
        ("420200", "420200"),
        ("421100", "421100"),
        ("420300", "420300"),
        ("420000", None),
        ("420198", None),
        ("420101", None),
        ("440100", None),
        ("WH-XXX", None),
        ("", None),
    ],
)
def test_a_place_belongs_to_its_city_or_is_unknown(code: str, city: str | None) -> None:
    assert city_of(code) == city


def test_the_table_is_a_tree_under_the_province() -> None:
    for division in DIVISIONS.values():
        if division.level == "PROVINCE":
            continue
        assert division.parent in DIVISIONS
        if division.code.isdigit():
            assert division.city == division.code[:4] + "00"
        assert (division.gb_parent is not None) is (division.level == "ZONE")
        if division.gb_parent:
            assert DIVISIONS[division.gb_parent].city == division.city


def test_the_two_cities_have_all_their_districts_and_zones() -> None:
    own = [d for d in DIVISIONS.values() if not d.is_reserved]
    count = {
        (city, level): sum(d.city == city and d.level == level for d in own)
        for city in ("420100", "420700")
        for level in ("DISTRICT", "ZONE")
    }
    assert count == {
        ("420100", "DISTRICT"): 13,
        ("420100", "ZONE"): 4,
        ("420700", "DISTRICT"): 3,
        ("420700", "ZONE"): 4,
    }


def test_only_unassigned_codes_are_reserved_for_synthetic_data() -> None:
    assert {d.code for d in DIVISIONS.values() if d.is_reserved} == {"420199", "420799"}


def test_names_are_given_in_both_languages() -> None:
    assert (DIVISIONS["420704"].name_zh, DIVISIONS["420704"].name_en) == (
        "鄂城区",
        "Echeng District",
    )
    assert all(d.name_zh and d.name_en.isascii() for d in DIVISIONS.values())


def test_two_cities_take_part_and_two_are_listed() -> None:
    assert ACTIVE_CITIES == ("420100", "420700")
    assert set(PARTNER_CITIES) == {"420100", "420700", "420200", "421100"}
    assert all(code in DIVISIONS for code in PARTNER_CITIES)


def test_a_partner_city_has_two_letters_and_another_city_has_none() -> None:
    assert (letters("420100"), letters("420700")) == ("WH", "EZ")
    with pytest.raises(KeyError):
        letters("420300")
