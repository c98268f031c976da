"""The evidence package: what a tribunal gets, and that nothing in it can be changed unseen."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from hrss_kit.testing import assert_problem
from hrss_kit.testing_files import jpeg, pdf

CASES = "/labor-inspection/v1/cases"
LETTERS = "/labor-inspection/v1/assist-requests"
SCRIPT = Path(__file__).resolve().parents[3] / "examples" / "verify_package.py"
ON = "2026-11-24"


async def package_of(casework: Any, tmp_path: Path) -> tuple[Any, bytes, Path]:
    """A case with a decision that Wuhan served, evidence of both cities; its package and keys."""
    case = await casework.until("decide")
    ezhou, wuhan = casework.desk("cw-li-ez", "2026-11-05"), casework.desk("cw-li-wh", "2026-11-06")
    await ezhou.upload(f"{CASES}/{case['id']}/evidences", pdf("工资表", 150_000), name="工资表.pdf")
    body = {"case_id": case["id"], "kind": "SERVE", "request": "请送达"}
    row = (await ezhou.post(LETTERS, body)).json()
    pair = {"inspectors": ["li-wh-01", "li-wh-02"]}
    for action, json_ in (("accept", {}), ("assign", pair)):
        row = (await wuhan.act(f"{LETTERS}/{row['id']}/{action}", row, json_)).json()
    row = (await wuhan.upload(f"{LETTERS}/{row['id']}/evidences", jpeg(), name="回证")).json()
    reply = {"result": "已送达", "served_on": "2026-11-06", "receipt_no": "HZ-WH-7"}
    answer = await wuhan.act(f"{LETTERS}/{row['id']}/reply", row, reply)
    assert answer.status_code == 200, answer.text
    answer = await casework.desk("cw-li-ez", "2026-11-09").act(
        f"{LETTERS}/{row['id']}/close", answer.json()
    )
    assert answer.status_code == 200, answer.text
    got = await casework.desk("cw-li-ez", ON).get(f"{CASES}/{case['id']}/evidence-package")
    assert got.status_code == 200, got.text
    assert got.headers["content-type"] == "application/zip"
    keys = tmp_path / "keys.json"
    keys.write_text((await ezhou.get("/labor-inspection/v1/keys")).text, "utf-8")
    return case, got.content, keys


def verify(content: bytes, keys: Path) -> tuple[int, str]:
    file = keys.with_name("package.zip")
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(file), str(keys)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).strip()


def rewritten(content: bytes, **changes: bytes | None) -> bytes:
    """The archive with entries changed, left out (None) or added, and its checksums right."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = changes.pop(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in changes.items():
            new.writestr(name, data or b"")
    return made.getvalue()


@pytest.mark.req("LI-1b")
async def test_a_tribunal_checks_a_package_offline_and_finds_every_change(
    casework: Any, tmp_path: Path
) -> None:
    _, content, keys = await package_of(casework, tmp_path)
    assert verify(content, keys) == (0, "OK")
    assert len(SCRIPT.read_text("utf-8").splitlines()) <= 40
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    names = archive.namelist()
    files = [name for name in names if name.startswith("files/")]
    assert sorted(hashlib.sha256(archive.read(name)).hexdigest() for name in files) == sorted(
        hashlib.sha256(one).hexdigest() for one in (pdf("工资表", 150_000), jpeg())
    )
    for name in names:
        changed = bytearray(archive.read(name))
        changed[len(changed) // 2] ^= 1
        bad = "manifest.jws" if name == "manifest.json" else name
        assert verify(rewritten(content, **{name: bytes(changed)}), keys) == (1, f"BAD: {bad}")
    for name in names:
        bad = "manifest.jws" if name == "manifest.json" else name
        assert verify(rewritten(content, **{name: None}), keys) == (1, f"BAD: {bad}")
    assert verify(rewritten(content, **{"files/more.pdf": pdf()}), keys) == (
        1,
        "BAD: files/more.pdf",
    )
    broken = bytearray(content)
    broken[content.index(pdf("工资表", 150_000)) + 1000] ^= 1
    [page] = [name for name in files if name.endswith(".pdf")]
    assert verify(bytes(broken), keys) == (1, f"BAD: {page}")
    foreign = json.loads(keys.read_text())
    foreign["keys"][0]["kid"] = "another city"
    keys.write_text(json.dumps(foreign))
    assert verify(content, keys) == (1, "BAD: manifest.jws")


async def test_a_package_holds_what_happened_and_no_name(casework: Any, tmp_path: Path) -> None:
    case, content, _ = await package_of(casework, tmp_path)
    archive = zipfile.ZipFile(io.BytesIO(content))
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["case_no"], manifest["city"]) == (case["case_no"], "420700")
    receipts = json.loads(archive.read("receipts.json"))
    assert receipts["services"][0]["receipt_no"] == "HZ-WH-7"
    assert receipts["letters"][0]["replied_by"] == "cw-li-wh"
    timeline = json.loads(archive.read("timeline.json"))
    actions = [one["action"] for one in timeline[case["case_no"]]]
    assert actions[0] == "file"
    assert {"assign", "hear", "decide", "add-evidence"} <= set(actions)
    custody = json.loads(archive.read("custody.json"))
    assert [[step["action"] for step in one["custody"]] for one in custody] == [
        ["RECEIVED"],
        ["COLLECTED", "RECEIVED", "HANDED_OVER", "TAKEN_OVER"],
    ]
    assert archive.read("documents/decision-1.json")
    page = archive.read("index.html").decode()
    assert case["case_no"] in page
    assert "工资表.pdf" in page
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in ("测试人", "42079919900101", "14400000012"):
        assert secret.encode() not in everything


async def test_the_same_state_gives_the_same_bytes(casework: Any, tmp_path: Path) -> None:
    case, content, _ = await package_of(casework, tmp_path)
    path = f"{CASES}/{case['id']}/evidence-package"
    again = await casework.desk("supervisor-ez", "2026-12-01").get(path)
    assert again.content == content
    database = casework.suite.databases["labor_inspection"]
    assert await database.value("SELECT count(*) FROM evidence_packages") == 1
    desk = casework.desk("cw-li-ez", ON)
    await desk.upload(f"{CASES}/{case['id']}/evidences", pdf("more"))
    later = await desk.get(path)
    assert later.headers["etag"] != again.headers["etag"]
    assert await database.value("SELECT count(*) FROM evidence_packages") == 2


async def test_only_the_people_of_the_case_get_it_and_each_time_is_on_record(
    casework: Any, tmp_path: Path
) -> None:
    case, _, _ = await package_of(casework, tmp_path)
    path = f"{CASES}/{case['id']}/evidence-package"
    assert_problem(await casework.desk("cw-li-wh", ON).get(path), 403, "NOT_YOUR_CITY")
    assert_problem(await casework.desk("window-ez", ON).get(path), 403, "SCOPE_MISSING")
    for file in (casework.suite.directory / "files").rglob("li/*/*/*"):
        file.unlink()
        break
    assert_problem(await casework.desk("cw-li-ez", ON).get(path), 503, "FILE_UNAVAILABLE")
    rows = await casework.suite.databases["labor_inspection"].fetch(
        "SELECT result, fields FROM audit_entries WHERE operation LIKE '%/evidence-package' "
        "ORDER BY at"
    )
    assert sorted(one["result"] for one in rows) == sorted(
        ["OK", "NOT_YOUR_CITY", "SCOPE_MISSING", "FILE_UNAVAILABLE"]
    )
    assert len([one for one in rows[0]["fields"] if one.startswith("file:")]) == 2
