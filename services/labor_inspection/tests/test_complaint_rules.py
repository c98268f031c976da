"""The rules of taking, routing and refusing, without a database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.divisions import DIVISIONS
from labor_inspection.complaints import rules

WUHAN, EZHOU = "420100", "420700"
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


def act(received_on: date = date(2026, 9, 23), **changes: object) -> rules.Act:
    values: dict[str, object] = {
        "received_on": received_on,
        "uscc": "91420799MAEH00016H",
        "employer_key": "鄂州测试建设",
        "work_division": "420704",
        "place_key": "project:花湖机场",
        "matter": ["WAGE.ARREARS"],
        "period_from": date(2026, 4, 1),
        "period_to": date(2026, 8, 31),
        **changes,
    }
    return rules.Act(**values)  # type: ignore[arg-type]


@pytest.mark.req("LI-1c")
@pytest.mark.parametrize(
    ("kind", "work", "registered", "receiving", "expected"),
    [
        ("KNOWN", "420704", "420199", WUHAN, (EZHOU, "WORK_PLACE", False)),
        ("KNOWN", "WH-EHD", "420799", EZHOU, (WUHAN, "WORK_PLACE", False)),
        ("KNOWN", "420704401", None, WUHAN, (EZHOU, "WORK_PLACE", False)),
        ("REMOTE", None, "420199", EZHOU, (WUHAN, "PAYING_EMPLOYER", False)),
        ("REMOTE", "420704", "420199", WUHAN, (EZHOU, "WORK_PLACE", False)),
        ("REMOTE", None, "440300", EZHOU, (EZHOU, "RECEIVING", True)),
        ("UNKNOWN", None, "420799", WUHAN, (EZHOU, "REGISTRATION", True)),
        ("UNKNOWN", None, None, WUHAN, (WUHAN, "RECEIVING", True)),
        ("UNKNOWN", "420111", "420799", EZHOU, (WUHAN, "WORK_PLACE", False)),
    ],
)
def test_the_work_place_decides_and_registration_stands_in_for_it(
    kind: rules.PlaceKind,
    work: str | None,
    registered: str | None,
    receiving: str,
    expected: tuple[str, str, bool],
) -> None:
    routing = rules.route(kind, work, registered, receiving)
    assert (routing.competent_city, routing.basis, routing.is_provisional) == expected


@given(st.sampled_from(sorted(DIVISIONS)), st.sampled_from([WUHAN, EZHOU]))
def test_whoever_receives_a_known_work_place_leads_to_its_city(code: str, receiving: str) -> None:
    city = rules.city_taking_part(code)
    if city is not None:
        assert rules.route("KNOWN", code, "420199", receiving).competent_city == city


@pytest.mark.parametrize(
    ("ended_on", "received_on", "is_in_time"),
    [
        (date(2024, 9, 22), date(2026, 9, 22), True),  # V1
        (date(2024, 9, 22), date(2026, 9, 23), False),  # V1
        (None, date(2026, 9, 23), True),  # still going on
        (date(2027, 1, 1), date(2026, 9, 23), True),  # still going on
        (date(2024, 2, 29), date(2026, 2, 28), True),
        (date(2024, 2, 29), date(2026, 3, 1), False),
    ],
)
def test_inspection_looks_back_two_years_from_the_end_of_the_act(
    ended_on: date | None, received_on: date, is_in_time: bool
) -> None:
    assert rules.is_in_limitation(ended_on, received_on, 2) is is_in_time


@given(DAYS, st.integers(0, 2000), st.integers(1, 5))
def test_once_too_late_it_stays_too_late(ended_on: date, later: int, years: int) -> None:
    received_on = ended_on + timedelta(days=later)
    now = rules.is_in_limitation(ended_on, received_on, years)
    tomorrow = rules.is_in_limitation(ended_on, received_on + timedelta(days=1), years)
    assert now or not tomorrow
    assert now is (received_on <= rules.add_years(ended_on, years))


@given(DAYS, DAYS, st.integers(1, 200))
def test_a_window_has_a_first_and_a_last_day(
    received_on: date, earlier_on: date, days: int
) -> None:
    new, earlier = act(received_on), act(earlier_on)
    is_inside = 0 <= (received_on - earlier_on).days <= days
    assert rules.is_same_act(new, earlier, days) is is_inside
    assert rules.is_same_site(new, earlier, days) is is_inside


@given(DAYS, st.one_of(st.none(), DAYS), DAYS, st.one_of(st.none(), DAYS))
def test_overlap_does_not_depend_on_who_is_asked_first(
    one: date, one_to: date | None, two: date, two_to: date | None
) -> None:
    assert rules.do_overlap(one, one_to, two, two_to) is rules.do_overlap(two, two_to, one, one_to)


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"uscc": None}, True),  # then the name decides
        ({"uscc": "91420799MAEH00024C"}, False),  # the code goes before the name
        ({"uscc": None, "employer_key": "另一家"}, False),
        ({"work_division": "420703"}, False),
        ({"matter": ["WAGE"]}, True),  # a matter holds its sub-matters
        ({"matter": ["WAGE.OVERTIME"]}, False),
        ({"matter": ["HOURS"]}, False),
        ({"period_from": date(2026, 9, 1), "period_to": None}, False),
        ({"period_from": date(2026, 8, 31), "period_to": None}, True),
        ({"period_from": date(2026, 1, 1), "period_to": date(2026, 3, 31)}, False),
    ],
)
def test_the_same_act_is_the_same_employer_place_matter_and_time(
    changes: dict[str, object], is_same: bool
) -> None:
    assert rules.is_same_act(act(**changes), act(), 90) is is_same  # type: ignore[arg-type]


def test_two_filings_that_name_no_employer_are_not_about_the_same_one() -> None:
    unknown = act(uscc=None, employer_key=None)
    assert not rules.is_same_act(unknown, unknown, 90)


def test_a_collective_is_one_project_or_one_address() -> None:
    project = rules.place_key("420704", "测试路9号", "花湖机场 测试项目")
    assert project == rules.place_key("420703", "别处", "花湖机场测试项目")
    assert rules.place_key("420704", "测试路 9 号", None) == "site:420704:测试路9号"
    assert rules.place_key("420704", "测试路9号", None) != rules.place_key(
        "420703", "测试路9号", ""
    )
    assert rules.place_key("420704", None, None) is None
    assert not rules.is_same_site(act(place_key=None), act(place_key=None), 30)


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("武汉测试科技有限公司", " 武汉测试科技（有限公司） "),
        ("武汉测试科技有限公司", "武汉测试科技有限责任公司"),
        ("Wuhan TEST Co., Ltd", "ｗｕｈａｎ　ｔｅｓｔ　ｃｏ ｌｔｄ"),
    ],
)
def test_spellings_of_one_employer_meet(written: str, other: str) -> None:
    assert rules.employer_key(written) == rules.employer_key(other)


def test_an_employer_is_clear_by_code_or_by_name_and_address() -> None:
    assert rules.missing_facts(None, "91420799MAEH00016H", None) == []
    assert rules.missing_facts("鄂州测试建设", None, "测试路9号") == []
    assert rules.missing_facts("鄂州测试建设", None, None) == [
        "employer_uscc",
        "work_place.address",
    ]
    assert rules.missing_facts(None, None, "测试路9号") == ["employer_uscc", "employer_name"]


def test_a_dispatching_employers_city_gets_a_copy_when_the_work_is_elsewhere() -> None:
    assert rules.copy_city(["DISPATCH"], "420199", EZHOU) == WUHAN
    assert rules.copy_city(["DISPATCH"], "420799", EZHOU) is None
    assert rules.copy_city(["WAGE"], "420199", EZHOU) is None
    assert rules.copy_city(["DISPATCH"], "440300", EZHOU) is None


@given(st.lists(st.one_of(st.none(), st.decimals(0, 10**6, places=2)), max_size=20))
def test_amounts_add_up_and_none_of_none_is_none(amounts: list[Decimal | None]) -> None:
    named = [amount for amount in amounts if amount is not None]
    assert rules.amount_total(amounts) == (sum(named) if named else None)


def test_every_state_that_the_machine_names_is_one_that_a_row_may_have() -> None:
    assert rules.MACHINE.states | {"CLOSED"} == {
        "RECEIVED",
        "FORWARDED",
        "DISPUTED_JURISDICTION",
        "SUPPLEMENT",
        "ACCEPTED",
        "NOT_ACCEPTED",
        "CLOSED",
    }
