"""Work items: buckets, claims, and the act that ends a claim."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Desk, Suite, assert_problem

WORK = "/labor-inspection/v1/work-items"
COMPLAINTS = "/labor-inspection/v1/complaints"
BUCKETS = ("mine", "to_claim", "waiting", "due_soon", "overdue", "done")


async def bucket(desk: Desk, name: str, **more: Any) -> list[dict[str, Any]]:
    """Every row of a bucket, page by page."""
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"bucket": name, "limit": 2, **more}
    while True:
        answer = await desk.get(WORK, params)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return found
        params["cursor"] = answer.json()["next_cursor"]


async def counted(desk: Desk) -> dict[str, int]:
    """The counts, after each tile was found to open exactly its rows."""
    counts: dict[str, int] = (await desk.get(f"{WORK}/counts")).json()
    for name in BUCKETS:
        assert len(await bucket(desk, name)) == counts[name], name
    return counts


def inspector(inspection: Suite, user: str, on: str = "2026-09-23") -> Desk:
    return inspection.desk(user, "LI_COMPLAINT", now=f"{on}T09:00:00+08:00")


@pytest.mark.req("P-0b")
async def test_a_forwarded_complaint_is_work_in_one_city_and_waited_for_in_the_other(
    inspection: Suite, filing: Any
) -> None:
    station = inspector(inspection, "window-wh")
    filed = await station.post(COMPLAINTS, filing())
    assert filed.status_code == 201, filed.text
    row = filed.json()
    wuhan, ezhou = (inspector(inspection, f"cw-li-{city}") for city in ("wh", "ez"))
    if row["state"] == "RECEIVED":
        moved = await wuhan.act(f"{COMPLAINTS}/{row['id']}/forward", row)
        assert moved.status_code == 200, moved.text
    assert await counted(ezhou) == dict.fromkeys(BUCKETS, 0) | {"to_claim": 1}
    assert await counted(wuhan) == dict.fromkeys(BUCKETS, 0) | {"waiting": 1}
    (item,) = await bucket(ezhou, "to_claim")
    assert (item["id"], item["kind"], item["collection"], item["biz_no"]) == (
        row["id"], "complaint", "complaints", row["tracking_no"],
    )  # fmt: skip
    assert (item["state"], item["owner_city"], item["waiting_for_city"]) == (
        "FORWARDED", EZHOU, EZHOU,
    )  # fmt: skip
    assert item["title"] == "投诉举报 · 鄂州测试建设有限公司 · WAGE.ARREARS"
    now = (await ezhou.get(f"{COMPLAINTS}/{row['id']}")).json()
    running = [one for one in now["deadlines"] if one["status"] == "OPEN"]
    assert item["due_on"] == min(one["due_on"] for one in running)
    assert item["deadline_code"] in {one["code"] for one in running}
    # The day before it is due it is due soon, the day after it is late: in both cities.
    late = inspector(inspection, "supervisor-wh", "2026-10-20")
    assert (await counted(late))["overdue"] == 1
    assert (await counted(inspector(inspection, "cw-li-ez", item["due_on"])))["due_soon"] == 1
    # Nobody else's desk: a window reads no inspector's work, another domain is not let in.
    assert await counted(inspector(inspection, "window-ez")) == dict.fromkeys(BUCKETS, 0)
    assert_problem(await inspector(inspection, "cw-card-ez").get(WORK), 403, "SCOPE_MISSING")
    assert_problem(await wuhan.post(f"{WORK}/{row['id']}/claim"), 403, "NOT_YOUR_CITY")
    assert_problem(
        await inspector(inspection, "window-ez").post(f"{WORK}/{row['id']}/claim"),
        403,
        "SCOPE_MISSING",
    )


@pytest.mark.req("P-0b")
async def test_one_person_holds_it_others_are_told_who_and_the_act_gives_it_back(
    inspection: Suite, filing: Any
) -> None:
    window = inspector(inspection, "window-ez")
    row = (await window.post(COMPLAINTS, filing())).json()
    claim = f"{WORK}/{row['id']}/claim"
    desks = [
        Desk(
            inspection.client(
                inspection.tokens.mint(
                    roles=["cw.li.ez"], sub=f"li-{number}", staff_no=f"li-{number}", city=EZHOU
                )
            ),
            "LI_COMPLAINT",
        )
        for number in range(50)
    ]
    for desk in desks:
        desk.now = "2026-09-23T10:00:00+08:00"
    answers = await asyncio.gather(*(desk.post(claim) for desk in desks))
    assert sorted(one.status_code for one in answers) == [200] + [409] * 49
    winner = next(number for number, one in enumerate(answers) if one.status_code == 200)
    told = assert_problem(next(one for one in answers if one.status_code == 409), 409, "CLAIMED")
    assert (told["claimed_by"], told["org_id"]) == (f"li-{winner}", f"org-{EZHOU}")
    assert told["claimed_at"].startswith("2026-09-23T02:00:00")
    holder, other = desks[winner], desks[winner - 1]
    assert (await holder.post(claim)).status_code == 200  # again changes nothing
    (mine,) = await bucket(holder, "mine")
    assert (mine["claimed_by"], mine["allowed_actions"]) == (f"li-{winner}", ["release"])
    assert await bucket(other, "to_claim") == []

    # Nobody else acts, and what one may not see stays unseen.
    accept = f"{COMPLAINTS}/{row['id']}/accept"
    row = (await holder.get(f"{COMPLAINTS}/{row['id']}")).json()
    refused = assert_problem(await other.act(accept, row), 409, "CLAIMED")
    assert refused["claimed_by"] == f"li-{winner}"
    supervisor = inspector(inspection, "supervisor-ez")
    assert_problem(await supervisor.act(accept, row), 409, "CLAIMED")
    state = "SELECT state FROM complaints"
    assert await inspection.databases["labor_inspection"].value(state) == row["state"]
    assert_problem(await other.post(f"{WORK}/{row['id']}/release"), 409, "CLAIMED")

    # Only a supervisor takes it away, with a reason that both cities read.
    over = f"{WORK}/{row['id']}/take-over"
    assert_problem(await other.post(over, {"reason": "我来办"}), 403, "SCOPE_MISSING")
    assert_problem(await supervisor.post(over, {}), 422, "REQUIRED")
    taken = await supervisor.post(over, {"reason": "经办人休假"})
    assert taken.json()["claimed_by"] == "supervisor-ez", taken.text
    history = (await supervisor.get(f"{COMPLAINTS}/{row['id']}/timeline")).json()["items"]
    assert (history[-1]["action"], history[-1]["reason"]) == ("take-over", "经办人休假")
    assert_problem(await holder.act(accept, row), 409, "CLAIMED")
    accepted = await supervisor.act(accept, row)
    assert accepted.status_code == 200, accepted.text
    # Accepted it is a case, for anybody to claim; the complaint is done, by the city and by name.
    assert [one["kind"] for one in await bucket(other, "to_claim")] == ["case"]
    assert [one["id"] for one in await bucket(supervisor, "done")] == [row["id"]]
    assert await counted(holder) == dict.fromkeys(BUCKETS, 0) | {"to_claim": 1, "done": 1}
    claims = "SELECT count(*) FROM work_claims"
    assert await inspection.databases["labor_inspection"].value(claims) == 0
    assert_problem(await holder.post(claim), 409, "STATE_CONFLICT")


@pytest.mark.req("P-0b")
async def test_several_are_claimed_at_once_with_a_result_each(
    inspection: Suite, filing: Any, person: Any
) -> None:
    window, desk = inspector(inspection, "window-ez"), inspector(inspection, "cw-li-ez")
    ids = []
    for number in range(3):
        one = person(number + 20)
        body = filing(
            complainant=one,
            employer_name=f"鄂州测试第{number}建设有限公司",
            employer_uscc=...,
            workers=[{"person": one, "amount": "12000.00", "months": 3}],
        )
        ids.append((await window.post(COMPLAINTS, body)).json()["id"])
    await inspector(inspection, "supervisor-ez").post(f"{WORK}/{ids[1]}/claim")
    unknown = "00000000-0000-7000-8000-000000000000"
    answer = await desk.post(f"{WORK}/bulk-claim", {"ids": [*ids, unknown]})
    results = {one["id"]: one for one in answer.json()["results"]}
    assert [results[one]["result"] for one in [*ids, unknown]] == [
        "OK", "CLAIMED", "OK", "NOT_FOUND",
    ]  # fmt: skip
    assert results[ids[1]]["claimed_by"] == "supervisor-ez"
    assert {one["id"] for one in await bucket(desk, "mine")} == {ids[0], ids[2]}
    assert len(await bucket(desk, "mine", q="第2建设")) == 1
    assert await bucket(desk, "mine", kind="case") == []
    again = await desk.post(f"{WORK}/{ids[0]}/release")
    assert (again.json()["claimed_by"], again.json()["allowed_actions"]) == (None, ["claim"])


@pytest.mark.req("P-0b")
async def test_a_letter_goes_from_desk_to_desk_and_a_joint_suggestion_is_both_cities_work(
    inspection: Suite, casework: Any
) -> None:
    case = await casework.until("assign")
    body = {
        "case_id": case["id"], "kind": "EVIDENCE", "executing_city": WUHAN,
        "request": "请协助调取银行流水", "questions": ["工资是否发放"], "document_refs": [],
    }  # fmt: skip
    asking, asked = (casework.desk(f"cw-li-{city}", "2026-10-13") for city in ("ez", "wh"))
    letter = await asking.post("/labor-inspection/v1/assist-requests", body)
    assert letter.status_code == 201, letter.text
    (item,) = await bucket(asking, "waiting")
    assert (item["kind"], item["waiting_for_city"]) == ("assist_request", WUHAN)
    (theirs,) = await bucket(asked, "to_claim", kind="assist_request")
    assert theirs["id"] == letter.json()["id"]
    assert (await asked.post(f"{WORK}/{theirs['id']}/claim")).status_code == 200
    # The claim there is nobody's hindrance here: the case is the asking city's own.
    declined = await asked.act(
        f"/labor-inspection/v1/assist-requests/{theirs['id']}/decline",
        letter.json(),
        {"reason": "不在本市"},
    )
    assert declined.status_code == 200, declined.text
    assert await bucket(asked, "mine") == []
    back = {one["kind"] for one in await bucket(asking, "to_claim")}
    assert back == {"case", "assist_request"}
    database = inspection.databases["labor_inspection"]
    suggestion = "00000000-0000-7000-8000-000000000001"
    await database.fetch(
        "INSERT INTO joint_case_suggestions (id, biz_no, owner_city, version, created_at, "
        "created_by, updated_at, updated_by, state, employer_name, employer_key, window_from, "
        "suggested_on, answers) VALUES ($1, 'T-1', $2, 1, now(), 's', now(), 's', 'SUGGESTED', "
        "'两市测试公司', 'k', '2026-09-01', '2026-10-12', 0)",
        suggestion,
        EZHOU,
    )
    await database.fetch(
        "INSERT INTO joint_case_answers (id, suggestion_id, city, state) "
        "SELECT gen_random_uuid(), $1, city, 'SUGGESTED' FROM unnest($2::text[]) AS city",
        suggestion,
        [WUHAN, EZHOU],
    )
    kind = {"kind": "joint_case_suggestion"}
    assert len(await bucket(asking, "to_claim", **kind)) == 1
    assert len(await bucket(asked, "to_claim", **kind)) == 1
    await database.fetch("UPDATE joint_case_answers SET state = 'ACCEPTED' WHERE city = $1", WUHAN)
    assert await bucket(asked, "to_claim", **kind) == []
    assert len(await bucket(asking, "to_claim", **kind)) == 1
