"""The indicators of policy, delegation and certification (domain §5)."""

import pytest

from hrss_kit.testing import EZHOU, WUHAN

from .conftest import SocialInsurance
from .scenario_7_2_delegated import V1, Cities
from .test_convergence import standards  # noqa: F401  a fixture


@pytest.mark.req("P-0d")
async def test_the_indicators_of_policy_delegation_and_certification(
    standards: SocialInsurance,  # noqa: F811
) -> None:
    cities = Cities(standards)
    desk = cities.desk("cw-si-wh", "11-20", "LIFE_CERT")
    for at in range(6):
        person = {"name": "张测甲", "doc_no": f"{_numbered(at)}"}
        paid = {"person": person, "benefit": "RES_PENSION", "last_ok_on": "2025-11-10"}
        made = await desk.post(f"{V1}/life-certifications", paid)
        row = made.json()
        if at < 5:
            seen = {"method": "COUNTER", "result": "ALIVE"}
            await desk.act(f"{V1}/life-certifications/{row['id']}/certify", row, seen)
        case = {
            "kind": "LIFE", "main_case_ref": row["biz_no"], "person": person, "questions": ["?"],
        }  # fmt: skip
        sent = (await desk.post(f"{V1}/delegated-cases", case)).json()
        sent = await cities.act("supervisor-wh", "11-02", "delegated-cases", sent, "send")
        if at < 5:
            for action in ("accept", "start"):
                sent = await cities.act("cw-si-ez", "11-03", "delegated-cases", sent, action)
            reply = {"answers": [{"question": 1, "answer": "是"}], "result_code": "UNREACHABLE"}
            await cities.act("supervisor-ez", "11-10", "delegated-cases", sent, "reply", reply)
    await cities.timers("11-25")
    head = cities.desk("supervisor-wh", "11-25", "STAT")
    told = await head.get(f"{V1}/indicators", {"period": "2026"})
    assert told.status_code == 200, told.text
    found = {(one["id"], one["city"]): one for one in told.json()["items"]}
    assert found["I-SI-3", EZHOU]["inputs"] == {"due": 6, "on_time": 5}
    assert found["I-SI-3", EZHOU]["value"] == pytest.approx(83.33)
    assert found["I-SI-3", EZHOU]["groups"][0]["group"] == "LIFE"
    assert found["I-SI-4", WUHAN]["value"] == pytest.approx(0.7939)
    assert found["I-SI-5", WUHAN]["value"] == pytest.approx(0.7857)
    assert found["I-SI-6", WUHAN]["inputs"] == {"paid": 6, "certified": 5}
    assert found["I-SI-6", EZHOU]["suppressed"] is True
    assert {"I-SI-7", "I-SI-8"} <= {one[0] for one in found}


def _numbered(at: int) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = f"42019919500301{at:03d}"
    check = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + "10X98765432"[check]
