"""GET /employment/v1/…/export: a list as a file."""

import csv
import io
import json

import pytest
from python_calamine import CalamineWorkbook

from hrss_kit import exports
from hrss_kit.testing import assert_problem

from .conftest import Employment

PATH = "/employment/v1/postings/export"


async def test_a_file_holds_what_the_list_holds(employment: Employment) -> None:
    row = await employment.published(title="=仓储管理员")
    keep = {"employer_id": row["employer_id"]}
    await employment.published(**keep, title="电焊工", occupation="6-18-02-04")
    await employment.submitted(**keep, title="未发布的岗位")

    answer = await employment.wuhan.get(PATH, {"sort": "created_at"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == ('attachment; filename="postings-20261012.csv"')
    assert answer.content.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [one["title"] for one in found] == ["'=仓储管理员", "电焊工"]
    assert found[0]["biz_no"] == row["biz_no"]
    assert (found[0]["skills_req"], found[0]["salary_max"]) == ("叉车;WMS;盘点", "7000.00")

    only = {"occupation": "6-18", "format": "ndjson"}
    lines = (await employment.wuhan.get(PATH, only)).text.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["电焊工"]

    sheet = await employment.ezhou.get(PATH, {"format": "xlsx", "sort": "created_at"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0)
    table = rows.to_python()
    place = table[0].index("岗位名称 title")
    assert [line[place] for line in table[1:]] == ["=仓储管理员", "电焊工", "未发布的岗位"]


async def test_every_file_is_audited_before_it_begins(employment: Employment) -> None:
    await employment.published()
    await employment.wuhan.get(PATH, {"format": "ndjson"})
    (entry,) = await employment.database.fetch(
        "SELECT actor, subject, result, fields FROM audit_entries WHERE operation LIKE '%export'"
    )
    assert (entry["actor"], entry["subject"], entry["result"]) == (
        "partner.wuhan",
        "postings.ndjson",
        "OK",
    )
    assert "title" in entry["fields"]


async def test_wrong_wishes_are_refused(
    employment: Employment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_problem(await employment.ezhou.get(PATH, {"format": "pdf"}), 422, "CODE")
    assert_problem(await employment.ezhou.get(PATH, {"sort": "title"}), 422, "SORT")
    assert_problem(await employment.ezhou.get(PATH, {"limit": "5"}), 422, "UNKNOWN_FIELD")
    assert_problem(await employment.desk("cw-si-ez").get(PATH), 403, "SCOPE_MISSING")
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 0)
    busy = await employment.ezhou.get(PATH)
    assert_problem(busy, 503, "UNAVAILABLE")
    assert busy.headers["retry-after"]


async def test_a_thousand_rows_stream_in_stretches(employment: Employment) -> None:
    row = await employment.published()
    columns = await employment.database.value(
        "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
        "WHERE table_name = 'postings' "
        "AND column_name NOT IN ('id', 'biz_no', 'title_key', 'title')"
    )
    await employment.database.fetch(
        f"INSERT INTO postings (id, biz_no, title_key, title, {columns}) "
        f"SELECT gen_random_uuid(), 'X' || n, 'x' || n, '岗位' || n, {columns} "
        "FROM postings, generate_series(1, 1200) n WHERE id = $1",
        row["id"],
    )
    answer = await employment.wuhan.get(PATH, {"format": "ndjson"})
    assert len({json.loads(line)["biz_no"] for line in answer.text.splitlines()}) == 1201
    assert exports._Running.count == 0
