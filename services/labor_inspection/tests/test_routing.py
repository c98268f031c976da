"""Jurisdiction: routing, dispute, designation, and the clocks that go with them."""

from collections.abc import Callable
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Desk, Suite, assert_problem

PATH = "/labor-inspection/v1/complaints"
NOW = "2026-09-23T09:00:00+08:00"
IN_WUHAN = {"division": "420111", "address": "武汉市洪山区测试路3号"}
Make = Callable[..., dict[str, Any]]


def desk(suite: Suite, user: str, now: str = NOW) -> Desk:
    return suite.desk(user, purpose="LI_COMPLAINT", now=now)


async def filed(suite: Suite, body: dict[str, Any], user: str = "window-wh") -> dict[str, Any]:
    answer = await desk(suite, user).post(PATH, body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


async def act(
    suite: Suite,
    user: str,
    row: dict[str, Any],
    action: str,
    body: dict[str, Any] | None = None,
    now: str = NOW,
) -> Any:
    """The action on the row as this user now sees it."""
    seen = await desk(suite, user, now).get(f"{PATH}/{row['id']}")
    known = seen.json() if seen.status_code == 200 else row
    return await desk(suite, user, now).act(f"{PATH}/{row['id']}/{action}", known, body)


def clocks(row: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {one["code"]: (one["due_on"], one["status"]) for one in row["deadlines"]}


async def test_a_complaint_about_its_own_city_stays(inspection: Suite, filing: Make) -> None:
    row = await filed(inspection, filing(), "window-ez")
    assert (row["state"], row["linkage_id"]) == ("RECEIVED", None)
    assert row["tracking_no"].startswith("LI-EZ-20260923-")
    assert clocks(row) == {"ACCEPT": ("2026-10-08", "OPEN")}
    answer = await act(inspection, "window-ez", row, "forward")
    assert_problem(answer, 409, "NOTHING_TO_FORWARD")


@pytest.mark.parametrize("user", ["window-wh", "station-wh", "cw-li-wh", "partner.wuhan"])
async def test_whoever_receives_it_it_goes_to_the_city_of_the_work_place(
    inspection: Suite, filing: Make, user: str
) -> None:
    row = await filed(inspection, filing(employer_uscc="91420199MAWH00019J"), user)
    assert (row["state"], row["competent_city"]) == ("FORWARDED", EZHOU)
    assert row["employer_division"] == "420199"


async def test_a_zone_belongs_to_its_city(inspection: Suite, filing: Make) -> None:
    body = filing(work_place={"division": "WH-EHD", "address": "光谷测试路1号"})
    row = await filed(inspection, body, "window-ez")
    assert (row["state"], row["competent_city"]) == ("FORWARDED", WUHAN)


async def test_an_unknown_place_is_provisional_until_the_station_has_clarified_it(
    inspection: Suite, filing: Make
) -> None:
    body = filing(
        employer_uscc="91420199MAWH00019J", work_place={"kind": "UNKNOWN", "address": "某工地"}
    )
    row = await filed(inspection, body, "window-ez")
    assert (row["state"], row["competent_city"]) == ("RECEIVED", WUHAN)
    assert row["work_place"]["is_provisional"]
    assert clocks(row)["CLARIFY_PLACE"] == ("2026-09-28", "OPEN")
    clear = {"work_place": {"division": "420704", "address": "鄂城区测试路"}}
    answer = await act(inspection, "window-ez", row, "forward", clear)
    kept = answer.json()
    assert (kept["state"], kept["competent_city"]) == ("RECEIVED", EZHOU)
    assert not kept["work_place"]["is_provisional"]
    assert clocks(kept)["CLARIFY_PLACE"][1] == "MET"
    assert clocks(kept)["FORWARD"][1] == "CANCELLED"


async def test_an_unknown_place_cannot_be_accepted(inspection: Suite, filing: Make) -> None:
    body = filing(work_place={"kind": "UNKNOWN", "address": "某工地"})
    row = await filed(inspection, body, "window-ez")
    assert_problem(await act(inspection, "cw-li-ez", row, "accept"), 409, "WORK_PLACE_UNCLEAR")


async def test_remote_work_goes_to_the_paying_employer(inspection: Suite, filing: Make) -> None:
    body = filing(employer_uscc="91420199MAWH00019J", work_place={"kind": "REMOTE"})
    row = await filed(inspection, body, "window-ez")
    assert (row["state"], row["competent_city"]) == ("FORWARDED", WUHAN)
    assert not row["work_place"]["is_provisional"]


async def test_a_dispatching_employers_city_gets_a_copy(inspection: Suite, filing: Make) -> None:
    body = filing(employer_uscc="91420199MAWH00019J", matter=["DISPATCH", "WAGE"])
    row = await filed(inspection, body, "window-ez")
    assert (row["state"], row["competent_city"]) == ("RECEIVED", EZHOU)
    copy = (await desk(inspection, "cw-li-wh").get(f"{PATH}/{row['id']}")).json()
    assert copy["complainant"] is None
    (event,) = await inspection.events("labor_inspection")
    assert event["audience"] == [WUHAN, EZHOU]
    assert_problem(await desk(inspection, "window-wh").get(f"{PATH}/{row['id']}"), 404, "NOT_FOUND")


async def test_work_places_in_both_cities_make_one_complaint_for_each_and_one_linkage(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing(additional_work_places=[IN_WUHAN]))
    linkage = (
        await desk(inspection, "cw-li-wh").get(f"/labor-inspection/v1/linkages/{row['linkage_id']}")
    ).json()
    assert linkage["reason"] == "TWO_CITIES"
    assert [(one["competent_city"], one["state"]) for one in linkage["complaints"]] == [
        (EZHOU, "FORWARDED"),
        (WUHAN, "RECEIVED"),
    ]
    assert (linkage["workers_count"], linkage["amount_claimed"]) == (1, "12000.00")


async def test_the_competent_city_may_dispute_in_time_and_the_province_decides(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing())
    reason = {"reason": "用工地在武汉江夏"}
    answer = await act(inspection, "cw-li-wh", row, "dispute-jurisdiction", reason)
    assert_problem(answer, 403, "NOT_YOUR_CITY")
    assert_problem(await desk(inspection, "province").get(f"{PATH}/{row['id']}"), 404, "NOT_FOUND")
    disputed = (await act(inspection, "cw-li-ez", row, "dispute-jurisdiction", reason)).json()
    assert disputed["state"] == "DISPUTED_JURISDICTION"
    assert clocks(disputed)["ACCEPT"] == ("2026-10-08", "OPEN")
    assert_problem(await act(inspection, "cw-li-ez", row, "accept"), 409, "STATE_CONFLICT")

    choice = {"competent_city": EZHOU, "reason": "花湖机场在鄂州"}
    refused = await act(inspection, "supervisor-ez", row, "designate", choice)
    assert_problem(refused, 403, "SCOPE_MISSING")
    seen = (await desk(inspection, "province").get(f"{PATH}/{row['id']}")).json()
    assert (seen["allowed_actions"], seen["complainant"]) == (["designate"], None)
    decided = (await act(inspection, "province", row, "designate", choice)).json()
    assert (decided["state"], decided["competent_city"]) == ("FORWARDED", EZHOU)
    again = await act(inspection, "cw-li-ez", row, "dispute-jurisdiction", reason)
    assert_problem(again, 409, "DESIGNATED")
    types = [event["type"] for event in await inspection.events("labor_inspection")]
    assert types == [
        "li.complaint.received.v1",
        "li.complaint.forwarded.v1",
        "li.complaint.disputed.v1",
        "li.complaint.forwarded.v1",
    ]


async def test_the_province_may_send_it_back_to_where_it_was_received(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing())
    await act(inspection, "cw-li-ez", row, "dispute-jurisdiction", {"reason": "不在本市"})
    bad = {"competent_city": "421100", "reason": "黄冈"}
    assert_problem(await act(inspection, "province", row, "designate", bad), 422, "CITY")
    choice = {"competent_city": WUHAN, "reason": "项目部在武汉"}
    back = (await act(inspection, "province", row, "designate", choice)).json()
    assert (back["state"], back["competent_city"], back["owner_city"]) == ("RECEIVED", WUHAN, WUHAN)
    handler = (await desk(inspection, "cw-li-wh").get(f"{PATH}/{row['id']}")).json()
    assert handler["complainant"]["name"] == "测**"
    assert "accept" in handler["allowed_actions"]


async def test_after_a_dispute_the_receiving_city_may_concede_or_send_it_on_again(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing())
    await act(inspection, "cw-li-ez", row, "dispute-jurisdiction", {"reason": "不在本市"})
    answer = await act(inspection, "window-wh", row, "forward")
    assert_problem(answer, 422, "WORK_PLACE_REQUIRED")
    conceded = await act(inspection, "window-wh", row, "forward", {"work_place": IN_WUHAN})
    assert (conceded.json()["state"], conceded.json()["competent_city"]) == ("RECEIVED", WUHAN)


@pytest.mark.req("LI-2b")
async def test_both_cities_claim_it_and_the_province_decides_while_the_clock_runs(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing())
    reason = {"reason": "项目部在武汉"}
    answer = await act(inspection, "cw-li-ez", row, "claim-jurisdiction", reason)
    assert_problem(answer, 403, "NOT_YOUR_CITY")
    assert_problem(
        await act(inspection, "window-wh", row, "claim-jurisdiction", reason), 403, "SCOPE_MISSING"
    )
    assert_problem(
        await act(inspection, "cw-li-wh", row, "claim-jurisdiction", {}), 422, "REQUIRED"
    )
    seen = (await desk(inspection, "cw-li-wh").get(f"{PATH}/{row['id']}")).json()
    assert "claim-jurisdiction" in seen["allowed_actions"]
    claimed = (await act(inspection, "cw-li-wh", row, "claim-jurisdiction", reason)).json()
    assert (claimed["state"], claimed["dispute_kind"]) == ("DISPUTED_JURISDICTION", "BOTH_CLAIM")
    assert (claimed["disputed_by"], claimed["disputed_on"]) == (WUHAN, "2026-09-23")
    assert claimed["competent_city"] == EZHOU
    assert clocks(claimed)["ACCEPT"] == ("2026-10-08", "OPEN")
    assert clocks(claimed)["JURISDICTION_DISPUTE"][1] == "CANCELLED"
    # Nobody takes it meanwhile: the handler does not accept, the claimer does not seize it.
    assert_problem(await act(inspection, "cw-li-ez", row, "accept"), 409, "STATE_CONFLICT")
    seized = await act(inspection, "window-wh", row, "forward", {"work_place": IN_WUHAN})
    assert_problem(seized, 409, "CLAIM_OPEN")

    listed = await desk(inspection, "province").get(PATH, {"state": "DISPUTED_JURISDICTION"})
    [waiting] = listed.json()["items"]
    assert (waiting["allowed_actions"], waiting["complainant"]) == (["designate"], None)
    late = "2026-10-09T09:00:00+08:00"
    await inspection.desk("ops", now=late).post("/labor-inspection/v1/timers/run")
    choice = {"competent_city": WUHAN, "reason": "用工管理地在武汉"}
    decided = (await act(inspection, "province", row, "designate", choice, late)).json()
    assert (decided["state"], decided["competent_city"]) == ("RECEIVED", WUHAN)
    assert (decided["designated_on"], clocks(decided)["ACCEPT"][1]) == ("2026-10-09", "OVERDUE")
    again = await act(inspection, "cw-li-ez", row, "claim-jurisdiction", reason, late)
    assert_problem(again, 404, "NOT_FOUND")  # it is no longer Ezhou's to know of
    taken = await act(inspection, "cw-li-wh", row, "accept", None, late)
    assert taken.json()["state"] == "ACCEPTED"
    told = await desk(inspection, "province", late).get(f"{PATH}/{row['id']}/timeline")
    assert [(one["action"], one["city"], one["reason"]) for one in told.json()["items"]][2:4] == [
        ("claim-jurisdiction", WUHAN, "项目部在武汉"),
        ("designate", None, "用工管理地在武汉"),
    ]


async def test_a_claim_may_be_given_up_by_sending_it_on_again(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing())
    await act(inspection, "cw-li-wh", row, "claim-jurisdiction", {"reason": "项目部在武汉"})
    place = {"work_place": {"division": "420704", "address": "鄂城区测试路9号"}}
    back = await act(inspection, "window-wh", row, "forward", place)
    assert (back.json()["state"], back.json()["competent_city"]) == ("FORWARDED", EZHOU)


async def test_both_cities_refuse_it_and_the_province_sees_which_said_so(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing())
    reason = {"reason": "不在本市"}
    refused = (await act(inspection, "cw-li-ez", row, "dispute-jurisdiction", reason)).json()
    assert (refused["dispute_kind"], refused["disputed_by"]) == ("BOTH_REFUSE", EZHOU)


async def test_the_time_to_dispute_ends_and_nobody_is_late_for_not_disputing(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing())
    late = "2026-09-29T09:00:00+08:00"
    reason = {"reason": "不在本市"}
    answer = await act(inspection, "cw-li-ez", row, "dispute-jurisdiction", reason, late)
    assert_problem(answer, 409, "DISPUTE_TOO_LATE")
    run = await inspection.desk("ops", now=late).post("/labor-inspection/v1/timers/run")
    assert run.json()["timers"]["disputes"] == 1
    seen = (await desk(inspection, "cw-li-ez", late).get(f"{PATH}/{row['id']}")).json()
    assert clocks(seen)["JURISDICTION_DISPUTE"] == ("2026-09-28", "CANCELLED")
    answer = await act(inspection, "cw-li-ez", row, "dispute-jurisdiction", reason, late)
    assert_problem(answer, 409, "DISPUTE_TOO_LATE")


async def test_what_is_missing_is_asked_for_at_once_and_the_clock_starts_anew(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing())
    missing = {"missing": ["劳动合同或考勤记录", "欠条"]}
    answer = await act(inspection, "window-wh", row, "request-supplement", missing)
    assert_problem(answer, 403, "SCOPE_MISSING")
    waiting = (await act(inspection, "cw-li-ez", row, "request-supplement", missing)).json()
    assert (waiting["state"], waiting["missing"]) == ("SUPPLEMENT", missing["missing"])
    assert clocks(waiting)["ACCEPT"][1] == "CANCELLED"
    brought = "2026-10-12T09:00:00+08:00"
    assert_problem(await act(inspection, "window-wh", row, "supplement", {}), 422, "REQUIRED")
    facts = {"facts": "有考勤记录和欠条"}
    complete = (await act(inspection, "window-wh", row, "supplement", facts, brought)).json()
    assert (complete["state"], complete["missing"]) == ("FORWARDED", [])
    running = [one for one in complete["deadlines"] if one["status"] == "OPEN"]
    assert [(one["code"], one["due_on"]) for one in running] == [("ACCEPT", "2026-10-19")]


async def test_a_complaint_that_is_not_accepted_says_why_and_where_to_go(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing(), "window-ez")
    assert_problem(
        await act(inspection, "cw-li-ez", row, "not-accept", {"reason": "属民事纠纷"}),
        422,
        "REQUIRED",
    )
    words = {"reason": "不属于监察事项", "where_to_go": "鄂州市劳动人事争议仲裁委员会"}
    refused = (await act(inspection, "cw-li-ez", row, "not-accept", words)).json()
    assert refused["state"] == "NOT_ACCEPTED"
    assert clocks(refused)["ACCEPT"][1] == "MET"
    assert refused["allowed_actions"] == []
    answer = await act(inspection, "cw-li-ez", row, "accept")
    problem = assert_problem(answer, 409, "STATE_CONFLICT")
    assert (problem["state"], problem["allowed"]) == ("NOT_ACCEPTED", [])
    *_, event = await inspection.events("labor_inspection")
    assert event["type"] == "li.complaint.not_accepted.v1"


async def test_other_is_no_matter_of_inspection_until_the_handler_names_one(
    inspection: Suite, filing: Make
) -> None:
    row = await filed(inspection, filing(matter=["OTHER"]), "window-ez")
    answer = await act(inspection, "cw-li-ez", row, "accept")
    assert_problem(answer, 409, "NOT_INSPECTION_MATTER")
    answer = await act(inspection, "cw-li-ez", row, "accept", {"matter": ["HOURS"]})
    assert (answer.json()["state"], answer.json()["matter"]) == ("ACCEPTED", ["HOURS"])


async def test_an_action_needs_the_version_that_was_read(inspection: Suite, filing: Make) -> None:
    row = await filed(inspection, filing(), "window-ez")
    path = f"{PATH}/{row['id']}/accept"
    answer = await desk(inspection, "cw-li-ez").post(path, {})
    assert_problem(answer, 428, "IF_MATCH_REQUIRED")
    stale = {**row, "version": row["version"] + 1}
    answer = await desk(inspection, "cw-li-ez").act(path, stale)
    assert_problem(answer, 412, "VERSION_MISMATCH")
    # The window that took it has no say in it.
    answer = await desk(inspection, "window-ez").act(path, row)
    assert_problem(answer, 403, "SCOPE_MISSING")
