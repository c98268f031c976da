"""A browser (Debian's Chromium) in front of one whole suite a run.

`desk("cw-li-ez")` is somebody of the demonstration, signed in, at a page of their own. Every page
that was open during a test must have kept the content security policy, asked nobody outside, and
written no error to its console.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from gateway.testing import RunningSuite

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)


class Desks:
    """The people of the demonstration at browsers of their own."""

    def __init__(self, running: RunningSuite, browser: Browser, states: dict[str, Any]) -> None:
        found = running.credentials()
        self.base: str = found["base_url"]
        self.users = {user["username"]: user for user in found["users"]}
        self._browser, self._states = browser, states
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def browser(self, **options: Any) -> Page:
        """An empty browser: nobody is signed in."""
        options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
        context = self._browser.new_context(base_url=self.base, **options)
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._watch)
        return page

    def __call__(self, username: str, path: str = "/console/", **options: Any) -> Page:
        """Somebody signed in, at a page."""
        # One sign-in a person and module: a session may be used at several pages at once.
        page = self.browser(storage_state=self._states.get(username), **options)
        page.goto(path)
        again = page.get_by_role("link", name="重新登录")
        if again.count():
            again.click()
        if "/oauth/authorize" in page.url:
            self.sign_in(page, username)
            page.wait_for_url(f"{self.base}{path}")
            self._states[username] = page.context.storage_state()
        return page

    def sign_in(self, page: Page, username: str) -> None:
        """Fills in the issuer's form, the one-time code included where one is set."""
        user = self.users[username]
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码", exact=True).fill(user["password"])
        if secret := user.get("totp_secret"):
            page.get_by_label("动态验证码").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="登录").click()

    def _listen(self, message: Any) -> None:
        # What a refused form answers is no fault of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.faults.append(f"asked outside: {urlsplit(request.url).netloc}")

    def close(self) -> None:
        """Closes every browser."""
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="session")
def running() -> RunningSuite:
    """The suite of the run."""
    if not CHROMIUM.exists():
        text = f"{CHROMIUM} is missing: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(text)
        pytest.skip(text)
    return RunningSuite()


@pytest.fixture(scope="module")
def browser(running: RunningSuite) -> Iterator[Browser]:
    """Chromium, for the tests of one file: other files' event loops must not meet its own."""
    running.credentials()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def states() -> dict[str, Any]:
    """The cookies of who has signed in already."""
    return {}


@pytest.fixture
def desk(running: RunningSuite, browser: Browser, states: dict[str, Any]) -> Iterator[Desks]:
    """People at browsers; no page of theirs may have broken the rules."""
    desks = Desks(running, browser, states)
    try:
        yield desks
    finally:
        desks.close()
    assert not desks.faults, desks.faults


@pytest.fixture
def looked_at(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Checks a page: axe finds nothing, nothing is wider than the screen, no code shows through.

    With HRSS_SCREENSHOTS set to a folder, keeps a picture of it there.
    """
    folder = os.environ.get("HRSS_SCREENSHOTS")

    def look(page: Page, name: str = "page") -> None:
        expect(page.locator("h1")).to_have_count(1)
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            test = re.sub(r"\W+", "-", request.node.name)[:60]
            page.screenshot(path=str(Path(folder, f"{test}-{name}.png")), full_page=True)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{page.url} is wider than the screen"
        text = page.locator("main").inner_text()
        assert not re.search(r"\b(None|Undefined|undefined|NaN)\b|\{\{|\}\}", text), text

    return look
