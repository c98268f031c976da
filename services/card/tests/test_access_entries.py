"""What the audit log says about one person, for the suite's own services."""

from typing import Any

import pytest

from hrss_kit import sealing
from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

ENTRIES = "/card/v1/access-entries"
OTHER = {"name": "李测甲", "doc_no": "420799198003120038"}


def ref(doc_no: str) -> str:
    return sealing.person_ref(sealing.blind(doc_no))


@pytest.mark.req("CARD-1a")
async def test_each_look_at_a_person_is_found_newest_first_and_names_nobody_else(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    await put(clerk, CODE, record)
    known = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
    window = card.desk("window-wh", purpose="LI_COMPLAINT", now=NOW)
    await window.post("/card/v1/verifications", known)
    await window.post("/card/v1/verifications", {**known, "name": "周测庚"})
    payer = card.desk("cw-si-wh", purpose="LIFE_CERT", now="2026-06-02T09:00:00+08:00")
    await payer.post("/card/v1/batch-verifications", {"pairs": [OTHER, known]})

    gateway = card.desk("svc.gateway")
    answer = await gateway.get(ENTRIES, {"person_ref": ref(ZHOU["doc_no"])})
    found = answer.json()["items"]
    assert [one["operation"].rpartition("/")[2] for one in found] == [
        "batch-verifications", "verifications", "verifications", "{identification_code}",
    ]  # fmt: skip
    assert found[0]["purpose"] == "LIFE_CERT"
    assert found[0]["fields"] == ["match", "deceased"]
    assert found[1]["city"] == "420100"
    assert ref(OTHER["doc_no"]) not in answer.text
    assert "周测己" not in answer.text

    # The other one in the batch finds the batch too.
    other = (await gateway.get(ENTRIES, {"person_ref": ref(OTHER["doc_no"])})).json()["items"]
    assert [one["id"] for one in other] == [found[0]["id"]]


async def test_pages_join_without_gap_or_repetition(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    await put(clerk, CODE, record)
    window = card.desk("window-wh", purpose="LI_COMPLAINT", now=NOW)
    known = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
    for _ in range(4):  # all at one instant of the test clock
        await window.post("/card/v1/verifications", known)
    gateway = card.desk("svc.gateway")
    asked: dict[str, Any] = {"person_ref": ref(ZHOU["doc_no"]), "limit": 2}
    whole = (await gateway.get(ENTRIES, {**asked, "limit": 200})).json()["items"]
    pages: list[dict[str, Any]] = []
    has_more = True
    while has_more:
        page = (await gateway.get(ENTRIES, asked)).json()
        pages += page["items"]
        asked |= {"before_at": pages[-1]["at"], "before_id": pages[-1]["id"]}
        has_more = page["has_more"]
    assert pages == whole
    assert len(whole) == 5
    verified = {**asked, "purpose": "LI_COMPLAINT", "limit": 9}
    del verified["before_at"], verified["before_id"]
    assert len((await gateway.get(ENTRIES, verified)).json()["items"]) == 4


async def test_only_the_suite_itself_may_ask(card: Suite) -> None:
    asked = {"person_ref": ref(ZHOU["doc_no"])}
    for user in ("auditor", "supervisor-ez", "partner.ezhou", "ops"):
        assert_problem(await card.desk(user).get(ENTRIES, asked), 403, "SCOPE_MISSING")
    wrong = await card.desk("svc.gateway").get(ENTRIES, {"person_ref": ZHOU["doc_no"]})
    assert_problem(wrong, 422, "PATTERN")
    assert ZHOU["doc_no"] not in wrong.text
