"""Lists of talent leave as files, masked like the lists."""

import json

import pytest

from hrss_kit.testing import assert_problem

from .conftest import TalentOffice, certificate, professional
from .test_talent_demands import DEMANDS, demand, laboratory

LISTS = (
    "talents", "title-certificates", "talent-demands", "science-resources",
    "cooperation-projects", "secondment-posts", "secondments", "joint-ventures", "moves",
    "file-transfers", "cpd-credits", "programmes", "competitions", "competition-results",
)  # fmt: skip


async def test_every_list_leaves_as_a_file(office: TalentOffice) -> None:
    await office.wuhan.post("/talent/v1/talents", professional())
    await office.clerk.post("/talent/v1/title-certificates", certificate())
    await office.clerk.post("/talent/v1/science-resources", laboratory())
    desk = office.desk("cw-talent-wh", "TALENT_MOVE")
    for name in LISTS:
        answer = await desk.get(f"/talent/v1/{name}/export", {"format": "ndjson"})
        assert answer.status_code == 200, f"{name}: {answer.text}"
        listed = (await desk.get(f"/talent/v1/{name}")).json()["items"]
        sent = [json.loads(line) for line in answer.text.splitlines()]
        assert [one["id"] for one in sent] == [one["id"] for one in listed], name
    person = await desk.get("/talent/v1/talents/export", {"format": "csv"})
    assert "王**" in person.text
    assert "420199199207151022" not in person.text
    bare = await office.desk("cw-talent-wh").get("/talent/v1/talents/export")
    assert_problem(bare, 400, "PURPOSE_REQUIRED")
    fields = await desk.get("/talent/v1/science-resources/export", {"field": "BIOMED"})
    assert "武汉测试实验室" not in fields.text


@pytest.mark.req("TAL-1b")
async def test_a_drafted_demand_is_changed_and_a_published_one_is_not(office: TalentOffice) -> None:
    desk = office.desk("cw-talent-ez")
    row = (await desk.post(DEMANDS, demand())).json()
    path = f"{DEMANDS}/{row['id']}"
    assert_problem(await office.desk("cw-talent-wh").patch(path, row, {}), 404, "NOT_FOUND")
    barred = await desk.patch(path, row, {"requirements": "须为本市户籍"})
    assert_problem(barred, 422, "MOBILITY_BARRIER")
    assert_problem(await desk.patch(path, row, {"title": None}), 422, "REQUIRED")
    changed = await desk.patch(path, row, {"headcount": 3, "requirements": "三年以上经验"})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["headcount"], changed.json()["title"]) == (3, row["title"])
    assert_problem(await desk.patch(path, row, {"headcount": 4}), 412, "VERSION_MISMATCH")
    row = (await desk.act(f"{path}/publish", changed.json())).json()
    late = assert_problem(await desk.patch(path, row, {"headcount": 4}), 409, "STATE_CONFLICT")
    assert late["state"] == "PUBLISHED"
    other = await office.desk("cw-talent-wh").patch(path, row, {"headcount": 4})
    assert_problem(other, 403, "NOT_YOUR_CITY")
