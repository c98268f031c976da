"""The console's frame in a real browser: signing in and out, the keyboard, without JavaScript."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import Desks

Look = Callable[..., None]


def test_an_auditor_signs_in_with_a_one_time_code_and_out_again(
    desk: Desks, looked_at: Look
) -> None:
    page = desk.browser()
    page.goto("/console/help")
    desk.sign_in(page, "auditor")
    page.wait_for_url("**/console/help")
    expect(page.locator(".top")).to_contain_text("审计员")
    looked_at(page, "help")
    page.get_by_text("退出", exact=True).click()
    looked_at(page, "sign-out")
    page.get_by_role("button", name="退出本机").click()
    expect(page.locator("h1")).to_have_text("已退出")
    looked_at(page, "signed-out")
    page.go_back()
    page.reload()
    page.wait_for_url("**/oauth/authorize?*")


def test_single_keys_can_be_turned_off_and_the_language_stays(desk: Desks, looked_at: Look) -> None:
    page = desk("cw-li-ez")
    looked_at(page, "home")
    page.keyboard.press("?")
    page.wait_for_url("**/console/help")
    page.get_by_role("button", name="关闭单键操作").click()
    expect(page.get_by_role("status")).to_have_text("单键操作已关闭。")
    page.goto("/console/")
    page.keyboard.press("?")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(f"{desk.base}/console/")
    expect(page.locator(".top")).to_contain_text("Ezhou")
    looked_at(page, "english")


def test_it_works_without_javascript_and_on_a_narrow_screen(desk: Desks, looked_at: Look) -> None:
    plain = desk("cw-li-ez", java_script_enabled=False)
    expect(plain.locator("h1")).to_have_text("我的待办")
    plain.get_by_role("link", name="帮助").click()
    plain.get_by_role("button", name="关闭单键操作").click()
    expect(plain.get_by_role("status")).to_have_text("单键操作已关闭。")
    narrow: Page = desk("cw-li-ez", "/console/help", viewport={"width": 320, "height": 640})
    looked_at(narrow, "narrow")
