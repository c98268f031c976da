"""Days at the console, from sign-in to sign-out, and what only a browser can show of them."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import CDPSession, Page, expect

from .conftest import Desks

Look = Callable[..., None]
COMPLAINTS = "/labor-inspection/v1/complaints"


def filed(desk: Desks, username: str) -> dict[str, Any]:
    """A complaint that somebody filed, so that there is something to do."""
    user = desk.users[username]
    account = {name: user[name] for name in ("username", "password")}
    with httpx.Client(base_url=desk.base, timeout=30, trust_env=False) as http:
        token = http.post("/gateway/v1/demo-token", json=account).json()["access_token"]
        name = f"鄂州测试建材{uuid4().hex[:6]}"
        body = {
            "kind": "REPORT", "channel": "WINDOW", "employer_name": name,
            "work_place": {"division": "420704", "address": "测试路1号"},
            "matter": ["WAGE.ARREARS"], "facts": "工资没有支付。", "period_from": "2026-08",
        }  # fmt: skip
        answer = http.post(
            COMPLAINTS,
            json=body,
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())},
        )
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return {**row, "employer_name": name}


def compose(page: Page, *steps: str, text: str) -> None:
    """Types with a Chinese input method: half-typed pinyin, then the word."""
    session: CDPSession = page.context.new_cdp_session(page)
    for step in steps:
        session.send(
            "Input.imeSetComposition",
            {"text": step, "selectionStart": len(step), "selectionEnd": len(step)},
        )
    session.send("Input.insertText", {"text": text})


def test_an_inspector_works_from_sign_in_to_sign_out_by_keyboard(
    desk: Desks, looked_at: Look
) -> None:
    row = filed(desk, "cw-li-ez")
    page = desk("cw-li-ez", "/console/?bucket=to_claim")
    looked_at(page, "to-claim")
    # `/` and a Chinese input method: nothing is sent or swapped while a word is composed.
    page.keyboard.press("/")
    expect(page.get_by_label("关键字")).to_be_focused()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    compose(page, "e", "e'z", "e'zhou", text="鄂州")
    expect(page.get_by_label("关键字")).to_have_value("鄂州")
    page.keyboard.press("?")
    assert page.url.endswith("bucket=to_claim")
    assert not asked
    page.get_by_label("关键字").fill(row["biz_no"])
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    assert f"q={row['biz_no']}" in page.url
    looked_at(page, "chips")
    page.get_by_label(f"选择 {row['biz_no']}").check()
    page.get_by_role("button", name="签收所选").click()
    expect(page.get_by_role("status")).to_have_text("1 件签收成功，0 件失败。")
    page.goto("/console/?bucket=mine&q=" + row["biz_no"])
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(row["biz_no"])
    expect(page.locator("main")).to_contain_text("由 cw-li-ez 于")
    looked_at(page, "case")
    # What is wrong is told at once, with the keyboard in the summary.
    page.get_by_role("link", name="不予受理").click()
    expect(page.locator("h1")).to_contain_text("不予受理")
    looked_at(page, "act")
    page.get_by_label("理由").fill("不属于劳动保障监察事项")
    page.get_by_role("button", name="不予受理").click()
    expect(page.locator(".errors")).to_be_focused()
    expect(page).to_have_title(re.compile("^错误："))
    looked_at(page, "errors")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("告知当事人的途径")).to_be_focused()
    expect(page.get_by_label("理由")).to_have_value("不属于劳动保障监察事项")
    page.goto(f"/console/cases/complaint/{row['id']}/act/accept")
    page.get_by_label("拖欠工资").check()
    page.get_by_role("button", name="受理").click()
    expect(page.get_by_role("status")).to_have_text("“受理”已办理。")
    expect(page.locator("ol.line")).to_contain_text("受理")
    looked_at(page, "accepted")
    page.get_by_text("退出", exact=True).click()
    page.get_by_role("button", name="退出本机").click()
    expect(page.locator("h1")).to_have_text("已退出")


def test_what_is_typed_is_kept_while_it_is_typed(desk: Desks, looked_at: Look) -> None:
    row = filed(desk, "cw-li-ez")
    address = f"/console/cases/complaint/{row['id']}/act/not-accept"
    page = desk("cw-li-ez", address)
    with page.expect_response("**/console/drafts") as kept:
        page.get_by_label("理由").press_sequentially("写到一半")
    assert kept.value.status == 204
    # The screen locks, and another browser of the same person goes on with the text.
    page.goto("/console/locked?to=" + address)
    expect(page.locator("h1")).to_have_text("屏幕已锁定")
    assert "cw-li-ez" not in page.content()
    looked_at(page, "locked")
    page.get_by_role("link", name="重新登录").click()
    desk.sign_in(page, "cw-li-ez")
    page.wait_for_url(f"**{address}")
    expect(page.get_by_label("理由")).to_have_value("写到一半")
    looked_at(page, "draft")
    stored = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert stored == [0, 0]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_case_on_a_narrow_screen_with_and_without_javascript(
    desk: Desks, looked_at: Look, javascript: bool
) -> None:
    row = filed(desk, "cw-li-ez")
    page = desk(
        "supervisor-ez",
        f"/console/?bucket=to_claim&q={row['biz_no']}",
        java_script_enabled=javascript,
        viewport={"width": 320, "height": 640},
    )
    page.get_by_role("link", name=row["biz_no"], exact=True).click()
    expect(page.locator("h1")).to_contain_text(row["biz_no"])
    if javascript:
        looked_at(page, "case")
    page.get_by_role("link", name="受理", exact=True).click()
    page.get_by_label("拖欠工资").check()
    page.get_by_role("button", name="受理").click()
    expect(page.get_by_role("status")).to_have_text("“受理”已办理。")
