"""The kinds of transfers that are no move of employees: each over its three steps."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .conftest import LI, PATH, SocialInsurance, stretch
from .test_scenario_7_2 import BASE, TRANSFERS, application, at, due

Row = dict[str, Any]
#: Three steps of fifteen working days from 2026-03-02 on, each begun before the last is over.
CLOCKS = (("STEP_1", "2026-03-23"), ("STEP_2", "2026-04-02"), ("STEP_3", "2026-04-16"))


async def is_insured(insurance: SocialInsurance, **changes: Any) -> None:
    desk = insurance.wuhan if changes.get("city") == WUHAN else insurance.ezhou
    made = await desk.post(PATH, stretch(**changes))
    assert made.status_code == 201, made.text


async def walk(
    insurance: SocialInsurance,
    out: Row | None = None,
    received: Row | None = None,
    second: str = CLOCKS[1][1],
    **changes: Any,
) -> Row:
    """Applied for in Wuhan, letter of Ezhou, sheet of Wuhan, completed by Ezhou's head."""
    made = await at(insurance, "window-wh", "03-02").post(TRANSFERS, application(**changes))
    row = made.json()
    assert (made.status_code, row.get("state")) == (201, "APPLIED"), made.text
    assert (row["steps"], due(row, "STEP_1")) == (3, (CLOCKS[0][1], "OPEN"))
    path = f"{TRANSFERS}/{row['id']}"
    # No kind but that of employees inside the province ends before its third step.
    early = await at(insurance, "supervisor-ez", "03-03").act(f"{path}/complete", row)
    assert_problem(early, 409, "STATE_CONFLICT")
    answer = await at(insurance, "cw-si-ez", "03-12").act(f"{path}/send-letter", row)
    row = answer.json()
    assert answer.status_code == 200, answer.text
    assert due(row, "STEP_2") == (second, "OPEN")
    if out is not None:
        bare = assert_problem(
            await at(insurance, "cw-si-wh", "03-25").act(f"{path}/send-out", row), 422, "REQUIRED"
        )
        assert sorted(one["field"] for one in bare["errors"]) == ["account", "pool"]
    answer = await at(insurance, "cw-si-wh", "03-25").act(f"{path}/send-out", row, out)
    row = answer.json()
    assert (answer.status_code, row.get("state")) == (200, "OUT_SENT"), answer.text
    assert due(row, "STEP_3") == (CLOCKS[2][1], "OPEN")
    head = at(insurance, "supervisor-ez", "04-01")
    if row["amounts"]["moved"] != "0.00":
        wrong = await head.act(f"{path}/complete", row, {"received_amount": "1.00"})
        assert_problem(wrong, 409, "AMOUNT_MISMATCH")
    answer = await head.act(f"{path}/complete", row, received)
    row = answer.json()
    assert (answer.status_code, row.get("state")) == (200, "COMPLETED"), answer.text
    assert due(row, "STEP_3")[1] == "MET"
    return dict(row)


@pytest.mark.req("SI-1c")
@pytest.mark.parametrize(
    ("kind", "source", "target"), [("INST_EMP", "INST", "EMP"), ("EMP_INST", "EMP", "INST")]
)
async def test_between_civil_service_and_enterprise_money_moves_as_entered(
    insurance: SocialInsurance, kind: str, source: str, target: str
) -> None:
    await is_insured(insurance, city=WUHAN, scheme=source, from_month="2018-01",
                     to_month="2019-12")  # fmt: skip
    await is_insured(insurance, scheme=target, from_month="2020-01", to_month="2023-12")
    row = await walk(
        insurance,
        {"account": "7680.00", "pool": "11520.00"},
        {"received_amount": "19200.00"},
        kind=kind,
    )
    assert (row["months_total"], row["counted_months"], row["overlap_months"]) == (24, 72, 0)
    assert row["amounts"] == {
        "account": "7680.00", "account_source": "ENTERED", "pool": "11520.00",
        "total": "19200.00", "moved": "19200.00", "received": "19200.00", "is_reference": False,
    }  # fmt: skip
    assert row["certificate_id"] is not None


@pytest.mark.req("SI-1c")
async def test_a_resident_moves_with_the_account_and_no_pool(insurance: SocialInsurance) -> None:
    resident = {"scheme": "RES", "person_kind": "RESIDENT", "employer_uscc": None,
                "monthly_base": None}  # fmt: skip
    await is_insured(insurance, city=WUHAN, from_month="2018-01", to_month="2019-12", **resident)
    await is_insured(insurance, from_month="2020-01", to_month="2023-12", **resident)
    kept = {
        "person": LI, "scheme": "RES", "city": WUHAN, "personal_part": "2000.00",
        "subsidy_part": "120.00",
    }  # fmt: skip
    assert (await insurance.wuhan.post(f"{BASE}/personal-accounts", kept)).status_code == 201
    row = await walk(insurance, None, {"received_amount": "2120.00"}, kind="RES_MOVE")
    assert (row["months_total"], row["counted_months"]) == (24, 72)
    amounts = row["amounts"]
    assert (amounts["account"], amounts["pool"], amounts["moved"]) == (
        "2120.00", "0.00", "2120.00",
    )  # fmt: skip
    assert amounts["account_source"] == "RECORDED"


@pytest.mark.req("SI-1c")
async def test_the_unemployed_move_their_months_and_inside_the_province_no_money(
    insurance: SocialInsurance,
) -> None:
    await is_insured(insurance, city=WUHAN, scheme="UNEMP", from_month="2018-01",
                     to_month="2019-12")  # fmt: skip
    # The city that is left has five working days for the unemployed (si.unemp_out_wd).
    row = await walk(insurance, second="2026-03-19", kind="UNEMP_MOVE")
    assert (row["months_total"], row["counted_months"]) == (24, 24)
    assert row["amounts"]["moved"] == "0.00"


@pytest.mark.req("SI-1c")
async def test_the_cities_pledge_shortens_their_steps_and_nobody_elses(
    insurance: SocialInsurance,
) -> None:
    """`si.agreed_step_wd`: the two cities' own promise, where it is in force."""
    await insurance.database.fetch(
        "UPDATE policy_parameters SET value = jsonb_set(value, '{is_enabled}', 'true') "
        "WHERE key = 'si.agreed_step_wd'"
    )
    await insurance.database.fetch(
        "UPDATE policy_parameters SET value = '3'::jsonb WHERE key = 'si.emp_intra_steps'"
    )
    await is_insured(insurance, city=WUHAN, from_month="2018-01", to_month="2019-12")
    await is_insured(insurance, from_month="2020-04", to_month="2023-12")
    desk = at(insurance, "cw-si-ez", "03-02")
    own = (await desk.post(TRANSFERS, application())).json()
    assert due(own, "STEP_1") == ("2026-03-16", "OPEN")  # ten working days
    row = (await at(insurance, "cw-si-ez", "03-03").act(
        f"{TRANSFERS}/{own['id']}/send-letter", own
    )).json()  # fmt: skip
    assert due(row, "STEP_2") == ("2026-03-10", "OPEN")  # five
    cross = application(kind="EMP_CROSS", from_city="430100", to_city=EZHOU)
    other = (await desk.post(TRANSFERS, cross)).json()
    assert due(other, "STEP_1") == ("2026-03-23", "OPEN")
