"""The conventions of the interface (api §3), tried on the sample service."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from hrss_kit.edge import Edge
from hrss_kit.testing import Desk, assert_problem

PATH = "/notes/v1/notes"
NOW = "2026-09-23T09:00:00+08:00"
NUMBER = "420799198003120038"


def clerk(notes: Any, user: str = "cw-card-ez") -> Desk:
    desk: Desk = notes.desk(user, purpose="CARD_SERVICE", now=NOW)
    return desk


def edge_of(notes: Any) -> Edge:
    layer = notes.apps["notes"].middleware_stack
    while not isinstance(layer, Edge):
        layer = layer.app
    return layer


async def test_creating_answers_201_with_location_and_etag(notes: Any, body: Any) -> None:
    answer = await clerk(notes).post(PATH, body)
    note = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{PATH}/{note['id']}"
    assert answer.headers["etag"] == '"1"'
    assert note["biz_no"].startswith("NO-EZ-20260923-")
    assert note["person"]["doc_no"] == "420***********0038"
    assert note["deadlines"][0]["due_on"] == "2026-10-08"


async def test_a_write_without_a_key_is_refused(notes: Any, body: Any) -> None:
    desk = clerk(notes)
    answer = await desk.http.post(PATH, json=body)
    assert_problem(answer, 400, "IDEMPOTENCY_KEY_REQUIRED")
    answer = await desk.http.post(PATH, json=body, headers={"Idempotency-Key": "not a uuid"})
    assert_problem(answer, 400, "IDEMPOTENCY_KEY_REQUIRED")


async def test_a_repeated_request_has_one_effect_and_one_answer(notes: Any, body: Any) -> None:
    desk, key = clerk(notes), str(uuid4())
    answers = await asyncio.gather(*(desk.post(PATH, body, key=key) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    replayed = [answer.headers.get("idempotency-replayed") for answer in answers]
    assert sorted(replayed, key=str) == [None] + ["true"] * 7
    assert {answer.headers["etag"] for answer in answers} == {'"1"'}
    assert await notes.database.value("SELECT count(*) FROM notes") == 1
    assert await notes.database.value("SELECT count(*) FROM outbox_events") == 1


async def test_a_key_used_with_another_body_is_refused(notes: Any, body: Any) -> None:
    desk, key = clerk(notes), str(uuid4())
    await desk.post(PATH, body, key=key)
    answer = await desk.post(PATH, {**body, "title": "second"}, key=key)
    assert_problem(answer, 422, "IDEMPOTENCY_REUSE")


async def test_a_strangers_key_does_not_open_my_answer(notes: Any, body: Any) -> None:
    key = str(uuid4())
    await clerk(notes).post(PATH, body, key=key)
    answer = await clerk(notes, "cw-card-wh").post(PATH, body, key=key)
    assert "idempotency-replayed" not in answer.headers
    assert answer.json()["owner_city"] == "420100"


async def test_the_kept_answer_is_sealed(notes: Any, body: Any) -> None:
    await clerk(notes).post(PATH, body)
    kept = await notes.database.value("SELECT body FROM idempotency_keys")
    assert b"first" not in kept


async def test_all_errors_are_told_at_once_in_both_languages(notes: Any, body: Any) -> None:
    wrong = {
        "title": "x" * 41,
        "surprise": 1,
        "person": {**body["person"], "doc_no": "420799198003120039"},
        "lines": [1, 2],
        "total": 4,
    }
    problem = assert_problem(await clerk(notes).post(PATH, wrong), 422, "VALIDATION")
    found = {(error["field"], error["code"]) for error in problem["errors"]}
    assert found == {
        ("title", "TOO_LONG"),
        ("surprise", "UNKNOWN_FIELD"),
        ("person.doc_no", "ID_CHECKSUM"),
        ("total", "SUM"),
    }
    assert all(error["message_zh"] and error["message_en"] for error in problem["errors"])
    assert problem["title"] == "提交的内容有误"
    english = await clerk(notes).post(PATH, wrong, headers={"Accept-Language": "en"})
    assert english.json()["title"] == "Some fields are not acceptable"


async def test_no_answer_repeats_a_rejected_value(notes: Any, body: Any) -> None:
    body["person"]["doc_no"] = "420799198003120039"
    answer = await clerk(notes).post(PATH, body)
    assert "420799198003120039" not in answer.text


async def test_text_that_cannot_be_stored_is_a_field_error(notes: Any, body: Any) -> None:
    answer = await clerk(notes).post(PATH, {**body, "title": "a\x00b"})
    assert_problem(answer, 422, "CHARACTER")


async def test_broken_json_is_a_bad_request(notes: Any) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    answer = await clerk(notes).http.post(PATH, content=b"{", headers=headers)
    assert_problem(answer, 400, "BAD_REQUEST")


async def test_a_large_body_is_refused(notes: Any, body: Any) -> None:
    answer = await clerk(notes).post(PATH, {**body, "title": "x" * (1024 * 1024)})
    assert_problem(answer, 413, "TOO_LARGE")


async def test_reading_needs_a_purpose_that_fits(notes: Any, body: Any) -> None:
    made = (await clerk(notes).post(PATH, body)).json()
    path = f"{PATH}/{made['id']}"
    assert_problem(await notes.desk("cw-card-ez").get(path), 400, "PURPOSE_REQUIRED")
    answer = await notes.desk("cw-card-ez", "STAT").get(path)
    assert_problem(answer, 403, "PURPOSE_NOT_ALLOWED")
    answer = await notes.desk("cw-card-ez", "AUDIT").get(path)
    assert_problem(answer, 403, "PURPOSE_NOT_ALLOWED")
    assert (await clerk(notes).get(path)).status_code == 200


async def test_each_look_leaves_exactly_one_audit_row_refused_ones_too(
    notes: Any, body: Any
) -> None:
    made = (await clerk(notes).post(PATH, body)).json()
    path = f"{PATH}/{made['id']}"
    await clerk(notes).get(path)
    await notes.desk("cw-card-ez").get(path)
    await clerk(notes, "cw-card-wh").get(path)
    rows = await notes.database.fetch(
        "SELECT operation, result, purpose, person_refs, fields FROM audit_entries ORDER BY id"
    )
    read = "GET /notes/v1/notes/{note_id}"
    assert [(row["operation"], row["result"]) for row in rows] == [
        ("POST /notes/v1/notes", "OK"),
        (read, "OK"),
        (read, "PURPOSE_REQUIRED"),
        (read, "NOT_FOUND"),
    ]
    assert rows[1]["purpose"] == "CARD_SERVICE"
    assert rows[1]["fields"] == ["person"]
    assert len(rows[1]["person_refs"][0]) == 24


async def test_audit_rows_cannot_be_changed_not_even_by_the_owner(notes: Any, body: Any) -> None:
    await clerk(notes).post(PATH, body)
    for url in (notes.database.app_url, notes.database.owner_url):
        connection = await asyncpg.connect(url)
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute("UPDATE audit_entries SET result = 'x'")
        await connection.close()


async def test_the_other_city_may_not_know_that_a_row_exists(notes: Any, body: Any) -> None:
    made = (await clerk(notes).post(PATH, body)).json()
    answer = await clerk(notes, "cw-card-wh").get(f"{PATH}/{made['id']}")
    assert_problem(answer, 404, "NOT_FOUND")


async def test_an_action_needs_the_version_that_was_read(notes: Any, body: Any) -> None:
    desk = clerk(notes)
    made = (await desk.post(PATH, body)).json()
    path = f"{PATH}/{made['id']}/finish"
    assert_problem(await desk.post(path, {}), 428, "IF_MATCH_REQUIRED")
    stale = {**made, "version": 9}
    assert_problem(await desk.act(path, stale), 412, "VERSION_MISMATCH")
    done = await desk.act(path, made)
    assert (done.status_code, done.headers["etag"]) == (200, '"2"')
    assert done.json()["state"] == "DONE"
    assert done.json()["deadlines"][0]["status"] == "MET"
    problem = assert_problem(await desk.act(path, done.json()), 409, "STATE_CONFLICT")
    assert (problem["state"], problem["allowed"]) == ("DONE", ["reopen"])


async def test_an_action_that_needs_no_words_needs_no_body(notes: Any, body: Any) -> None:
    desk = clerk(notes)
    made = (await desk.post(PATH, body)).json()
    headers = {"If-Match": '"1"', "Idempotency-Key": str(uuid4())}
    answer = await desk.http.post(f"{PATH}/{made['id']}/finish", headers=headers)
    assert (answer.status_code, answer.json()["state"]) == (200, "DONE")


async def test_of_many_changes_of_one_version_one_wins(notes: Any, body: Any) -> None:
    desk = clerk(notes)
    made = (await desk.post(PATH, body)).json()
    answers = await asyncio.gather(
        *(desk.patch(f"{PATH}/{made['id']}", made, {"title": f"t{n}"}) for n in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_another_service_is_not_asked_again_for_a_repeated_request(
    notes: Any, body: Any
) -> None:
    desk, key = clerk(notes), str(uuid4())
    made = (await desk.post(PATH, body)).json()
    path, match = f"{PATH}/{made['id']}/finish", {"If-Match": '"1"'}
    first = await desk.post(path, {}, key=key, headers=match)
    second = await desk.post(path, {}, key=key, headers=match)
    assert second.headers["idempotency-replayed"] == "true"
    assert first.text == second.text
    assert notes.apps["notes"].state.asked == 1
    history = (await desk.get(f"{PATH}/{made['id']}/timeline")).json()["items"]
    assert [(one["action"], one["actor"], one["city"]) for one in history] == [
        ("finish", "cw-card-ez", "420700")
    ]


async def test_a_refusal_that_keeps_its_rows_keeps_them_once(notes: Any, body: Any) -> None:
    desk, key = clerk(notes), str(uuid4())
    for _ in range(2):
        answer = await desk.post(PATH, {**body, "title": "remember"}, key=key)
        assert_problem(answer, 409, "REMEMBERED")
    assert await notes.database.value("SELECT count(*) FROM notes") == 1
    assert await notes.database.value("SELECT result FROM audit_entries LIMIT 1") == "REMEMBERED"


async def test_an_unexpected_failure_says_nothing_but_its_trace(notes: Any) -> None:
    answer = await clerk(notes).post(f"{PATH}/fail")
    problem = assert_problem(answer, 500, "INTERNAL")
    assert NUMBER not in answer.text
    assert problem["trace_id"] in answer.headers["traceparent"]


async def test_a_wrong_method_and_a_wrong_slash_name_nothing_inside(notes: Any) -> None:
    answer = await clerk(notes).http.delete(PATH)
    assert_problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, POST"
    assert_problem(await clerk(notes).get(f"{PATH}/"), 404, "NOT_FOUND")


async def test_pages_are_stable_while_rows_are_added(notes: Any, body: Any) -> None:
    desk = clerk(notes)
    for number in range(5):
        await desk.post(PATH, {**body, "title": f"t{number}"})
    first = await desk.get(PATH, {"limit": 2, "sort": "title"})
    assert 'rel="next"' in first.headers["link"]
    await desk.post(PATH, {**body, "title": "t0a"})
    seen = [item["title"] for item in first.json()["items"]]
    cursor = first.json()["next_cursor"]
    while cursor:
        page = (await desk.get(PATH, {"limit": 2, "sort": "title", "cursor": cursor})).json()
        seen += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["t0", "t1", "t2", "t3", "t4"]


async def test_a_forged_or_foreign_cursor_is_refused(notes: Any, body: Any) -> None:
    desk = clerk(notes)
    for number in range(3):
        await desk.post(PATH, {**body, "title": f"t{number}"})
    cursor = (await desk.get(PATH, {"limit": 1})).json()["next_cursor"]
    for parameters in (
        {"cursor": "abcd"},
        {"cursor": "a" * 3000},
        {"cursor": cursor, "title": "t1"},
    ):
        assert_problem(await desk.get(PATH, parameters), 400, "CURSOR")
    other = await clerk(notes, "partner.ezhou").get(PATH, {"cursor": cursor})
    assert_problem(other, 400, "CURSOR")


async def test_every_list_can_be_sorted_by_age(notes: Any, body: Any) -> None:
    desk = clerk(notes)
    for title in ("t1", "t2"):
        await desk.post(PATH, {**body, "title": title})
    for sort, titles in (("updated_at", ["t1", "t2"]), ("-created_at", ["t2", "t1"])):
        page = (await desk.get(PATH, {"sort": sort})).json()
        assert [one["title"] for one in page["items"]] == titles


async def test_an_unknown_filter_or_sort_is_refused(notes: Any) -> None:
    assert_problem(await clerk(notes).get(PATH, {"colour": "red"}), 422, "UNKNOWN_FIELD")
    assert_problem(await clerk(notes).get(PATH, {"sort": "doc_no"}), 422, "SORT")
    assert_problem(await clerk(notes).get(PATH, {"limit": 201}), 422, "RANGE")


async def test_a_reveal_shows_named_fields_and_is_on_record(notes: Any, body: Any) -> None:
    desk = clerk(notes)
    made = (await desk.post(PATH, body)).json()
    wish = {"fields": ["person.doc_no"], "reason": "核对身份"}
    answer = await desk.post(f"{PATH}/{made['id']}/reveal", wish)
    assert answer.json()["fields"] == {"person.doc_no": NUMBER}
    row = (await notes.database.fetch("SELECT * FROM audit_entries ORDER BY id DESC LIMIT 1"))[0]
    assert (row["fields"], row["reason"]) == (["person.doc_no"], "核对身份")


async def test_a_token_without_the_scope_reveals_nothing(notes: Any, body: Any) -> None:
    made = (await clerk(notes).post(PATH, body)).json()
    token = notes.tokens.mint(roles=["cw.card.ez"], sub="cw-x", city="420700", scope="hrss")
    desk = Desk(notes.client(token), "CARD_SERVICE")
    wish = {"fields": ["person.doc_no"], "reason": "核对身份"}
    answer = await desk.post(f"{PATH}/{made['id']}/reveal", wish)
    assert_problem(answer, 403, "SCOPE_MISSING")


async def test_nothing_personal_is_stored_in_clear(notes: Any, body: Any) -> None:
    await clerk(notes).post(PATH, body)
    tables = await notes.database.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    for table in tables:
        name = table["tablename"]
        rows = await notes.database.fetch(
            f"SELECT 1 FROM {name} AS row "
            "WHERE row::text LIKE $1 OR row::text LIKE $2 OR row::text LIKE $3",
            f"%{NUMBER}%",
            "%李测甲%",
            f"%{NUMBER.encode().hex()}%",
        )
        assert not rows, name


async def test_a_deadline_becomes_overdue_and_is_announced_once(notes: Any, body: Any) -> None:
    desk = clerk(notes)
    await desk.post(PATH, body)
    for now in ("2026-09-30T09:00:00+08:00", "2026-10-09T00:10:00+08:00"):
        ops = notes.desk("ops", now=now)
        await ops.post("/notes/v1/timers/run")
        await ops.post("/notes/v1/timers/run")
    types = [event["type"] for event in await notes.events("notes")]
    assert types == ["note.taken.v1", "common.deadline.warned.v1", "note.deadline.overdue.v1"]


async def test_the_test_clock_is_ignored_when_it_is_off(notes: Any, body: Any) -> None:
    await notes.client().get("/livez")
    edge_of(notes).test_clock = False
    made = (await clerk(notes).post(PATH, body)).json()
    assert not made["biz_no"].startswith("NO-EZ-20260923-")


async def test_too_many_requests_in_flight_are_shed(notes: Any, body: Any) -> None:
    await notes.client().get("/livez")
    edge_of(notes).max_in_flight = 1
    answers = await asyncio.gather(*(clerk(notes).get(PATH) for _ in range(6)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 200
    assert codes[-1] == 503
    shed = next(answer for answer in answers if answer.status_code == 503)
    assert shed.headers["retry-after"] == "1"
    assert_problem(shed, 503, "UNAVAILABLE")


async def test_a_well_formed_trace_is_continued(notes: Any) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01", "X-Request-ID": "desk-7"}
    answer = await clerk(notes).get(PATH, headers=headers)
    assert answer.headers["traceparent"].split("-")[1] == trace
    assert answer.headers["x-request-id"] == "desk-7"
    broken = await clerk(notes).get(PATH, headers={"traceparent": "00-zz"})
    assert len(broken.headers["traceparent"].split("-")[1]) == 32


async def test_without_its_database_a_service_says_that_it_is_not_available(
    notes: Any, body: Any
) -> None:
    await notes.database.drop()
    for answer in (await clerk(notes).post(PATH, body), await notes.desk("cw-card-ez").get(PATH)):
        assert_problem(answer, 503, "UNAVAILABLE")
        assert answer.headers["retry-after"] == "1"
