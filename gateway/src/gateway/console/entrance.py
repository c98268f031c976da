"""Signing in and out, the lock, the language, and what is kept of a form while it is typed."""

from starlette.responses import RedirectResponse, Response

from gateway.console.issuer import Flow
from gateway.console.pages import Pages
from gateway.console.rendering import HEADERS
from gateway.console.sessions import Standing
from gateway.console.texts import LANGUAGES
from gateway.console.visit import Visit, local

PAGES = Pages()
YEAR = 31_536_000


@PAGES.page("/console/sign-in", title="entrance.sign_in", is_public=True)
async def sign_in(visit: Visit) -> Response:
    """On to the issuer; the browser keeps a sealed note of where it wanted to go."""
    console = visit.console
    to = local(visit.query.get("to"))
    if visit.request.headers.get("host") != console.host:
        # The cookie must be set where the issuer sends the browser back to.
        return visit.redirect(f"{console.issuer.base}{visit.here()}")
    hint = visit.session.row.username if visit.session.row else ""
    address, flow = await console.issuer.begin(to, lang=visit.lang, hint=hint)
    answer = RedirectResponse(address, 303, HEADERS)
    answer.set_cookie(
        console.flow_cookie,
        flow.seal(),
        max_age=900,
        path="/",
        httponly=True,
        samesite="lax",  # an outside issuer sends the browser back from another site
        secure=console.is_secure,
    )
    return answer


@PAGES.page("/console/callback", title="entrance.sign_in", is_public=True)
async def callback(visit: Visit) -> Response:
    """Back from the issuer: code for tokens, tokens for a session."""
    console = visit.console
    flow = Flow.open(visit.request.cookies.get(console.flow_cookie, ""))
    tokens = await console.issuer.finish(flow, visit.query) if flow else None
    principal = await console.principal_of(tokens.access_token) if tokens else None
    if flow is None or tokens is None or principal is None:
        return await visit.render(
            "message.html",
            title=visit.t("entrance.failed"),
            status=400,
            text=visit.t("entrance.failed_text"),
            links=[("/console/sign-in", visit.t("entrance.sign_in_again"))],
        )
    if visit.session.row is not None:
        for old in await console.sessions.end(visit.session.row):
            await console.issuer.revoke(old)
    cookie = await console.sessions.open(principal.sub, tokens)
    # A page and no redirect: a Strict cookie is not sent on a chain that began at another site.
    answer = await visit.render("onward.html", to=local(flow.to))
    answer.set_cookie(
        console.cookie,
        cookie,
        path="/",
        httponly=True,
        samesite="strict",
        secure=console.is_secure,
    )
    answer.delete_cookie(console.flow_cookie, path="/", secure=console.is_secure)
    return answer


@PAGES.page("/console/sign-out", title="entrance.sign_out", methods=("POST",))
async def sign_out(visit: Visit) -> Response:
    """Ends this session, or with `everywhere` all of this person's."""
    row = visit.session.row
    assert row is not None
    everywhere = visit.form.get("everywhere") == "yes"
    for token in await visit.console.sessions.end(row, everywhere=everywhere):
        await visit.console.issuer.revoke(token)
    answer = visit.redirect("/console/signed-out" + ("?everywhere=yes" if everywhere else ""))
    answer.delete_cookie(visit.console.cookie, path="/", secure=visit.console.is_secure)
    return answer


@PAGES.page("/console/signed-out", title="entrance.signed_out", is_public=True)
async def signed_out(visit: Visit) -> Response:
    """Says so."""
    key = "everywhere" if visit.query.get("everywhere") else "here"
    return await visit.render(
        "message.html",
        text=visit.t(f"entrance.signed_out_{key}"),
        links=[("/console/sign-in", visit.t("entrance.sign_in"))],
    )


@PAGES.page("/console/locked", title="entrance.locked", is_public=True)
async def locked(visit: Visit) -> Response:
    """The screen that shows nothing of anybody; the page asks for it when nobody moves."""
    if visit.session.standing is Standing.ACTIVE and visit.session.row is not None:
        await visit.console.sessions.lock(visit.session.row)
    visit.principal = None
    return await locked_page(visit, local(visit.query.get("to")), status=200)


async def locked_page(
    visit: Visit, to: str, *, status: int = 401, is_kept: bool | None = None
) -> Response:
    """The lock; `is_kept` says whether something typed was kept."""
    return await visit.render(
        "locked.html", title=visit.t("entrance.locked"), status=status, to=to, is_kept=is_kept
    )


@PAGES.page("/console/language", title="entrance.language", is_public=True)
async def language(visit: Visit) -> Response:
    """Keeps the language in a cookie."""
    wish = visit.query.get("lang", "")
    answer = visit.redirect(local(visit.query.get("to")))
    if wish in LANGUAGES:
        _keep(visit, answer, "hrss_lang", wish)
    return answer


@PAGES.page("/console/help", title="help.title", methods=("GET", "POST"))
async def help_page(visit: Visit) -> Response:
    """The keys, and the switch that turns them off (WCAG 2.1.4)."""
    if not visit.is_post:
        return await visit.render("help.html")
    is_off = visit.form.get("keys") == "off"
    await visit.say("help.now_off" if is_off else "help.now_on")
    answer = visit.redirect("/console/help")
    _keep(visit, answer, "hrss_keys", "off" if is_off else "on")
    return answer


def _keep(visit: Visit, answer: Response, name: str, value: str) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=YEAR,
        path="/console/",
        httponly=True,
        samesite="lax",
        secure=visit.console.is_secure,
    )


@PAGES.page("/console/drafts", title="entrance.draft", methods=("POST",))
async def draft(visit: Visit) -> Response:
    """Keeps what is being typed; the page sends it a moment after the last key."""
    form = str(visit.form.get("_form", ""))
    if local(form, "") != form or not form:
        return Response(status_code=400, headers=HEADERS)
    fields = {name: one for name, one in visit.typed().items() if name != "_form"}
    if visit.form.get("_version"):
        fields["_version"] = [str(visit.form["_version"])]
    is_kept = await visit.console.drafts.save(visit.username, form, fields)
    return Response(status_code=204 if is_kept else 413, headers=HEADERS)


@PAGES.page("/console/alive", title="entrance.draft", methods=("POST",))
async def alive(_visit: Visit) -> Response:
    """Somebody moves at the page: the session is in use."""
    return Response(status_code=204, headers=HEADERS)
