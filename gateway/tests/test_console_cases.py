"""Worklist and case page over a real service: claimed, done, overtaken, refused, kept."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from gateway.console.action_forms import actions_of, fields_of, operation
from gateway.console.kinds import KINDS
from gateway.console.texts import catalogue
from gateway.testing import Front, Stage
from hrss_kit.free_ports import free_port
from hrss_kit.testing import Suite

from .test_console import hidden, sign_in

COMPLAINTS = "/labor-inspection/v1/complaints"


@asynccontextmanager
async def listening(suite: Suite, member: str) -> AsyncIterator[str]:
    """A member of the suite, on a port."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            suite.apps[member], port=port, lifespan="off", ws="none", log_level="warning"
        )
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn offers no event
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def front(stage: Stage, suite: Suite) -> AsyncIterator[Front]:
    await stage.seed("cw-li-ez", "cw-li-wh", "supervisor-ez")
    await suite.start("labor_inspection")
    async with listening(suite, "labor_inspection") as address:
        yield await replica(stage, address)


async def replica(stage: Stage, inspection: str) -> Front:
    """A gateway that finds labour inspection and no other service."""
    nobody = "http://127.0.0.1:1"
    services = ("employment", "social-insurance", "talent", "card")
    return await stage.gateway(
        upstreams={**dict.fromkeys(services, nobody), "labor-inspection": inspection},
        peers={"labor_inspection": inspection},
    )


def report(number: int) -> dict[str, Any]:
    return {
        "kind": "REPORT", "channel": "WINDOW", "employer_name": f"鄂州测试建材{number}",
        "work_place": {"division": "420704", "address": f"测试路{number}号"},
        "matter": ["WAGE.ARREARS"], "facts": "工资没有支付。", "period_from": "2026-08",
    }  # fmt: skip


async def filed(suite: Suite, number: int) -> dict[str, Any]:
    answer = await suite.desk("cw-li-ez", "LI_COMPLAINT").post(COMPLAINTS, report(number))
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


async def open_page(http: httpx.AsyncClient, path: str, status: int = 200) -> str:
    page = await http.get(path)
    assert page.status_code == status, page.text[:2000]
    return page.text


def rows_of(page: str) -> list[str]:
    return re.findall(r'id="row-([0-9a-f-]+)"', page)


def count_of(page: str, bucket: str) -> int:
    found = re.search(rf"bucket={bucket}[^>]*>[^<]*<b>(\d+)</b>", page)
    assert found
    return int(found[1])


async def test_a_tile_opens_the_rows_it_counts_and_claims_are_told_row_by_row(
    stage: Stage, suite: Suite, front: Front
) -> None:
    rows = [await filed(suite, number) for number in range(3)]
    supervisor = await replica(stage, front.replica.settings.upstreams["labor-inspection"])
    await sign_in(supervisor, stage.credentials["supervisor-ez"])
    page = (await sign_in(front, stage.credentials["cw-li-ez"])).text
    for bucket in ("mine", "to_claim", "waiting", "due_soon", "overdue", "done"):
        opened = await open_page(front.http, f"/console/?bucket={bucket}")
        assert len(rows_of(opened)) == count_of(opened, bucket), bucket
    page = await open_page(front.http, "/console/?bucket=to_claim")
    assert set(rows_of(page)) == {row["id"] for row in rows}
    assert "剩余" in page
    # A colleague is faster with one of them: two are claimed, the third is not taken away.
    path = f"/console/work/complaint/{rows[0]['id']}/claim"
    other = await open_page(supervisor.http, "/console/?bucket=to_claim")
    form = {"_csrf": hidden(other, "_csrf"), "to": "/console/?bucket=mine"}
    assert (await supervisor.http.post(path, data=form)).status_code == 303
    ticked = {
        "_csrf": hidden(page, "_csrf"),
        "to": "/console/?bucket=mine",
        "item": [f"complaint:{row['id']}" for row in rows],
        **{f"no:complaint:{row['id']}": row["biz_no"] for row in rows},
    }
    answer = await front.http.post("/console/work/claim", data=ticked)
    assert answer.headers["location"] == "/console/?bucket=mine"
    mine = await open_page(front.http, "/console/?bucket=mine")
    assert "2 件签收成功，1 件失败" in mine
    assert f"{rows[0]['biz_no']}：已被 supervisor-ez 签收" in mine
    assert set(rows_of(mine)) == {rows[1]["id"], rows[2]["id"]}


async def test_a_case_is_handled_on_its_page_and_what_was_typed_survives_being_overtaken(
    stage: Stage, suite: Suite, front: Front
) -> None:
    row = await filed(suite, 7)
    address = f"/console/cases/complaint/{row['id']}"
    await sign_in(front, stage.credentials["cw-li-ez"])
    page = await open_page(front.http, address)
    for words in (
        "鄂州测试建材7",
        "拖欠工资",
        "已接收",
        "受理",
        "为什么没有其他操作",
        row["biz_no"],
    ):
        assert words in page, words
    # All field errors at once, at the fields and in the summary; the text stays.
    act = await open_page(front.http, f"{address}/act/not-accept")
    form = {name: hidden(act, name) for name in ("_csrf", "_once", "_version")}
    wrong = await front.http.post(
        f"{address}/act/not-accept", data={**form, "reason": "不属于受理范围"}
    )
    assert wrong.status_code == 422
    assert "<title>错误：" in wrong.text
    assert 'href="#f-where-to-go"' in wrong.text
    assert "不属于受理范围" in wrong.text
    # Somebody else accepts it meanwhile: nothing is done twice, who was it is told, the text stays.
    present = (
        await suite.desk("supervisor-ez", "LI_COMPLAINT").get(f"{COMPLAINTS}/{row['id']}")
    ).json()
    taken = await suite.desk("supervisor-ez", "LI_COMPLAINT").act(
        f"{COMPLAINTS}/{row['id']}/accept", present
    )
    assert taken.status_code == 200, taken.text
    late = await front.http.post(
        f"{address}/act/not-accept",
        data={**form, "reason": "不属于受理范围", "where_to_go": "请向仲裁委申请"},
    )
    assert late.status_code in (409, 412), late.text
    assert "supervisor-ez" in late.text
    assert "请向仲裁委申请" in late.text
    again = await open_page(front.http, f"{address}/act/not-accept")
    assert "已恢复" in again
    assert "请向仲裁委申请" in again
    history = await open_page(front.http, address)
    assert history.index("supervisor-ez") < history.index("cw-li-ez（鄂州）")
    # The other city may look, and is told who handles it.
    wuhan = await replica(stage, front.replica.settings.upstreams["labor-inspection"])
    await sign_in(wuhan, stage.credentials["cw-li-wh"])
    assert "没有这个事项" in await open_page(wuhan.http, address, 404)


async def test_a_service_that_is_down_is_named_and_nothing_typed_is_lost(
    stage: Stage, suite: Suite, front: Front
) -> None:
    row = await filed(suite, 9)
    address = f"/console/cases/complaint/{row['id']}/act/accept"
    await sign_in(front, stage.credentials["cw-li-ez"])
    act = await open_page(front.http, address)
    form = {name: hidden(act, name) for name in ("_csrf", "_once", "_version")}
    down = await stage.gateway()
    down.http.cookies.update(front.http.cookies)
    answer = await down.http.post(address, data={**form, "matter": ["WAGE.ARREARS"]})
    assert answer.status_code == 503
    assert "劳动保障监察服务暂时没有回应" in answer.text
    assert "已保留为草稿" in answer.text
    assert "以下服务暂时没有回应" in await open_page(down.http, "/console/?bucket=to_claim")
    # Sent again when it is up, with the same key: done once.
    again = await open_page(front.http, address)
    assert hidden(again, "_once") == form["_once"]
    form = {name: hidden(again, name) for name in ("_csrf", "_once", "_version")}
    done = await front.http.post(address, data={**form, "matter": ["WAGE.ARREARS"]})
    assert done.status_code == 303, done.text
    assert "已受理" in await open_page(front.http, done.headers["location"])


def test_every_field_and_fact_of_a_case_has_words() -> None:
    root = Path(__file__).resolve().parents[2]
    known = catalogue()
    for kind in KINDS.values():
        assert f"kind.{kind.name}" in known
        assert all(f"fact.{name}" in known for name in kind.facts), kind.name
        if not kind.facts or kind.service == "gateway":
            continue
        contract = root / "services" / kind.service.replace("-", "_") / "contract/openapi.json"
        document = json.loads(contract.read_text("utf-8"))
        for action in actions_of(document, kind.collection):
            assert f"action.{action}" in known, action
            found = operation(document, kind.collection, action)
            assert found is not None
            for field in fields_of(document, found):
                for one in (field, *field.columns):
                    assert one.label in known, (kind.name, action, one.name)
