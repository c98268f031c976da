"""Searches with their filters in the address, and files of many rows."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from gateway.testing import Received, Stage

from .test_console import sign_in
from .test_console_counter import ID, Told, answers, form_of

POSTINGS = "/employment/v1/postings"
ROW: dict[str, Any] = {
    "id": ID, "title": "电子装配工<b>", "employer_name": "鄂州测试电子",
    "work_division": "420703400",
    "salary_min": "5000.00", "salary_max": "8000.00", "salary_unit": "MONTH", "emp_type": "FULL",
    "edu_req": None, "headcount": 3, "state": "PUBLISHED", "valid_to": "2026-12-31",
}  # fmt: skip
FACETS = {
    "total": 2, "is_exact": True, "occupation": [], "emp_type": [{"value": "FULL", "count": 2}],
    "work_division": [{"value": "420703400", "count": 1}], "edu_req": [], "target_groups": [],
    "salary": [{"value": "5000-8000", "count": 2}],
}  # fmt: skip


def asked(request: Received) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.target).query)


async def test_a_search_keeps_its_filters_in_the_address_and_leaves_as_a_file(
    stage: Stage,
) -> None:
    market = await stage.service("employment")
    told: Told = {
        ("GET", POSTINGS): (200, {"items": [ROW], "next_cursor": "next==", "facets": FACETS}),
        ("GET", f"{POSTINGS}/export"): (200, {"a": 1}),
        ("GET", "/employment/v1/job-seekers/export"): (
            403, {"code": "TICKET_REQUIRED", "title": "一次读取的人数较多", "status": 403}),
    }  # fmt: skip
    market.answer = answers(told)
    await stage.seed("cw-emp-ez")
    front = await stage.gateway()
    await sign_in(front, stage.credentials["cw-emp-ez"])
    query = {"q": "装配 电子", "emp_type": "FULL", "sort": "-pay", "foreign": "x"}
    page = await front.http.get("/console/search/postings", params=query)
    assert page.status_code == 200
    given = asked(market.received[-1])
    assert given == {
        "q": ["装配 电子"], "emp_type": ["FULL"], "sort": ["-pay"], "limit": ["50"],
        "facets": ["true"],
    }  # fmt: skip
    for words in ("电子装配工&lt;b&gt;", "葛店开发区", "5,000.00-8,000.00 每月", "全日制 (2)",
                  "共 2 条", f'href="/console/cases/posting/{ID}"', "5000-8000 (2)"):  # fmt: skip
        assert words in page.text, words
    # A chip drops one filter and keeps the rest; the next page keeps all of them.
    kept = "q=%E8%A3%85%E9%85%8D+%E7%94%B5%E5%AD%90&amp;sort=-pay"
    assert f'href="/console/search/postings?{kept}"' in page.text
    assert "emp_type=FULL&amp;sort=-pay&amp;cursor=next%3D%3D" in page.text
    await front.http.get("/console/search/postings", params={**query, "cursor": "next=="})
    assert asked(market.received[-1])["cursor"] == ["next=="]
    assert "facets" not in asked(market.received[-1])
    file = await front.http.get(
        "/console/search/postings/export", params={**query, "format": "xlsx"}
    )
    assert file.content == b'{"a": 1}'
    assert file.headers["content-disposition"].startswith("attachment")
    assert asked(market.received[-1])["format"] == ["xlsx"]
    many = await front.http.get("/console/search/job-seekers/export", params={"case_no": "LI-1"})
    assert many.status_code == 403
    assert "一次读取的人数较多" in many.text
    headers = {name.lower(): value for name, value in market.received[-1].headers.items()}
    assert (headers["x-purpose"], headers["x-case-no"]) == ("EMP_MATCH", "LI-1")
    # A filter that the interface refuses is told in words, in both languages.
    told["GET", POSTINGS] = (422, {
        "code": "VALIDATION", "title": "提交的内容有误", "status": 422, "errors": [
            {"field": "near", "code": "REQUIRED", "message_zh": "须给出地点", "message_en": "where"}
        ]})  # fmt: skip
    assert "须给出地点" in (await front.http.get("/console/search/postings?sort=distance")).text


async def test_a_file_is_tried_then_taken_over_and_its_errors_leave_as_a_file(
    stage: Stage,
) -> None:
    insurance = await stage.service("social-insurance")
    api = "/social-insurance/v1"
    job: dict[str, Any] = {
        "id": ID,
        "state": "RUNNING",
        "is_dry_run": True,
        "total": None,
        "done": 0,
        "failed": 0,
        "failure": None,
        "created_at": "2026-11-25T01:00:00Z",
        "ended_at": None,
    }
    error = {"row": 3, "field": "person.doc_no", "code": "ID_FLOAT",
             "message_zh": "证件号码是数字格式", "message_en": "is a number"}  # fmt: skip
    told: Told = {
        ("POST", f"{api}/participations/imports"): (202, job),
        ("GET", f"{api}/jobs/{ID}"): (200, job),
        ("GET", f"{api}/jobs/{ID}/errors"): (200, {"items": [error], "next_cursor": None}),
        ("GET", f"{api}/participations/imports/template"): (200, {"columns": 1}),
    }
    insurance.answer = answers(told)
    await stage.seed("cw-si-wh")
    front = await stage.gateway()
    page = await sign_in(front, stage.credentials["cw-si-wh"], "/console/imports")
    assert "参保登记" in page.text
    assert "职称证书" not in page.text
    assert (await front.http.get("/console/imports/participations/template")).status_code == 200
    form = await form_of(front, "/console/imports/participations")
    none = await front.http.post("/console/imports/participations", data={**form, "how": "try"})
    assert none.status_code == 422
    assert 'href="#f-file"' in none.text
    file = {"file": ("参保.csv", b"person.name\n", "text/csv")}
    for how, is_dry_run in (("try", True), ("take", False)):
        for _ in range(2):  # sent twice it carries the same key
            sent = await front.http.post(
                "/console/imports/participations", data={**form, "how": how}, files=file
            )
            assert sent.headers["location"] == f"/console/imports/participations/jobs/{ID}"
        first, second = (one for one in insurance.received[-2:])
        assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
        assert b"person.name" in first.body
        assert ("dry_run=true" in first.target) is is_dry_run
    address = f"/console/imports/participations/jobs/{ID}"
    running = (await front.http.get(address)).text
    assert 'hx-trigger="every 1s"' in running
    assert f'href="{address}">刷新进度' in running
    told["GET", f"{api}/jobs/{ID}"] = (200, {**job, "state": "DONE", "total": 9, "failed": 1})
    done = (await front.http.get(address)).text
    assert "hx-trigger" not in done
    assert "证件号码是数字格式" in done
    assert "仅校验，未写入" in done
    assert 'href="/console/imports/participations?how=take"' in done
    assert f'href="{address}/errors"' in done
    errors = await front.http.get(f"{address}/errors")
    assert errors.headers["content-disposition"].startswith("attachment")
    assert asked(insurance.received[-1]) == {"format": ["xlsx"]}
    # A file of another domain is nobody's business here.
    assert (await front.http.get(f"/console/imports/cards/jobs/{uuid4()}")).status_code == 404
