"""The console's frame: signing in, the lock, drafts, forms that are ours, headers, languages."""

import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.console.texts import catalogue
from gateway.testing import Front, Stage

CLERK = "cw-li-ez"
LOCKED = "屏幕已锁定"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


async def follow(http: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
    """Goes where the answers point, as a browser would; not past a page."""
    while answer.is_redirect:
        answer = await http.get(answer.headers["location"])
    return answer


async def sign_in(front: Front, user: dict[str, Any], to: str = "/console/") -> httpx.Response:
    """Code and PKCE through the built-in issuer's own form; returns the page it came back to."""
    http = front.http
    form = await follow(http, await http.get("/console/sign-in", params={"to": to}))
    assert form.url.path == "/oauth/authorize"
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.text))
    fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
    fields |= {"username": user["username"], "password": user["password"]}
    back = await follow(http, await http.post("/oauth/authorize", data=fields))
    assert back.url.path == "/console/callback", back.text
    onward = re.search(r'content="0;url=([^"]+)"', back.text)
    assert onward, back.text
    return await http.get(onward[1].replace("&amp;", "&"))


@pytest.fixture
async def front(stage: Stage) -> Front:
    await stage.seed(CLERK, "cw-li-wh")
    return await stage.gateway()


async def test_somebody_signs_in_is_shown_role_and_city_and_signs_out_everywhere(
    stage: Stage, front: Front
) -> None:
    user = stage.credentials[CLERK]
    first = await front.http.get("/console/help?x=1")
    assert first.status_code == 303
    assert first.headers["location"] == "/console/sign-in?to=/console/help%3Fx%3D1"
    page = await sign_in(front, user, "/console/help?x=1")
    assert page.status_code == 200
    assert page.url.path == "/console/help"
    for word in ("鄂州", "劳动保障监察员", CLERK):
        assert word in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"<script>|\sstyle=|\son[a-z]+=", page.text)
    kept = await stage.database.fetch("SELECT * FROM console_sessions")
    assert len(kept) == 1
    cookie = front.http.cookies["hrss_console"]
    assert cookie.encode() not in kept[0]["cookie_hash"]
    assert b"eyJ" not in kept[0]["access_token"]

    # A second browser of the same person; signing out everywhere ends both.
    other = await stage.gateway()
    await sign_in(other, user)
    assert (await other.http.get("/console/")).status_code == 200
    form = {"_csrf": hidden(page.text, "_csrf"), "everywhere": "yes"}
    out = await front.http.post("/console/sign-out", data=form)
    assert out.headers["location"] == "/console/signed-out?everywhere=yes"
    for browser in (front.http, other.http):
        assert (await browser.get("/console/")).status_code == 303
    assert await stage.database.value("SELECT count(*) FROM refresh_tokens") == 0
    # The cookie of an ended session, kept by somebody, opens nothing.
    front.http.cookies.set("hrss_console", cookie)
    assert (await front.http.get("/console/")).status_code == 303


async def test_an_idle_session_locks_and_what_was_typed_is_there_after_signing_in_again(
    stage: Stage, front: Front
) -> None:
    user = stage.credentials[CLERK]
    page = await sign_in(front, user)
    csrf = hidden(page.text, "_csrf")
    saved = await front.http.post(
        "/console/drafts", data={"_csrf": csrf, "_form": "/console/x", "facts": "三个月没有发工资"}
    )
    assert saved.status_code == 204
    await stage.database.fetch(
        "UPDATE console_sessions SET last_seen_at = last_seen_at - interval '16 minutes'"
    )
    locked = await front.http.get("/console/help")
    assert locked.status_code == 401
    assert LOCKED in locked.text
    assert CLERK not in locked.text
    # A form sent from the locked page is kept, and nothing is done.
    answer = await front.http.post("/console/help", data={"_csrf": csrf, "note": "写了一半"})
    assert answer.status_code == 401
    assert "存为草稿" in answer.text
    drafts = await stage.database.fetch("SELECT username, form, fields FROM console_drafts")
    assert {(row["username"], row["form"]) for row in drafts} == {
        (CLERK, "/console/x"), (CLERK, "/console/help"),
    }  # fmt: skip
    assert all("工资".encode() not in row["fields"] for row in drafts)
    # Another replica, started since, finds it too; somebody else does not.
    replica = await stage.gateway()
    await sign_in(replica, user)
    drafts_of = replica.replica.console.drafts
    found = await drafts_of.read(CLERK, "/console/x")
    assert found is not None
    assert "三个月没有发工资" in found.fields
    assert await drafts_of.read("cw-li-wh", "/console/x") is None


async def test_the_token_is_renewed_and_a_stolen_refresh_token_ends_its_family(
    stage: Stage, front: Front
) -> None:
    await sign_in(front, stage.credentials[CLERK])
    soon = "UPDATE console_sessions SET token_expires_at = now() + interval '10 seconds'"
    await stage.database.fetch(soon)
    before = await stage.database.value("SELECT access_token FROM console_sessions")
    assert (await front.http.get("/console/")).status_code == 200
    assert await stage.database.value("SELECT access_token FROM console_sessions") != before
    assert await stage.database.value("SELECT count(*) FROM refresh_tokens") == 2
    # Whoever brings a token that was spent a minute ago stole it, or was stolen from.
    await stage.database.fetch(
        "UPDATE refresh_tokens SET spent_at = now() - interval '1 minute' WHERE spent_at IS NULL"
    )
    await stage.database.fetch(soon)
    assert (await front.http.get("/console/")).status_code == 200  # the access token still holds
    assert await stage.database.value("SELECT count(*) FROM refresh_tokens") == 0
    await stage.database.fetch("UPDATE console_sessions SET token_expires_at = now()")
    assert LOCKED in (await front.http.get("/console/")).text
    # A disabled user gets no new token.
    await sign_in(front, stage.credentials["cw-li-wh"])
    await stage.database.fetch("UPDATE users SET is_enabled = false WHERE username = 'cw-li-wh'")
    await stage.database.fetch("UPDATE console_sessions SET token_expires_at = now()")
    assert LOCKED in (await front.http.get("/console/")).text


async def test_a_form_of_somebody_else_does_nothing(stage: Stage, front: Front) -> None:
    page = await sign_in(front, stage.credentials[CLERK])
    csrf = hidden(page.text, "_csrf")
    foreign = await front.http.post(
        "/console/help",
        data={"_csrf": csrf, "keys": "off"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert foreign.status_code == 403
    assert (await front.http.post("/console/help", data={"keys": "off"})).status_code == 403
    assert "hrss_keys" not in front.http.cookies
    assert (await front.http.post("/console/help", data={"_csrf": csrf, "keys": "off"})).is_redirect
    assert front.http.cookies["hrss_keys"] == "off"
    assert 'data-keys="off"' in (await front.http.get("/console/")).text
    # Nobody is led elsewhere by a link.
    for bad in ("https://evil.test/console/", "//evil.test/", "/console/../oauth", "/gateway/v1"):
        answer = await front.http.get("/console/language", params={"lang": "en", "to": bad})
        assert answer.headers["location"] == "/console/"
    assert 'lang="en"' in (await front.http.get("/console/")).text


async def test_what_does_not_exist_is_told_in_words_and_assets_are_kept_for_a_year(
    stage: Stage, front: Front
) -> None:
    page = await sign_in(front, stage.credentials[CLERK])
    missing = await front.http.get("/console/nothing")
    assert missing.status_code == 404
    assert "没有这个事项" in missing.text
    sizes = len(page.content)
    found = re.findall(r'(?:href|src)="(/console/static/[^"]+)"', page.text)
    assert len(found) == 3
    for asset in found:
        answer = await front.http.get(asset)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        sizes += len(answer.content)
    assert sizes <= 100_000  # uncompressed
    assert urlsplit(found[0]).path == found[0]


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    for key, entry in catalogue().items():
        assert set(entry) == {"zh", "en"}, key
        assert all(entry.values()), key
        values = [sorted(re.findall(r"\{\w+\}", entry[lang])) for lang in ("zh", "en")]
        assert values[0] == values[1], key
