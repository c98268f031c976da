"""The console put together: sessions, forms that are ours, refusals in words, the pages."""

import hmac
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.console import (
    assets,
    case,
    counter,
    entrance,
    importing,
    printing,
    refusals,
    searches,
    worklist,
)
from gateway.console.api import Api, Refused, TokenRefused
from gateway.console.drafts import Drafts
from gateway.console.issuer import IssuerClient
from gateway.console.pages import Page, Pages
from gateway.console.rendering import HEADERS
from gateway.console.sessions import Sessions, Standing
from gateway.console.texts import LANGUAGES, Texts
from gateway.console.visit import Visit
from gateway.edge import App
from gateway.pages.rendering import language
from gateway.settings import GatewaySettings
from hrss_kit import clock
from hrss_kit.auth import Principal, TokenVerifier
from hrss_kit.db import Database
from hrss_kit.problems import Problem, Unauthenticated
from hrss_kit.telemetry import log

# The areas of the console, one module or folder each: add yours here.
AREAS: tuple[Pages, ...] = (
    entrance.PAGES,
    worklist.PAGES,
    case.PAGES,
    counter.PAGES,
    printing.PAGES,
    searches.PAGES,
    importing.PAGES,
)
FORWARDED = ("traceparent", "x-request-id", "x-test-now")
LARGEST_FORM_PARTS = 2_000


class Console:
    """Answers everything below /console/."""

    def __init__(
        self,
        settings: GatewaySettings,
        database: Database,
        verifier: TokenVerifier,
        outside: httpx.AsyncClient,
    ) -> None:
        self._verifier = verifier
        self.sessions = Sessions(
            database,
            idle_seconds=settings.console_idle_seconds,
            longest_seconds=settings.console_session_seconds,
        )
        self.drafts = Drafts(database)
        self.issuer = IssuerClient(settings, self._through_the_edge, outside)
        self._edge: App | None = None
        self.pages: list[Page] = [page for area in AREAS for page in area]
        base = urlsplit(settings.issuer)
        self.host = base.netloc
        self.is_secure = base.scheme == "https"
        # The prefix binds a cookie to this very host (RFC 6265bis §4.1.3); it demands https.
        self.cookie = "__Host-hrss_console" if self.is_secure else "hrss_console"
        self.flow_cookie = "__Host-hrss_flow" if self.is_secure else "hrss_flow"
        self._missing = Page("/console/{rest:path}", self._not_found, "refusal.not_found")

    def use(self, edge: App) -> None:
        """Tells where the interface is; the edge is made after its routes."""
        self._edge = edge

    async def _through_the_edge(self, scope: Any, receive: Any, send: Any) -> None:
        assert self._edge is not None
        await self._edge(scope, receive, send)

    def routes(self) -> list[Route]:
        """Every route below /console/."""
        found = [Route("/console/static/{name}", assets.serve, methods=["GET"])]
        for page in (*self.pages, self._missing):
            found.append(
                Route(page.path, self._endpoint(page), methods=list(page.methods), name=page.title)
            )
        return found

    def _endpoint(self, page: Page) -> Any:
        async def answer(request: Request) -> Response:
            return await self._answer(page, request)

        return answer

    async def principal_of(self, token: str) -> Principal | None:
        """Whose token it is, if it is a good one."""
        try:
            return await self._verifier.verify_async(token)
        except Unauthenticated:
            return None

    async def _not_found(self, visit: Visit) -> Response:
        return await refusals.page(visit, 404)

    # --- one visit ------------------------------------------------------------------------------

    async def _answer(self, page: Page, request: Request) -> Response:
        lang = request.cookies.get("hrss_lang", "")
        if lang not in LANGUAGES:
            lang = language(request.headers.get("accept-language"))
        session = await self.sessions.find(
            request.cookies.get(self.cookie, ""), self.issuer.refresh
        )
        visit = Visit(self, request, page, lang, Texts(lang), session, None, self._api(request, ""))
        if session.standing is Standing.ACTIVE and session.row is not None:
            token = session.row.access_token or ""
            visit.principal = await self.principal_of(token)
            visit.api = self._api(request, token, lang)
        if request.method == "POST":
            visit.form = await request.form(max_fields=LARGEST_FORM_PARTS)
        try:
            return await self._checked(visit)
        except TokenRefused:
            if session.row is not None:
                await self.sessions.lock(session.row)
            visit.principal = None
            return await self._at_the_door(visit)
        except Refused as refused:
            return await refusals.told(visit, refused.answer)
        except Problem as problem:
            return await refusals.page(visit, problem.status)
        except Exception as error:
            log().error("unexpected failure", error=type(error).__name__, where="console")
            return await refusals.page(visit, 500)
        finally:
            if isinstance(visit.form, FormData):
                await visit.form.close()

    async def _checked(self, visit: Visit) -> Response:
        page, request = visit.page, visit.request
        if visit.is_post and request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return await refusals.page(visit, 403)
        if page.is_public:
            return await page.handler(visit)
        if visit.principal is None:
            return await self._at_the_door(visit)
        if visit.is_post and not self._is_own_form(visit):
            await visit.keep_draft()
            return await refusals.expired(visit)
        if not page.is_open_to(visit.principal.held):
            return await refusals.page(visit, 403)
        with _given_time(request):
            return await page.handler(visit)

    async def _at_the_door(self, visit: Visit) -> Response:
        """Nobody is signed in here any more: keep what was typed, and ask to sign in."""
        request, session = visit.request, visit.session
        is_kept = None
        if visit.is_post and session.row is not None and self._is_own_form(visit):
            is_kept = visit.path != "/console/drafts" and await visit.keep_draft(once=visit.once)
        to = visit.here() if visit.path not in _NOT_TO_RETURN_TO else "/console/"
        if session.standing is Standing.LOCKED or visit.is_post:
            return await entrance.locked_page(visit, to, is_kept=is_kept)
        if session.standing is Standing.NONE and request.headers.get("sec-fetch-site") in (
            "cross-site",
            "same-site",
        ):
            # Whoever follows a link from elsewhere comes without the Strict cookie: once more.
            return await visit.render("onward.html", to=to)
        address = f"/console/sign-in?to={quote(to)}"
        if request.headers.get("hx-request"):
            return Response(status_code=200, headers={**HEADERS, "HX-Redirect": address})
        return visit.redirect(address)

    @staticmethod
    def _is_own_form(visit: Visit) -> bool:
        given = str(visit.form.get("_csrf", ""))
        return bool(visit.session.cookie) and hmac.compare_digest(
            given.encode(), visit.session.csrf.encode()
        )

    def _api(self, request: Request, token: str, lang: str = "zh-CN") -> Api:
        headers = {name: request.headers[name] for name in FORWARDED if name in request.headers}
        headers["Accept-Language"] = lang
        peer = request.client.host if request.client else "unknown"
        return Api(self._through_the_edge, token, headers, peer)


_NOT_TO_RETURN_TO = frozenset(
    {"/console/sign-out", "/console/drafts", "/console/alive", "/console/callback"}
)


def _given_time(request: Request) -> AbstractContextManager[None]:
    """The test clock's time; the edge lets the header pass with the test clock only."""
    given = request.headers.get("x-test-now")
    try:
        return clock.at(datetime.fromisoformat(given)) if given else nullcontext()
    except ValueError:
        return nullcontext()
