"""Domain §7.2: a transfer with an overlap, delegated cases, certification; steps as numbered."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Desk, assert_problem
from hrss_kit.testing_pdf import text_of

from . import scenario_7_2_delegated as later
from .conftest import LI, SocialInsurance
from .test_convergence import standards  # noqa: F401  a fixture

BASE = "/social-insurance/v1"
TRANSFERS = f"{BASE}/transfer-cases"
RESOLUTIONS = f"{BASE}/overlap-resolutions"
CERTIFICATES = f"{BASE}/participation-certificates"


def at(insurance: SocialInsurance, user: str, day: str) -> Desk:
    """A desk on a day of 2026."""
    return insurance.desk(user, "SI_TRANSFER", f"2026-{day}T10:00:00+08:00")


async def three_steps(insurance: SocialInsurance, count: int = 3) -> None:
    """`si.emp_intra_steps` as the scenario has it."""
    await insurance.database.fetch(
        "UPDATE policy_parameters SET value = $1::jsonb WHERE key = 'si.emp_intra_steps'",
        str(count),
    )


async def li_is_insured(insurance: SocialInsurance) -> None:
    """Step 1: Wuhan 30 months of 4 000, Ezhou 45; the Wuhan account with its interest."""
    await insurance.both_cities()
    account = {
        "person": LI, "scheme": "EMP", "city": WUHAN, "balance_since1998": "9980.55",
        "interest_credited_to": "2025-12",
    }  # fmt: skip
    made = await insurance.wuhan.post(f"{BASE}/personal-accounts", account)
    assert (made.status_code, made.json()["balance"]) == (201, "9980.55"), made.text


def application(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "EMP_INTRA", "person": LI, "from_city": WUHAN, "to_city": EZHOU,
        "reason": "工作调动", **changes,
    }  # fmt: skip


def due(row: dict[str, Any], code: str) -> tuple[str, str]:
    """When the latest clock of a code ends, and how it stands."""
    found = [one for one in row["deadlines"] if one["code"] == code]
    return found[-1]["due_on"], found[-1]["status"]


@pytest.mark.req("SI-1b", "SI-1c", "SI-2c", "SI-2d", "SI-3a", "SI-3b", "SI-3c")
@pytest.mark.req("P-0d", "X-9", "X-10", "X-12", "X-13")
async def test_scenario_7_2_from_application_to_convergence(
    standards: SocialInsurance,  # noqa: F811
) -> None:
    """Steps 1 to 15; windows and desks of several domains act (X-12), makers never check (X-13)."""
    await standards.suite.start("card")
    await steps_1_to_9(standards)
    await later.step_10(standards)
    await later.steps_11_and_12(standards)
    await later.step_13(standards)
    await later.step_14(standards)
    await later.step_15(standards)


async def steps_1_to_9(insurance: SocialInsurance) -> None:
    """A transfer with an overlap, from application to certificate."""
    await three_steps(insurance)
    await li_is_insured(insurance)
    # 2: at a Wuhan window, with a verification; 3: the name is mistyped first
    window = at(insurance, "window-wh", "03-02")
    card = {"holder": {"name": LI["name"], "doc_no": LI["doc_no"]}}
    checked = await window.post("/card/v1/verifications", LI)
    assert (checked.status_code, card["holder"]["name"]) == (200, "李测甲"), checked.text
    verification_id = checked.json()["verification_id"]
    typo = application(person={**LI, "name": "李测钾"})
    conflict = assert_problem(await window.post(TRANSFERS, typo), 409, "IDENTITY_CONFLICT")
    assert conflict["errors"] == []
    answer = await window.post(TRANSFERS, application(verification_id=verification_id))
    row = answer.json()
    assert answer.status_code == 201, answer.text
    assert (row["state"], row["apply_city"], row["owner_city"]) == ("APPLIED", WUHAN, EZHOU)
    assert due(row, "STEP_1") == ("2026-03-23", "OPEN")
    assert row["person"]["name"] == "李**"
    assert row["amounts"] is None
    path = f"{TRANSFERS}/{row['id']}"
    # 4: Ezhou checks and sends its letter
    row = (await at(insurance, "cw-si-ez", "03-12").act(f"{path}/send-letter", row)).json()
    assert (row["state"], due(row, "STEP_2")) == ("LETTER_SENT", ("2026-04-02", "OPEN"))
    assert due(row, "STEP_1")[1] == "MET"
    # 5: Ezhou may not write Wuhan's sheet
    refused = await at(insurance, "cw-si-ez", "03-13").act(f"{path}/send-out", row)
    assert_problem(refused, 403, "NOT_YOUR_CITY")
    # 6: Wuhan's sheet; nothing moves inside the province
    answer = await at(insurance, "cw-si-wh", "03-25").act(f"{path}/send-out", row)
    row = answer.json()
    assert row["state"] == "OUT_SENT", answer.text
    assert row["months_total"] == 30
    assert row["amounts"] == {
        "account": "9980.55", "account_source": "RECORDED", "pool": "14400.00",
        "total": "24380.55", "moved": "0.00", "received": None, "is_reference": True,
    }  # fmt: skip
    assert due(row, "STEP_3") == ("2026-04-16", "OPEN")
    # 7: three months count twice; Ezhou's are kept
    assert (row["overlap_months"], row["counted_months"]) == (3, 72)
    found = await insurance.suite.events("social_insurance", "si.overlap.found.v1")
    assert [one["data"] for one in found] == [{"months": 3, "kept_city": None}]
    checker = at(insurance, "supervisor-ez", "04-01")
    unsettled = await checker.act(f"{path}/complete", row)
    assert_problem(unsettled, 409, "OVERLAP_UNRESOLVED")
    wish = {
        "transfer_case_id": row["id"], "kept_city": EZHOU, "agreed_by_person": True,
        "interest": "71.20",
    }  # fmt: skip
    clerk = at(insurance, "cw-si-ez", "03-30")
    alone = await clerk.post(RESOLUTIONS, {**wish, "agreed_by_person": False})
    assert_problem(alone, 422, "AGREEMENT")
    settled = (await clerk.post(RESOLUTIONS, wish)).json()
    assert settled["months"] == ["2020-04", "2020-05", "2020-06"]
    assert settled["refund_total"] == "1031.20"
    assert settled["lines"][0]["principal"] == "960.00"
    assert_problem(await clerk.post(RESOLUTIONS, wish), 409, "DUPLICATE")
    found = await insurance.suite.events("social_insurance", "si.overlap.found.v1")
    assert found[-1]["data"] == {"months": 3, "kept_city": EZHOU}
    # 8: the maker may not confirm, the checker does
    row = (await clerk.get(path)).json()
    assert "complete" not in row["allowed_actions"]
    assert_problem(await clerk.act(f"{path}/complete", row), 403, "MAKER_IS_CHECKER")
    mismatch = await checker.act(f"{path}/complete", row, {"received_amount": "0.01"})
    assert_problem(mismatch, 409, "AMOUNT_MISMATCH")
    row = (await checker.act(f"{path}/complete", row)).json()
    assert (row["state"], row["counted_months"], row["informed_by"]) == (
        "COMPLETED", 72, "COUNTER",
    )  # fmt: skip
    assert due(row, "STEP_3")[1] == "MET"
    flagged = "SELECT count(*) FROM contribution_months WHERE overlap AND city = '420100'"
    assert await insurance.database.value(flagged) == 3
    kinds = [one["type"] for one in await insurance.suite.events("social_insurance")]
    told = [one for one in kinds if one.startswith("si.transfer.")]
    assert told == [f"si.transfer.{one}.v1" for one in
                    ("applied", "letter_sent", "out_sent", "completed")]  # fmt: skip
    certificate = (await clerk.get(f"{CERTIFICATES}/{row['certificate_id']}")).json()
    assert certificate["months_total"] == 72
    pdf = await clerk.get(f"{CERTIFICATES}/{row['certificate_id']}/pdf")
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    printed = text_of(pdf.content)
    assert "李测甲" in printed
    assert certificate["verify_code"] in printed
    # 9: the same again
    assert_problem(await window.post(TRANSFERS, application()), 409, "DUPLICATE")
    events = (await clerk.get(f"{path}/timeline")).json()["items"]
    assert [one["action"] for one in events] == [
        "apply", "send-letter", "send-out", "resolve-overlap", "complete",
    ]  # fmt: skip
