"""/card/v1/verifications."""

import asyncio
import json
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import asyncpg
import pytest

from card.lookups import questions
from card.lookups.statements import RECORD
from card.verifications.schemas import CardVerified
from hrss_kit.audit import AuditEntry
from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

PATH = "/card/v1/verifications"
OPERATION = f"POST {PATH}"
RIGHT = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
WRONG_NAME = {**RIGHT, "name": "周测庚"}
UNKNOWN = {"name": "李测甲", "doc_no": "420799198003120038"}
CONTACTLESS = f"420799|||{CODE}|||3.00|20211203|20311202|"
CONTACT = f"420799|{ZHOU['doc_no']}|E00000019|{CODE}|周测己|3B7D|3.00|20211203|20311202|"
COUNTS = """
    SELECT (SELECT count(*) FROM audit_entries WHERE operation = $1) AS audited,
           (SELECT count(*) FROM lookup_logs) AS logged,
           (SELECT count(*) FROM verifications) AS kept,
           (SELECT count(*) FROM outbox_events WHERE type = 'card.verified.v1') AS told
"""


@pytest.fixture
async def zhou(clerk: Desk, record: dict[str, Any]) -> dict[str, Any]:
    """周测己 holds his card."""
    made: dict[str, Any] = (await put(clerk, CODE, record)).json()
    return made


async def counts(card: Suite) -> tuple[int, ...]:
    return tuple((await card.databases["card"].fetch(COUNTS, OPERATION))[0])


async def test_a_stranger_verifies_nobody(card: Suite) -> None:
    assert_problem(await card.client().post(PATH, json=RIGHT), 401, "UNAUTHENTICATED")
    ops = card.desk("ops", purpose="CARD_SERVICE")
    assert_problem(await ops.post(PATH, RIGHT), 403, "SCOPE_MISSING")
    assert (await counts(card))[0] == 1


@pytest.mark.req("CARD-1a")
async def test_yes_or_no_the_state_of_the_card_and_nothing_else(
    window: Desk, zhou: dict[str, Any]
) -> None:
    answer = await window.post(PATH, RIGHT)
    body = answer.json()
    assert answer.status_code == 200, answer.text
    assert set(body) == {"verification_id", "match", "card_state", "ecard_state", "checked_at"}
    assert (body["match"], body["card_state"], body["ecard_state"]) == (True, "ACTIVE", "USABLE")
    assert body["checked_at"] == "2026-06-01T01:00:00.000Z"


async def test_no_key_is_needed_for_a_look_up(window: Desk) -> None:
    answer = await window.http.post(PATH, json=RIGHT, headers=window._headers(None))
    assert answer.status_code == 200


@pytest.mark.parametrize("body", [{"name": "周测己"}, {"doc_no": ZHOU["doc_no"]}, {}])
async def test_one_factor_is_not_enough(window: Desk, body: dict[str, str]) -> None:
    assert_problem(await window.post(PATH, body), 422, "SECOND_FACTOR")


async def test_everything_wrong_with_a_question_is_told_at_once(window: Desk) -> None:
    problem = assert_problem(
        await window.post(PATH, {"doc_no": "420799197508180059", "why": 1}), 422, "VALIDATION"
    )
    assert {(error["field"], error["code"]) for error in problem["errors"]} == {
        ("name", "SECOND_FACTOR"),
        ("doc_no", "ID_CHECKSUM"),
        ("why", "UNKNOWN_FIELD"),
    }


async def test_ways_are_not_mixed(window: Desk) -> None:
    both = {**RIGHT, "reader_line": CONTACT}
    assert_problem(await window.post(PATH, both), 422, "ONE_WAY")


@pytest.mark.req("CARD-1a")
async def test_the_unknown_and_the_wrong_name_cannot_be_told_apart(
    window: Desk, zhou: dict[str, Any]
) -> None:
    trace = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "X-Request-ID": "r"}
    answers = [await window.post(PATH, body, headers=trace) for body in (WRONG_NAME, UNKNOWN)]
    wrong, unknown = ({**answer.json(), "verification_id": None} for answer in answers)
    assert wrong == unknown
    assert (wrong["match"], wrong["card_state"], wrong["ecard_state"]) == (False, None, None)
    for name in answers[0].headers:
        if name != "traceparent":  # its span id is random
            assert answers[0].headers[name] == answers[1].headers[name], name
    assert [answer.status_code for answer in answers] == [200, 200]


async def test_the_unknown_cost_the_same_work_as_the_known(
    card: Suite, window: Desk, zhou: dict[str, Any]
) -> None:
    """The same statements, as many rows, as many seals opened and names compared."""
    await window.post(PATH, RIGHT)
    work: list[list[str]] = []
    fetch, execute = asyncpg.Connection.fetch, asyncpg.Connection.execute
    opened, compared = questions.sealing.ring().open, questions.rules.is_same_name

    async def counted_fetch(self: Any, query: str, *values: Any) -> Any:
        rows = await fetch(self, query, *values)
        work[-1].append(f"fetch {hash(query)} {len(rows)}")
        return rows

    async def counted_execute(self: Any, query: str, *values: Any) -> Any:
        work[-1].append(f"execute {hash(query)} {len(values)}")
        return await execute(self, query, *values)

    def counted_open(sealed: bytes, context: str) -> bytes:
        work[-1].append(f"open {len(sealed) > 0} {context}")
        return opened(sealed, context)

    def counted_compare(one: str, other: str) -> bool:
        work[-1].append("compare")
        return compared(one, other)

    with (
        patch.object(asyncpg.Connection, "fetch", counted_fetch),
        patch.object(asyncpg.Connection, "execute", counted_execute),
        patch.object(questions.sealing.ring(), "open", counted_open),
        patch.object(questions.rules, "is_same_name", counted_compare),
    ):
        for body in (RIGHT, WRONG_NAME, UNKNOWN):
            work.append([])
            await window.post(PATH, body)
    assert len(work[0]) == 4
    assert work[0] == work[1] == work[2]


async def test_each_look_up_has_one_audit_row_and_one_log_row(
    card: Suite, window: Desk, zhou: dict[str, Any]
) -> None:
    for body in (RIGHT, WRONG_NAME, UNKNOWN):
        await window.post(PATH, body, headers={"X-Case-No": "LI-1"})
    assert await counts(card) == (3, 3, 3, 3)
    database = card.databases["card"]
    rows = await database.fetch(
        "SELECT * FROM audit_entries WHERE operation = $1 ORDER BY id", OPERATION
    )
    assert [row["result"] for row in rows] == ["OK"] * 3
    assert rows[0]["fields"] == ["match", "card_state", "ecard_state", "checked_at"]
    assert rows[1]["fields"] == rows[2]["fields"] == ["match", "checked_at"]
    assert rows[0]["person_refs"] == rows[1]["person_refs"] != rows[2]["person_refs"]
    assert (rows[0]["actor"], rows[0]["city"]) == ("window-wh", "420100")
    assert (rows[0]["purpose"], rows[0]["case_no"]) == ("CARD_SERVICE", "LI-1")
    assert rows[0]["roles"] == ["window.wh"]
    logs = await database.fetch("SELECT purpose, fields, hit FROM lookup_logs ORDER BY id")
    assert [row["hit"] for row in logs] == [True, False, False]


async def test_a_refused_look_up_has_its_audit_row_too(card: Suite, window: Desk) -> None:
    assert_problem(await card.desk("window-wh").post(PATH, RIGHT), 400, "PURPOSE_REQUIRED")
    auditor = card.desk("window-wh", purpose="STAT")
    assert_problem(await auditor.post(PATH, RIGHT), 403, "PURPOSE_NOT_ALLOWED")
    await window.post(PATH, {"name": "周测己"})
    await window.post(PATH, {"ecard_token": "0123456789"})
    rows = await card.databases["card"].fetch(
        "SELECT result FROM audit_entries WHERE operation = $1 ORDER BY id", OPERATION
    )
    assert [row["result"] for row in rows] == [
        "PURPOSE_REQUIRED",
        "PURPOSE_NOT_ALLOWED",
        "VALIDATION",
        "TOKEN_EXPIRED",
    ]
    assert await counts(card) == (4, 0, 0, 0)


def test_the_statement_writes_every_column_of_the_audit_row() -> None:
    listed = RECORD.partition("audit_entries (")[2].partition(")")[0]
    assert {name.strip() for name in listed.split(",")} == set(AuditEntry.__table__.columns.keys())


@pytest.mark.parametrize("purpose", ["SI_TRANSFER", "LI_COMPLAINT", "TALENT_RECOG", "EMP_MATCH"])
async def test_any_service_purpose_will_do(card: Suite, purpose: str) -> None:
    for user in ("partner.wuhan", "cw-si-ez", "station-wh", "supervisor-ez", "svc.talent"):
        answer = await card.desk(user, purpose=purpose).post(PATH, UNKNOWN)
        assert answer.status_code == 200, (user, answer.text)


async def test_the_event_goes_to_the_requester_only(card: Suite, zhou: dict[str, Any]) -> None:
    partner = card.desk("partner.wuhan", purpose="SI_TRANSFER", now=NOW)
    made = (await partner.post(PATH, RIGHT)).json()
    (event,) = await card.events("card", "card.verified.v1")
    assert event["audience"] == ["partner.wuhan"]
    assert event["data"] == {
        "verification_id": made["verification_id"],
        "match": True,
        "assurance": "LOW",
    }
    CardVerified.model_validate(event["data"])
    feed = (await partner.get("/card/v1/events")).json()["items"]
    assert "card.verified.v1" in {item["type"] for item in feed}
    other = (await card.desk("partner.ezhou").get("/card/v1/events")).json()["items"]
    assert "card.verified.v1" not in {item["type"] for item in other}


async def test_a_death_is_told_only_where_it_matters(
    card: Suite, clerk: Desk, window: Desk
) -> None:
    await clerk.post("/card/v1/holders", {"person": ZHOU, "deceased_on": "2026-05-01"})
    plain = (await window.post(PATH, RIGHT)).json()
    assert (plain["match"], "deceased" in plain) == (True, False)
    for purpose in ("LIFE_CERT", "BENEFIT_PAY"):
        desk = card.desk("cw-si-ez", purpose=purpose, now=NOW)
        assert (await desk.post(PATH, RIGHT)).json()["deceased"] is True
        for body in (WRONG_NAME, UNKNOWN):
            assert (await desk.post(PATH, body)).json()["deceased"] is None


@pytest.mark.parametrize(
    "name", ["周测己", " 周测己 ", "周 测 己"], ids=["as stored", "padded", "spaced"]
)
async def test_a_name_is_compared_without_what_typing_adds(
    window: Desk, zhou: dict[str, Any], name: str
) -> None:
    assert (await window.post(PATH, {**RIGHT, "name": name})).json()["match"] is True


async def test_the_middle_dot_may_be_any(clerk: Desk, window: Desk) -> None:
    person = {"name": "买买提·测甲", "doc_no": UNKNOWN["doc_no"]}
    await clerk.post("/card/v1/holders", {"person": person})
    for name in ("买买提·测甲", "买买提•测甲", "买买提・测甲"):
        assert (await window.post(PATH, {**person, "name": name})).json()["match"] is True
    answer = (await window.post(PATH, {**person, "name": "买买提测甲"})).json()
    assert answer["match"] is False


@pytest.mark.parametrize(
    ("line", "match"),
    [
        (CONTACT, True),
        (CONTACTLESS, True),
        (CONTACTLESS.replace("20211203", "2021-12-03"), True),
        (CONTACT.replace("周测己", "周测庚"), False),
        (CONTACT.replace("E00000019", "E00000027"), False),
        (CONTACT.replace(ZHOU["doc_no"], UNKNOWN["doc_no"]), False),
        (CONTACTLESS.replace("20311202", "20311203"), False),
        (CONTACTLESS.replace("FB0001", "FB0002"), False),
    ],
)
async def test_a_card_is_read_at_the_counter(
    card: Suite, window: Desk, zhou: dict[str, Any], line: str, match: bool
) -> None:
    answer = (await window.post(PATH, {"reader_line": line})).json()
    assert answer["match"] is match
    assert answer["card_state"] == ("ACTIVE" if match else None)
    (event,) = await card.events("card", "card.verified.v1")
    assert event["data"]["assurance"] == "MEDIUM"


async def test_what_the_chip_said_and_a_name_must_agree(window: Desk, zhou: dict[str, Any]) -> None:
    for name, match in (("周测己", True), ("周测庚", False)):
        answer = await window.post(PATH, {"reader_line": CONTACTLESS, "name": name})
        assert answer.json()["match"] is match


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("420799|", "READER_LINE"),
        (CONTACTLESS.replace("3.00", "9.00"), "READER_LINE"),
        (CONTACTLESS.replace("20311202", "20311399"), "READER_LINE"),
        (CONTACTLESS.replace(CODE, CODE[:-1]), "CARD_IDENT"),
        (CONTACTLESS.replace("420799|", "420704|"), "CARD_ISSUER"),
        (CONTACT.replace("E00000019", "E1"), "CARD_NO"),
        (CONTACT.replace(ZHOU["doc_no"], "420799197508180059"), "ID_CHECKSUM"),
        (f"420799|||{CODE}||||||", "SECOND_FACTOR"),
    ],
)
async def test_a_line_that_cannot_be_read_is_refused(window: Desk, line: str, code: str) -> None:
    assert_problem(await window.post(PATH, {"reader_line": line}), 422, code)


async def test_an_old_card_is_answered_with_its_own_state(
    clerk: Desk, window: Desk, record: dict[str, Any]
) -> None:
    await put(clerk, CODE, {**record, "social_state": "CANCELLED"})
    new = "420799" + "0" * 25 + "1"
    await put(clerk, new, {**record, "card_no": "E00000027"})
    old = (await window.post(PATH, {"reader_line": CONTACT})).json()
    assert (old["card_state"], old["ecard_state"]) == ("CANCELLED", "USABLE")
    person = (await window.post(PATH, RIGHT)).json()
    assert (person["card_state"], person["ecard_state"]) == ("ACTIVE", "USABLE")


async def test_a_card_of_the_first_generation_is_stopped_where_its_city_says_so(
    window: Desk,
) -> None:
    for division, status in (("420199", 409), ("420799", 200)):
        line = CONTACTLESS.replace("420799", division).replace("3.00", "1.00")
        answer = await window.post(PATH, {"reader_line": line})
        assert answer.status_code == status, answer.text
        if status == 409:
            assert assert_problem(answer, 409, "GENERATION_STOPPED")["offer"] == "RENEW"


async def test_a_token_that_never_was_looks_like_one_that_is_too_old(window: Desk) -> None:
    answer = await window.post(PATH, {"ecard_token": "0123456789abcdef"})
    assert_problem(answer, 409, "TOKEN_EXPIRED")


@pytest.mark.req("CARD-1a")
async def test_a_verification_is_good_for_thirty_minutes(
    card: Suite, window: Desk, zhou: dict[str, Any]
) -> None:
    made = (await window.post(PATH, RIGHT)).json()
    path = f"{PATH}/{made['verification_id']}"

    def inspection(time: str) -> Desk:
        return card.desk("svc.labor-inspection", now=f"2026-06-01T{time}+08:00")

    good = await inspection("09:29:00").get(path)
    read = good.json()
    assert good.status_code == 200, good.text
    assert set(read) == {
        "verification_id", "match", "checked_at", "expires_at", "expired", "person_ref",
    }  # fmt: skip
    assert (read["match"], read["expired"]) == (True, False)
    assert read["expires_at"] == "2026-06-01T01:30:00Z"
    assert len(read["person_ref"]) == 24
    assert_problem(await inspection("09:31:00").get(path), 409, "VERIFICATION_EXPIRED")
    assert (await window.get(path)).status_code == 200
    stranger = card.desk("window-ez", now=NOW)
    assert_problem(await stranger.get(path), 404, "NOT_FOUND")
    assert_problem(await inspection("09:00:00").get(f"{PATH}/{uuid4()}"), 404, "NOT_FOUND")


async def test_a_verification_that_did_not_match_says_nobody(
    card: Suite, window: Desk, zhou: dict[str, Any]
) -> None:
    inspection = card.desk("svc.labor-inspection", now=NOW)
    reads = []
    for body in (WRONG_NAME, UNKNOWN):
        made = (await window.post(PATH, body)).json()
        read = (await inspection.get(f"{PATH}/{made['verification_id']}")).json()
        reads.append({**read, "verification_id": None})
    assert reads[0] == reads[1]
    assert (reads[0]["match"], reads[0]["person_ref"]) == (False, None)


async def test_a_hundred_at_once_share_few_statements_and_each_gets_its_own_answer(
    card: Suite, window: Desk, zhou: dict[str, Any]
) -> None:
    bodies = [(RIGHT, WRONG_NAME, UNKNOWN)[number % 3] for number in range(100)]
    answers = await asyncio.gather(*(window.post(PATH, body) for body in bodies))
    assert [answer.json()["match"] for answer in answers] == [body is RIGHT for body in bodies]
    assert len({answer.json()["verification_id"] for answer in answers}) == 100
    assert await counts(card) == (100, 100, 100, 100)


async def test_a_caller_that_cannot_be_recorded_does_not_fail_its_neighbours(
    card: Suite, window: Desk, zhou: dict[str, Any]
) -> None:
    long = card.tokens.mint(roles=["window.wh"], sub="s" * 100, city="420100")
    headers = {"X-Purpose": "CARD_SERVICE", "Authorization": f"Bearer {long}"}
    answers = await asyncio.gather(
        *(window.post(PATH, RIGHT) for _ in range(5)),
        card.client().post(PATH, json=RIGHT, headers=headers),
    )
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    assert answers[5].status_code >= 400
    assert (await counts(card))[1:] == (5, 5, 5)


async def test_without_the_database_the_answer_is_503_and_nothing_is_kept(
    card: Suite, window: Desk, zhou: dict[str, Any]
) -> None:
    database = card.apps["card"].state.database
    with patch.object(database, "driver", side_effect=ConnectionRefusedError):
        answer = await window.post(PATH, RIGHT)
    assert_problem(answer, 503, "UNAVAILABLE")
    assert "retry-after" in answer.headers
    assert (await counts(card))[1:] == (0, 0, 0)
    assert json.loads(answer.text)["title"]
