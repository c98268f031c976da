"""Files: what is let in, how it lies there, who gets it out, and what happens when things break."""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from obstore.store import LocalStore, MemoryStore

from hrss_kit import file_store, file_types, sealing, tables
from hrss_kit.file_store import BucketStore, DirectoryStore
from hrss_kit.files import MAX_BODY_BYTES
from hrss_kit.resealing import reseal
from hrss_kit.sealing import KeyRing
from hrss_kit.testing import assert_problem
from hrss_kit.testing_files import jpeg, pdf, png
from hrss_kit.uploads import MAX_UPLOAD_BYTES

PATH = "/notes/v1/notes"
KINDS = [(pdf(), "application/pdf"), (png(), "image/png"), (jpeg(), "image/jpeg")]


async def note_of(notes: Any, body: Any) -> tuple[Any, str]:
    desk = notes.desk("cw-card-ez", "CARD_SERVICE")
    made = (await desk.post(PATH, body)).json()
    return desk, f"{PATH}/{made['id']}/files"


def stored(notes: Any) -> list[Path]:
    return [path for path in (notes.directory / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(("content", "kind"), KINDS)
async def test_a_file_comes_out_as_it_went_in(
    notes: Any, body: Any, content: bytes, kind: str
) -> None:
    desk, path = await note_of(notes, body)
    answer = await desk.upload(path, content, name="..\\..\\张测甲.exe")
    assert answer.status_code == 201, answer.text
    row = answer.json()
    digest = hashlib.sha256(content).hexdigest()
    assert (row["sha256"], row["size"], row["media_type"]) == (digest, len(content), kind)
    assert row["file_name"] == "张测甲.exe"
    assert answer.headers["Location"] == f"{path}/{row['id']}"
    got = await desk.get(answer.headers["Location"])
    assert (got.status_code, got.content) == (200, content)
    assert got.headers["content-type"] == kind
    assert got.headers["content-disposition"] == (
        f'attachment; filename="{row["id"]}.{file_types.ENDINGS[kind]}"'
    )
    assert got.headers["x-content-type-options"] == "nosniff"


async def test_what_lies_in_the_store_and_in_the_row_shows_nothing(notes: Any, body: Any) -> None:
    desk, path = await note_of(notes, body)
    content = pdf("Secret of Zhang", 200_000)
    await desk.upload(path, content, name="secret-of-zhang.pdf")
    (file,) = stored(notes)
    assert b"Secret of Zhang" not in file.read_bytes()
    assert b"%PDF" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0 or file.parent.stat().st_mode & 0o077 == 0
    row = (await notes.database.fetch("SELECT * FROM stored_files"))[0]
    assert b"zhang" not in row["file_name"]
    assert hashlib.sha256(content).hexdigest() == row["sha256"]


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00 a program",
        b"%PDF-1.7 only a beginning",
        b"<html><script>alert(1)</script>",
        png()[:-1],
        png() + b"more",
        png().replace(b"IDAT", b"IDAX"),
        jpeg()[:-2],
        b"\xff\xd8\xff\xe0" + b"\x00" * 100,
        pdf().replace(b"startxref", b"somewhere"),
        b"GIF89a",
        b"",
    ],
)
async def test_only_whole_files_of_three_types_are_taken(
    notes: Any, body: Any, content: bytes
) -> None:
    desk, path = await note_of(notes, body)
    assert_problem(await desk.upload(path, content, name="a.pdf"), 415, "MEDIA_TYPE")
    assert not stored(notes)
    assert await notes.database.value("SELECT count(*) FROM stored_files") == 0


async def test_twenty_mebibytes_are_taken_and_one_byte_more_is_not(notes: Any, body: Any) -> None:
    desk, path = await note_of(notes, body)
    whole = await desk.upload(path, pdf(size=MAX_UPLOAD_BYTES))
    assert (whole.status_code, whole.json()["size"]) == (201, MAX_UPLOAD_BYTES)
    got = await desk.get(whole.headers["Location"])
    assert hashlib.sha256(got.content).hexdigest() == whole.json()["sha256"]
    assert_problem(await desk.upload(path, pdf(size=MAX_UPLOAD_BYTES + 1)), 413, "TOO_LARGE")
    assert len(stored(notes)) == 1


async def test_a_body_without_end_is_cut_off_whatever_length_it_announced(
    notes: Any, body: Any
) -> None:
    desk, path = await note_of(notes, body)
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%PDF-1.7\n'
        while True:
            sent += 65_536
            yield b"%" * 65_536

    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Idempotency-Key": "01890000-0000-7000-8000-000000000000",
        "Content-Length": "100",
    }
    answer = await desk.http.post(path, content=endless(), headers=headers)
    assert_problem(answer, 413, "TOO_LARGE")
    assert sent <= MAX_BODY_BYTES + 2 * 65_536


async def test_another_hash_than_announced_is_refused(notes: Any, body: Any) -> None:
    desk, path = await note_of(notes, body)
    assert_problem(await desk.upload(path, pdf(), sha256="0" * 64), 422, "HASH")
    right = hashlib.sha256(pdf()).hexdigest()
    assert (await desk.upload(path, pdf(), sha256=right)).status_code == 201
    wrong = assert_problem(
        await desk.upload(path, pdf(), sha256="x", kind="y" * 11, other="z"), 422, "VALIDATION"
    )
    assert {(one["field"], one["code"]) for one in wrong["errors"]} == {
        ("sha256", "PATTERN"),
        ("kind", "TOO_LONG"),
        ("other", "UNKNOWN_FIELD"),
    }


async def test_a_repeated_upload_is_one_file(notes: Any, body: Any) -> None:
    desk, path = await note_of(notes, body)
    key = "01890000-0000-7000-8000-000000000001"
    first = await desk.upload(path, pdf(), key=key)
    again = await desk.upload(path, pdf(), key=key)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(stored(notes)) == 1
    assert_problem(await desk.upload(path, png(), key=key), 422, "IDEMPOTENCY_REUSE")
    assert_problem(await desk.upload(path, pdf(), key=key, kind="b"), 422, "IDEMPOTENCY_REUSE")


async def test_a_refused_upload_leaves_no_file(notes: Any, body: Any) -> None:
    _, path = await note_of(notes, body)
    stranger = notes.desk("cw-card-wh")
    assert_problem(await stranger.upload(path, pdf()), 404, "NOT_FOUND")
    assert not stored(notes)


async def test_each_download_is_on_record_and_needs_a_purpose(notes: Any, body: Any) -> None:
    desk, path = await note_of(notes, body)
    row = (await desk.upload(path, pdf())).json()
    for _ in range(2):
        assert (await desk.get(f"{path}/{row['id']}")).status_code == 200
    desk.purpose = None
    assert_problem(await desk.get(f"{path}/{row['id']}"), 400, "PURPOSE_REQUIRED")
    stranger = notes.desk("cw-card-wh", "CARD_SERVICE")
    assert_problem(await stranger.get(f"{path}/{row['id']}"), 404, "NOT_FOUND")
    rows = await notes.database.fetch(
        "SELECT actor, result, fields, purpose FROM audit_entries "
        "WHERE operation = 'GET /notes/v1/notes/{note_id}/files/{file_id}' ORDER BY at"
    )
    assert [one["result"] for one in rows] == ["OK", "OK", "PURPOSE_REQUIRED", "NOT_FOUND"]
    assert rows[0]["fields"] == [f"file:{row['id']}"]


async def test_a_file_that_was_touched_is_not_given_out(notes: Any, body: Any) -> None:
    desk, path = await note_of(notes, body)
    row = (await desk.upload(path, pdf())).json()
    (file,) = stored(notes)
    changed = bytearray(file.read_bytes())
    changed[10] ^= 1
    file.write_bytes(changed)
    assert_problem(await desk.get(f"{path}/{row['id']}"), 503, "FILE_UNAVAILABLE")
    file.unlink()
    assert_problem(await desk.get(f"{path}/{row['id']}"), 503, "FILE_UNAVAILABLE")


async def test_what_no_row_knows_is_swept_after_an_hour(notes: Any, body: Any) -> None:
    desk, path = await note_of(notes, body)
    kept = (await desk.upload(path, pdf())).json()
    lost = (await desk.upload(path, png())).json()
    connection = notes.database
    await connection.fetch(f"DELETE FROM stored_files WHERE id = '{lost['id']}'")
    operator = notes.desk("ops")
    assert (await operator.post("/notes/v1/timers/run")).json()["timers"]["files"] == 0
    assert len(stored(notes)) == 2
    operator.now = "2099-01-01T00:00:00Z"
    assert (await operator.post("/notes/v1/timers/run")).json()["timers"]["files"] == 1
    assert [file.name for file in stored(notes)] == [kept["id"]]


async def test_a_full_disk_is_said_and_nothing_is_kept(
    notes: Any, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, path = await note_of(notes, body)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert_problem(await desk.upload(path, pdf()), 503, "FILE_UNAVAILABLE")
    assert await notes.database.value("SELECT count(*) FROM stored_files") == 0


async def test_twenty_at_once_are_twenty_files(notes: Any, body: Any) -> None:
    desk, path = await note_of(notes, body)
    contents = [pdf(str(number), 100_000) for number in range(20)]
    answers = await asyncio.gather(*(desk.upload(path, content) for content in contents))
    got = await asyncio.gather(*(desk.get(one.headers["Location"]) for one in answers))
    assert [one.content for one in got] == contents


async def test_after_a_rotation_files_open_without_the_old_key(notes: Any, body: Any) -> None:
    old, new, blind, cursor = (os.urandom(32) for _ in range(4))
    before = sealing.ring()
    try:
        sealing.use(KeyRing({1: old}, 1, blind, cursor))
        desk, path = await note_of(notes, body)
        row = (await desk.upload(path, pdf())).json()
        sealing.use(KeyRing({1: old, 2: new}, 2, blind, cursor))
        state = notes.apps["notes"].state
        metadata = [state.service.metadata, tables.METADATA]
        assert (await reseal(state.database, metadata))["stored_files"] == 1
        sealing.use(KeyRing({2: new}, 2, blind, cursor))
        assert (await desk.get(f"{path}/{row['id']}")).content == pdf()
    finally:
        sealing.use(before)


@pytest.mark.parametrize("made", ["memory", "local"])
async def test_a_bucket_keeps_files_as_a_directory_does(
    notes: Any, body: Any, made: str, tmp_path: Path
) -> None:
    store = MemoryStore() if made == "memory" else LocalStore(tmp_path / "b", mkdir=True)
    file_store.use(BucketStore(store))
    desk, path = await note_of(notes, body)
    content = pdf(size=6 * 1024 * 1024)
    kept = (await desk.upload(path, content)).json()
    lost = (await desk.upload(path, png())).json()
    assert (await desk.get(f"{path}/{kept['id']}")).content == content
    assert not stored(notes)
    await notes.database.fetch(f"DELETE FROM stored_files WHERE id = '{lost['id']}'")
    operator = notes.desk("ops", now="2099-01-01T00:00:00Z")
    assert (await operator.post("/notes/v1/timers/run")).json()["timers"]["files"] == 1
    assert (await desk.get(f"{path}/{kept['id']}")).content == content
    await store.delete_async((await notes.database.fetch("SELECT place FROM stored_files"))[0][0])
    assert_problem(await desk.get(f"{path}/{kept['id']}"), 503, "FILE_UNAVAILABLE")


async def test_a_directory_is_copied_into_a_bucket_and_read_on(
    notes: Any, body: Any, tmp_path: Path
) -> None:
    desk, path = await note_of(notes, body)
    row = (await desk.upload(path, pdf())).json()
    file_store.use(BucketStore(LocalStore(notes.directory / "files")))
    assert (await desk.get(f"{path}/{row['id']}")).content == pdf()


@given(some.binary(max_size=3000), some.sampled_from([one for one, _ in KINDS]), some.data())
def test_no_file_is_whole_without_its_end(junk: bytes, whole: bytes, data: Any) -> None:
    cut = data.draw(some.integers(8, len(whole) - 8))
    kind = file_types.begins_as(whole[:8])
    assert kind is not None
    assert file_types.is_whole(kind, iter([whole[:5], whole[5:]]))
    assert not file_types.is_whole(kind, iter([whole[:cut]]))
    file_types.is_whole(kind, iter([whole[:cut], junk]))  # says yes or no, and does not fail


def test_a_directory_store_survives_a_half_written_file(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    (tmp_path / "li").mkdir()
    (tmp_path / "li" / "x.part").write_bytes(b"half")

    async def places() -> list[str]:
        return [place async for batch in store.places("li/") for place in batch]

    assert asyncio.run(places()) == ["li/x.part"]
