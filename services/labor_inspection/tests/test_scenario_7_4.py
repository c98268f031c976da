"""One-point complaint, two-city action: scenario 7.4 over HTTP."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from hrss_kit.indicators import Period
from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem
from labor_inspection.indicators import linkage_rate
from labor_inspection.seed import STATION_IN_WUHAN

LI = "/labor-inspection/v1"
CHEN = {"name": "陈测丁", "doc_no": "420799199905200031", "mobile": "14400000012"}
ZHOU = {"name": "周测己", "doc_no": "420799197508180058"}
E3 = {"employer_name": "武汉测试科技有限公司", "employer_uscc": "91420199MAWH00019J"}
Make = Callable[..., dict[str, Any]]
Row = dict[str, Any]


def due(row: Row, code: str) -> tuple[str, str]:
    """When the newest clock with this code ends, and how it stands."""
    found = [one for one in row["deadlines"] if one["code"] == code][-1]
    return found["due_on"], found["status"]


class Desks:
    """Everybody at work on the day of each step."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.day = "2026-09-23"

    def at(self, user: str, purpose: str = "LI_COMPLAINT") -> Any:
        return self.suite.desk(user, purpose, now=f"{self.day}T10:00:00+08:00")

    async def read(self, user: str, path: str) -> Row:
        answer = await self.at(user).get(f"{LI}/{path}")
        assert answer.status_code == 200, answer.text
        row: Row = answer.json()
        return row

    async def make(self, user: str, path: str, json: Row) -> Row:
        answer = await self.at(user).post(f"{LI}/{path}", json)
        assert answer.status_code == 201, answer.text
        row: Row = answer.json()
        return row

    async def act(self, user: str, path: str, action: str, json: Row | None = None) -> Row:
        """Reads, acts on what was read, and gives back what came of it."""
        row = await self.read(user, path)
        answer = await self.at(user).act(f"{LI}/{path}/{action}", row, json)
        assert answer.status_code == 200, answer.text
        made: Row = answer.json()
        return made

    async def refused(
        self, user: str, path: str, action: str, json: Row, status: int, code: str
    ) -> Row:
        row = await self.read(user, path)
        answer = await self.at(user).act(f"{LI}/{path}/{action}", row, json)
        return assert_problem(answer, status, code)

    async def timers(self) -> None:
        assert (await self.at("ops").post(f"{LI}/timers/run")).status_code == 200


def lines(person: Make) -> list[Row]:
    """Twelve workers, 186 400.00 together; 周测己 is owed 22 000.00 for four months."""
    amounts = ["22000.00", *["15000.00"] * 10, "14400.00"]
    people = [ZHOU, *(person(number) for number in range(1, 11)), CHEN]
    return [
        {"person": one, "amount": amount, "months": 4 if one is ZHOU else 2}
        for one, amount in zip(people, amounts, strict=True)
    ]


@pytest.mark.slow
@pytest.mark.req("LI-1b")
@pytest.mark.req("LI-1c")
@pytest.mark.req("LI-1a")
@pytest.mark.req("LI-2b")
async def test_one_point_complaint_two_city_action(
    suite: Suite, inspection: Suite, filing: Make, person: Make
) -> None:
    await suite.start("card")
    card = suite.apps["card"].state
    async with card.database.transaction() as session:
        await card.service.seed(session)
    await suite.start("employment")
    employment = suite.apps["employment"].state
    async with employment.database.transaction() as session:
        await employment.service.seed(session)
    desks = Desks(suite)

    # 1, 2: at Ezhou's station in Wuhan; a wrong sum is refused, then it is received.
    named = {"name": CHEN["name"], "doc_no": CHEN["doc_no"]}
    answer = await desks.at("station-ez").post("/card/v1/verifications", named)
    assert answer.json()["match"] is True, answer.text
    body = filing(
        station_id=str(STATION_IN_WUHAN),
        channel="STATION",
        complainant=CHEN,
        representatives=[CHEN, ZHOU, person(1)],
        workers=lines(person),
        amount_claimed="186400.00",
        verification_id=answer.json()["verification_id"],
        **E3,
    )
    wrong = {**body, "workers": [dict(one) for one in body["workers"]]}
    wrong["workers"][11]["amount"] = "14300.00"
    answer = await desks.at("station-ez").post(f"{LI}/complaints", wrong)
    assert_problem(answer, 422, "AMOUNT_SUM")
    first = await desks.make("station-ez", "complaints", body)
    assert first["tracking_no"].startswith("LI-WH-20260923-")
    assert first["card_verified"] is True

    # 3: the work is done in Ezhou, so it goes there; both cities see it.
    assert (first["competent_city"], first["receiving_city"]) == (EZHOU, WUHAN)
    assert (first["state"], bool(first["linkage_id"])) == ("FORWARDED", True)
    assert due(first, "FORWARD") == ("2026-09-28", "MET")
    assert due(first, "ACCEPT") == ("2026-10-08", "OPEN")
    complaint = f"complaints/{first['id']}"
    for user in ("cw-li-wh", "cw-li-ez"):
        assert (await desks.read(user, complaint))["state"] == "FORWARDED"

    # 4: one of them files again; two new ones join.
    desks.day = "2026-09-25"
    again = filing(complainant=person(3), workers=[], amount_claimed="15000.00", **E3)
    answer = await desks.at("window-ez").post(f"{LI}/complaints", again)
    assert assert_problem(answer, 409, "DUPLICATE")["tracking_no"] == first["tracking_no"]
    two = [
        {"person": person(21), "amount": "9600.00", "months": 2},
        {"person": person(22), "amount": "9000.00", "months": 2},
    ]
    more = filing(complainant=person(21), workers=two, amount_claimed="18600.00", **E3)
    second = await desks.make("window-ez", "complaints", more)
    assert second["linkage_id"] == first["linkage_id"]

    # 5: accepted and filed.
    desks.day = "2026-09-29"
    accepted = await desks.act("cw-li-ez", complaint, "accept")
    assert accepted["state"] == "ACCEPTED"
    joined = await desks.read("cw-li-ez", f"complaints/{second['id']}")
    assert (joined["state"], joined["case_id"]) == ("ACCEPTED", accepted["case_id"])
    path = f"cases/{accepted['case_id']}"
    case = await desks.read("cw-li-ez", path)
    assert (case["state"], case["linkage_id"]) == ("FILED", first["linkage_id"])
    assert (case["workers_count"], case["amount_claimed"]) == (14, "205000.00")
    assert (case["owner_city"], case["receiving_city"]) == (EZHOU, WUHAN)
    assert due(case, "INVESTIGATE") == ("2026-12-28", "OPEN")

    # 6: Wuhan sees the case and may not decide it.
    order = {
        "kind": "ORDER_CORRECT",
        "amount": "205000.00",
        "due_on": "2026-11-20",
        "reason": "拖欠14名农民工工资属实",
    }
    for user in ("cw-li-wh", "supervisor-wh", "partner.wuhan"):
        assert (await desks.read(user, path))["view"] == "STATUS"
        await desks.refused(user, path, "decide", order, 403, "NOT_YOUR_CITY")
    desks.day = "2026-09-30"
    pair = {"inspectors": ["li-ez-01", "li-ez-02"]}
    case = await desks.act("cw-li-ez", path, "assign", pair)
    assert case["state"] == "INVESTIGATING"

    # 7: Wuhan is asked for evidence at E3's head office and answers in time.
    desks.day = "2026-10-13"
    letter = await desks.make(
        "cw-li-ez",
        "assist-requests",
        {
            "case_id": case["id"],
            "kind": "EVIDENCE",
            "questions": ["调取2026年4月至8月银行流水", "调取分包合同"],
        },
    )
    assert (letter["state"], letter["executing_city"]) == ("RECEIVED", WUHAN)
    assert due(letter, "ASSIST_ACCEPT")[0] == "2026-10-15"
    assert due(letter, "ASSIST_REPLY") == ("2026-10-27", "OPEN")
    asked = f"assist-requests/{letter['id']}"
    desks.day = "2026-10-14"
    await desks.act("cw-li-wh", asked, "accept")
    await desks.act("cw-li-wh", asked, "assign", {"inspectors": ["li-wh-01", "li-wh-02"]})
    desks.day = "2026-10-23"
    files = [
        {
            "name": f"证据{number}.pdf",
            "sha256": f"{number:064x}",
            "media_type": "application/pdf",
            "size": 1000 + number,
            "collected_on": "2026-10-20",
            "collected_by": ["li-wh-01", "li-wh-02"],
        }
        for number in range(5)
    ]
    reply = {"result": "已调取", "answers": ["见附件", "见附件"], "evidences": files}
    letter = await desks.act("cw-li-wh", asked, "reply", reply)
    assert (letter["state"], letter["replied_on"]) == ("REPLIED", "2026-10-23")
    assert due(letter, "ASSIST_REPLY") == ("2026-10-27", "MET")
    hashes = [{"evidence_id": one["id"], "sha256": one["sha256"]} for one in letter["evidences"]]
    letter = await desks.act("cw-li-ez", asked, "close", {"evidence_hashes": hashes})
    assert (letter["state"], len(letter["evidences"])) == ("CLOSED", 5)

    # 8: the look-up of insurance is another service's; what it found is added to the case.
    desks.day = "2026-10-26"
    found = {"matter": "SOCIAL_INSURANCE", "note": "14人中9人未参保"}
    case = await desks.act("cw-li-ez", path, "add-matter", found)
    assert case["matter"] == ["WAGE.ARREARS", "SOCIAL_INSURANCE"]

    # 9: heard, ordered to pay, served through Wuhan within seven working days.
    desks.day = "2026-10-30"
    heard = {"heard_on": "2026-10-30", "statement": "资金周转困难"}
    case = await desks.act("cw-li-ez", path, "hear", heard)
    assert due(case, "DECIDE") == ("2026-11-20", "OPEN")
    desks.day = "2026-11-04"
    case = await desks.act("supervisor-ez", path, "decide", order)
    assert (case["state"], case["amount_ordered"]) == ("DECIDED", "205000.00")
    # The case is major: Wuhan, where E3 is registered, hears of it in the same transaction.
    told = await desks.read("cw-li-wh", f"bulletins?kind=MAJOR_CASE&case_id={case['id']}")
    [notice] = told["items"]
    assert (notice["stage"], notice["major_kinds"]) == ("DECIDED", ["WAGE"])
    assert (notice["to_city"], notice["amount"]) == (WUHAN, "205000.00")
    assert due(case, "SERVE") == ("2026-11-13", "OPEN")
    letter = await desks.make(
        "cw-li-ez", "assist-requests", {"case_id": case["id"], "kind": "SERVE"}
    )
    assert letter["order_id"] == case["decision"]["id"]
    served = f"assist-requests/{letter['id']}"
    await desks.act("cw-li-wh", served, "accept")
    await desks.act("cw-li-wh", served, "assign", {"inspectors": ["li-wh-01", "li-wh-02"]})
    desks.day = "2026-11-06"
    receipt = {"result": "已直接送达", "served_on": "2026-11-06", "receipt_no": "WH-2026-77"}
    await desks.act("cw-li-wh", served, "reply", receipt)
    await desks.act("cw-li-ez", served, "close")
    case = await desks.read("cw-li-ez", path)
    assert (case["state"], case["served"]["on"]) == ("SERVED", "2026-11-06")
    assert case["served"]["through_assist_id"] == letter["id"]
    assert due(case, "SERVE") == ("2026-11-13", "MET")
    assert due(case, "ORDER") == ("2026-11-20", "OPEN")

    # 10: 25 000.00 are paid, 180 000.00 are not; compensation may be added.
    workers = (await desks.read("cw-li-ez", f"{path}/workers"))["items"]
    assert sum(Decimal(row["amount"]) for row in workers) == 205000

    def paid(amounts: dict[str, str], kind: str = "WAGE") -> Row:
        return {
            "payments": [
                {
                    "kind": kind,
                    "worker_id": worker_id,
                    "amount": amount,
                    "paid_on": desks.day,
                    "to_own_account": True,
                }
                for worker_id, amount in amounts.items()
            ]
        }

    desks.day = "2026-11-20"
    early = {row["id"]: "2500.00" for row in workers if row["amount"] == "15000.00"}
    assert len(early) == 10
    case = await desks.act("cw-li-ez", path, "record-payment", paid(early))
    assert (case["state"], case["amount_paid"]) == ("SERVED", "25000.00")
    desks.day = "2026-11-21"
    await desks.timers()
    case = await desks.read("cw-li-ez", path)
    assert case["state"] == "NOT_COMPLIED"
    decision = case["decision"]
    assert (decision["compensation_from"], decision["compensation_to"]) == (
        "90000.00",
        "180000.00",
    )
    desks.day = "2026-11-23"
    handle = {"kind": "HANDLE", "due_on": "2026-12-21", "reason": "逾期未支付，加付赔偿金"}
    for amount in ("89999.99", "180000.01"):
        wish = {**handle, "amount": amount}
        await desks.refused("supervisor-ez", path, "decide", wish, 422, "COMPENSATION_RANGE")
    case = await desks.act("supervisor-ez", path, "decide", {**handle, "amount": "90000.00"})
    assert (case["state"], case["compensation_ordered"]) == ("NOT_COMPLIED", "90000.00")
    case = await desks.act("cw-li-ez", path, "serve", {"receipt_no": "EZ-2026-12"})
    case = await desks.act("cw-li-ez", path, "propose-listing")
    assert case["state"] == "ARREARS_LIST_PROPOSED"

    # 11: both halves of the criterion hold; nobody objects; listed for three years.
    found = await desks.read("cw-li-ez", f"arrears-list?case_id={case['id']}")
    [entry] = found["items"]
    assert (entry["state"], entry["criteria"]) == ("PROPOSED", ["SINGLE", "GROUP"])
    assert entry["amount_unpaid"] == "180000.00"
    listing = f"arrears-list/{entry['id']}"
    notice = {
        "receipt_no": "EZ-2026-13",
        "employer_address": "武汉市洪山区测试路3号",
        "legal_representative": "测试法",
    }
    entry = await desks.act("cw-li-ez", listing, "serve-notice", notice)
    assert due(entry, "OBJECTION") == ("2026-12-07", "OPEN")
    desks.day = "2026-12-15"
    entry = await desks.act("supervisor-ez", listing, "list")
    assert (entry["state"], entry["expires_on"]) == ("LISTED", "2029-12-15")

    # 12: E3's postings are off in both cities.
    await suite.worker("employment").follow("labor_inspection")
    assert await recruiting(suite) == ("2029-12-15", {(WUHAN, "SUSPENDED"), (EZHOU, "SUSPENDED")})

    # 13: paid in full, to everybody's own account; closed within time; all are told.
    desks.day = "2026-12-22"
    await desks.timers()
    workers = (await desks.read("cw-li-ez", f"{path}/workers"))["items"]
    assert sum(Decimal(row["unpaid"]) for row in workers) == 180000
    wages = {row["id"]: row["unpaid"] for row in workers}
    case = await desks.act("cw-li-ez", path, "record-payment", paid(wages))
    assert (case["state"], case["amount_paid"]) == ("ARREARS_LIST_PROPOSED", "205000.00")
    rest = {row["id"]: row["compensation"] for row in workers}
    case = await desks.act("cw-li-ez", path, "record-payment", paid(rest, "COMPENSATION"))
    assert (case["state"], case["compensation_paid"]) == ("COMPLIED", "90000.00")
    assert due(case, "CLOSE_NOTICE") == ("2026-12-29", "OPEN")
    desks.day = "2026-12-24"
    await desks.refused("cw-li-ez", path, "close", {}, 403, "MAKER_IS_CHECKER")
    case = await desks.act("supervisor-ez", path, "close")
    assert (case["state"], case["closed_on"]) == ("CLOSED", "2026-12-24")
    assert due(case, "CLOSE_NOTICE") == ("2026-12-29", "MET")
    assert [one["state"] for one in case["complaints"]] == ["CLOSED", "CLOSED"]

    tracked = await desks.at("window-ez").post(
        f"{LI}/complaint-tracking",
        {"tracking_no": first["tracking_no"], "doc_no": ZHOU["doc_no"]},
    )
    assert (tracked.json()["state"], tracked.json()["case_state"]) == ("CLOSED", "CLOSED")
    assert "205000.00元" in tracked.json()["result"]
    seen = await desks.read("cw-li-wh", path)
    assert (seen["state"], seen["amount_paid"]) == ("CLOSED", "205000.00")
    [event] = await suite.events("labor_inspection", "li.case.closed.v1")
    assert (event["city"], event["audience"]) == (EZHOU, [WUHAN, EZHOU])
    assert event["data"]["amount_recovered"] == "205000.00"
    assert event["data"]["receiving_city"] == WUHAN

    # 14: Ezhou grades it C for 2026, and so Wuhan sees it.
    desks.day = "2027-01-05"
    answer = await desks.at("supervisor-ez").post(f"{LI}/credit-grades", {"year": 2026})
    assert answer.json()["grades"] == {"C": 1}, answer.text
    found = await desks.read("cw-li-wh", f"credit-grades?employer_uscc={E3['employer_uscc']}")
    [grade] = found["items"]
    assert (grade["owner_city"], grade["joint_grade"]) == (EZHOU, "C")
    assert grade["reasons"] == ["REFUSED_ORDER"]
    bulletin = await desks.make("cw-li-ez", "bulletins", {"quarter": "2026-Q4"})
    [employer] = (await desks.read("cw-li-wh", f"bulletins/{bulletin['id']}"))["employers"]
    assert (employer["uscc"], employer["joint_grade"]) == (E3["employer_uscc"], "C")
    assert (employer["case_nos"], employer["is_arrears_listed"]) == ([case["case_no"]], True)
    assert set(employer["kinds"]) == {"PUNISHED", "DISOBEYED", "REFUSED_ORDER", "CORRECTED"}
    assert bulletin["counts"]["wages_recovered"] == "205000.00"
    acknowledged = await desks.act("cw-li-wh", f"bulletins/{bulletin['id']}", "receive")
    assert acknowledged["state"] == "RECEIVED"
    # What was recovered counts for Ezhou, fourteen workers; the two complaints are one matter.
    answer = await desks.at("svc.gateway").get(f"{LI}/indicators?period=2026&city={EZHOU}")
    figures = {one["id"]: one for one in answer.json()["items"]}
    assert figures["I-LI-4"]["inputs"] == {"amount": 205000.0, "workers": 14}
    found = await linked_matters(suite)
    assert found == [(1, 1)]

    # 15: six months after 12-22, with a promise, it is off the list and may recruit again.
    desks.day = "2027-06-21"
    promised = {"has_written_promise": True}
    early = await desks.refused(
        "cw-li-ez", listing, "apply-removal", promised, 409, "REMOVAL_TOO_EARLY"
    )
    assert early["possible_from"] == "2027-06-22"
    desks.day = "2027-06-23"
    entry = await desks.act("cw-li-ez", listing, "apply-removal", promised)
    assert entry["corrected_on"] == "2026-12-22"
    granted = {"reason": "已付清，满六个月，已承诺"}
    entry = await desks.act("supervisor-ez", listing, "remove-early", granted)
    assert (entry["state"], entry["removed_on"]) == ("EARLY_REMOVED", "2027-06-23")
    await suite.worker("employment").follow("labor_inspection")
    assert (await recruiting(suite))[0] is None


async def linked_matters(suite: Suite) -> list[tuple[int, int]]:
    """Matters of Ezhou in 2026, and those of both cities: too few to be shown, so from below."""
    database = suite.apps["labor_inspection"].state.database
    async with database.transaction() as session:
        figures = await linkage_rate(session, Period.parse("2026"), EZHOU)
    return [(int(figures.inputs["matters"]), int(figures.inputs["linked"]))]


async def recruiting(suite: Suite) -> tuple[str | None, set[tuple[str, str]]]:
    """Until when E3 is blocked, and where its postings stand."""
    rows = await suite.databases["employment"].fetch(
        "SELECT e.blocked_until::text, p.owner_city, p.state FROM employers e "
        "JOIN postings p ON p.employer_id = e.id WHERE e.uscc = $1",
        E3["employer_uscc"],
    )
    return rows[0][0], {(row[1], row[2]) for row in rows}
