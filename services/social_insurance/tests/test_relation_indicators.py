"""I-SI-1, I-SI-2 and I-SI-9 over HTTP, from transfers and participations."""

from typing import Any

from hrss_kit.testing import EZHOU, WUHAN

from .conftest import PATH, SocialInsurance, stretch
from .test_scenario_7_2 import TRANSFERS, application, at

INDICATORS = "/social-insurance/v1/indicators"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def person(number: int) -> dict[str, str]:
    """A synthetic person with a sound number."""
    body = f"42079919900101{number:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return {"name": "李测甲", "doc_no": body + "10X98765432"[total % 11], "doc_type": "01"}


async def read(insurance: SocialInsurance, period: str) -> dict[str, Any]:
    reader = insurance.desk("svc.gateway", now="2026-06-30T09:00:00+08:00")
    answer = await reader.get(INDICATORS, {"period": period, "city": EZHOU})
    assert answer.status_code == 200, answer.text
    return {item["id"]: item for item in answer.json()["items"]}


async def test_steps_in_time_durations_and_who_is_insured(insurance: SocialInsurance) -> None:
    for number in range(1, 7):
        who = person(number)
        wuhan = stretch(person=who, city=WUHAN, from_month="2018-01", to_month="2018-06")
        assert (await insurance.wuhan.post(PATH, wuhan)).status_code == 201
        await insurance.ezhou.post(PATH, stretch(person=who))
        injury = stretch(person=who, scheme="INJ", to_month=None, status="ACTIVE")
        assert (await insurance.ezhou.post(PATH, injury)).status_code == 201
        clerk = at(insurance, "cw-si-ez", "03-02")
        row = (await clerk.post(TRANSFERS, application(person=who))).json()
        # Five are done after three working days, one long after its fifteen.
        day = "03-05" if number < 6 else "05-06"
        done = await at(insurance, "supervisor-ez", day).act(
            f"{TRANSFERS}/{row['id']}/complete", row
        )
        assert done.json()["state"] == "COMPLETED", done.text
    found = await read(insurance, "2026")
    assert found["I-SI-1"]["inputs"] == {"met": 5, "closed": 6}
    assert found["I-SI-1"]["value"] == 83.33
    assert (found["I-SI-2"]["inputs"], found["I-SI-2"]["value"]) == ({"completed": 6}, 3)
    assert (found["I-SI-9"]["value"], found["I-SI-9"]["suppressed"]) == (6, False)
    march = await read(insurance, "2026-Q1")
    assert march["I-SI-1"]["inputs"] == {"met": 5, "closed": 5}
    assert (await read(insurance, "2026-05"))["I-SI-2"]["suppressed"] is True
