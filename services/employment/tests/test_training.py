"""Shared training: registered, offered in slots, booked by both cities and never overbooked."""

from collections import Counter
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .cooperation import V1, Cities, Row, slot

BOOKINGS = "resource-bookings"
RESOURCES = "training-resources"


async def booked(cities: Cities, course: Row, user: str = "cw-emp-wh", **changes: Any) -> Row:
    body = {"slot_id": course["slots"][0]["id"], "purpose": "首期班", **changes}
    return await cities.made(user, BOOKINGS, body)


@pytest.mark.req("EMP-3a")
@pytest.mark.req("X-5")
async def test_a_resource_is_seen_by_the_other_city_once_it_is_shared(cities: Cities) -> None:
    course = await cities.course(share=False)
    assert (course["state"], course["owner_city"], course["field"]) == (
        "REGISTERED", EZHOU, "AVLOG",
    )  # fmt: skip
    path = f"{V1}/{RESOURCES}/{course['id']}"
    assert_problem(await cities.desk("cw-emp-wh").get(path), 404, "NOT_FOUND")
    shared = await cities.done("cw-emp-ez", RESOURCES, course, "share")
    assert shared["allowed_actions"] == ["add-slots", "withdraw"]
    seen = await cities.read("cw-emp-wh", RESOURCES, course)
    assert (seen["allowed_actions"], len(seen["slots"])) == ([], 1)
    foreign = await cities.act("cw-emp-wh", RESOURCES, seen, "withdraw", {"reason": "x"})
    assert_problem(foreign, 403, "NOT_YOUR_CITY")
    found = (await cities.desk("cw-emp-wh").get(f"{V1}/{RESOURCES}", {"field": "AVLOG"})).json()
    assert [one["id"] for one in found["items"]] == [course["id"]]
    none = (await cities.desk("cw-emp-wh").get(f"{V1}/{RESOURCES}", {"q": "无此课"})).json()
    assert none == {"items": [], "next_cursor": None}
    told = (await cities.desk("cw-emp-wh").get(f"{path}/timeline")).json()["items"]
    assert [one["action"] for one in told] == ["register", "share"]


async def test_a_field_that_the_plan_does_not_know_is_refused_with_all_else(cities: Cities) -> None:
    body = {"provider_id": "x", "kind": "ROOM", "title": "", "field": "GOLD",
            "slots": [slot(counterpart_quota=2), slot(ends_at="2026-11-02T08:00:00+08:00")],
            }  # fmt: skip
    problem = assert_problem(
        await cities.desk("cw-emp-ez").post(f"{V1}/{RESOURCES}", body), 422, "VALIDATION"
    )
    assert {one["field"] for one in problem["errors"]} == {
        "provider_id", "kind", "title", "field", "slots.0.counterpart_quota", "slots.1.ends_at",
    }  # fmt: skip


async def test_slots_of_one_resource_never_overlap(cities: Cities) -> None:
    course = await cities.course()
    more = {"slots": [slot("2026-11-03"), slot(starts_at="2026-11-02T11:00:00+08:00",
                                               ends_at="2026-11-02T13:00:00+08:00")]}  # fmt: skip
    refused = await cities.act("cw-emp-ez", RESOURCES, course, "add-slots", more)
    assert_problem(refused, 409, "SLOTS_OVERLAP")
    more = {"slots": [slot("2026-11-03")]}
    grown = await cities.done("cw-emp-ez", RESOURCES, course, "add-slots", more)
    assert len(grown["slots"]) == 2


@pytest.mark.req("EMP-3a")
async def test_a_booking_is_answered_by_the_city_of_the_resource(cities: Cities) -> None:
    course = await cities.course()
    row = await booked(cities, course)
    assert (row["state"], row["owner_city"], row["resource_city"]) == ("REQUESTED", WUHAN, EZHOU)
    assert row["allowed_actions"] == ["cancel"]
    assert_problem(await cities.act("cw-emp-wh", BOOKINGS, row, "confirm"), 403, "NOT_YOUR_CITY")
    row = await cities.done("cw-emp-ez", BOOKINGS, row, "confirm")
    assert row["state"] == "CONFIRMED"
    [event] = await cities.suite.events("employment", "employment.booking.confirmed.v1")
    assert event["data"] == {
        "booking_id": row["id"], "resource_id": course["id"], "kind": "TRAINING", "places": 1,
        "requester_city": WUHAN,
        "slot": {"id": row["slot_id"], "starts_at": "2026-11-02T01:00:00Z",
                 "ends_at": "2026-11-02T04:00:00Z"},
    }  # fmt: skip
    assert event["audience"] == [WUHAN, EZHOU]
    early = await cities.act("cw-emp-ez", BOOKINGS, row, "no-show")
    assert_problem(early, 409, "SLOT_NOT_BEGUN")
    await cities.timers("2026-11-02T09:00:00+08:00")
    row = await cities.read("cw-emp-ez", BOOKINGS, row, on="2026-11-02")
    assert row["state"] == "IN_USE"
    late = await cities.act("cw-emp-wh", BOOKINGS, row, "cancel", on="2026-11-02")
    assert assert_problem(late, 409, "STATE_CONFLICT")["allowed"] == ["finish", "no-show"]
    row = await cities.done("cw-emp-ez", BOOKINGS, row, "finish", on="2026-11-02")
    assert row["state"] == "DONE"


async def test_what_is_declined_or_cancelled_is_free_again(cities: Cities) -> None:
    course = await cities.course()
    first = await booked(cities, course)
    body = {"slot_id": course["slots"][0]["id"], "purpose": "x"}
    full = await cities.desk("cw-emp-ez").post(f"{V1}/{BOOKINGS}", body)
    assert_problem(full, 409, "SLOT_TAKEN")
    await cities.done("cw-emp-ez", BOOKINGS, first, "decline", {"reason": "教师请假"})
    second = await booked(cities, course)
    await cities.done("cw-emp-wh", BOOKINGS, second, "cancel")
    third = await booked(cities, course, "cw-emp-ez")
    row = await cities.read("cw-emp-ez", RESOURCES, course)
    assert (row["slots"][0]["taken_own"], row["slots"][0]["taken_counterpart"]) == (1, 0)
    # Nobody answers: the request lapses at the start, and the place with it.
    await cities.timers("2026-11-02T09:00:00+08:00")
    lapsed = await cities.read("cw-emp-ez", BOOKINGS, third, on="2026-11-02")
    assert (lapsed["state"], lapsed["reason"]) == ("DECLINED", "时段开始前未答复")
    over = await cities.desk("cw-emp-ez", "2026-11-02").post(f"{V1}/{BOOKINGS}", body)
    assert_problem(over, 409, "SLOT_PAST")


@pytest.mark.req("EMP-3a")
async def test_fifty_ask_at_once_for_one_place_and_one_gets_it(cities: Cities) -> None:
    course = await cities.course()
    body = {"slot_id": course["slots"][0]["id"], "purpose": "并发"}
    answers = await cities.at_once(BOOKINGS, body, *["cw-emp-wh", "cw-emp-ez"] * 25)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 49}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {
        "SLOT_TAKEN"
    }
    assert await cities.database.value("SELECT count(*) FROM resource_bookings") == 1


@pytest.mark.req("EMP-3a")
async def test_the_counterparts_quota_is_honoured_on_both_sides(cities: Cities) -> None:
    course = await cities.course(slots=[slot(capacity=10, counterpart_quota=3)])
    body = {"slot_id": course["slots"][0]["id"], "purpose": "并发"}
    answers = await cities.at_once(BOOKINGS, body, *["cw-emp-wh", "cw-emp-ez"] * 25)
    made = Counter(one.json()["owner_city"] for one in answers if one.status_code == 201)
    assert made == {WUHAN: 3, EZHOU: 7}
    codes = {one.json()["code"] for one in answers if one.status_code != 201}
    assert codes <= {"QUOTA_REACHED", "SLOT_TAKEN"}


async def test_only_what_is_shared_can_be_booked(cities: Cities) -> None:
    course = await cities.course(share=False)
    body = {"slot_id": course["slots"][0]["id"], "purpose": "x"}
    unseen = await cities.desk("cw-emp-wh").post(f"{V1}/{BOOKINGS}", body)
    assert_problem(unseen, 404, "NOT_FOUND")
    own = await cities.desk("cw-emp-ez").post(f"{V1}/{BOOKINGS}", body)
    assert_problem(own, 409, "NOT_OFFERED")
    elsewhere = {**body, "resource_id": (await cities.course(
        provider_id=course["provider_id"], title="别的", slots=[]))["id"]}  # fmt: skip
    shared = await cities.done("cw-emp-ez", RESOURCES, course, "share")
    assert shared["state"] == "SHARED"
    wrong = await cities.desk("cw-emp-wh").post(f"{V1}/{BOOKINGS}", elsewhere)
    assert_problem(wrong, 422, "SLOT_OF")


async def test_a_provider_is_registered_once_by_its_own_city(cities: Cities) -> None:
    row = await cities.provider(uscc="91420799MAEH00024C")
    body = {"name": "别名", "division": "420704", "address": "x", "fields": ["ELEC"],
            "uscc": "91420799MAEH00024C"}  # fmt: skip
    twice = await cities.desk("cw-emp-ez").post(f"{V1}/training-providers", body)
    assert assert_problem(twice, 409, "DUPLICATE")["existing_id"] == row["id"]
    foreign = await cities.desk("cw-emp-wh").post(f"{V1}/training-providers", body)
    assert_problem(foreign, 403, "NOT_YOUR_CITY")
    path = f"{V1}/training-providers/{row['id']}"
    changed = await cities.desk("cw-emp-ez").patch(path, row, {"hotline": "0711-0000000"})
    assert changed.json()["hotline"] == "0711-0000000"
    stale = await cities.desk("cw-emp-ez").patch(path, row, {"hotline": None})
    assert_problem(stale, 412, "VERSION_MISMATCH")
    empty = await cities.desk("cw-emp-ez").patch(path, changed.json(), {"name": None})
    assert_problem(empty, 422, "REQUIRED")
    closed = await cities.done(
        "cw-emp-ez", "training-providers", changed.json(), "close", {"reason": "停办"}
    )
    resource = {"provider_id": closed["id"], "kind": "TEACHER", "title": "教师甲"}
    refused = await cities.desk("cw-emp-ez").post(f"{V1}/{RESOURCES}", resource)
    assert_problem(refused, 409, "PROVIDER_CLOSED")
