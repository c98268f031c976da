"""J-1: the card service is down, the complaint is taken all the same, and the check follows."""

from typing import Any

import pytest
from sqlalchemy import text

from hrss_kit import context
from hrss_kit.testing import Suite

ZHOU = {"name": "周测己", "doc_type": "01", "doc_no": "420799197508180058"}
CARD = {
    "holder": ZHOU,
    "card_no": "E00000019",
    "spec_version": "3.00",
    "issued_on": "2021-12-03",
    "valid_to": "2031-12-02",
    "bank_code": "999",
    "bank_account": "9999994207000000011",
}
COMPLAINT = {
    "kind": "COMPLAINT",
    "channel": "WINDOW",
    "complainant": {**ZHOU, "mobile": "14400000012"},
    "is_migrant": True,
    "representatives": [],
    "employer_name": "鄂州测试建设有限公司",
    "employer_uscc": "91420799MAEH00016H",
    "work_place": {
        "division": "420704",
        "address": "鄂州市鄂城区测试路9号",
        "project_name": "花湖机场测试项目",
    },
    "matter": ["WAGE.ARREARS", "SOCIAL_INSURANCE"],
    "facts": "自2026年4月起未发工资",
    "period_from": "2026-04",
    "period_to": "2026-08",
    "amount_claimed": "12000.00",
    "workers": [{"person": {**ZHOU, "mobile": "14400000012"}, "amount": "12000.00", "months": 3}],
    "other_procedure": "NONE",
}
PATH, JOURNEYS = "/labor-inspection/v1/complaints", "/gateway/v1/journeys"


async def journey_of(suite: Suite, number: str) -> tuple[dict[str, Any], dict[str, str]]:
    context.begin()
    await suite.worker("gateway").follow("labor_inspection")
    found = await suite.desk("cw-li-wh").get(JOURNEYS, params={"q": number})
    (row,) = found.json()["items"]
    return row, {step["code"]: step["state"] for step in row["steps"]}


@pytest.mark.req("P-0c")
async def test_a_complaint_is_never_refused_because_cards_are_down_and_its_journey_says_so(
    suite: Suite,
) -> None:
    await suite.start("gateway", "labor_inspection", "card", "social_insurance")
    clerk = suite.desk("cw-card-ez", "CARD_SERVICE")
    code = "420799D15600000500BF7C7A48FB0001"
    await clerk.http.put(f"/card/v1/cards/{code}", json=CARD, headers={"X-Purpose": "CARD_SERVICE"})
    counter = suite.desk("window-wh", "LI_COMPLAINT")
    asked = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
    made = (await counter.post("/card/v1/verifications", asked)).json()
    assert made["match"] is True

    suite.down.add("card")
    answer = await counter.post(PATH, {**COMPLAINT, "verification_id": made["verification_id"]})
    assert answer.status_code == 201, answer.text
    complaint = answer.json()
    assert (complaint["card_verified"], complaint["state"]) == (False, "FORWARDED")
    row, states = await journey_of(suite, complaint["tracking_no"])
    assert (row["rule"], row["owner_city"], row["cities"]) == (
        "J-1", "420700", ["420100", "420700"],
    )  # fmt: skip
    assert {code: states[code] for code in ("COMPLAINT", "CARD_CHECK", "ROUTE", "ACCEPT")} == {
        "COMPLAINT": "DONE", "CARD_CHECK": "RUNNING", "ROUTE": "DONE", "ACCEPT": "WAITING",
    }  # fmt: skip

    suite.down.clear()
    inspection = suite.worker("labor_inspection")
    database = suite.apps["labor_inspection"].state.database
    async with database.transaction() as session:
        await session.execute(text("UPDATE verification_checks SET next_at = now()"))
    context.begin()
    await inspection.run_errands()
    row, states = await journey_of(suite, complaint["tracking_no"])
    assert states["CARD_CHECK"] == "DONE"

    # Accepted: a case, and social insurance is asked because the matter says so.
    desk = suite.desk("cw-li-ez", "LI_COMPLAINT")
    complaint = (await desk.get(f"{PATH}/{complaint['id']}")).json()
    assert complaint["card_verified"] is True
    accepted = await desk.act(f"{PATH}/{complaint['id']}/accept", complaint)
    assert accepted.status_code == 200, accepted.text
    context.begin()
    await inspection.run_errands()
    row, states = await journey_of(suite, complaint["tracking_no"])
    assert (states["ACCEPT"], states["INSURANCE_LOOKUP"], states["CASE"]) == (
        "DONE", "DONE", "WAITING",
    )  # fmt: skip
    assert row["facts"]["not_insured"] == 1
    (by_case,) = (await desk.get(JOURNEYS, params={"q": row["facts"]["case_no"]})).json()["items"]
    assert by_case["id"] == row["id"]
