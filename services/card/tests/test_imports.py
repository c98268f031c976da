"""POST /card/v1/cards/imports: a city's register by the file."""

import asyncio
import gzip
import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx
import pytest

from card import synthetic
from hrss_kit import clock, import_worker
from hrss_kit.testing import Desk, Suite, assert_problem
from hrss_kit.testing_files import spreadsheet

from .conftest import NOW, put

PATH = "/card/v1/cards/imports"
COLUMNS = (
    "identification_code", "card_no", "spec_version", "issued_on", "valid_to", "bank_code",
    "bank_account", "social_state", "holder.name", "holder.doc_no", "holder.mobile",
)  # fmt: skip


def lines(count: int, city: str = synthetic.EZHOU, seed: int = 7) -> list[list[str]]:
    """Rows of a register, one a holder; all of them ACTIVE unless said otherwise."""
    made = []
    for one in list(synthetic.holders({city: count + 10}, seed=seed))[-count:]:
        card = one.card
        made.append([
            card.identification_code, card.card_no, card.spec_version, str(card.issued_on),
            str(card.valid_to), "999", card.bank_account, card.social_state, one.name, one.doc_no,
            one.mobile,
        ])  # fmt: skip
    return made


def table(rows: Sequence[Sequence[str]], columns: Sequence[str] = COLUMNS) -> bytes:
    return "\n".join(",".join(line) for line in [columns, *rows]).encode()


def objects(rows: Sequence[Sequence[str]]) -> bytes:
    made = []
    for line in rows:
        fields: dict[str, Any] = {"holder": {}}
        for name, value in zip(COLUMNS, line, strict=True):
            place = fields["holder"] if name.startswith("holder.") else fields
            place[name.removeprefix("holder.")] = value
        made.append(json.dumps(fields, ensure_ascii=False))
    return "\n".join(made).encode()


async def send(
    desk: Desk, content: bytes, *, name: str = "cards.csv", key: str | None = None
) -> httpx.Response:
    headers = {**desk._headers(None), "Idempotency-Key": key or str(uuid4())}
    return await desk.http.post(PATH, files={"file": (name, content)}, headers=headers)


async def work(card: Suite) -> int:
    with clock.at(clock.datetime.fromisoformat(NOW)):
        return await asyncio.create_task(card.worker("card").run_imports())


async def finished(card: Suite, desk: Desk, sent: httpx.Response) -> dict[str, Any]:
    assert sent.status_code == 202, sent.text
    await work(card)
    job: dict[str, Any] = (await desk.get(sent.headers["location"])).json()
    return job


async def errors(desk: Desk, job: dict[str, Any]) -> list[tuple[int, str, str]]:
    answer = (await desk.get(f"/card/v1/jobs/{job['id']}/errors")).json()
    return [(one["row"], one["field"], one["code"]) for one in answer["items"]]


@pytest.mark.req("CARD-1a")
@pytest.mark.parametrize("kind", ["CSV", "NDJSON", "XLSX", "CSV.gz"])
async def test_a_register_comes_in_as_a_table_or_a_sheet(
    card: Suite, clerk: Desk, kind: str
) -> None:
    rows = lines(30)
    content = {
        "CSV": table(rows),
        "NDJSON": objects(rows),
        "XLSX": spreadsheet([COLUMNS, *rows]),
        "CSV.gz": gzip.compress(table(rows)),
    }[kind]
    sent = await send(clerk, content, name=f"cards.{kind.lower()}")
    assert sent.headers["location"] == f"/card/v1/jobs/{sent.json()['id']}"
    waiting = sent.json()
    assert (waiting["state"], waiting["done"], waiting["total"]) == ("QUEUED", 0, None)
    job = await finished(card, clerk, sent)
    assert (job["state"], job["total"], job["done"], job["failed"]) == ("DONE", 30, 30, 0)
    assert job["format"] == kind.removesuffix(".gz")
    assert job["size"] == len(content)
    database = card.databases["card"]
    assert await database.value("SELECT count(*) FROM import_chunks") == 0
    assert await database.value("SELECT count(*) FROM cards") == 30
    listed = (await clerk.get("/card/v1/cards")).json()["items"]
    by_code = {(one["identification_code"], one["card_no"]): one for one in listed}
    first = rows[0]
    shown = by_code[f"{first[0][:6]}{'*' * 22}{first[0][-4:]}", f"E*****{first[1][-3:]}"]
    assert shown["person"]["name"] == first[8][0] + "**"
    assert shown["state"] == first[7]
    history = (await clerk.get(f"/card/v1/cards/{shown['id']}/timeline")).json()["items"]
    assert [(one["action"], one["actor"]) for one in history] == [("register", "cw-card-ez")]
    actives = [row for row in rows if row[7] == "ACTIVE"]
    assert len(await card.events("card", "card.activated.v1")) == len(actives)


async def test_an_imported_card_is_the_same_as_one_that_was_put(card: Suite, clerk: Desk) -> None:
    first, second = lines(2)
    await finished(card, clerk, await send(clerk, table([first])))
    record = json.loads(objects([second]))
    code = record.pop("identification_code")
    await put(clerk, code, record)
    database = card.databases["card"]
    kinds = "SELECT jsonb_object_agg(key, jsonb_typeof(value)) AS kinds FROM jsonb_each({})"
    for name in ("cards", "holders", "outbox_events", "timeline_entries"):
        rows = await database.fetch(
            f"SELECT ({kinds.format('to_jsonb(given)')})::text AS kinds FROM {name} AS given"
        )
        assert len({row["kinds"] for row in rows}) == (2 if name == "timeline_entries" else 1), name
    said = [event["data"].keys() for event in await card.events("card")]
    assert said[0] == said[1]


async def test_what_is_wrong_with_a_row_is_told_and_the_others_come_in(
    card: Suite, clerk: Desk
) -> None:
    rows = lines(8)
    rows[1][1] = "12"  # card number
    rows[2][9] = "420799198003120039"  # check digit
    rows[2][3], rows[2][4] = "2031-01-01", "2021-01-01"
    rows[3][0] = "420199" + rows[3][0][6:]  # Wuhan's card
    rows[4][0] = "999999" + rows[4][0][6:]
    rows[5][9], rows[5][8] = rows[0][9], "另测癸"  # another's number
    rows[6][9], rows[6][8] = rows[0][9], rows[0][8]  # a second active card
    rows[0][7] = rows[6][7] = "ACTIVE"
    job = await finished(card, clerk, await send(clerk, table(rows)))
    assert (job["state"], job["total"], job["done"], job["failed"]) == ("DONE", 8, 2, 6)
    assert await errors(clerk, job) == [
        (3, "card_no", "CARD_NO"),
        (4, "holder.doc_no", "ID_CHECKSUM"),
        (4, "valid_to", "CARD_VALIDITY"),
        (5, "", "NOT_YOUR_CITY"),
        (6, "issuing_division", "CARD_ISSUER"),
        (7, "", "HOLDER_MISMATCH"),
        (8, "", "DUPLICATE"),
    ]
    database = card.databases["card"]
    assert await database.value("SELECT count(*) FROM cards") == 2
    assert await database.value("SELECT count(*) FROM holders") == 2
    page = (await clerk.get(f"/card/v1/jobs/{job['id']}/errors", {"limit": 3})).json()
    assert page["next_cursor"]
    rest = await clerk.get(
        f"/card/v1/jobs/{job['id']}/errors", {"limit": 9, "cursor": page["next_cursor"]}
    )
    assert [one["row"] for one in rest.json()["items"]] == [5, 6, 7, 8]


async def test_the_same_file_twice_is_one_job_and_another_key_changes_nothing(
    card: Suite, clerk: Desk
) -> None:
    content, key = table(lines(20)), str(uuid4())
    first = await send(clerk, content, key=key)
    again = await send(clerk, content, key=key)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    other = await send(clerk, content)
    assert other.json()["id"] == first.json()["id"]
    assert_problem(await send(clerk, content + b"\n", key=key), 422, "IDEMPOTENCY_REUSE")
    await finished(card, clerk, first)
    before = await card.databases["card"].fetch("SELECT id, version FROM cards ORDER BY id")
    events = len(await card.events("card"))
    repeated = await finished(card, clerk, await send(clerk, content + b"\n"))
    assert (repeated["done"], repeated["failed"]) == (20, 0)
    assert repeated["id"] != first.json()["id"]
    after = await card.databases["card"].fetch("SELECT id, version FROM cards ORDER BY id")
    assert (after, len(await card.events("card"))) == (before, events)


async def test_rows_that_have_changed_are_changed(card: Suite, clerk: Desk) -> None:
    rows = lines(20)
    for row in rows:
        row[7] = "ACTIVE"
    await finished(card, clerk, await send(clerk, table(rows)))
    rows[3][7], rows[4][5] = "TEMP_LOST", "888"
    rows.append(rows[4])  # the same row again
    job = await finished(card, clerk, await send(clerk, table(rows)))
    assert (job["done"], job["failed"]) == (21, 0)
    versions = await card.databases["card"].fetch(
        "SELECT version, social_state, bank_code FROM cards WHERE version > 1 ORDER BY social_state"
    )
    assert [tuple(row) for row in versions] == [(2, "ACTIVE", "888"), (2, "TEMP_LOST", "999")]
    assert len(await card.events("card", "card.temp_lost.v1")) == 1


async def test_a_killed_worker_leaves_whole_stretches_and_the_next_goes_on(
    card: Suite, clerk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_worker, "ROWS_AT_ONCE", 7)
    rows = lines(40)
    rows[9][1] = "x"
    sent = await send(clerk, table(rows))
    write, turns = import_worker._Run._write, 0

    async def killed(run: Any, *arguments: Any) -> None:
        nonlocal turns
        turns += 1
        if turns == 4:
            raise asyncio.CancelledError
        await write(run, *arguments)

    monkeypatch.setattr(import_worker._Run, "_write", killed)
    with pytest.raises(asyncio.CancelledError):
        await work(card)
    job = (await clerk.get(sent.headers["location"])).json()
    assert (job["state"], job["done"], job["failed"]) == ("RUNNING", 20, 1)
    database = card.databases["card"]
    assert await database.value("SELECT count(*) FROM cards") == 20
    monkeypatch.setattr(import_worker._Run, "_write", write)
    job = await finished(card, clerk, sent)
    assert (job["state"], job["total"], job["done"], job["failed"]) == ("DONE", 40, 39, 1)
    assert await database.value("SELECT count(*) FROM cards") == 39
    assert await database.value("SELECT count(*) FROM timeline_entries") == 78
    assert await errors(clerk, job) == [(11, "card_no", "CARD_NO")]


async def test_two_workers_do_not_take_the_same_job(card: Suite, clerk: Desk) -> None:
    await send(clerk, table(lines(50)))
    done = await asyncio.gather(work(card), work(card))
    assert sorted(done) == [0, 50]


async def test_a_file_that_kills_its_worker_is_given_up(
    card: Suite, clerk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: Any) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(import_worker._Run, "_write", killed)
    sent = await send(clerk, table(lines(2)))
    for _ in range(import_worker.MOST_ATTEMPTS):
        with pytest.raises(asyncio.CancelledError):
            await work(card)
    job = await finished(card, clerk, sent)
    assert (job["state"], job["failure"]) == ("FAILED", "INTERNAL")


async def test_a_file_that_is_none_is_refused_at_the_door(card: Suite, clerk: Desk) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    without_key = await clerk.http.post(PATH, files={"file": ("a.csv", b"a")})
    assert_problem(without_key, 400, "IDEMPOTENCY_KEY_REQUIRED")
    assert_problem(await clerk.post(PATH, {"file": "a"}), 415, "MEDIA_TYPE")
    assert_problem(await send(clerk, b""), 422, "TOO_SHORT")
    assert_problem(await send(clerk, b"\xd0\xcf\x11\xe0\x00\x00"), 422, "FILE_FORMAT")
    assert_problem(await send(clerk, b"\x1f\x8bnothing"), 422, "FILE_FORMAT")
    wrong = await clerk.http.post(PATH, files={"data": ("a.csv", b"a")}, headers=headers)
    problem = assert_problem(wrong, 422, "VALIDATION")
    told = {(one["field"], one["code"]) for one in problem["errors"]}
    assert told == {("data", "UNKNOWN_FIELD"), ("file", "REQUIRED")}
    kind = {"Content-Type": "multipart/form-data; boundary=x", **headers}
    broken = await clerk.http.post(PATH, content=b"--x\r\nContent-Disp", headers=kind)
    assert_problem(broken, 400, "BAD_REQUEST")
    large = await send(clerk, b"a" * (20 * 1024 * 1024 + 1))
    assert_problem(large, 413, "TOO_LARGE")
    assert await card.databases["card"].value("SELECT count(*) FROM import_jobs") == 0


async def test_a_heading_that_is_data_fails_the_job_and_is_not_repeated(
    card: Suite, clerk: Desk
) -> None:
    (row,) = lines(1)
    job = await finished(card, clerk, await send(clerk, table([], row)))
    assert (job["state"], job["failure"], job["total"]) == ("FAILED", "UNKNOWN_FIELD", None)
    assert await errors(clerk, job) == [(1, "column_1", "UNKNOWN_FIELD")]


async def test_only_the_registrars_send_files_and_a_city_sees_its_own(
    card: Suite, clerk: Desk
) -> None:
    content = table(lines(1))
    assert_problem(await send(card.desk("window-ez", now=NOW), content), 403, "SCOPE_MISSING")
    sent = await send(card.desk("partner.ezhou", now=NOW), content)
    job = sent.headers["location"]
    assert (await clerk.get(job)).json()["id"] == sent.json()["id"]
    wuhan = card.desk("cw-card-wh")
    assert_problem(await wuhan.get(job), 404, "NOT_FOUND")
    assert_problem(await wuhan.get(f"{job}/errors"), 404, "NOT_FOUND")
    await work(card)
    kept = await card.databases["card"].fetch(
        "SELECT operation, result, subject, actor FROM audit_entries ORDER BY at, id"
    )
    assert [(row["operation"], row["result"]) for row in kept] == [
        (f"POST {PATH}", "SCOPE_MISSING"),
        (f"POST {PATH}", "OK"),
        (f"POST {PATH}", "DONE"),
    ]
    assert kept[1]["subject"] == kept[2]["subject"] == sent.json()["id"]
    assert kept[2]["actor"] == "partner.ezhou"


async def test_nothing_personal_of_a_file_lies_open(card: Suite, clerk: Desk) -> None:
    rows = lines(3)
    rows[1][1] = rows[1][9]  # a number where none belongs
    database = card.databases["card"]
    canaries = [rows[0][0], rows[0][9], rows[1][9], rows[0][8], rows[2][10], rows[0][6]]
    forms = [f"%{form}%" for one in canaries for form in (one, one.encode().hex())]
    sent = await send(clerk, table(rows), name=f"{rows[0][9]}.csv")
    for step in ("waiting", "done"):
        for (name,) in await database.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ):
            found = await database.value(
                f'SELECT count(*) FROM "{name}" AS row WHERE row::text ILIKE ANY ($1)', forms
            )
            assert found == 0, (step, name)
        await work(card)
    assert all(one not in sent.text for one in canaries)
