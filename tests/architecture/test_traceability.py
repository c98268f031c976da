"""Every sentence of the plan has a test that names it, and every figure a row with its source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hrss_kit.policy_defaults import load_defaults

from .members import ROOT

#: Chapter three of the plan, sentence by sentence, and how many capabilities each has.
SENTENCES: Final = {
    "P-0": 4, "EMP-1": 2, "EMP-2": 6, "EMP-3": 3, "EMP-4": 2, "SI-1": 3, "SI-2": 4, "SI-3": 4,
    "TAL-1": 3, "TAL-2": 3, "TAL-3": 3, "LI-1": 4, "LI-2": 2, "LI-3": 2, "CARD-1": 5,
}  # fmt: skip
ROWS: Final = [f"{sentence}{letter}" for sentence, count in SENTENCES.items()
               for letter in "abcdef"[:count]]  # fmt: skip
#: Sentences of the other chapters that bind these services.
SUPPORTING: Final = [f"X-{number}" for number in range(1, 30)]
#: Capabilities whose tests are not written yet; a release has none.
PENDING: Final = frozenset({"P-0a"})
PENDING_SUPPORTING: Final = frozenset({"X-23", "X-24", "X-26"})

KEYS: Final = {
    "common": "deadline_warn_wd cd_roll_forward leapday_birthday edu_rank compound_surnames "
    "month_days idempotency_hours retention.case_years retention.audit_years mirror_delete_hours",
    "emp": "posting_max_days review_wd report_answer_wd fair_notice_days fair_report_wd "
    "referral_lapse_days grad_window_years match_weights discrimination_terms "
    "expected_participation_days",
    "si": "intra_province_fund_transfer intra_province_pooling_from pool_rate personal_rate "
    "benefit_place_min_months intra_province_benefit_place_rule temp_account_age step_wd "
    "agreed_step_wd min_months lump_sum_evidence_months resident_divisor lifecert_cycle_months "
    "delegated_reply_wd emp_intra_steps dispute_wd delegated_ack_wd delegated_accept_wd "
    "delegated_supplement_wd delegated_close_wd injury.employer_days injury.worker_years "
    "injury.accept_days injury.decide_days injury.simple_days injury.serve_days base_range "
    "convergence_weights unemp_cross_multiplier unemp_out_wd suspend_next_month "
    "death_month_payable lifecert_warn_days lifecert_use_codes retirement_schedule "
    "link_threshold national_min_base resident_long_payer pledge_before report_duty_wd",
    "talent": "title_verify_wd title_series title_agreement_cities verify_forward_wd "
    "mismatch_lapse_wd award_decide_wd file_transfer_wd secondment_months demand_weights "
    "cpd_max_hours",
    "li": "accept_wd investigate_wd extend_wd accept_clock_start forward_wd decide_wd serve_wd "
    "assist_reply_wd limitation_years crime_amount list_term_years list_early_months "
    "jurisdiction_dispute_wd close_notice_wd representatives_max dup_window_days "
    "collective_window_days comp_rate comp_base wage_grace_days objection_wd "
    "objection_answer_wd early_removal_wd joint_grade redlist_years bulletin_period "
    "inspectors_min",
    "card": "validity_years renew_window_days temp_loss_days pin_max_failures make_wd preopen_wd "
    "temp_loss_on_expiry expiry_grace_days ecard_qr_ttl_s verification_ttl_min batch_max "
    "lookup_daily_limit g1_stop_on",
}
#: Figures of law and of local rules; sixty is one only where it counts working days.
FIGURES: Final = {10_000, 50_000, 139, 0.12, 120, 180}
WORKING_DAYS: Final = 60
#: The same numbers, meaning something else: a size, a height, a bound of a field.
OTHER_MEANINGS: Final = {
    ("social_insurance/life_certifications/schemas.py", 120): "instalments at most",
    ("social_insurance/convergence/population.py", 10_000): "rows at once",
    ("gateway/access_log.py", 50_000): "lines that wait at most",
    ("hrss_kit/auth.py", 10_000): "tokens remembered at most",
    ("hrss_kit/provision.py", 10_000): "how PostgreSQL writes its version",
}
MARK: Final = re.compile(r"mark\.req\(([^)]*)\)")


def marked() -> set[str]:
    """Every requirement that a test names."""
    tests = (
        path
        for folder in ("services", "gateway", "kit", "cli", "tests")
        for path in (ROOT / folder).rglob("test_*.py")
        if ".venv" not in path.parts
    )
    return {
        name
        for path in tests
        for found in MARK.findall(path.read_text("utf-8"))
        for name in re.findall(r'"([A-Z0-9a-z-]+)"', found)
    }


def test_every_sentence_of_the_plan_has_a_test_that_names_it() -> None:
    assert len(SENTENCES) == 15  # as many as chapter three has
    missing = [name for name in ROWS if name not in marked() | PENDING]
    assert not missing, missing


def test_every_sentence_of_the_other_chapters_has_a_test_that_names_it() -> None:
    missing = [name for name in SUPPORTING if name not in marked() | PENDING_SUPPORTING]
    assert not missing, missing


def test_no_test_names_a_sentence_that_is_not_there() -> None:
    known = {*ROWS, *SUPPORTING}
    unknown = [name for name in marked() if re.match(r"(P|EMP|SI|TAL|LI|CARD|X)-", name)]
    assert not [name for name in unknown if name not in known]


def test_every_parameter_has_a_row_with_its_source_and_how_sure_it_is() -> None:
    held = {row.key: row for row in load_defaults()}
    wanted = [f"{group}.{name}" for group, names in KEYS.items() for name in names.split()]
    wanted += [f"feature.{name}" for name in ROWS]
    assert not [key for key in wanted if key not in held]
    for row in load_defaults():
        assert row.source_doc, row.key
        assert row.confidence in ("H", "M", "L"), row.key
    # A minimum wage that nobody has looked up is worse than none: it has to be loaded.
    assert "common.minimum_wage" not in held


def test_figures_of_law_stand_in_the_parameter_table_only() -> None:
    """In code neither as a number nor as a string; a migration repeats what once was."""
    assert not (found := list(_figures())), found


def _figures() -> Iterator[str]:
    for pattern in ("services/*/src/*", "gateway/src/*", "kit/src/*"):
        for folder in ROOT.glob(pattern):
            for path in sorted(folder.rglob("*.py")):
                # Migrations and the tables they once made say what was, not what holds; the
                # console computes nothing.
                if not {"versions", "console"} & {*path.parts} and path.stem[:8] != "tables_v":
                    yield from _figures_of(path, f"{folder.name}/{path.relative_to(folder)}")


def _figures_of(path: Path, name: str) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    lengths = {
        id(value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for value in [
            *(node.args if ast.unparse(node.func).endswith("String") else ()),
            *(one.value for one in node.keywords if one.arg == "max_length"),
        ]
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in lengths:
            figure = _number(node.value)
            if figure in FIGURES and (name, figure) not in OTHER_MEANINGS:
                yield f"{name}:{node.lineno} {node.value}"
        if isinstance(node, ast.Call):
            given = [one for one in ast.walk(node) if isinstance(one, ast.Constant)]
            said = {one.value for one in given if isinstance(one.value, str | int)}
            if {"WD", WORKING_DAYS} <= said:
                yield f"{name}:{node.lineno} {WORKING_DAYS} WD"


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
