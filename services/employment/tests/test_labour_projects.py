"""Labour projects: agreed by both cities, never more arrivals than places, followed up twice."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employment.labour_projects.rules import share
from hrss_kit.identifiers import resident_id_check_digit
from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .conftest import Employment
from .cooperation import V1, Cities, Row

PROJECTS, BATCHES = "labour-projects", "dispatch-batches"
HELP = "EMP_GROUP_HELP"


def worker(number: int, *groups: str) -> Row:
    body = f"42079919900101{number:03d}"
    return {"person": {"name": f"测试{number}", "doc_type": "01",
                       "doc_no": body + resident_id_check_digit(body)},
            "groups": list(groups)}  # fmt: skip


async def active(cities: Cities, **changes: Any) -> Row:
    employer = await Employment(cities.suite).employer(
        uscc="91420199MAWH00019J", name="武汉测试科技", reg_division="420199"
    )
    body = {"title": "鄂州赴武汉物流用工", "sending_org": "鄂州市劳务协作站",
            "employer_id": employer["id"], "work_division": "420111", "occupation": "4-02-06-01",
            "quota": 20, "starts_on": "2026-10-15", "ends_on": "2027-10-14", **changes}  # fmt: skip
    row = await cities.made("cw-emp-ez", PROJECTS, body)
    row = await cities.done("supervisor-ez", PROJECTS, row, "agree")
    row = await cities.done("supervisor-wh", PROJECTS, row, "agree")
    return await cities.done("cw-emp-ez", PROJECTS, row, "start")


async def departed(cities: Cities, project: Row, *workers: Row, **changes: Any) -> Row:
    body = {"project_id": project["id"], "departs_on": "2026-10-20", "workers": list(workers),
            **changes}  # fmt: skip
    row = await cities.made("cw-emp-ez", BATCHES, body)
    return await cities.done("cw-emp-ez", BATCHES, row, "depart")


@pytest.mark.req("EMP-2a")
async def test_a_project_is_agreed_by_both_cities(cities: Cities) -> None:
    employer = await Employment(cities.suite).employer()
    body = {"title": "武汉赴鄂州", "sending_org": "武汉市劳务协作站", "employer_id": employer["id"],
            "work_division": "420704", "occupation": "4-02-06-01", "quota": 5,
            "starts_on": "2026-10-15", "ends_on": "2027-10-14"}  # fmt: skip
    row = await cities.made("cw-emp-wh", PROJECTS, body)
    assert (row["sending_city"], row["receiving_city"]) == (WUHAN, EZHOU)
    early = await cities.act("cw-emp-wh", PROJECTS, row, "start")
    assert_problem(early, 409, "STATE_CONFLICT")
    row = await cities.done("supervisor-wh", PROJECTS, row, "agree")
    assert (row["state"], row["agreed_by"]) == ("DRAFT", [WUHAN])
    twice = await cities.act("supervisor-wh", PROJECTS, row, "agree")
    assert_problem(twice, 409, "ALREADY_AGREED")
    row = await cities.done("supervisor-ez", PROJECTS, row, "agree")
    assert (row["state"], row["agreed_on"]) == ("AGREED", "2026-10-12")
    body = {"project_id": row["id"], "departs_on": "2026-10-20", "workers": [worker(1)]}
    early = await cities.desk("cw-emp-wh").post(f"{V1}/{BATCHES}", body)
    assert_problem(early, 409, "PROJECT_NOT_ACTIVE")


@pytest.mark.req("EMP-2a")
async def test_fifty_arrivals_at_once_never_exceed_the_quota(cities: Cities) -> None:
    project = await active(cities)
    batches = [await departed(cities, project, worker(number)) for number in range(50)]

    async def arrive(batch: Row) -> Any:
        while (
            answer := await cities.act("cw-emp-wh", BATCHES, batch, "confirm-arrival")
        ).status_code == 503:
            pass
        return answer

    answers = await asyncio.gather(*map(arrive, batches))
    assert Counter(one.status_code for one in answers) == {200: 20, 409: 30}
    codes = {one.json()["code"] for one in answers if one.status_code == 409}
    assert codes == {"QUOTA_EXCEEDED"}
    assert (await cities.read("cw-emp-ez", PROJECTS, project))["arrived"] == 20
    # Who was not counted has not arrived either.
    assert await cities.database.value("SELECT count(*) FROM dispatch_workers WHERE arrived") == 20


@pytest.mark.req("X-27")
async def test_places_kept_for_poverty_go_to_nobody_else(cities: Cities) -> None:
    project = await active(cities, quota=3, poverty_reserved=2)
    row = await departed(cities, project, worker(1), worker(2, "POVERTY"))
    assert [one["groups"] for one in row["workers"]] == [["POVERTY"], []]
    await cities.done("cw-emp-wh", BATCHES, row, "confirm-arrival")
    others = await departed(cities, project, worker(3))
    full = await cities.act("cw-emp-wh", BATCHES, others, "confirm-arrival")
    assert_problem(full, 409, "RESERVED_FOR_POVERTY")
    last = await departed(cities, project, worker(4, "POVERTY"))
    await cities.done("cw-emp-wh", BATCHES, last, "confirm-arrival")
    project = await cities.read("cw-emp-ez", PROJECTS, project)
    assert (project["arrived"], project["arrived_poverty"]) == (3, 2)


@pytest.mark.req("EMP-2a")
async def test_who_stayed_ninety_days_is_followed_up(cities: Cities) -> None:
    project = await active(cities)
    row = await departed(cities, project, *(worker(number) for number in range(4)))
    ids = [one["id"] for one in row["workers"]]
    own = await cities.act("cw-emp-ez", BATCHES, row, "confirm-arrival")
    assert_problem(own, 403, "NOT_YOUR_CITY")
    strange = {"worker_ids": [ids[0], project["id"]]}
    wrong = await cities.act("cw-emp-wh", BATCHES, row, "confirm-arrival", strange)
    assert_problem(wrong, 422, "WORKER_UNKNOWN")
    row = await cities.done("cw-emp-wh", BATCHES, row, "confirm-arrival", {"worker_ids": ids[:3]})
    assert (row["state"], row["arrived"]) == ("ARRIVED", 3)
    stayed = {"employed_worker_ids": ids[:3]}
    early = await cities.act("cw-emp-wh", BATCHES, row, "follow-up", stayed, on="2026-11-10")
    assert_problem(early, 409, "FOLLOW_UP_EARLY")
    row = await cities.done("cw-emp-wh", BATCHES, row, "follow-up", stayed, on="2026-11-11")
    assert (row["state"], row["stability_rate_30"]) == ("FOLLOWUP_30", "100.00")
    stayed = {"employed_worker_ids": ids[:2]}
    row = await cities.done("cw-emp-wh", BATCHES, row, "follow-up", stayed, on="2027-01-10")
    assert (row["state"], row["stability_rate_90"]) == ("FOLLOWUP_90", "66.67")
    assert [one["code"] for one in row["deadlines"]] == ["FOLLOWUP_30", "FOLLOWUP_90"]
    assert {one["status"] for one in row["deadlines"]} == {"MET"}
    project = await cities.read("cw-emp-ez", PROJECTS, project, on="2027-01-10")
    assert project["stability_rate_90"] == "66.67"


@pytest.mark.req("X-2")
async def test_the_organised_share_is_of_all_outflow(cities: Cities) -> None:
    project = await active(cities)
    organised = await departed(cities, project, *(worker(number) for number in range(3)))
    alone = await departed(cities, {"id": None}, worker(9), organised=False)
    for row in (organised, alone):
        await cities.done("cw-emp-wh", BATCHES, row, "confirm-arrival")
    span = {"city": EZHOU, "arrived_on_from": "2026-10-01", "arrived_on_to": "2026-12-31"}
    answer = await cities.desk("cw-emp-ez").get(f"{V1}/{PROJECTS}/outflow", span)
    assert answer.json() == {"city": EZHOU, "organised": 3, "all": 4, "organised_share": "75.00"}
    loose = {"departs_on": "2026-10-20", "workers": [worker(1)]}
    refused = await cities.desk("cw-emp-ez").post(f"{V1}/{BATCHES}", loose)
    assert_problem(refused, 422, "REQUIRED")


async def test_who_travels_is_read_for_a_purpose_and_masked(cities: Cities) -> None:
    project = await active(cities)
    row = await departed(cities, project, worker(1, "MIGRANT"))
    path = f"{V1}/{BATCHES}/{row['id']}"
    assert_problem(await cities.desk("cw-emp-wh").get(path), 400, "PURPOSE_REQUIRED")
    seen = await cities.read("cw-emp-wh", BATCHES, row, purpose=HELP)
    assert seen["workers"][0]["person"]["name"] == "测**"
    refs = await cities.database.value(
        "SELECT person_refs FROM audit_entries WHERE operation LIKE 'GET%dispatch%' "
        "AND result = 'OK'"
    )
    assert len(refs) == 1
    wish = {"fields": ["name"], "reason": "回访"}
    shown = await cities.desk("cw-emp-wh", purpose=HELP).post(
        f"{path}/workers/{seen['workers'][0]['id']}/reveal", wish
    )
    assert shown.json()["fields"] == {"name": "测试1"}
    both = {"project_id": project["id"], "departs_on": "2026-10-20",
            "workers": [worker(5), worker(5)]}  # fmt: skip
    twice = await cities.desk("cw-emp-ez").post(f"{V1}/{BATCHES}", both)
    problem = assert_problem(twice, 422, "DUPLICATE")
    assert [one["field"] for one in problem["errors"]] == ["workers.1.person.doc_no"]


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_share_lies_between_nothing_and_everything(part: int, rest: int) -> None:
    whole = part + rest
    found = share(part, whole)
    assert (found is None) == (whole == 0)
    assert found is None or 0 <= found <= 100
