"""The built-in issuer: every way in that must be shut, and the few that are open."""

import asyncio
import base64
import hmac
import json
import re
import time
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pyotp
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from gateway.oauth.clients import ASSERTION_TYPE
from gateway.oauth.issuer import TOKEN_EXCHANGE, challenge_of
from gateway.testing import Front, Stage
from hrss_kit import clock
from hrss_kit.testing import ISSUER, assert_problem

TOKEN = "/oauth/token"
POLICY = "/gateway/v1/policy-parameters"
CALLBACK = f"{ISSUER}/console/callback"
VERIFIER = "v" * 64
AUTHORIZE = {
    "response_type": "code",
    "client_id": "console",
    "redirect_uri": CALLBACK,
    "scope": "openid hrss",
    "state": "s-1",
    "nonce": "n-1",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
}


@pytest.fixture
async def people(stage: Stage) -> dict[str, Any]:
    return await stage.seed("cw-li-ez", "auditor")


@pytest.fixture
async def front(stage: Stage, people: dict[str, Any]) -> Front:
    return await stage.gateway()


def claims_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    head, body, _ = token.split(".")
    decode = base64.urlsafe_b64decode
    return json.loads(decode(head + "==")), json.loads(decode(body + "=="))


def refused(answer: httpx.Response, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert "access_token" not in answer.text


# --- client_credentials ---------------------------------------------------------------------


async def test_a_partner_gets_a_token_that_opens_the_suite(
    front: Front, people: dict[str, Any]
) -> None:
    secret = people["partner.ezhou"]["client_secret"]
    for call in (
        {"auth": ("partner.ezhou", secret), "data": {"grant_type": "client_credentials"}},
        {
            "data": {
                "grant_type": "client_credentials",
                "client_id": "partner.ezhou",
                "client_secret": secret,
            }
        },
    ):
        answer = await front.http.post(TOKEN, **call)
        assert answer.status_code == 200
        body = answer.json()
        head, claims = claims_of(body["access_token"])
        assert (head["typ"], head["alg"]) == ("at+jwt", "ES256")
        assert head["kid"]
        assert body["expires_in"] == 300 == claims["exp"] - claims["iat"]
        assert {"sub", "client_id", "iss", "aud", "jti", "scope", "roles", "city"} <= set(claims)
        assert (claims["roles"], claims["city"]) == (["partner.ezhou"], "420700")
        assert answer.headers["cache-control"] == "no-store"
        bearer = {"Authorization": f"Bearer {body['access_token']}"}
        assert (await front.http.get(POLICY, headers=bearer)).status_code == 200


async def test_clients_that_prove_nothing(front: Front, people: dict[str, Any]) -> None:
    grant = {"grant_type": "client_credentials"}
    secret = people["partner.ezhou"]["client_secret"]
    for auth in (("partner.ezhou", "wrong"), ("nobody", secret), ("console", ""), ("a\0b", "x")):
        answer = await front.http.post(TOKEN, data=grant, auth=auth)
        refused(answer, 401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")
    both = {**grant, "client_id": "partner.ezhou", "client_secret": secret}
    answer = await front.http.post(TOKEN, data=both, auth=("partner.ezhou", secret))
    refused(answer, 400, "invalid_request")
    refused(await front.http.post(TOKEN, data=grant), 401, "invalid_client")
    console = {**grant, "client_id": "console"}
    refused(await front.http.post(TOKEN, data=console), 400, "unauthorized_client")
    auth = ("partner.ezhou", secret)
    password = {"grant_type": "password"}
    refused(await front.http.post(TOKEN, data=password, auth=auth), 400, "unsupported_grant_type")
    refused(await front.http.post(TOKEN, data={}, auth=auth), 400, "invalid_request")
    more = {**grant, "scope": "hrss root"}
    refused(await front.http.post(TOKEN, data=more, auth=auth), 400, "invalid_scope")
    twice = {"grant_type": ["client_credentials", "client_credentials"]}
    refused(await front.http.post(TOKEN, data=twice, auth=auth), 400, "invalid_request")
    refused(await front.http.post(TOKEN, json=grant, auth=auth), 400, "invalid_request")
    assert_problem(await front.http.get(TOKEN), 405, "METHOD_NOT_ALLOWED")


class Assertions:
    """Client assertions of a partner, good and bad."""

    def __init__(self, private: dict[str, Any]) -> None:
        self.key = ECKey.import_key(private)

    def make(self, key: Any = None, header: dict[str, Any] | None = None, **changed: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": "partner.wuhan",
            "sub": "partner.wuhan",
            "aud": ISSUER,
            "exp": now + 60,
            "iat": now,
            "jti": uuid4().hex,
            **changed,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        head = {"alg": "ES256", "kid": self.key.kid, **(header or {})}
        return jwt.encode(head, claims, key or self.key, algorithms=[head["alg"]])


async def post_assertion(front: Front, assertion: str, **more: str) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
        **more,
    }
    return await front.http.post(TOKEN, data=form)


async def test_private_key_jwt(front: Front, people: dict[str, Any]) -> None:
    partner = Assertions(people["partner.wuhan"]["private_jwk"])
    for audience in (ISSUER, f"{ISSUER}/oauth/token", [ISSUER]):
        answer = await post_assertion(front, partner.make(aud=audience))
        assert answer.status_code == 200, answer.text

    once = partner.make()
    answers = await asyncio.gather(*(post_assertion(front, once) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]

    now = int(time.time())
    stranger = ECKey.generate_key("P-256")
    secret = OctKey.import_key(json.dumps(partner.key.as_dict(private=False)))
    bad = [
        partner.make(aud="https://elsewhere.example"),
        partner.make(exp=now - 60),
        partner.make(exp=now + 3600),
        partner.make(exp=None),
        partner.make(jti=None),
        partner.make(jti=""),
        partner.make(iss="partner.ezhou"),
        partner.make(sub="partner.ezhou"),
        partner.make(sub="ops", iss="ops"),
        partner.make(key=stranger),
        partner.make(key=secret, header={"alg": "HS256"}),
        partner.make() + "x",
        "x.y.z",
        "",
    ]
    for assertion in bad:
        refused(await post_assertion(front, assertion), 401, "invalid_client")
    other = await post_assertion(front, partner.make(), client_id="partner.ezhou")
    refused(other, 401, "invalid_client")
    kind = await post_assertion(front, partner.make(), client_assertion_type="x")
    refused(kind, 401, "invalid_client")


# --- forged access tokens ---------------------------------------------------------------------


def forged(front: Front) -> dict[str, str]:
    tokens = front.tokens
    key, now = tokens.key, int(time.time())
    good = {
        "iss": ISSUER, "aud": "hrss", "sub": "ops", "client_id": "ops", "iat": now,
        "exp": now + 300, "jti": "j", "scope": "hrss", "roles": ["ops"], "city": None,
    }  # fmt: skip
    head = {"alg": "ES256", "typ": "at+jwt", "kid": "test"}

    def signed(header: dict[str, Any] | None = None, by: Any = key, **changed: Any) -> str:
        claims = {**good, **changed}
        claims = {name: value for name, value in claims.items() if value != "absent"}
        shown = {**head, **(header or {})}
        shown = {name: value for name, value in shown.items() if value is not None}
        return jwt.encode(shown, claims, by, algorithms=[shown["alg"]])

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    hs256 = f"{part({**head, 'alg': 'HS256'})}.{part(good)}"
    mac = hmac.digest(key.as_pem(private=False), hs256.encode(), "sha256")
    hs256 += "." + base64.urlsafe_b64encode(mac).decode().rstrip("=")
    stranger = ECKey.generate_key("P-256", {"kid": "test"})
    embedded = {"jwk": stranger.as_dict(private=False)}
    changed = signed().split(".")
    changed[1] = part({**good, "roles": ["service"]})
    return {
        "good": signed(),
        "alg none": f"{part({**head, 'alg': 'none'})}.{part(good)}.",
        "hs256 with the public key": hs256,
        "another key": signed(by=stranger),
        "its own key in the header": signed(embedded, by=stranger),
        "no typ": signed({"typ": None}),
        "typ JWT": signed({"typ": "JWT"}),
        "no kid": signed({"kid": None}),
        "unknown kid": signed({"kid": "other"}),
        "another issuer": signed(iss="https://evil.example"),
        "another audience": signed(aud="other"),
        "expired": signed(exp=now - 60),
        "issued in the future": signed(iat=now + 3600),
        "not yet": signed(nbf=now + 3600),
        "no sub": signed(sub="absent"),
        "no client_id": signed(client_id="absent"),
        "no jti": signed(jti="absent"),
        "no exp": signed(exp="absent"),
        "changed claims": ".".join(changed),
        "two megabytes": "a" * 2_000_000,
    }


async def test_forged_tokens_open_nothing(stage: Stage, people: dict[str, Any]) -> None:
    service = await stage.service("card")
    front = await stage.gateway()
    tokens = forged(front)
    good = {"Authorization": f"Bearer {tokens.pop('good')}"}
    assert (await front.http.get("/card/v1/applications", headers=good)).status_code == 200
    for what, token in tokens.items():
        bearer = {"Authorization": f"Bearer {token}"}
        answer = await front.http.get("/card/v1/applications", headers=bearer)
        assert answer.status_code == 401, what
        assert (await front.http.get(POLICY, headers=bearer)).status_code == 401, what
    assert len(service.received) == 1


# --- authorization code -------------------------------------------------------------------------


async def open_form(front: Front, **changed: Any) -> httpx.Response:
    query = {**AUTHORIZE, **changed}
    query = {name: value for name, value in query.items() if value is not None}
    return await front.http.get("/oauth/authorize", params=query)


def fields_of(page: httpx.Response) -> dict[str, str]:
    pattern = r'type="hidden" name="([^"]+)" value="([^"]*)"'
    return {name: unescape(value) for name, value in re.findall(pattern, page.text)}


async def sign_in(
    front: Front, username: str, password: str, code: str = "", **changed: Any
) -> httpx.Response:
    page = await open_form(front, **changed)
    assert page.status_code == 200
    form = {**fields_of(page), "username": username, "password": password, "code": code}
    return await front.http.post("/oauth/authorize", data=form)


def parameters(answer: httpx.Response) -> dict[str, str]:
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def redeem(front: Front, code: str, **changed: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": "console",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **changed,
    }
    return await front.http.post(TOKEN, data=form)


async def test_a_person_signs_in(front: Front, people: dict[str, Any]) -> None:
    answer = await sign_in(front, "cw-li-ez", people["cw-li-ez"]["password"])
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(CALLBACK + "?")
    given = parameters(answer)
    assert (given["state"], given["iss"]) == ("s-1", ISSUER)

    token = (await redeem(front, given["code"])).json()
    head, claims = claims_of(token["access_token"])
    assert (head["typ"], claims["sub"], claims["client_id"]) == ("at+jwt", "cw-li-ez", "console")
    assert (claims["roles"], claims["city"], claims["domains"]) == (["cw.li.ez"], "420700", ["li"])
    assert claims["staff_no"] == "cw-li-ez"
    _, identity = claims_of(token["id_token"])
    assert (identity["aud"], identity["nonce"]) == ("console", "n-1")

    # A code is good for one use, by whoever came first.
    refused(await redeem(front, given["code"]), 400, "invalid_grant")


async def test_a_code_is_bound_and_does_not_last(front: Front, people: dict[str, Any]) -> None:
    password = people["cw-li-ez"]["password"]

    async def fresh() -> str:
        return parameters(await sign_in(front, "cw-li-ez", password))["code"]

    refused(await redeem(front, await fresh(), code_verifier="w" * 64), 400, "invalid_grant")
    refused(await redeem(front, await fresh(), code_verifier="short"), 400, "invalid_request")
    elsewhere = await redeem(front, await fresh(), redirect_uri="https://evil.example/")
    refused(elsewhere, 400, "invalid_grant")
    refused(await redeem(front, "made-up"), 400, "invalid_grant")
    spent = await fresh()
    refused(await redeem(front, spent, code_verifier="w" * 64), 400, "invalid_grant")
    refused(await redeem(front, spent), 400, "invalid_grant")
    late = await fresh()
    with clock.at(clock.now() + timedelta(seconds=61)):
        refused(await redeem(front, late), 400, "invalid_grant")
    raced = await fresh()
    answers = await asyncio.gather(*(redeem(front, raced) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "root"}, "invalid_scope"),
        ({"state": "s" * 600}, "invalid_request"),
    ],
)
async def test_a_bad_request_goes_back_to_the_application(
    front: Front, changed: dict[str, Any], error: str
) -> None:
    answer = await open_form(front, **changed)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(CALLBACK)
    assert (parameters(answer)["error"], parameters(answer)["iss"]) == (error, ISSUER)


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": CALLBACK + "/more"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"redirect_uri": CALLBACK.upper()},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": ["console", "console"]},
    ],
)
async def test_nobody_is_sent_to_an_unregistered_address(
    front: Front, changed: dict[str, Any]
) -> None:
    answer = await open_form(front, **changed)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "evil" not in answer.text


async def test_the_form_is_accessible_and_loads_nothing(front: Front) -> None:
    page = await open_form(front)
    assert '<html lang="zh-CN">' in page.text
    for name, hint in (("username", "username"), ("password", "current-password")):
        assert f'<label for="{name}">' in page.text
        assert f'autocomplete="{hint}"' in page.text
    assert 'autocomplete="one-time-code"' in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in page.text
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    english = await open_form(front, ui_locales="en")
    assert '<html lang="en">' in english.text


async def test_a_form_from_elsewhere_is_not_accepted(front: Front, people: dict[str, Any]) -> None:
    page = await open_form(front)
    form = {
        **fields_of(page),
        "username": "cw-li-ez",
        "password": people["cw-li-ez"]["password"],
        "code": "",
    }
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (
        await front.http.post("/oauth/authorize", data=form, headers=foreign)
    ).status_code == 403
    swapped = {**form, "state": "other"}
    assert (await front.http.post("/oauth/authorize", data=swapped)).status_code == 403
    front.http.cookies.clear()
    assert (await front.http.post("/oauth/authorize", data=form)).status_code == 403


async def test_the_page_repeats_nothing_dangerous(front: Front) -> None:
    page = await open_form(front, state='"><script>alert(1)</script>')
    assert "<script>" not in page.text


async def test_five_failures_lock_the_account_for_a_while(
    stage: Stage, front: Front, people: dict[str, Any]
) -> None:
    password = people["cw-li-ez"]["password"]
    wrong = [await sign_in(front, "cw-li-ez", f"wrong-{number}") for number in range(5)]
    assert {answer.status_code for answer in wrong} == {401}
    locked = await sign_in(front, "cw-li-ez", password)
    unknown = await sign_in(front, "nobody-at-all", password)
    assert (locked.status_code, unknown.status_code) == (401, 401)
    # Locked, unknown and wrong cannot be told apart.
    shown = [re.sub(r'value="[^"]*"', "", one.text) for one in (wrong[0], locked, unknown)]
    assert shown[0] == shown[1] == shown[2]
    assert 'role="alert"' in locked.text
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert (await sign_in(front, "cw-li-ez", password)).status_code == 303
    results = await stage.database.fetch("SELECT result FROM audit_entries ORDER BY id")
    assert [row["result"] for row in results] == ["SIGN_IN_REFUSED"] * 6 + ["OK"]


async def test_failures_far_apart_do_not_lock(front: Front, people: dict[str, Any]) -> None:
    for number in range(6):
        with clock.at(clock.now() + timedelta(minutes=16 * number)):
            await sign_in(front, "cw-li-ez", "wrong")
    with clock.at(clock.now() + timedelta(minutes=16 * 6)):
        answer = await sign_in(front, "cw-li-ez", people["cw-li-ez"]["password"])
    assert answer.status_code == 303


async def test_guesses_at_once_count_one_by_one(
    stage: Stage, front: Front, people: dict[str, Any]
) -> None:
    page = await open_form(front)
    form = {**fields_of(page), "username": "cw-li-ez", "password": "wrong", "code": ""}
    await asyncio.gather(*(front.http.post("/oauth/authorize", data=form) for _ in range(5)))
    locked = await stage.database.value("SELECT locked_until FROM users WHERE username='cw-li-ez'")
    assert locked is not None


async def test_a_one_time_code_works_once(front: Front, people: dict[str, Any]) -> None:
    auditor = people["auditor"]
    totp = pyotp.TOTP(auditor["totp_secret"])
    moment = clock.now()
    code = totp.at(moment)
    with clock.at(moment):
        missing = await sign_in(front, "auditor", auditor["password"])
        wrong = await sign_in(front, "auditor", auditor["password"], "000000")
        first = await sign_in(front, "auditor", auditor["password"], code)
        again = await sign_in(front, "auditor", auditor["password"], code)
    assert [one.status_code for one in (missing, wrong, first, again)] == [401, 401, 303, 401]
    with clock.at(moment + timedelta(seconds=60)):
        later = totp.at(moment + timedelta(seconds=60))
        answer = await sign_in(front, "auditor", auditor["password"], later)
    assert answer.status_code == 303


async def test_secrets_are_not_stored_as_they_are(
    stage: Stage, front: Front, people: dict[str, Any]
) -> None:
    row = (await stage.database.fetch("SELECT * FROM users WHERE username = 'auditor'"))[0]
    assert row["password_hash"].startswith("$argon2id$")
    assert people["auditor"]["totp_secret"].encode() not in row["totp_secret"]
    kept = await stage.database.value(
        "SELECT secret_hash FROM clients WHERE client_id = 'partner.wuhan'"
    )
    assert people["partner.wuhan"]["client_secret"].encode() not in kept
    jwks = await stage.database.value("SELECT jwks FROM clients WHERE client_id = 'partner.wuhan'")
    assert '"d"' not in jwks


# --- demonstration, discovery, outside issuer ---------------------------------------------------


async def test_the_short_way_exists_in_the_demonstration_only(
    stage: Stage, front: Front, people: dict[str, Any]
) -> None:
    path = "/gateway/v1/demo-token"
    who = {"username": "cw-li-ez", "password": people["cw-li-ez"]["password"]}
    body = (await front.http.post(path, json=who)).json()
    assert body["token_type"] == "Bearer"
    _, claims = claims_of(body["access_token"])
    assert (claims["sub"], claims["roles"]) == ("cw-li-ez", ["cw.li.ez"])
    wrong = await front.http.post(path, json={**who, "password": "wrong"})
    assert_problem(wrong, 401, "UNAUTHENTICATED")
    problem = assert_problem(await front.http.post(path, json={"username": 1}), 422, "VALIDATION")
    assert [one["field"] for one in problem["errors"]] == ["username", "password"]
    assert_problem(await front.http.post(path, content=b"{"), 400, "BAD_REQUEST")

    secrets = {"demo_credentials_file": None, "service_clients": ""}
    real = await stage.gateway(demo=False, **secrets)
    assert_problem(await real.http.post(path, json=who), 404, "NOT_FOUND")


async def test_discovery_says_what_is_there(front: Front) -> None:
    for path in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"):
        document = (await front.http.get(path)).json()
        assert document["issuer"] == ISSUER
        assert document["code_challenge_methods_supported"] == ["S256"]
        assert "private_key_jwt" in document["token_endpoint_auth_methods_supported"]
        assert document["grant_types_supported"] == [
            "authorization_code", "client_credentials", "refresh_token", TOKEN_EXCHANGE,
        ]  # fmt: skip
    keys = (await front.http.get("/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in keys] == ["test"]
    assert all("d" not in key for key in keys)


async def test_a_new_signing_key_takes_over_without_a_restart(
    stage: Stage, front: Front, people: dict[str, Any]
) -> None:
    fresh = ECKey.generate_key("P-256", {"kid": "next", "use": "sig", "alg": "ES256"})
    both = {"keys": [fresh.as_dict(private=True), stage.tokens.key.as_dict(private=True)]}
    (stage.directory / "signing.json").write_text(json.dumps(both), "utf-8")
    keys = front.replica.keys
    assert keys is not None
    keys._checked_at, keys._changed_at = float("-inf"), 0.0

    published = (await front.http.get("/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in published] == ["next", "test"]
    auth = ("partner.wuhan", people["partner.wuhan"]["client_secret"])
    answer = await front.http.post(TOKEN, data={"grant_type": "client_credentials"}, auth=auth)
    token = answer.json()["access_token"]
    assert claims_of(token)[0]["kid"] == "next"
    for bearer in (token, front.tokens.of_user("partner.wuhan")):
        headers = {"Authorization": f"Bearer {bearer}"}
        assert (await front.http.get(POLICY, headers=headers)).status_code == 200


async def test_an_outside_issuer_turns_the_built_in_one_off(
    stage: Stage, people: dict[str, Any]
) -> None:
    outside = await stage.service("outside")
    front = await stage.gateway(oidc_issuer=outside.address, issuer=ISSUER)
    key = ECKey.generate_key("P-256", {"kid": "outside", "alg": "ES256"})

    async def idp(request: Any) -> bytes:
        from gateway.testing import response

        if request.target == "/keys":
            return response(json.dumps({"keys": [key.as_dict(private=False)]}).encode())
        found = {"issuer": outside.address, "jwks_uri": f"{outside.address}/keys"}
        return response(json.dumps(found).encode())

    outside.answer = idp
    for path in (TOKEN, "/oauth/authorize", "/.well-known/jwks.json", "/gateway/v1/demo-token"):
        assert (await front.http.post(path)).status_code == 404
        assert (await front.http.get(path)).status_code == 404
    now = int(time.time())
    claims = {
        "iss": outside.address, "aud": "hrss", "sub": "a", "client_id": "a", "iat": now,
        "exp": now + 60, "jti": "j", "roles": ["auditor"],
    }  # fmt: skip
    token = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": "outside"}, claims, key)
    headers = {"Authorization": f"Bearer {token}"}
    assert (await front.http.get(POLICY, headers=headers)).status_code == 200
    own = front.bearer("auditor")
    assert (await front.http.get(POLICY, headers=own)).status_code == 401
