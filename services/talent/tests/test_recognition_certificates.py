"""The certificate of a recognition: on paper, and as a credential that is checked offline."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import assert_problem
from hrss_kit.testing_pdf import text_of
from talent.recognition_certificates import rules

from .conftest import TalentOffice
from .test_title_recognitions import CERTIFICATES, answer_of, apply

PATH = "/talent/v1/recognition-certificates"
EXAMPLE = Path(__file__).parents[3] / "examples" / "verify_credential.py"
STATUS = "/talent/v1/credential-status"
Check = Callable[..., "subprocess.CompletedProcess[str]"]


async def granted(office: TalentOffice) -> dict[str, Any]:
    made: dict[str, Any] = (await answer_of(office, await apply(office))).json()
    return made


async def saved(office: TalentOffice, folder: Path, number: str) -> None:
    """What somebody keeps to check without asking: keys and lists, without a token."""
    anybody = office.suite.client()
    now = {"X-Test-Now": "2026-05-12T09:00:00+08:00"}
    keys = await anybody.get("/talent/v1/did.json")
    (folder / "keys.json").write_text(keys.text, "utf-8")
    for purpose in ("revocation", "suspension"):
        listed = await anybody.get(f"{STATUS}/{purpose}-0", headers=now)
        assert listed.headers["content-type"] == "application/vc+jwt"
        (folder / f"{purpose}.jwt").write_text(listed.text, "utf-8")
    if not (folder / "certificate.jwt").exists():
        desk = office.desk("cw-talent-ez", "TALENT_RECOG")
        shown = await desk.get(f"{PATH}/{number}/credential")
        assert shown.status_code == 200, shown.text
        (folder / "certificate.jwt").write_text(shown.text, "utf-8")


def check(folder: Path, at: str = "2026-05-12T12:00:00+08:00") -> Any:
    return subprocess.run(
        [
            sys.executable, str(EXAMPLE), str(folder / "certificate.jwt"),
            "--keys", str(folder / "keys.json"), "--at", at,
            "--status", str(folder / "revocation.jwt"), str(folder / "suspension.jwt"),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.req("TAL-3c")
@pytest.mark.req("X-14")
async def test_the_paper_names_the_holder_and_leads_to_its_check(office: TalentOffice) -> None:
    row = await granted(office)
    number = row["certificate_no"]
    desk = office.desk("cw-talent-ez", "TALENT_RECOG")
    shown = await desk.get(f"{PATH}/{number}/document")
    assert shown.headers["content-type"] == "application/pdf", shown.text
    printed = text_of(shown.content)
    plain = "".join(printed.split())
    for words in ("王测乙", "1022", number, "工程", "副高级", "WH-GJ-2021-0457"):
        assert words in plain, words
    assert "420199199207151022" not in plain
    assert_problem(await office.clerk.get(f"{PATH}/{number}/document"), 403, "NOT_YOUR_CITY")
    assert_problem(
        await office.desk("cw-talent-ez").get(f"{PATH}/{number}/document"),
        400, "PURPOSE_REQUIRED",
    )  # fmt: skip
    audited = await office.database.value(
        "SELECT count(*) FROM audit_entries WHERE operation LIKE 'GET %/document'"
    )
    assert audited == 3


@pytest.mark.req("TAL-3c")
async def test_a_credential_is_checked_offline_until_it_is_revoked(
    office: TalentOffice, tmp_path: Path
) -> None:
    await granted(office)  # its bit is the first: an error of order would not be seen there
    row = (await answer_of(office, await apply(office, cert_no="B-2", speciality="电"))).json()
    await saved(office, tmp_path, row["certificate_no"])
    good = check(tmp_path)
    assert good.returncode == 0, good.stderr
    assert json.loads(good.stdout)["recognition"]["number"] == row["certificate_no"]
    old = check(tmp_path, "2026-05-20T12:00:00+08:00")
    assert (old.returncode, "term is over" in old.stderr) == (1, True)  # the lists are too old
    token = (tmp_path / "certificate.jwt").read_text("utf-8")
    head, body, signature = token.split(".")
    forged = body[:-4] + ("AAAA" if body[-4:] != "AAAA" else "BBBB")
    (tmp_path / "certificate.jwt").write_text(f"{head}.{forged}.{signature}", "utf-8")
    assert check(tmp_path).returncode == 1
    (tmp_path / "certificate.jwt").write_text(token, "utf-8")
    (origin,) = (await office.clerk.get(CERTIFICATES, {"cert_no": "B-2"})).json()["items"]
    gone = await office.supervisor.act(
        f"{CERTIFICATES}/{origin['id']}/revoke", origin, {"reason": "不实"}
    )
    assert gone.status_code == 200, gone.text
    await saved(office, tmp_path, row["certificate_no"])
    bad = check(tmp_path)
    assert (bad.returncode, "revocation" in bad.stderr) == (1, True)
    desk = office.desk("cw-talent-ez", "TALENT_RECOG")
    again = await desk.get(f"{PATH}/{row['certificate_no']}/credential")
    assert_problem(again, 409, "STATE_CONFLICT")


async def test_lists_that_do_not_exist_are_not_found(office: TalentOffice) -> None:
    anybody = office.suite.client()
    for name in ("revocation", "revocation-x", "refresh-0"):
        assert_problem(await anybody.get(f"{STATUS}/{name}"), 404, "NOT_FOUND")
    keys = (await anybody.get("/talent/v1/did.json")).json()
    assert keys["id"] == "did:web:127.0.0.1%3A8080:talent:v1"
    assert all("d" not in method["publicKeyJwk"] for method in keys["verificationMethod"])


@given(st.sets(st.integers(min_value=0, max_value=rules.LIST_BITS - 1), max_size=40))
def test_a_list_says_exactly_what_was_put_in(places: set[int]) -> None:
    sys.path.insert(0, str(EXAMPLE.parent))
    from verify_credential import is_flagged

    listed = {"credentialSubject": {"encodedList": rules.encoded(places)}}
    asked = places | {0, 1, 7, 8, rules.LIST_BITS - 1}
    assert {place for place in asked if is_flagged(listed, place)} == places
