"""The counter's pages: a complaint, a card check that is carried on, transfers, jobs, printouts."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from gateway.console.printing import code_of
from gateway.testing import Front, Received, Stage, response
from hrss_kit import clock

from .test_console import hidden, sign_in

NAME, NUMBER = "周测己", "420799197508180058"
ID = "01939fd0-0000-7000-8000-000000000001"
STATION = {"id": str(uuid4()), "name_zh": "葛店服务站", "name_en": "Gedian station"}
COMPLAINT: dict[str, Any] = {
    "id": ID, "biz_no": "LI42070020261125000001", "tracking_no": "EZ2026-TRACK-7", "kind":
    "COMPLAINT", "complainant": {"name": "周**"}, "employer_name": "鄂州测试建材",
    "matter": ["WAGE.ARREARS"], "workers_count": 2, "amount_claimed": "5000.00",
    "received_on": "2026-11-25", "receiving_city": "420700", "competent_city": "420100",
    "card_verified": True, "deadlines": [
        {"code": "ACCEPT", "status": "OPEN", "due_on": "2026-12-02", "provisional": False},
    ],
}  # fmt: skip
Told = dict[tuple[str, str], tuple[int, Any]]


def answers(told: Told) -> Callable[[Received], Any]:
    """A stand-in's answers, by method and path; a problem document for a status of 400 and up."""

    async def answer(request: Received) -> bytes:
        status, body = told.get((request.method, urlsplit(request.target).path), (404, {}))
        return response(json.dumps(body).encode(), f"{status} Told")

    return answer


def sent(service: Any, method: str = "POST") -> list[Any]:
    """The bodies that a stand-in was given."""
    return [json.loads(one.body) for one in service.received if one.method == method]


def refused(*errors: tuple[str, str, str], code: str = "VALIDATION", status: int = 422) -> Any:
    """A problem document."""
    return status, {
        "title": "提交的内容有误", "status": status, "code": code, "errors": [
            {"field": field, "code": code, "message_zh": zh, "message_en": zh}
            for field, code, zh in errors
        ],
    }  # fmt: skip


async def form_of(front: Front, path: str) -> dict[str, str]:
    """The hidden fields of a form."""
    page = await front.http.get(path)
    assert page.status_code == 200, page.text
    return {name: hidden(page.text, name) for name in ("_csrf", "_once")}


async def test_a_complaint_grows_rows_shows_faults_at_their_fields_and_ends_with_a_receipt(
    stage: Stage,
) -> None:
    service = await stage.service("labor-inspection")
    complaints = "/labor-inspection/v1/complaints"
    told: Told = {
        ("GET", "/labor-inspection/v1/service-stations"): (200, {"items": [STATION]}),
        ("GET", f"{complaints}/{ID}"): (200, COMPLAINT),
    }
    service.answer = answers(told)
    await stage.seed("station-ez")
    front = await stage.gateway()
    page = await sign_in(front, stage.credentials["station-ez"], "/console/complaints/new")
    # One station is chosen already; the button that sends stands before those that add rows.
    assert f'<option value="{STATION["id"]}" selected>葛店服务站' in page.text
    assert page.text.index(">提交</button>") < page.text.index('name="_add"')
    typed: dict[str, Any] = {
        **(await form_of(front, "/console/complaints/new")),
        "kind": "COMPLAINT", "complainant.doc_type": "01", "channel": "STATION",
        "station_id": STATION["id"], "employer_name": "鄂州测试建材",
        "work_place.kind": "KNOWN", "work_place.division": "420111",
        "work_place.address": "测试路1号", "matter": ["WAGE.ARREARS", "CONTRACT"],
        "facts": "三个月没有发工资", "period_from": "2026-08", "other_procedure": "NONE",
        "amount_claimed": "5000.00", "_rows.workers": "2",
        # The first group was left empty: it is not sent, and errors still find the second.
        "workers.1.person.name": NAME, "workers.1.person.doc_no": "123", "workers.1.amount": "400",
    }  # fmt: skip
    grown = await front.http.post("/console/complaints/new", data={**typed, "_add": "workers"})
    assert 'name="workers.2.person.name"' in grown.text
    assert re.search(r'name="workers.2.person.name"[^>]* autofocus', grown.text)
    assert "三个月没有发工资" in grown.text
    assert not sent(service)
    told["POST", complaints] = refused(
        ("complainant", "COMPLAINANT_REQUIRED", "投诉须实名"),
        ("amount_claimed", "AMOUNT_SUM", "与劳动者明细金额之和不一致"),
        ("workers.0.person.doc_no", "ID_FORMAT", "证件号码格式不正确"),
        ("work_place", "WORK_PLACE_REQUIRED", "请填写用工所在地"),
    )
    wrong = await front.http.post("/console/complaints/new", data=typed)
    assert wrong.status_code == 422
    for name in ("complainant-name", "amount-claimed", "workers-1-person-doc-no",
                 "work-place-kind"):  # fmt: skip
        assert f'href="#f-{name}"' in wrong.text, name
        assert f'id="f-{name}-fault"' in wrong.text, name
    assert "三个月没有发工资" in wrong.text
    assert "<title>错误：" in wrong.text
    body = sent(service)[-1]
    assert body["matter"] == ["WAGE.ARREARS", "CONTRACT"]
    assert body["workers"] == [{"person": {"name": NAME, "doc_no": "123"}, "amount": "400"}]
    assert "complainant" not in body  # only the kind of document was chosen
    told["POST", complaints] = (201, COMPLAINT)
    again = {**typed, "_once": hidden(wrong.text, "_once"), "complainant.name": NAME,
             "complainant.doc_no": NUMBER}  # fmt: skip
    done = await front.http.post("/console/complaints/new", data=again)
    assert done.headers["location"] == f"/console/complaints/{ID}/receipt"
    assert sent(service)[-1]["complainant"] == {"name": NAME, "doc_type": "01", "doc_no": NUMBER}
    receipt = await front.http.get(done.headers["location"])
    for words in ("EZ2026-TRACK-7", "已转送武汉办理", "2026-12-02", "打印人 station-ez"):
        assert words in receipt.text
    asked = next(one for one in service.received if one.target.endswith(ID))
    assert {name.lower(): value for name, value in asked.headers.items()}["x-purpose"] == (
        "LI_COMPLAINT"
    )
    assert await stage.database.value("SELECT count(*) FROM console_drafts") == 0

    # The foot of the paper proves itself, and shows a change.
    foot = re.search(r"打印时间 (.{16})，校验码 ([A-Z2-7-]+)", receipt.text)
    assert foot
    assert code_of("EZ2026-TRACK-7", "station-ez", foot[1]) == foot[2]
    check = {**(await form_of(front, "/console/printouts")), "number": "EZ2026-TRACK-7",
             "by": "station-ez", "at": foot[1], "code": foot[2].lower()}  # fmt: skip
    assert "核对一致" in (await front.http.post("/console/printouts", data=check)).text
    check["number"] = "EZ2026-TRACK-8"
    assert "核对不一致" in (await front.http.post("/console/printouts", data=check)).text


async def test_a_card_check_is_carried_to_a_form_by_the_server_until_it_is_over(
    stage: Stage,
) -> None:
    card, insurance = await stage.service("card"), await stage.service("social-insurance")
    number = str(uuid4())
    path = f"/card/v1/verifications/{number}"
    until = (clock.now() + timedelta(minutes=5)).isoformat()
    reply = {"verification_id": number, "match": False, "card_state": None, "ecard_state": None,
             "checked_at": clock.now().isoformat()}  # fmt: skip
    told: Told = {
        ("POST", "/card/v1/verifications"): (200, reply),
        ("GET", path): (200, {"verification_id": number, "expires_at": until}),
    }
    card.answer = answers(told)
    await stage.seed("window-ez", "window-wh")
    front = await stage.gateway()
    await sign_in(front, stage.credentials["window-ez"])
    check = {**(await form_of(front, "/console/card-check")), "purpose": "CARD_SERVICE"}
    named = {**check, "name": NAME, "doc_no": NUMBER, "doc_type": "01"}
    no = await front.http.post("/console/card-check", data=named)
    assert "不一致，或没有此人" in no.text
    assert NAME in no.text  # what was typed is there to be corrected
    told["POST", "/card/v1/verifications"] = (
        200, {**reply, "match": True, "card_state": "ACTIVE"},
    )  # fmt: skip
    line = f"420799|{NUMBER}|E00000019|420799D1560|{NAME}|||20200101|20300101|"
    yes = await front.http.post("/console/card-check", data={**check, "reader_line": line})
    assert yes.headers["location"] == "/console/card-check/result"
    assert sent(card)[-1] == {"reader_line": line}
    shown = (await front.http.get("/console/card-check/result")).text
    assert "核验一致" in shown
    assert NAME not in shown
    assert NUMBER not in shown
    assert number in shown
    assert 'href="/console/transfers/new?person=checked"' in shown
    # Sealed at rest; another clerk has nothing of it.
    kept = await stage.database.fetch("SELECT username, fields FROM console_drafts")
    assert {row["username"] for row in kept} == {"window-ez"}
    assert all(NUMBER.encode() not in row["fields"] for row in kept)
    other = await stage.gateway()
    await sign_in(other, stage.credentials["window-wh"])
    gone = await other.http.get("/console/card-check/result")
    assert gone.headers["location"] == "/console/card-check"

    page = (await front.http.get("/console/transfers/new?person=checked")).text
    assert hidden(page, "verification_id") == number
    assert f'value="{NUMBER}"' in page
    assert "已带入身份核验" in page
    transfers = "/social-insurance/v1/transfer-cases"
    moved: Told = {("POST", transfers): refused(
        ("to_city", "KIND_CITIES", "转移类型与两地不符"), ("", "CODE", "须选择"))}  # fmt: skip
    insurance.answer = answers(moved)
    typed = {
        **{name: hidden(page, name) for name in ("_csrf", "_once", "verification_id")},
        "person.name": NAME, "person.doc_type": "01", "person.doc_no": NUMBER,
        "kind": "EMP_CROSS", "from_city": "420700", "to_city": "OTHER", "to_other": "440300",
        "apply_channel": "WINDOW",
    }  # fmt: skip
    wrong = await front.http.post("/console/transfers/new", data=typed)
    assert 'href="#f-to-other"' in wrong.text  # where the code was typed
    body = sent(insurance)[-1]
    assert (body["to_city"], body["verification_id"]) == ("440300", number)
    assert "to_other" not in body
    moved["POST", transfers] = refused(code="VERIFICATION_EXPIRED", status=409)
    over = await front.http.post("/console/transfers/new", data=typed)
    assert over.status_code == 409
    assert hidden(over.text, "verification_id") == ""  # the next sending goes without it
    moved["POST", transfers] = (201, {"id": ID, "biz_no": "SI1"})
    done = await front.http.post("/console/transfers/new", data=typed)
    assert done.headers["location"] == f"/console/cases/transfer_case/{ID}"
    assert "person" not in (await stage.database.fetch("SELECT form FROM console_drafts"))
    assert (await front.http.get("/console/card-check/result")).is_redirect  # the next person


async def test_cards_are_asked_for_with_the_proof_that_the_check_gave(stage: Stage) -> None:
    card = await stage.service("card")
    number = str(uuid4())
    reply = {"verification_id": number, "match": True, "card_state": "ACTIVE", "ecard_state": None,
             "checked_at": clock.now().isoformat()}  # fmt: skip
    over = (clock.now() + timedelta(minutes=5)).isoformat()
    told: Told = {
        ("POST", "/card/v1/verifications"): (200, reply),
        ("GET", f"/card/v1/verifications/{number}"): (200, {"expires_at": over}),
        ("POST", "/card/v1/card-service-requests"): (201, {"id": ID, "biz_no": "CA1"}),
    }
    card.answer = answers(told)
    await stage.seed("window-ez")
    front = await stage.gateway()
    await sign_in(front, stage.credentials["window-ez"])
    check = {**(await form_of(front, "/console/card-check")), "purpose": "CARD_SERVICE",
             "name": NAME, "doc_no": NUMBER, "doc_type": "01"}  # fmt: skip
    await front.http.post("/console/card-check", data=check)
    page = (await front.http.get("/console/card-requests/new?person=checked")).text
    typed = {
        **{name: hidden(page, name) for name in ("_csrf", "_once", "verification_id")},
        "person.name": NAME, "person.doc_type": "01", "person.doc_no": NUMBER,
        "kind": "TEMP_LOSS", "delivery": "PICKUP", "takes_part_here": "false",
    }  # fmt: skip
    done = await front.http.post("/console/card-requests/new", data=typed)
    assert done.headers["location"] == f"/console/cases/card_service_request/{ID}"
    body = sent(card)[-1]
    assert body["proof"] == {"verification_id": number, "name": NAME, "doc_no": NUMBER}
    assert body["takes_part_here"] is False
    assert "verification_id" not in body
    # A draft nobody wants is gone with whom it was about.
    draft = {"_csrf": typed["_csrf"], "_form": "/console/card-requests/new", "person.name": NAME}
    await front.http.post("/console/drafts", data=draft)
    assert "清空，重新填写" in (await front.http.get("/console/card-requests/new")).text
    await front.http.post("/console/drafts/discard", data=draft)
    assert NAME not in (await front.http.get("/console/card-requests/new")).text


async def test_jobs_name_their_employer_by_code_and_seekers_agree_to_each_city(
    stage: Stage,
) -> None:
    market = await stage.service("employment")
    uscc = "91420799MAEH00016H"
    employer = {"id": str(uuid4()), "uscc": uscc, "name": "鄂州测试电子有限公司",
                "owner_city": "420700", "state": "VERIFIED"}  # fmt: skip
    told: Told = {
        ("GET", "/employment/v1/employers"): (200, {"items": [], "next_cursor": None}),
        ("POST", "/employment/v1/postings"): (201, {"id": ID, "biz_no": "EM1"}),
        ("POST", "/employment/v1/job-seekers"): refused(
            ("consents.0.cities.0", "CITY_UNKNOWN", "不是合作城市")),
    }  # fmt: skip
    market.answer = answers(told)
    await stage.seed("cw-emp-ez")
    front = await stage.gateway()
    await sign_in(front, stage.credentials["cw-emp-ez"])
    job = {**(await form_of(front, "/console/jobs/postings/new")), "employer_uscc": uscc,
           "title": "电子装配工", "headcount": "3", "skills_req": "焊接\n\n检测\n"}  # fmt: skip
    unknown = await front.http.post("/console/jobs/postings/new", data=job)
    assert 'href="#f-employer-uscc"' in unknown.text
    assert not sent(market)
    told["GET", "/employment/v1/employers"] = (200, {"items": [employer], "next_cursor": None})
    picked = await front.http.get("/console/jobs/employers", params={"q": "电子"})
    assert f'href="/console/jobs/postings/new?uscc={uscc}"' in picked.text
    done = await front.http.post("/console/jobs/postings/new", data=job)
    assert done.headers["location"] == f"/console/cases/posting/{ID}"
    body = sent(market)[-1]
    assert (body["employer_id"], body["headcount"]) == (employer["id"], 3)
    assert body["skills_req"] == ["焊接", "检测"]

    seeker: dict[str, Any] = {
        **(await form_of(front, "/console/jobs/seekers/new")),
        "person.name": NAME, "person.doc_type": "01", "person.doc_no": NUMBER, "edu": "61",
        "expected_occupations": "6-25-04-07", "accept_cities": ["420100", "420700"],
        "consents.EMP_GROUP_HELP": ["420700"],
    }  # fmt: skip
    wrong = await front.http.post("/console/jobs/seekers/new", data=seeker)
    assert 'href="#f-consents-EMP-GROUP-HELP"' in wrong.text
    assert sent(market)[-1]["consents"] == [{"purpose": "EMP_GROUP_HELP", "cities": ["420700"]}]
    told["POST", "/employment/v1/job-seekers"] = (201, {"id": ID, "biz_no": "EM2"})
    done = await front.http.post("/console/jobs/seekers/new", data=seeker)
    assert done.headers["location"] == f"/console/cases/job_seeker/{ID}"


@pytest.mark.parametrize("path", ["/console/complaints/new", "/console/imports/cards"])
async def test_pages_of_another_desk_are_closed(stage: Stage, path: str) -> None:
    await stage.seed("cw-emp-ez")
    front = await stage.gateway()
    page = await sign_in(front, stage.credentials["cw-emp-ez"])
    assert "投诉举报登记" not in page.text
    assert (await front.http.get(path)).status_code in (403, 404)
