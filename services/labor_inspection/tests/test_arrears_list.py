"""The wage-arrears list: from the proposal of a case to the day an entry is off it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem
from labor_inspection.arrears_list import rules

LIST = "/labor-inspection/v1/arrears-list"
NOTICE = {
    "receipt_no": "GZ-2026-01",
    "employer_address": "鄂州市鄂城区测试路9号",
    "legal_representative": "测试法",
    "responsible_persons": ["测试责"],
}
Row = dict[str, Any]


class Listing:
    """Entries of the list, brought to where a test begins."""

    def __init__(self, casework: Any, person: Callable[..., Row]) -> None:
        self.casework, self.person = casework, person

    def desk(self, user: str, on: str, purpose: str = "LI_PUBLICITY") -> Any:
        return self.casework.suite.desk(user, purpose, now=f"{on}T09:00:00+08:00")

    async def case(self, on: str = "2026-11-23") -> Row:
        """A case proposed on a day: one worker of three months with 12 000.00."""
        case = await self.casework.until("lapse")
        made: Row = await self.casework.done("cw-li-ez", case, "propose-listing", {}, on=on)
        return made

    async def proposed(self) -> Row:
        case = await self.case()
        found = await self.desk("cw-li-ez", "2026-11-23").get(LIST, {"case_id": case["id"]})
        [entry] = found.json()["items"]
        made: Row = entry
        return made

    async def act(self, user: str, entry: Row, action: str, json: Any = None, *, on: str) -> Any:
        return await self.desk(user, on).act(f"{LIST}/{entry['id']}/{action}", entry, json)

    async def done(self, user: str, entry: Row, action: str, json: Any = None, *, on: str) -> Row:
        answer = await self.act(user, entry, action, json, on=on)
        assert answer.status_code == 200, answer.text
        made: Row = answer.json()
        return made

    async def noticed(self) -> Row:
        return await self.done(
            "cw-li-ez", await self.proposed(), "serve-notice", NOTICE, on="2026-11-23"
        )

    async def listed(self) -> Row:
        return await self.done("supervisor-ez", await self.noticed(), "list", on="2026-12-15")

    async def paid(self, entry: Row, on: str) -> None:
        """Everything is paid on a day."""
        case = await self.casework.read({"id": entry["case_id"]})
        amounts = ["12000.00", "8000.00"]
        payments = await self.casework.payments(case, amounts, on)
        await self.casework.done("cw-li-ez", case, "record-payment", payments, on=on)


@pytest.fixture
def listing(casework: Any, person: Callable[..., Row]) -> Listing:
    return Listing(casework, person)


@pytest.mark.parametrize(
    ("corrected", "possible"),
    [
        (date(2027, 1, 10), date(2027, 7, 10)),
        (date(2026, 12, 22), date(2027, 6, 22)),
        (date(2026, 8, 31), date(2027, 2, 28)),
    ],
)
def test_early_removal_is_possible_six_months_after_the_correction(
    corrected: date, possible: date
) -> None:
    assert rules.months_after(corrected, 6) == possible


async def test_a_proposal_makes_an_entry_that_inspectors_of_both_cities_read(
    listing: Listing,
) -> None:
    entry = await listing.proposed()
    assert (entry["state"], entry["owner_city"]) == ("PROPOSED", EZHOU)
    assert entry["criteria"] == ["SINGLE"]
    assert (entry["workers_unpaid"], entry["amount_unpaid"]) == (2, "20000.00")
    assert len(entry["inspectors"]) == 2
    assert entry["allowed_actions"] == ["serve-notice"]
    path = f"{LIST}/{entry['id']}"
    assert (await listing.desk("cw-li-wh", "2026-11-24").get(path)).status_code == 200
    assert_problem(await listing.desk("window-ez", "2026-11-24").get(path), 404, "NOT_FOUND")
    other = await listing.act("cw-li-wh", entry, "serve-notice", NOTICE, on="2026-11-24")
    assert_problem(other, 403, "NOT_YOUR_CITY")


@pytest.mark.req("LI-3b")
async def test_listed_after_the_time_to_object_by_somebody_who_did_not_prepare_it(
    listing: Listing,
) -> None:
    entry = await listing.noticed()
    assert entry["deadlines"][0]["due_on"] == "2026-12-07"
    assert entry["legal_representative"] == "测**"
    for day, user, status, code in (
        ("2026-12-07", "supervisor-ez", 409, "OBJECTION_OPEN"),
        ("2026-12-08", "cw-li-ez", 403, "SCOPE_MISSING"),
        ("2026-12-08", "supervisor-wh", 403, "NOT_YOUR_CITY"),
    ):
        assert_problem(await listing.act(user, entry, "list", on=day), status, code)
    await listing.casework.timers("2026-12-08")
    entry = await listing.done("supervisor-ez", entry, "list", on="2026-12-15")
    assert (entry["state"], entry["listed_on"]) == ("LISTED", "2026-12-15")
    assert entry["expires_on"] == "2029-12-15"
    assert [one["status"] for one in entry["deadlines"]] == ["CANCELLED"]
    [event] = await listing.casework.suite.events("labor_inspection", "li.arrears.listed.v1")
    assert event["data"] == {
        "uscc": "91420799MAEH00016H",
        "from": "2026-12-15",
        "to": "2029-12-15",
        "case_no": entry["case_no"],
    }
    assert event["audience"] == [WUHAN, EZHOU]


async def test_whoever_proposed_it_does_not_list_it(listing: Listing) -> None:
    case = await listing.casework.until("lapse")
    await listing.casework.done("supervisor-ez", case, "propose-listing", {}, on="2026-11-23")
    found = await listing.desk("cw-li-ez", "2026-11-23").get(LIST)
    [entry] = found.json()["items"]
    entry = await listing.done("cw-li-ez", entry, "serve-notice", NOTICE, on="2026-11-23")
    answer = await listing.act("supervisor-ez", entry, "list", on="2026-12-15")
    assert_problem(answer, 403, "MAKER_IS_CHECKER")


@pytest.mark.parametrize(("action", "state"), [("uphold", "UPHELD"), ("drop", "DROPPED")])
async def test_an_objection_is_answered_within_ten_working_days(
    listing: Listing, action: str, state: str
) -> None:
    entry = await listing.noticed()
    late = {"statement": "已支付", "received_on": "2026-12-08"}
    refused = await listing.act("cw-li-ez", entry, "object", late, on="2026-12-08")
    assert_problem(refused, 409, "OBJECTION_LATE")
    early = {"statement": "已支付", "received_on": "2026-11-22"}
    refused = await listing.act("cw-li-ez", entry, "object", early, on="2026-12-07")
    assert_problem(refused, 422, "DATE")
    entry = await listing.done(
        "cw-li-ez", entry, "object", {"statement": "已支付"}, on="2026-12-07"
    )
    assert entry["state"] == "OBJECTED"
    clocks = {one["code"]: (one["due_on"], one["status"]) for one in entry["deadlines"]}
    assert clocks["OBJECTION"] == ("2026-12-07", "MET")
    assert clocks["OBJECTION_ANSWER"] == ("2026-12-21", "OPEN")
    refused = await listing.act("supervisor-ez", entry, "list", on="2026-12-15")
    assert_problem(refused, 409, "STATE_CONFLICT")
    entry = await listing.done(
        "supervisor-ez", entry, action, {"reason": "经核查"}, on="2026-12-14"
    )
    assert (entry["state"], entry["answer"]) == (state, "经核查")
    if state == "UPHELD":
        entry = await listing.done("supervisor-ez", entry, "list", on="2026-12-15")
        assert entry["state"] == "LISTED"
    else:
        assert entry["allowed_actions"] == []


@pytest.mark.req("X-21")
async def test_early_removal_needs_payment_six_months_and_a_promise(listing: Listing) -> None:
    entry = await listing.listed()
    wish = {"has_written_promise": True}
    answer = await listing.act("cw-li-ez", entry, "apply-removal", wish, on="2027-01-10")
    assert_problem(answer, 409, "NOT_CORRECTED")
    await listing.paid(entry, "2027-01-10")
    answer = await listing.act("cw-li-ez", entry, "apply-removal", wish, on="2027-07-09")
    early = assert_problem(answer, 409, "REMOVAL_TOO_EARLY")
    assert early["possible_from"] == "2027-07-10"
    answer = await listing.act(
        "cw-li-ez", entry, "apply-removal", {"has_written_promise": False}, on="2027-07-10"
    )
    assert_problem(answer, 422, "PROMISE")
    answer = await listing.act(
        "supervisor-ez", entry, "remove-early", {"reason": "符合条件"}, on="2027-07-10"
    )
    assert_problem(answer, 409, "NO_APPLICATION")
    entry = await listing.done("cw-li-ez", entry, "apply-removal", wish, on="2027-07-10")
    assert (entry["state"], entry["corrected_on"]) == ("LISTED", "2027-01-10")
    assert entry["deadlines"][-1]["code"] == "EARLY_REMOVAL"
    entry = await listing.done(
        "supervisor-ez", entry, "refuse-removal", {"reason": "承诺书不全"}, on="2027-07-12"
    )
    assert (entry["state"], entry["removal_applied_on"]) == ("LISTED", None)
    entry = await listing.done("cw-li-ez", entry, "apply-removal", wish, on="2027-07-13")
    entry = await listing.done(
        "supervisor-ez", entry, "remove-early", {"reason": "符合条件"}, on="2027-07-20"
    )
    assert (entry["state"], entry["removed_on"]) == ("EARLY_REMOVED", "2027-07-20")
    assert entry["deadlines"][-1]["status"] == "MET"
    [event] = await listing.casework.suite.events("labor_inspection", "li.arrears.removed.v1")
    assert event["data"] == {
        "uscc": "91420799MAEH00016H",
        "from": "2026-12-15",
        "to": "2027-07-20",
        "reason": "EARLY_REMOVED",
        "case_no": entry["case_no"],
    }


async def test_an_entry_expires_after_three_years(listing: Listing) -> None:
    entry = await listing.listed()
    assert (await listing.casework.timers("2029-12-14"))["arrears list"] == 0
    assert (await listing.casework.timers("2029-12-15"))["arrears list"] == 1
    assert (await listing.casework.timers("2029-12-16"))["arrears list"] == 0
    path = f"{LIST}/{entry['id']}"
    entry = (await listing.desk("cw-li-ez", "2029-12-16").get(path)).json()
    assert (entry["state"], entry["removed_on"]) == ("EXPIRED", "2029-12-15")
    history = (await listing.desk("cw-li-ez", "2029-12-16").get(f"{path}/timeline")).json()
    assert [one["action"] for one in history["items"]] == [
        "propose", "serve-notice", "list", "expire",
    ]  # fmt: skip


async def test_an_annulled_basis_revokes_at_once(listing: Listing) -> None:
    entry = await listing.listed()
    entry = await listing.done(
        "supervisor-ez", entry, "revoke", {"reason": "决定被撤销"}, on="2027-01-05"
    )
    assert (entry["state"], entry["allowed_actions"]) == ("REVOKED", [])
    [event] = await listing.casework.suite.events("labor_inspection", "li.arrears.removed.v1")
    assert event["data"]["reason"] == "REVOKED"


async def test_the_published_list_names_the_employer_and_no_worker(listing: Listing) -> None:
    entry = await listing.noticed()
    reader = listing.desk("window-wh", "2026-12-16")
    assert (await reader.get(f"{LIST}/published")).json()["items"] == []
    await listing.done("supervisor-ez", entry, "list", on="2026-12-15")
    answer = await reader.get(f"{LIST}/published", {"employer_uscc": "91420799MAEH00016H"})
    [shown] = answer.json()["items"]
    assert shown["legal_representative"] == "测试法"
    assert "2名农民工工资20000.00元" in shown["facts"]
    assert "测试人" not in answer.text
    assert "测试责" not in answer.text
    bare = listing.desk("window-wh", "2026-12-16", "")
    assert_problem(await bare.get(f"{LIST}/published"), 400, "PURPOSE_REQUIRED")


@pytest.mark.req("LI-3b")
async def test_arrears_of_others_in_the_case_neither_count_nor_stand_in_the_way(
    casework: Any, filing: Callable[..., Row], person: Callable[..., Row]
) -> None:
    case = await casework.until("assign")
    other = filing(
        is_migrant=False,
        complainant=person(3),
        workers=[{"person": person(3), "amount": "30000.00", "months": 5}],
        amount_claimed="30000.00",
    )
    complaints = "/labor-inspection/v1/complaints"
    made = (await casework.desk("window-ez", "2026-10-08").post(complaints, other)).json()
    inspector = casework.desk("cw-li-ez", "2026-10-09")
    seen = (await inspector.get(f"{complaints}/{made['id']}")).json()
    joined = await inspector.act(f"{complaints}/{made['id']}/accept", seen)
    assert joined.json()["case_id"] == case["id"], joined.text
    case = await casework.read(case)
    assert (case["workers_count"], case["is_migrant"]) == (3, False)
    heard = {"heard_on": "2026-10-30", "statement": "承认拖欠"}
    case = await casework.done("cw-li-ez", case, "hear", heard, on="2026-10-30")
    order = {"kind": "ORDER_CORRECT", "amount": "50000.00", "due_on": "2026-11-20"}
    order["reason"] = "拖欠工资属实"
    case = await casework.done("supervisor-ez", case, "decide", order, on="2026-11-04")
    case = await casework.done("cw-li-ez", case, "serve", {"receipt_no": "1"}, on="2026-11-06")
    await casework.timers("2026-11-21")
    case = await casework.read(case)
    await casework.done("cw-li-ez", case, "propose-listing", {}, on="2026-11-23")
    found = await casework.desk("cw-li-ez").get(LIST, {"case_id": case["id"]})
    [entry] = found.json()["items"]
    assert (entry["workers_unpaid"], entry["amount_unpaid"]) == (2, "20000.00")
    assert entry["criteria"] == ["SINGLE"]


async def test_only_somebody_with_a_credit_code_is_proposed(casework: Any) -> None:
    case = await casework.until("lapse", employer_uscc=None)
    answer = await casework.act("cw-li-ez", case, "propose-listing", {}, on="2026-11-23")
    assert_problem(answer, 422, "EMPLOYER_UNCLEAR")
