"""The indicators of the market, computed on a fixture."""

from typing import Any

import pytest

from employment import market_indicators as indicators
from hrss_kit.indicators import Period
from hrss_kit.testing import assert_problem

from .conftest import NOW, Employment, follow

PATH = "/employment/v1/indicators"
DOCS = ("420199198809090074", "420199199207151022")


async def hire(employment: Employment, posting: dict[str, Any], seeker: dict[str, Any]) -> None:
    pair = {"seeker_id": seeker["id"], "posting_id": posting["id"]}
    row = (await employment.clerk.post("/employment/v1/referrals", pair)).json()
    for step in ("send", "hire"):
        path = f"/employment/v1/referrals/{row['id']}/{step}"
        answer = await employment.clerk.act(path, row)
        assert answer.status_code == 200, answer.text
        row = answer.json()


@pytest.mark.req("EMP-2f")
@pytest.mark.req("X-6")
async def test_the_indicators_equal_the_fixture(employment: Employment) -> None:
    posting = await employment.published()
    await employment.published(employer_id=posting["employer_id"], title="押运员", share_with=[])
    await follow(employment)
    tag = {"group": "VETERAN", "evidence_type": "退役证"}
    first = await employment.seeker(doc_no=DOCS[0], groups=[tag])
    own = await employment.seeker(doc_no=DOCS[1], at=employment.clerk)
    wuhan = employment.desk("cw-emp-wh", "EMP_MATCH", NOW)
    (row,) = (await wuhan.get("/employment/v1/group-tags")).json()["items"]
    await wuhan.act(f"/employment/v1/group-tags/{row['id']}/verify", row)
    await hire(employment, posting, first)
    quarter = Period.parse("2026-Q4")
    database = employment.suite.apps["employment"].state.database
    async with database.transaction() as session:
        hires = await indicators.cross_city_hires(session, quarter, "420700")
        assert (hires.inputs, hires.value) == ({"cross_city": 1, "hired": 1}, 1)
        shares = await indicators.cross_city_postings(session, quarter, "420700")
        assert (dict(shares.inputs), str(shares.value)) == (
            {"mirrored": 1, "published": 2}, "0.5000",
        )  # fmt: skip
        placed = await indicators.key_group_placement(session, quarter, "420100")
        assert dict(placed.groups["VETERAN"].inputs) == {"hired": 1, "registered": 1}
        ratio = await indicators.demand_to_supply(session, quarter, "420700")
        assert dict(ratio.inputs) == {"headcount": 9, "seeking": 1}
        assert (await indicators.new_urban_employment(session, quarter, "420700")).value == 1
    await hire(employment, posting, own)
    async with database.transaction() as session:
        hires = await indicators.cross_city_hires(session, quarter, "420700")
        assert (hires.inputs, hires.value) == ({"cross_city": 1, "hired": 2}, hires.value)
        before = Period.parse("2026-Q3")
        assert (await indicators.new_urban_employment(session, before, "420700")).value == 0


async def test_small_cells_are_not_shown(employment: Employment) -> None:
    answer = await employment.supervisor.get(PATH, {"period": "2026-Q4", "city": "420700"})
    items = {one["id"]: one for one in answer.json()["items"]}
    assert {"I-EMP-1", "I-EMP-2", "I-EMP-3", "I-EMP-4", "I-EMP-8"} <= set(items)
    assert items["I-EMP-2"]["suppressed"] is True
    assert_problem(await employment.supervisor.get(PATH, {"period": "2026-13"}), 422, "PERIOD")
