"""/card/v1/status-lookups and /card/v1/profile-lookups."""

import asyncio
from typing import Any
from unittest.mock import patch

import asyncpg
import pytest

from card.lookups import questions
from hrss_kit.audit import AuditEntry
from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

STATUS, PROFILE = "/card/v1/status-lookups", "/card/v1/profile-lookups"
RIGHT = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
WRONG_NAME = {**RIGHT, "name": "周测庚"}
UNKNOWN = {"name": "李测甲", "doc_no": "420799198003120038"}
BY_NUMBER = {"name": ZHOU["name"], "card_no": "E00000019"}
BY_CODE = {"name": ZHOU["name"], "identification_code": CODE}
LINE = f"420799|||{CODE}|||3.00|20211203|20311202|"
SHOWN = {
    "match": True,
    "generation": "G3",
    "state": "ACTIVE",
    "issuing_city": "420700",
    "valid_to": "2031-12-02",
    "has_successor": False,
    "offer": None,
    "card_no": "E*****019",
}
LEFT = """
    SELECT (SELECT count(*) FROM audit_entries WHERE operation = 'POST ' || $1) AS audited,
           (SELECT count(*) FROM lookup_logs WHERE operation = 'POST ' || $1) AS logged,
           (SELECT count(*) FROM verifications) AS verified
"""


@pytest.fixture
async def zhou(clerk: Desk, record: dict[str, Any]) -> dict[str, Any]:
    """周测己 holds his card."""
    made: dict[str, Any] = (await put(clerk, CODE, record)).json()
    return made


@pytest.mark.req("CARD-1a")
@pytest.mark.parametrize(
    "body",
    [
        RIGHT,
        BY_NUMBER,
        {**BY_NUMBER, "issuing_division": "420799"},
        BY_CODE,
        {"name": ZHOU["name"], "reader_line": LINE},
        {"reader_line": LINE},
    ],
    ids=["document", "card number", "card number of a division", "code", "contactless", "chip"],
)
async def test_the_status_of_a_card_for_whoever_knows_two_factors(
    window: Desk, zhou: dict[str, Any], body: dict[str, str]
) -> None:
    answer = await window.post(STATUS, body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == SHOWN


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"doc_no": ZHOU["doc_no"]}, "SECOND_FACTOR"),
        ({"card_no": "E00000019"}, "SECOND_FACTOR"),
        ({"identification_code": CODE}, "SECOND_FACTOR"),
        ({"name": ZHOU["name"]}, "SECOND_FACTOR"),
        ({"reader_line": f"420799|||{CODE}||||||"}, "SECOND_FACTOR"),
        ({**RIGHT, "card_no": "E00000019"}, "ONE_WAY"),
        ({**BY_NUMBER, "card_no": "E1"}, "CARD_NO"),
        ({**BY_CODE, "identification_code": "42"}, "CARD_IDENT"),
        ({**BY_CODE, "issuing_division": "420704"}, "CARD_ISSUER"),
    ],
)
async def test_what_is_no_question_is_refused(
    window: Desk, body: dict[str, str], code: str
) -> None:
    assert_problem(await window.post(STATUS, body), 422, code)


@pytest.mark.req("CARD-1a")
@pytest.mark.parametrize(
    ("wrong", "unknown"),
    [
        (WRONG_NAME, UNKNOWN),
        ({**BY_NUMBER, "name": "周测庚"}, {**BY_NUMBER, "card_no": "E99999999"}),
        (
            {**BY_CODE, "name": "周测庚"},
            {**BY_CODE, "identification_code": CODE[:-4] + "9999"},
        ),
    ],
    ids=["document", "card number", "code"],
)
async def test_the_unknown_and_the_mismatched_are_the_same_in_answer_and_work(
    card: Suite, zhou: dict[str, Any], wrong: dict[str, str], unknown: dict[str, str]
) -> None:
    desk = card.desk("cw-card-wh", purpose="CARD_SERVICE", now=NOW)
    trace = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "X-Request-ID": "r"}
    for path in (STATUS, PROFILE):
        await desk.post(path, wrong)  # statements are prepared
        answers, work = [], []
        for body in (wrong, unknown):
            with _counted() as done:
                answers.append(await desk.post(path, body, headers=trace))
            work.append(list(done))
        assert answers[0].json() == answers[1].json()
        assert answers[0].json()["match"] is False
        assert {value for name, value in answers[0].json().items() if name != "match"} == {None}
        assert [answer.status_code for answer in answers] == [200, 200]
        for name in answers[0].headers:
            if name != "traceparent":  # its span id is random
                assert answers[0].headers[name] == answers[1].headers[name], name
        assert len(work[0]) == 4
        assert work[0] == work[1]


class _counted:
    """Counts statements, seals opened and names compared."""

    def __enter__(self) -> list[str]:
        work: list[str] = []
        fetch, execute = asyncpg.Connection.fetch, asyncpg.Connection.execute
        opened, compared = questions.sealing.ring().open, questions.rules.is_same_name

        async def counted_fetch(self: Any, query: str, *values: Any) -> Any:
            rows = await fetch(self, query, *values)
            work.append(f"fetch {hash(query)} {len(rows)}")
            return rows

        async def counted_execute(self: Any, query: str, *values: Any) -> Any:
            work.append(f"execute {hash(query)} {len(values)}")
            return await execute(self, query, *values)

        def counted_open(sealed: bytes, context: str) -> bytes:
            work.append(f"open {context}")
            return opened(sealed, context)

        def counted_compare(one: str, other: str) -> bool:
            work.append("compare")
            return compared(one, other)

        self._patches = [
            patch.object(asyncpg.Connection, "fetch", counted_fetch),
            patch.object(asyncpg.Connection, "execute", counted_execute),
            patch.object(questions.sealing.ring(), "open", counted_open),
            patch.object(questions.rules, "is_same_name", counted_compare),
        ]
        for one in self._patches:
            one.start()
        return work

    def __exit__(self, *_: object) -> None:
        for one in self._patches:
            one.stop()


@pytest.mark.parametrize(
    ("path", "purpose", "opened"),
    [
        (STATUS, "SI_TRANSFER", set()),
        (STATUS, "LI_COMPLAINT", set()),
        (STATUS, "BENEFIT_PAY", {"deceased"}),
        (STATUS, "CARD_SERVICE", {"card_no"}),
        (PROFILE, "BENEFIT_PAY", {"deceased", "bank_code", "bank_name", "bank_last4"}),
        (PROFILE, "CARD_SERVICE", {"card_no", "bank_name", "bank_last4", "residence_division"}),
    ],
)
async def test_the_purpose_decides_the_fields(
    card: Suite,
    clerk: Desk,
    record: dict[str, Any],
    path: str,
    purpose: str,
    opened: set[str],
) -> None:
    await clerk.post("/card/v1/holders", {"person": ZHOU, "residence_division": "420704"})
    await put(clerk, CODE, record)
    shown = (await card.desk("cw-si-wh", purpose=purpose, now=NOW).post(path, RIGHT)).json()
    always = {"match", "generation", "state", "issuing_city", "valid_to", "has_successor"}
    assert {name for name, value in shown.items() if value is not None} == always | opened
    values = {
        "card_no": "E*****019", "bank_code": "999", "bank_name": "合成****", "bank_last4": "0011",
        "residence_division": "420704", "deceased": False,
    }  # fmt: skip
    assert {name: shown[name] for name in opened} == {name: values[name] for name in opened}


async def test_a_purpose_without_a_look_up_opens_none(card: Suite) -> None:
    for path, purpose in ((STATUS, "EMP_MATCH"), (PROFILE, "SI_TRANSFER"), (STATUS, "STAT")):
        desk = card.desk("cw-card-ez", purpose=purpose)
        assert_problem(await desk.post(path, RIGHT), 403, "PURPOSE_NOT_ALLOWED")
    station = card.desk("station-ez", purpose="BENEFIT_PAY")
    assert_problem(await station.post(PROFILE, RIGHT), 403, "SCOPE_MISSING")


async def test_each_look_up_leaves_one_audit_row_and_one_log_row(
    card: Suite, clerk: Desk, zhou: dict[str, Any]
) -> None:
    for path in (STATUS, PROFILE):
        for body in (RIGHT, WRONG_NAME, UNKNOWN):
            await clerk.post(path, body)
        await clerk.post(path, {"doc_no": ZHOU["doc_no"]})
        left = (await card.databases["card"].fetch(LEFT, path))[0]
        assert tuple(left) == (4, 3, 0)
    rows = await card.databases["card"].fetch(
        "SELECT * FROM audit_entries WHERE operation = $1 ORDER BY id", f"POST {STATUS}"
    )
    assert [row["result"] for row in rows] == ["OK", "OK", "OK", "VALIDATION"]
    assert rows[0]["fields"][:2] == ["match", "generation"]
    assert "card_no" in rows[0]["fields"]
    assert rows[1]["fields"] == rows[2]["fields"] == ["match"]
    assert rows[0]["person_refs"] == rows[1]["person_refs"] != rows[2]["person_refs"]
    assert set(rows[0].keys()) == set(AuditEntry.__table__.columns.keys())
    assert await card.events("card", "card.verified.v1") == []


async def test_whose_card_it_was_is_on_record_when_only_the_card_was_named(
    card: Suite, clerk: Desk, zhou: dict[str, Any]
) -> None:
    for body in (RIGHT, BY_NUMBER, BY_CODE):
        await clerk.post(STATUS, body)
    logged = await card.databases["card"].fetch("SELECT person_ref, hit FROM lookup_logs")
    assert len({row["person_ref"] for row in logged}) == 1
    assert all(row["hit"] for row in logged)


async def test_an_old_card_is_cancelled_and_has_a_successor_without_a_number(
    clerk: Desk, window: Desk, record: dict[str, Any]
) -> None:
    await put(clerk, CODE, {**record, "social_state": "CANCELLED"})
    new = "420799" + "0" * 25 + "1"
    await put(clerk, new, {**record, "card_no": "E00000027"})
    for body in (BY_CODE, BY_NUMBER, {"reader_line": LINE}):
        old = (await window.post(STATUS, body)).json()
        assert (old["state"], old["has_successor"]) == ("CANCELLED", True)
        assert old["card_no"] == "E*****019"
    person = (await window.post(STATUS, RIGHT)).json()
    assert (person["state"], person["has_successor"]) == ("ACTIVE", False)
    assert person["card_no"] == "E*****027"


async def test_a_card_of_the_first_generation_is_refused_where_it_is_stopped(card: Suite) -> None:
    wuhan = card.desk("cw-card-wh", purpose="CARD_SERVICE", now=NOW)
    code = "420199" + "0" * 25 + "7"
    record = {
        "holder": {"name": "王测甲", "doc_no": "420199198001010019"},
        "card_no": "W00000011",
        "spec_version": "1.00",
        "issued_on": "2019-03-01",
    }
    made = await put(wuhan, code, record)
    assert made.status_code == 201, made.text
    holder: Any = record["holder"]
    for body in (
        {"name": "王测甲", "identification_code": code},
        {"name": "王测甲", "card_no": "W00000011"},
        {"name": "王测甲", "reader_line": f"420199|||{code}|||1.00|||"},
    ):
        problem = assert_problem(await wuhan.post(STATUS, body), 409, "GENERATION_STOPPED")
        assert problem["offer"] == "RENEW"
    wrong = {"name": "王测乙", "identification_code": code}
    assert (await wuhan.post(STATUS, wrong)).json()["match"] is False
    # Nobody shows a card: the person is answered, with what is offered.
    shown = (await wuhan.post(STATUS, {"name": "王测甲", "doc_no": holder["doc_no"]})).json()
    assert (shown["match"], shown["generation"], shown["offer"]) == (True, "G1", "RENEW")
    audited, logged, _ = (await card.databases["card"].fetch(LEFT, STATUS))[0]
    assert (audited, logged) == (5, 4)  # the reader's line was refused before anybody was found


async def test_many_at_once_each_get_their_own_answer(window: Desk, zhou: dict[str, Any]) -> None:
    bodies = [(RIGHT, WRONG_NAME, UNKNOWN, BY_NUMBER, BY_CODE)[n % 5] for n in range(50)]
    answers = await asyncio.gather(*(window.post(STATUS, body) for body in bodies))
    expected = [body not in (WRONG_NAME, UNKNOWN) for body in bodies]
    assert [answer.json()["match"] for answer in answers] == expected
