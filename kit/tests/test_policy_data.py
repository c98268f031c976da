"""The seed of the policy table: complete, sourced, and never two answers for one day."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from hrss_kit.divisions import DIVISIONS
from hrss_kit.policy_defaults import PolicyDefault, default_value, load_defaults

NAMED = {
    "common": """
        deadline_warn_wd cd_roll_forward leapday_birthday edu_rank compound_surnames month_days
        idempotency_hours retention.case_years retention.audit_years mirror_delete_hours
    """,
    "emp": """
        posting_max_days review_wd report_answer_wd fair_notice_days fair_report_wd
        referral_lapse_days grad_window_years match_weights discrimination_terms
        expected_participation_days
    """,
    "si": """
        intra_province_fund_transfer intra_province_pooling_from pool_rate personal_rate
        benefit_place_min_months intra_province_benefit_place_rule temp_account_age step_wd
        agreed_step_wd min_months lump_sum_evidence_months resident_divisor lifecert_cycle_months
        delegated_reply_wd emp_intra_steps dispute_wd delegated_ack_wd delegated_accept_wd
        delegated_supplement_wd delegated_close_wd injury.employer_days injury.worker_years
        injury.accept_days injury.decide_days injury.simple_days injury.serve_days base_range
        convergence_weights unemp_cross_multiplier unemp_out_wd suspend_next_month
        death_month_payable lifecert_warn_days lifecert_use_codes retirement_schedule
        link_threshold national_min_base resident_long_payer pledge_before report_duty_wd
    """,
    "talent": """
        title_verify_wd title_series title_agreement_cities verify_forward_wd mismatch_lapse_wd
        award_decide_wd file_transfer_wd secondment_months demand_weights cpd_max_hours
    """,
    "li": """
        accept_wd investigate_wd extend_wd accept_clock_start forward_wd decide_wd serve_wd
        assist_reply_wd limitation_years crime_amount list_term_years list_early_months
        jurisdiction_dispute_wd close_notice_wd representatives_max dup_window_days
        collective_window_days comp_rate comp_base wage_grace_days objection_wd
        objection_answer_wd early_removal_wd joint_grade redlist_years bulletin_period
        inspectors_min
    """,
    "card": """
        validity_years renew_window_days temp_loss_days pin_max_failures make_wd preopen_wd
        temp_loss_on_expiry expiry_grace_days ecard_qr_ttl_s verification_ttl_min batch_max
        lookup_daily_limit g1_stop_on resident_population
    """,
}
CAPABILITIES = {
    "P-0": "abcd",
    "EMP-1": "ab",
    "EMP-2": "abcdef",
    "EMP-3": "abc",
    "EMP-4": "ab",
    "SI-1": "abc",
    "SI-2": "abcd",
    "SI-3": "abcd",
    "TAL-1": "abc",
    "TAL-2": "abc",
    "TAL-3": "abc",
    "LI-1": "abcd",
    "LI-2": "ab",
    "LI-3": "ab",
    "CARD-1": "abcde",
}
#: Not named in the list of keys but kept with them, so that no figure hides in code.
KIT_OWN = {
    "common.amount_band_edges",
    "emp.fee_terms",
    "emp.salary_spread",
    "li.assist_accept_wd",
    "li.fine_ranges",
    "li.identity_opening_hours",
    "li.late_fee_daily_rate",
    "li.pay_days",
    "li.reopen_years",
    "si.occupational_injury_pilot",
    "si.resident_contribution_age",
    "si.resident_pension_age",
    "si.retirement_notice_months",
}


def expected_keys() -> set[str]:
    named = {f"{group}.{name}" for group, names in NAMED.items() for name in names.split()}
    switches = {f"feature.{row}{letter}" for row, part in CAPABILITIES.items() for letter in part}
    return named | switches | KIT_OWN


def rows_of(key: str) -> list[PolicyDefault]:
    return [row for row in load_defaults() if row.key == key]


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def test_every_named_key_has_a_default_and_any_other_says_what_it_is() -> None:
    rows = load_defaults()
    assert expected_keys() <= {row.key for row in rows}
    others = [row for row in rows if row.key not in expected_keys()]
    assert [row.key for row in others if not row.note] == []


def test_the_minimum_wage_has_no_default_and_must_be_loaded() -> None:
    assert not rows_of("common.minimum_wage")


def test_every_capability_has_a_switch_that_is_on() -> None:
    switches = [row for row in load_defaults() if row.key.startswith("feature.")]
    assert len(switches) == sum(map(len, CAPABILITIES.values())) == 50
    assert all(row.value is True for row in switches)


def test_every_row_says_where_it_comes_from() -> None:
    for row in load_defaults():
        assert row.confidence in ("H", "M", "L"), row.key
        assert row.source_doc, row.key
        assert row.unit, row.key
        assert row.effective_to is None or row.effective_from < row.effective_to, row.key
        # What was read in an article or a well-known standard has a document to show for it.
        assert row.confidence != "H" or "默认值" not in row.source_doc, row.key


def test_no_key_is_twice_in_force_on_one_day() -> None:
    starts = Counter((row.key, row.city, row.effective_from) for row in load_defaults())
    assert max(starts.values()) == 1
    periods = defaultdict(list)
    for row in load_defaults():
        periods[row.key, row.city].append((row.effective_from, row.effective_to or date.max))
    for spans in periods.values():
        spans.sort()
        for (_, end), (start, _) in pairwise(spans):
            assert end <= start


def test_values_are_json_without_floats() -> None:
    for row in load_defaults():
        json.dumps(row.value)
        assert not any(isinstance(leaf, float) for leaf in leaves(row.value)), row.key


@pytest.mark.parametrize(
    "key", ["emp.match_weights", "talent.demand_weights", "si.convergence_weights"]
)
def test_weights_sum_to_one(key: str) -> None:
    assert sum(Decimal(weight) for weight in leaves(default_value(key))) == 1


def test_the_personal_rate_changed_in_2006() -> None:
    assert [
        (row.value, row.effective_from, row.effective_to) for row in rows_of("si.personal_rate")
    ] == [
        ("0.11", date(1998, 1, 1), date(2006, 1, 1)),
        ("0.08", date(2006, 1, 1), None),
    ]


def test_the_national_minimum_base_pension_only_rises_and_leaves_no_gap() -> None:
    rows = rows_of("si.national_min_base")
    assert all(row.effective_to == after.effective_from for row, after in pairwise(rows))
    amounts = [Decimal(str(row.value)) for row in rows]
    assert amounts == [88, 93, 123, 143]


def test_the_order_of_education_holds() -> None:
    rank: Any = default_value("common.edu_rank")
    assert rank["11"] > rank["14"] > rank["20"] > rank["30"] > rank["40"] == rank["60"]
    assert rank["60"] > rank["70"] > rank["80"] > rank["90"]
    assert {rank["14"] - rank["20"], rank["20"] - rank["30"], rank["30"] - rank["40"]} == {1}


def test_the_figures_of_law_are_those_read() -> None:
    assert default_value("si.retirement_schedule") == {
        "M60": {"base_years": 60, "born_from": "1965-01", "step_months": 4, "cap_months": 36},
        "F55": {"base_years": 55, "born_from": "1970-01", "step_months": 4, "cap_months": 36},
        "F50": {"base_years": 50, "born_from": "1975-01", "step_months": 2, "cap_months": 60},
    }
    assert default_value("li.crime_amount") == {
        "single": {"months": 3, "amount": "10000.00"},
        "group": {"workers": 10, "amount": "50000.00"},
    }
    assert default_value("si.step_wd") == [15, 15, 15]
    assert [default_value(f"li.{step}_wd") for step in ("accept", "investigate", "extend")] == [
        5,
        60,
        30,
    ]


def test_rows_for_one_city_name_a_known_city() -> None:
    assert {row.key for row in load_defaults() if row.city} == {
        "card.g1_stop_on",
        "card.resident_population",
    }
    assert rows_of("card.g1_stop_on")[0].city == "420100"
    cities: Any = default_value("talent.title_agreement_cities")
    assert all(city in DIVISIONS for city in cities)


def test_rules_between_the_cities_are_joint() -> None:
    joint = {row.key for row in load_defaults() if row.is_joint}
    assert {"li.joint_grade", "li.forward_wd", "si.agreed_step_wd"} <= joint
    assert "li.accept_wd" not in joint
    assert {row.group for row in load_defaults()} == {*NAMED, "feature", "joint"}
