"""Estimates: when somebody retires, which scheme pays, and how much a resident gets."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .conftest import PATH, SocialInsurance, stretch
from .test_convergence import standards  # noqa: F401  a fixture

RETIREMENT = "/social-insurance/v1/retirement-estimates"
BENEFITS = "/social-insurance/v1/benefit-estimates"
ZHAO = {"name": "赵测丙", "doc_no": "420799196611052017"}
LIU = {"name": "刘测戊", "doc_no": "420199195802030040"}


async def zhao_is_insured(insurance: SocialInsurance, last: str = "2022-12") -> None:
    """168 months of employment, 60 as a resident."""
    for changes in (
        {"from_month": "2009-01", "to_month": last},
        {"scheme": "RES", "from_month": "2004-01", "to_month": "2008-12", "monthly_base": None,
         "person_kind": "RESIDENT", "employer_uscc": None},
    ):  # fmt: skip
        answer = await insurance.ezhou.post(PATH, stretch(person=ZHAO, **changes))
        assert answer.status_code == 201, answer.text


@pytest.mark.req("SI-2d")
@pytest.mark.parametrize(
    ("last", "emp", "choices", "after"),
    [
        ("2022-12", 168, ["EMP_TO_RES", "CONTINUE_PAYING"], 228),
        ("2023-12", 180, ["RES_TO_EMP"], 180),
    ],
)
async def test_the_link_of_the_schemes_is_proposed_from_the_record(
    insurance: SocialInsurance, last: str, emp: int, choices: list[str], after: int
) -> None:
    await zhao_is_insured(insurance, last)
    desk = insurance.desk("cw-si-ez", "SI_BENEFIT_EST", "2026-11-10T09:00:00+08:00")
    answer = await desk.post(RETIREMENT, {"person": ZHAO})
    row = answer.json()
    assert answer.status_code == 201, answer.text
    assert (row["retire_month"], row["delay_months"], row["retire_kind"]) == ("2027-05", 6, "M60")
    assert (row["emp_months"], row["res_months"], row["min_months"]) == (emp, 60, 180)
    assert (row["choices"], row["months_after_link"]) == (choices, after)
    assert row["refusal"] == "NOT_AT_RETIREMENT_AGE"
    assert row["person"]["name"] == "赵**"
    there = (await desk.get(f"{RETIREMENT}/{row['id']}")).json()
    assert there == row
    in_time = await desk.post(RETIREMENT, {"person": ZHAO, "as_of": "2027-05-01"})
    assert in_time.json()["refusal"] is None
    stored = await insurance.database.fetch("SELECT person_text FROM retirement_estimates")
    assert not any("赵测丙".encode() in one["person_text"] for one in stored)


async def test_which_base_a_woman_has_is_told_and_never_guessed(
    insurance: SocialInsurance,
) -> None:
    desk = insurance.desk("cw-si-wh", "SI_BENEFIT_EST")
    assert_problem(await desk.post(RETIREMENT, {"person": LIU}), 422, "RETIRE_KIND")
    wrong = {"person": LIU, "retire_kind": "M60"}
    assert_problem(await desk.post(RETIREMENT, wrong), 422, "RETIRE_KIND")
    answer = await desk.post(RETIREMENT, {"person": LIU, "retire_kind": "F55"})
    assert (answer.json()["retire_month"], answer.json()["months_from"]) == ("2013-02", "RECORD")
    man = {"person": ZHAO, "retire_kind": "F50"}
    assert_problem(await desk.post(RETIREMENT, man), 422, "RETIRE_KIND")
    assert_problem(await desk.post(RETIREMENT, {"birth_month": "1975-01"}), 422, "RETIRE_KIND")
    assert_problem(await desk.post(RETIREMENT, {}), 422, "PERSON_OR_BIRTH")
    born = {"birth_month": "1984-11", "retire_kind": "F50", "emp_months": 239}
    row = (await desk.post(RETIREMENT, born)).json()
    assert (row["retire_month"], row["min_months"], row["age_years"]) == ("2039-11", 240, 55)
    assert row["choices"][0] == "EMP_TO_RES"


async def test_who_receives_already_is_told_so_and_another_name_is_a_conflict(
    insurance: SocialInsurance,
) -> None:
    body = stretch(
        person=LIU, city=WUHAN, scheme="RES", status="BENEFIT", person_kind="RESIDENT",
        employer_uscc=None, monthly_base=None, from_month="2010-01", to_month="2017-12",
    )  # fmt: skip
    assert (await insurance.wuhan.post(PATH, body)).status_code == 201
    desk = insurance.desk("cw-si-wh", "SI_BENEFIT_EST")
    row = (await desk.post(RETIREMENT, {"person": LIU, "retire_kind": "F50"})).json()
    assert (row["is_receiving"], row["refusal"]) == (True, "BENEFIT_STARTED")
    other = {"person": {**LIU, "name": "刘测己"}, "retire_kind": "F50"}
    assert_problem(await desk.post(RETIREMENT, other), 409, "IDENTITY_CONFLICT")


@pytest.mark.req("SI-2d")
async def test_a_resident_pension_is_told_part_by_part(standards: SocialInsurance) -> None:  # noqa: F811
    desk = standards.desk("window-wh", "SI_BENEFIT_EST")
    body = {"city": EZHOU, "as_of": "2026-01-01", "account_balance": "18070.00"}
    row = (await desk.post(BENEFITS, body)).json()
    assert (row["monthly"], row["base_pension"], row["account_pension"]) == (
        "325.00", "195.00", "130.00",
    )  # fmt: skip
    assert (row["source"], row["divisor"]) == ("DEMO", 139)
    assert [one["item"] for one in row["lines"]] == [
        "BASE_PENSION", "ACCOUNT_PENSION", "SUPPLEMENT",
    ]  # fmt: skip
    assert (await desk.get(f"{BENEFITS}/{row['id']}")).json() == row
    other = standards.desk("cw-si-ez", "SI_BENEFIT_EST")
    assert_problem(await other.get(f"{BENEFITS}/{row['id']}"), 404, "NOT_FOUND")


@pytest.mark.req("SI-2b")
async def test_contributions_are_simulated_by_tier(standards: SocialInsurance) -> None:  # noqa: F811
    desk = standards.desk("cw-si-ez", "SI_BENEFIT_EST")
    paid: dict[str, Any] = {"tier": "300.00", "years": 15}
    body = {"city": EZHOU, "as_of": "2026-01-01", "contributions": [paid]}
    row = (await desk.post(BENEFITS, body)).json()
    assert (row["account_balance"], row["monthly"]) == ("5310.00", "233.20")
    unknown = {**body, "contributions": [paid, {"tier": 4000, "years": 1}]}
    problem = assert_problem(await desk.post(BENEFITS, unknown), 422, "TIER_UNKNOWN")
    assert problem["errors"][0]["field"] == "contributions.1.tier"
    early = {**body, "as_of": "2020-12-31"}
    assert_problem(await desk.post(BENEFITS, early), 409, "STANDARD_MISSING")
    assert_problem(await desk.post(BENEFITS, {"city": EZHOU}), 422, "REQUIRED")


async def test_a_day_before_the_first_known_figure_is_judged_by_that_figure(
    insurance: SocialInsurance,
) -> None:
    desk = insurance.desk("cw-si-wh", "SI_BENEFIT_EST")
    born = {"birth_month": "1966-11", "retire_kind": "M60", "as_of": "2010-01-01"}
    answer = await desk.post(RETIREMENT, born)
    assert (answer.status_code, answer.json()["retire_month"]) == (201, "2027-05")
    passport = {"person": {"name": "测试", "doc_type": "05", "doc_no": "E12345678"}}
    assert_problem(await desk.post(RETIREMENT, passport), 422, "DOC_TYPE")
