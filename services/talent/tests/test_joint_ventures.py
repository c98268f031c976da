"""The joint talent group, and hours of continuing education."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import assert_problem

from .conftest import WANG, TalentOffice

PATH = "/talent/v1/joint-ventures"
STEPS, ORDERS = "/talent/v1/jv-milestones", "/talent/v1/jv-service-orders"
CREDITS = "/talent/v1/cpd-credits"


def venture(*shares: str) -> dict[str, Any]:
    held = [{"name": f"股东{place}", "share": share} for place, share in enumerate(shares)]
    return {"name": "武鄂人才集团（筹）", "shareholders": held}


@pytest.mark.req("TAL-2b")
@pytest.mark.parametrize(
    ("shares", "code"),
    [
        (("51.00", "48.99"), "JV_SHARES"),
        (("51.00", "49.01"), "JV_SHARES"),
        (("33.33", "33.33", "33.33"), "JV_SHARES"),
        (("51.001", "48.999"), "SHARE"),
        (("0.00", "100.00"), "SHARE"),
    ],
)
async def test_shares_come_to_exactly_a_hundred(
    office: TalentOffice, shares: tuple[str, ...], code: str
) -> None:
    desk = office.desk("cw-talent-wh")
    assert_problem(await desk.post(PATH, venture(*shares)), 422, code)


@pytest.mark.req("TAL-2b")
async def test_a_venture_is_founded_step_by_step(office: TalentOffice) -> None:
    desk, head = office.desk("cw-talent-wh"), office.desk("supervisor-wh")
    made = await desk.post(PATH, venture("33.33", "33.33", "33.34"))
    assert made.status_code == 201, made.text
    row = made.json()
    path = f"{PATH}/{row['id']}"
    order = {"venture_id": row["id"], "client_name": "鄂州测试物流", "service": "HEADHUNTING",
             "subject": "算法负责人", "amount": "50000.00"}  # fmt: skip
    assert_problem(await desk.post(ORDERS, order), 409, "STATE_CONFLICT")
    assert_problem(await head.act(f"{path}/approve", row), 409, "STATE_CONFLICT")
    wrong = {"shareholders": venture("50.00", "49.00")["shareholders"]}
    assert_problem(await desk.patch(path, row, wrong), 422, "JV_SHARES")
    row = (await desk.act(f"{path}/file", row)).json()
    assert_problem(await desk.patch(path, row, {"name": "x"}), 409, "STATE_CONFLICT")
    row = (await head.act(f"{path}/approve", row)).json()
    company = {"uscc": "91420199MAWH00019J"}
    row = (await desk.act(f"{path}/incorporate", row, company)).json()
    assert row["registered_on"] == "2026-05-11"
    row = (await desk.act(f"{path}/operate", row)).json()
    ordered = (await office.desk("cw-talent-ez").post(ORDERS, order)).json()
    taken = await office.desk("cw-talent-ez").act(f"{ORDERS}/{ordered['id']}/accept", ordered)
    assert taken.json()["state"] == "ACCEPTED"


@pytest.mark.req("TAL-2b")
async def test_milestones_are_reached_in_their_order(office: TalentOffice) -> None:
    desk = office.desk("cw-talent-wh")
    row = (await desk.post(PATH, venture("100.00"))).json()
    steps = []
    for step in (1, 2):
        body = {"venture_id": row["id"], "step": step, "title": f"第{step}步"}
        steps.append((await desk.post(STEPS, body)).json())
    twice = {"venture_id": row["id"], "step": 1, "title": "又"}
    assert_problem(await desk.post(STEPS, twice), 409, "DUPLICATE")
    first, second = (f"{STEPS}/{step['id']}/done" for step in steps)
    assert_problem(await desk.act(second, steps[1]), 409, "MILESTONE_ORDER")
    assert (await desk.act(first, steps[0], {"done_on": "2026-05-10"})).status_code == 200
    early = await desk.act(second, steps[1], {"done_on": "2026-05-09"})
    assert_problem(early, 409, "MILESTONE_ORDER")
    done = await desk.act(second, steps[1])
    assert done.json()["done_on"] == "2026-05-11"


def hours(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "person": {**WANG, "doc_type": "01"}, "year": 2026, "kind": "PUBLIC", "hours": number,
        "org": "武汉市继续教育基地", **changes,
    }  # fmt: skip


@pytest.mark.req("TAL-3c")
async def test_hours_of_both_cities_stay_within_the_years_limit(office: TalentOffice) -> None:
    for wrong in ("-1", "0", "200.5"):
        assert_problem(await office.wuhan.post(CREDITS, hours(wrong)), 422, "CPD_HOURS")
    desks = (office.wuhan, office.ezhou)
    answers = await asyncio.gather(
        *(desks[number % 2].post(CREDITS, hours("8")) for number in range(50))
    )
    codes = [answer.status_code for answer in answers]
    assert (codes.count(201), codes.count(422)) == (25, 25)
    total = await office.database.value("SELECT sum(hours) FROM cpd_credits")
    assert total == 200
    assert (await office.wuhan.post(CREDITS, hours("8", year=2025))).status_code == 201
    wish = {"person": {**WANG, "doc_type": "01"}, "year": 2026}
    seen = (await office.clerk.post(f"{CREDITS}/lookups", wish)).json()
    assert (seen["total"], {one["city"] for one in seen["items"]}) == (200.0, {"420100", "420700"})
    other = {"person": {"name": "王测丙", "doc_no": WANG["doc_no"]}, "year": 2026}
    assert (await office.clerk.post(f"{CREDITS}/lookups", other)).json()["items"] == []
