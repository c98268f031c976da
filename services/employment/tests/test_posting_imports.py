"""POST /employment/v1/postings/imports: a city's feed by the file."""

import asyncio
import io
import json
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from hrss_kit import clock, spreadsheets
from hrss_kit.testing import Desk

from .conftest import NOW, Employment, job

PATH = "/employment/v1/postings/imports"


def feed(count: int, **changes: Any) -> list[dict[str, Any]]:
    made = []
    for number in range(count):
        row = job("", title=f"仓储管理员{number}", source_ref=f"F-{number:05}", **changes)
        del row["employer_id"]
        made.append({**row, "employer_uscc": "91420799MAEH00024C"})
    return made


async def send(
    employment: Employment,
    content: bytes | list[dict[str, Any]],
    *,
    desk: Desk | None = None,
    query: str = "",
) -> dict[str, Any]:
    desk = desk or employment.ezhou
    if not isinstance(content, bytes):
        content = "\n".join(json.dumps(row, ensure_ascii=False) for row in content).encode()
    headers = {**desk._headers(None), "Idempotency-Key": str(uuid4())}
    sent = await desk.http.post(PATH + query, files={"file": ("f", content)}, headers=headers)
    assert sent.status_code == 202, sent.text
    with clock.at(clock.datetime.fromisoformat(NOW)):
        await asyncio.create_task(employment.suite.worker("employment").run_imports())
    done: dict[str, Any] = (await desk.get(sent.headers["location"])).json()
    return done


async def errors(employment: Employment, done: dict[str, Any]) -> list[tuple[int, str, str]]:
    items = (await employment.ezhou.get(f"/employment/v1/jobs/{done['id']}/errors")).json()["items"]
    return [(one["row"], one["field"], one["code"]) for one in items]


@pytest.mark.req("EMP-2b")
async def test_a_feed_is_taken_over_and_published(employment: Employment) -> None:
    await employment.employer()
    rows = feed(30)
    rows[3]["duties"] = "限男，收押金"
    rows[5] |= {"salary_min": "9000.00", "valid_to": "2027-01-01"}
    rows[7]["employer_uscc"] = "91420799MAEH00016H"
    rows[9]["title"] = rows[8]["title"]
    rows[11] |= {"emp_type": "GIG"}
    done = await send(employment, rows)
    assert (done["state"], done["total"], done["done"], done["failed"]) == ("DONE", 30, 25, 5)
    assert await errors(employment, done) == [
        (4, "duties", "DISCRIMINATION"),
        (4, "duties", "FEE_WORDING"),
        (6, "salary_max", "SALARY_RANGE"),
        (6, "valid_to", "VALIDITY"),
        (8, "employer_uscc", "EMPLOYER_UNKNOWN"),
        (10, "", "DUPLICATE"),
        (12, "salary_unit", "GIG_PAY"),
    ]
    found = await employment.database.fetch(
        "SELECT state, public_version, monthly_max, skills_req, share_with, match_keys, biz_no "
        "FROM postings WHERE source_ref = 'F-00000'"
    )
    assert dict(found[0]) | {"biz_no": "", "match_keys": ""} == {
        "state": "PUBLISHED", "public_version": 1, "monthly_max": 7000,
        "skills_req": ["叉车", "WMS", "盘点"], "share_with": ["420100"], "match_keys": "",
        "biz_no": "",
    }  # fmt: skip
    assert {"o:4-02", "d:420704"} <= set(found[0]["match_keys"])
    published = await employment.suite.events("employment", "employment.posting.published.v1")
    assert len(published) == 25
    assert published[0]["audience"] == ["420100", "420700"]
    listed = await employment.wuhan.get("/employment/v1/postings", {"q": "仓储管理员0"})
    (item,) = listed.json()["items"]
    timeline = await employment.ezhou.get(f"/employment/v1/postings/{item['id']}/timeline")
    assert [one["action"] for one in timeline.json()["items"]] == ["create", "submit", "publish"]


async def test_what_comes_again_changes_what_is_new_and_nothing_else(
    employment: Employment,
) -> None:
    await employment.employer()
    rows = feed(3)
    await send(employment, rows)
    rows[1]["headcount"] = 9
    done = await send(employment, rows)
    assert (done["done"], done["failed"]) == (3, 0)
    found = await employment.database.fetch(
        "SELECT headcount, version, public_version FROM postings ORDER BY source_ref"
    )
    assert [tuple(one) for one in found] == [(5, 1, 1), (9, 2, 2), (5, 1, 1)]


async def test_a_caseworkers_file_waits_for_review(employment: Employment) -> None:
    await employment.employer()
    await send(employment, feed(2), desk=employment.clerk)
    assert await employment.database.value("SELECT string_agg(state, ',') FROM postings") == (
        "DRAFT,DRAFT"
    )


async def test_a_trial_finds_what_is_wrong_and_writes_nothing(employment: Employment) -> None:
    await employment.employer()
    rows = feed(4)
    rows[1]["title"] = rows[0]["title"]
    rows[2]["headcount"] = 0
    tried = await send(employment, rows, query="?dry_run=true")
    assert (tried["is_dry_run"], tried["done"], tried["failed"]) == (True, 2, 2)
    assert await errors(employment, tried) == [(2, "", "DUPLICATE"), (3, "headcount", "RANGE")]
    assert await employment.database.value("SELECT count(*) FROM postings") == 0
    events = await employment.suite.events("employment", "employment.posting.published.v1")
    assert events == []
    path = f"/employment/v1/jobs/{tried['id']}/errors"
    sheet = await employment.ezhou.get(path, {"format": "xlsx"})
    table = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0)
    assert table.to_python()[2][:4] == ["3", "headcount", "招聘人数", "RANGE"]
    real = await send(employment, rows)
    assert (real["id"] != tried["id"], real["done"]) == (True, 2)


async def test_the_template_is_filled_in_and_sent_back(employment: Employment) -> None:
    await employment.employer()
    answer = await employment.clerk.get(f"{PATH}/template")
    assert answer.headers["content-type"] == spreadsheets.MEDIA_TYPE
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    heading = book.get_sheet_by_index(0).to_python()[0]
    assert "岗位名称 title *" in heading
    values = feed(1)[0] | {
        "emp_type": "FULL 全日制",
        "skills_req": "叉车；WMS",
        "edu_req": "普通高中",
        "target_groups": "MIGRANT 农民工;退役军人",
        "valid_to": "2026/11/1",
    }
    line = []
    for head in heading:
        name = next((part for part in head.split() if part in values), "")
        value = values.get(name, "")
        line.append(";".join(value) if isinstance(value, list) else str(value))
    done = await send(employment, spreadsheets.table(heading, [line]))
    assert (done["done"], done["failed"]) == (1, 0), await errors(employment, done)
    (row,) = await employment.database.fetch(
        "SELECT emp_type, skills_req, edu_req, target_groups, valid_to FROM postings"
    )
    assert list(row)[:4] == ["FULL", ["叉车", "WMS"], "60", ["MIGRANT", "VETERAN"]]


TEN_THOUSAND = 10_000


@pytest.mark.req("EMP-2b")
async def test_ten_thousand_come_in_one_file_and_a_common_word_does_not_read_them_all(
    employment: Employment,
) -> None:
    await employment.employer()
    rows = feed(TEN_THOUSAND)
    rows[77]["duties"] = "稀有岗位"
    done = await send(employment, rows)
    assert (done["state"], done["done"], done["failed"]) == ("DONE", TEN_THOUSAND, 0)
    feeds = "SELECT count(*) FROM outbox_events WHERE type = 'employment.posting.published.v1'"
    assert await employment.database.value(feeds) == TEN_THOUSAND
    await employment.database.fetch("ANALYZE postings")
    # Common: the list is walked in its order, and nothing is gathered or sorted.
    walked = await plan_of(employment, {"q": "仓储", "sort": "-published_at"})
    assert {"Index Scan"} <= walked, walked
    assert not {"Seq Scan", "Sort", "Bitmap Heap Scan"} & walked, walked
    # Rare: found by its pairs.
    gathered = await plan_of(employment, {"q": "稀有", "sort": "-published_at"})
    assert {"Bitmap Index Scan"} <= gathered, gathered
    assert "Seq Scan" not in gathered, gathered


async def plan_of(employment: Employment, query: dict[str, str]) -> set[str]:
    """The kinds of nodes in the plan of the statement that a search sends for its page."""
    engine = employment.suite.apps["employment"].state.database.engine.sync_engine
    sent: list[tuple[str, Any]] = []

    def listen(_c: Any, _k: Any, statement: str, parameters: Any, _x: Any, _m: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        asked = {"state": "PUBLISHED", **query}
        answer = await employment.wuhan.get("/employment/v1/postings", asked)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert answer.json()["items"], answer.text
    statement, parameters = next(
        one for one in sent
        if "FROM postings" in one[0] and "ORDER BY" in one[0] and "EXPLAIN" not in one[0]
    )  # fmt: skip
    connection = await asyncpg.connect(employment.database.app_url)
    try:
        plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *parameters)
    finally:
        await connection.close()

    def nodes(one: dict[str, Any]) -> set[str]:
        below = (nodes(child) for child in one.get("Plans", ()))
        return {one["Node Type"]}.union(*below)

    return nodes(json.loads(plan)[0]["Plan"])
