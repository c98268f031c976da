"""A rule approved by two people at the gateway is in force in every service's own database."""

from typing import Any

import pytest

from hrss_kit.testing import Suite

NOW = "2026-09-01T09:00:00+08:00"


async def approved(suite: Suite, value: int) -> dict[str, Any]:
    editor = suite.desk("policy-editor-ez", now=NOW)
    draft = {
        "key": "li.accept_wd", "city": "420700", "value": value, "unit": "WD",
        "effective_from": "2026-10-01", "source_doc": "测试通知", "confidence": "L",
    }  # fmt: skip
    made = await editor.post("/gateway/v1/policy-parameters", draft)
    assert made.status_code == 201, made.text
    path = f"/gateway/v1/policy-parameters/{made.json()['id']}/approve"
    own = await editor.act(path, made.json())
    assert own.status_code == 403
    row = made.json()
    for approver in ("policy-approver-ez", "policy-approver-wh"):
        answer = await suite.desk(approver, now=NOW).act(path, row)
        if answer.status_code == 200:
            row = answer.json()
        if row["status"] == "ACTIVE":
            break
    return row


@pytest.mark.parametrize("times", [1, 3])
async def test_an_approved_parameter_reaches_a_service_once_however_often_it_is_read(
    suite: Suite, times: int
) -> None:
    await suite.start("gateway", "talent")
    row = await approved(suite, 4)
    assert row["status"] == "ACTIVE", row
    database = suite.databases["talent"]
    for _ in range(times):
        await suite.worker("talent").follow("gateway")
        await database.fetch("UPDATE feed_cursors SET after = NULL")
    copies = await database.fetch(
        "SELECT value::text, effective_from::text FROM policy_parameters "
        "WHERE key = 'li.accept_wd' AND city = '420700' AND status = 'ACTIVE'"
    )
    assert [tuple(copy) for copy in copies] == [("4", "2026-10-01")]
    assert await database.value("SELECT count(*) FROM inbox_events") == 1
