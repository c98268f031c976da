"""The OAuth endpoints over HTTP: token, authorize (a plain form), discovery, key set."""

import hmac
import secrets
import time
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.oauth.errors import OAuthError
from gateway.oauth.issuer import TOKEN_EXCHANGE, AuthorizationRequest, Issuer
from gateway.oauth.keys import SigningKeys
from gateway.oauth.models import Client
from gateway.pages.rendering import TEXTS, language, render
from hrss_kit import clock, context
from hrss_kit.problems import Unauthenticated
from hrss_kit.validation import as_problem as validation_problem

COOKIE = "hrss_sign_in"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
LONGEST_FORM = 65_536
CARRIED = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "ui_locales",
)  # fmt: skip
SCOPES = ["openid", "hrss", "pii:reveal"]


class DemoSignIn(BaseModel):
    """Body of the demonstration's short way to a user's token."""

    model_config = ConfigDict(extra="forbid")

    username: str
    password: str


class OAuthEndpoints:
    """Starlette routes around an Issuer."""

    def __init__(self, issuer: Issuer, keys: SigningKeys, base: str, *, is_demo: bool) -> None:
        self._issuer, self._keys, self._base = issuer, keys, base.rstrip("/")
        self._is_demo = is_demo
        self._is_secure = self._base.startswith("https://")

    def routes(self) -> list[Route]:
        """Every route of the built-in issuer."""
        discovery = "/.well-known/openid-configuration"
        routes = [
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oauth/revoke", self.revoke, methods=["POST"]),
            Route("/oauth/authorize", self.authorize, methods=["GET", "POST"]),
            Route(discovery, self.discovery, methods=["GET"]),
            Route("/.well-known/oauth-authorization-server", self.discovery, methods=["GET"]),
            Route("/.well-known/jwks.json", self.key_set, methods=["GET"]),
        ]
        if self._is_demo:
            path = "/gateway/v1/demo-token"
            routes.append(Route(path, self.demo_token, methods=["POST"]))
        return routes

    async def discovery(self, _request: Request) -> Response:
        """RFC 8414 and OpenID Connect Discovery."""
        base = self._base
        document = {
            "issuer": base,
            "authorization_endpoint": f"{base}/oauth/authorize",
            "token_endpoint": f"{base}/oauth/token",
            "jwks_uri": f"{base}/.well-known/jwks.json",
            "scopes_supported": SCOPES,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [
                "authorization_code", "client_credentials", "refresh_token", TOKEN_EXCHANGE,
            ],
            "revocation_endpoint": f"{base}/oauth/revoke",
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256", "RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "ui_locales_supported": ["zh-CN", "en"],
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "roles", "city",
                "domains", "org_id", "staff_no", "id_hash",
            ],
        }  # fmt: skip
        return JSONResponse(document, headers={"Cache-Control": "public, max-age=300"})

    async def key_set(self, _request: Request) -> Response:
        """The public keys; cached shorter than a rotation waits."""
        headers = {"Cache-Control": "public, max-age=60"}
        return JSONResponse(self._keys.public(), headers=headers)

    async def token(self, request: Request) -> Response:
        """RFC 6749 §3.2."""
        authorization = request.headers.get("authorization")
        try:
            form = await _form(request)
            context.begin(request.headers.get("traceparent"))
            with _given_time(request):
                issued = await self._issuer.token(form, authorization)
        except OAuthError as error:
            return _refusal(error)
        return JSONResponse(issued.as_dict(), headers=NO_STORE)

    async def revoke(self, request: Request) -> Response:
        """RFC 7009: 200 also for a token that is none."""
        try:
            form = await _form(request)
            await self._issuer.revoke(form, request.headers.get("authorization"))
        except OAuthError as error:
            return _refusal(error)
        return Response(status_code=200, headers=NO_STORE)

    async def demo_token(self, request: Request) -> Response:
        """A user's token for a name and a password; exists in the demonstration only."""
        try:
            wish = DemoSignIn.model_validate_json(await request.body())
        except ValidationError as error:
            raise validation_problem(error.errors(include_input=False)) from error
        operation = "POST /gateway/v1/demo-token"
        user = await self._issuer.sign_in(wish.username, wish.password, None, operation)
        if user is None:
            raise Unauthenticated("invalid_grant")
        issued = self._issuer.mint.for_user(
            user, "console", " ".join(user.scopes), nonce=None, signed_in_at=int(time.time())
        )
        return JSONResponse(issued.as_dict(), headers=NO_STORE)

    # --- signing in -----------------------------------------------------------------------

    async def authorize(self, request: Request) -> Response:
        """RFC 6749 §3.1: shows the form, and answers it."""
        try:
            given = await _form(request) if request.method == "POST" else _query(request)
        except OAuthError:
            return self._broken(request, {})
        client = await self._known_client(given)
        if client is None:
            # Never redirect to an address that is not registered.
            return self._broken(request, given)
        try:
            wish = self._issuer.check_request(client, given)
        except OAuthError as error:
            values = {"error": error.error, "error_description": error.description}
            return self._redirect(given["redirect_uri"], given.get("state"), values)
        if request.method == "GET":
            return self._form_page(request, given)
        if not self._is_own_form(request, given):
            return self._form_page(request, given, "expired", 403)
        user = await self._issuer.sign_in(
            given.get("username", ""),
            given.get("password", ""),
            given.get("code", "").strip(),
            "POST /oauth/authorize",
        )
        if user is None:
            return self._form_page(request, given, "refused", 401)
        return await self._finish(wish, user)

    async def _finish(self, wish: AuthorizationRequest, user: Any) -> Response:
        code = await self._issuer.issue_code(wish, user)
        answer = self._redirect(wish.redirect_uri, wish.state, {"code": code})
        answer.delete_cookie(COOKIE, path="/oauth/authorize")
        return answer

    async def _known_client(self, given: dict[str, str]) -> Client | None:
        client = await self._issuer.clients.find(given.get("client_id", "")[:80])
        if client is None or given.get("redirect_uri") not in client.redirect_uris:
            return None
        return client

    def _redirect(self, address: str, state: str | None, values: dict[str, str]) -> Response:
        parameters = {name: value for name, value in values.items() if value}
        if state is not None:
            parameters["state"] = state
        parameters["iss"] = self._base
        separator = "&" if urlsplit(address).query else "?"
        location = address + separator + urlencode(parameters)
        headers = {**NO_STORE, "Referrer-Policy": "no-referrer"}
        return RedirectResponse(location, 303, headers)

    def _broken(self, request: Request, given: dict[str, str]) -> Response:
        lang = language(request.headers.get("accept-language"), given.get("ui_locales"))
        texts = TEXTS[lang]
        return render(
            "message.html",
            lang,
            400,
            title=texts["bad_request"],
            text=texts["bad_request_text"],
            links=[],
        )

    def _form_page(
        self, request: Request, given: dict[str, str], error: str | None = None, status: int = 200
    ) -> Response:
        lang = language(request.headers.get("accept-language"), given.get("ui_locales"))
        pass_word = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
        hidden = {name: given[name] for name in CARRIED if name in given}
        hidden["csrf"] = self._csrf(pass_word, given)
        target = urlsplit(given["redirect_uri"])
        page = render(
            "sign_in.html",
            lang,
            status,
            # Browsers hold the redirect after the form to this list as well.
            form_targets=f"'self' {target.scheme}://{target.netloc}",
            error=TEXTS[lang][error] if error else None,
            hidden=hidden,
            username=given.get("username", "")[:80] if error == "expired" else "",
        )
        page.set_cookie(
            COOKIE,
            pass_word,
            max_age=1800,
            path="/oauth/authorize",
            httponly=True,
            samesite="lax",
            secure=self._is_secure,
        )
        return page

    def _csrf(self, pass_word: str, given: dict[str, str]) -> str:
        """Ties the form to the browser's cookie and to the request it was shown for."""
        text = "\0".join([pass_word, *(given.get(name, "") for name in CARRIED)])
        return hmac.digest(self._keys.form_key, text.encode(), "sha256").hex()

    def _is_own_form(self, request: Request, given: dict[str, str]) -> bool:
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        pass_word = request.cookies.get(COOKIE, "")
        expected = self._csrf(pass_word, given)
        return bool(pass_word) and hmac.compare_digest(
            expected.encode(), given.get("csrf", "").encode()
        )


def _refusal(error: OAuthError) -> Response:
    """RFC 6749 §5.2."""
    headers = dict(NO_STORE)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="hrss"'
    body = {"error": error.error}
    if error.description:
        body["error_description"] = error.description
    return JSONResponse(body, error.status, headers)


async def _form(request: Request) -> dict[str, str]:
    """An urlencoded form; a parameter given twice is refused (RFC 6749 §3.2)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind != "application/x-www-form-urlencoded" or len(body) > LONGEST_FORM:
        raise OAuthError("invalid_request", "send application/x-www-form-urlencoded")
    try:
        return _once(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=40))
    except ValueError as error:
        raise OAuthError("invalid_request", "the form cannot be read") from error


def _given_time(request: Request) -> AbstractContextManager[None]:
    """The test clock's time, which an e-card's code is judged by; the edge drops the header else.

    Passwords and codes of sign-ins go by the real clock on every page of theirs.
    """
    given = request.headers.get("x-test-now")
    try:
        return clock.at(datetime.fromisoformat(given)) if given else nullcontext()
    except ValueError:
        return nullcontext()


def _query(request: Request) -> dict[str, str]:
    return _once(request.query_params.multi_items())


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise OAuthError("invalid_request", "a parameter is given twice")
        found[name] = value
    return found
