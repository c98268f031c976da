"""Programmes, categories and awards: each city's own, and how an award ends."""

from typing import Any
from uuid import uuid4

import pytest

from hrss_kit.inbox import Received, handle_once
from hrss_kit.testing import assert_problem

from .conftest import NOW, WANG, TalentOffice, Treaty

PATH = "/talent/v1/awards"


def award(**changes: Any) -> dict[str, Any]:
    return {
        "person": {**WANG, "doc_type": "01"},
        "category": "WH-IND",
        "awarded_on": "2024-01-01",
        "valid_to": "2028-12-31",
        "certificate_no": "WH-IND-2024-0031",
        **changes,
    }


@pytest.mark.req("TAL-2a")
async def test_a_city_defines_its_own_categories_only(office: TalentOffice, treaty: Treaty) -> None:
    body = {"programme": "WH-PLAN", "code": "WH-NEW", "name_zh": "新", "ladder_level": "C"}
    assert_problem(
        await office.desk("cw-talent-ez").post("/talent/v1/categories", body), 403, "NOT_YOUR_CITY"
    )
    desk = office.desk("cw-talent-wh")
    made = await desk.post("/talent/v1/categories", body)
    assert made.status_code == 201, made.text
    assert_problem(await desk.post("/talent/v1/categories", body), 409, "DUPLICATE")
    assert_problem(
        await desk.post("/talent/v1/categories", {**body, "ladder_level": "G"}), 422, "CODE"
    )
    row = made.json()
    path = f"/talent/v1/categories/{row['id']}"
    assert_problem(await desk.patch(path, row, {"ladder_level": "A"}), 422, "UNKNOWN_FIELD")
    assert (await desk.patch(path, row, {"term_years": 3})).json()["term_years"] == 3
    found = await office.desk("cw-talent-ez").get("/talent/v1/categories", {"ladder_level": "B"})
    assert {one["code"] for one in found.json()["items"]} == {"WH-IND", "EZ-333"}


async def test_an_award_is_registered_once_by_the_city_that_made_it(
    office: TalentOffice, treaty: Treaty
) -> None:
    assert_problem(await office.ezhou.post(PATH, award()), 403, "NOT_YOUR_CITY")
    answer = await office.wuhan.post(PATH, award())
    row = answer.json()
    assert (answer.status_code, row["state"], row["ladder_level"]) == (201, "VALID", "B")
    assert row["person"]["name"] == "王**"
    assert_problem(await office.wuhan.post(PATH, award()), 409, "DUPLICATE")
    assert_problem(await office.ezhou.get(f"{PATH}/{row['id']}"), 404, "NOT_FOUND")
    assert_problem(await office.wuhan.post(PATH, award(category="NO")), 422, "CODE")
    plain = award(certificate_no="WH-2", valid_to=None, awarded_on="2024-02-29")
    del plain["valid_to"]
    assert (await office.wuhan.post(PATH, plain)).json()["valid_to"] == "2029-02-28"
    late = award(awarded_on="2026-05-12", certificate_no="WH-3")
    assert_problem(await office.wuhan.post(PATH, late), 422, "AWARDED_ON")


async def test_an_award_is_suspended_reinstated_and_revoked_by_a_supervisor(
    office: TalentOffice, treaty: Treaty
) -> None:
    row = (await office.wuhan.post(PATH, award())).json()
    path, why = f"{PATH}/{row['id']}", {"reason": "核查"}
    assert_problem(await office.clerk.act(f"{path}/suspend", row, why), 403, "SCOPE_MISSING")
    for action, state in (
        ("suspend", "SUSPENDED"),
        ("reinstate", "VALID"),
        ("suspend", "SUSPENDED"),
        ("revoke", "REVOKED"),
    ):
        answer = await office.supervisor.act(f"{path}/{action}", row, why)
        row = answer.json()
        assert (answer.status_code, row["state"]) == (200, state), answer.text
    assert_problem(
        await office.supervisor.act(f"{path}/reinstate", row, why), 409, "STATE_CONFLICT"
    )
    names = [event["type"].split(".")[2] for event in await office.suite.events("talent")]
    assert names == ["suspended", "reinstated", "suspended", "revoked"]


async def test_an_award_ends_with_its_term_and_with_its_holder(
    office: TalentOffice, treaty: Treaty
) -> None:
    first = (await office.wuhan.post(PATH, award(valid_to="2026-05-11"))).json()
    second = (await office.wuhan.post(PATH, award(certificate_no="WH-IND-2"))).json()
    ops = office.desk("ops", now="2026-05-12T00:10:00+08:00")
    await ops.post("/talent/v1/timers/run")
    seen = (await office.clerk.get(f"{PATH}/{first['id']}")).json()
    assert (seen["state"], seen["ended_on"]) == ("EXPIRED", "2026-05-12")
    consumer = next(
        one
        for one in office.suite.apps["talent"].state.service.consumers
        if one.type == "card.holder.deceased.v1"
    )
    ref = await office.database.value("SELECT left(encode(id_hash, 'hex'), 24) FROM awards LIMIT 1")
    event = Received(
        id=uuid4(), type=consumer.type, source="card", subject="CA-1", time=NOW, personref=ref,
        data={"verified_by": "x"},
    )  # fmt: skip
    for _ in range(2):
        async with office.suite.apps["talent"].state.database.transaction() as session:
            await handle_once(session, consumer, event)
    seen = (await office.clerk.get(f"{PATH}/{second['id']}")).json()
    assert (seen["state"], seen["ended_reason"]) == ("EXPIRED", "持有人死亡")
