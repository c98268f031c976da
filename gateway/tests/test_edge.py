"""The edge: what passes, what is dropped, and what is answered when a service does not."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote

import pytest

from gateway.testing import FakeService, Front, Received, Stage, response
from gateway.upstream import UpstreamDown
from hrss_kit.testing import assert_problem

POSTINGS = "/employment/v1/postings"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def raw_status(front: Front, path: str, headers: dict[str, str]) -> int:
    """The status for a path sent as it is (clients tidy paths up)."""
    statuses = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        statuses.append(message.get("status"))

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "client": ("127.0.0.1", 1),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await front.replica(scope, receive, send)
    status = statuses[0]
    assert isinstance(status, int)
    return status


@pytest.fixture
async def employment(stage: Stage) -> FakeService:
    return await stage.service("employment")


@pytest.fixture
async def front(stage: Stage, employment: FakeService) -> Front:
    return await stage.gateway()


async def test_a_stranger_is_told_to_bring_a_token(front: Front, employment: FakeService) -> None:
    answer = await front.http.get(POSTINGS)

    assert_problem(answer, 401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert employment.received == []


async def test_a_call_is_passed_on_unchanged(front: Front, employment: FakeService) -> None:
    async def echo(request: Received) -> bytes:
        return response(request.body, "201 Created", ('etag: "1"', "location: /x"))

    employment.answer = echo
    path = "/employment/v1/postings/%E7%94%B5?limit=2&q=%E7%84%8A"
    answer = await front.http.post(path, content=b'{"a":1}', headers=front.bearer("cw-emp-wh"))

    assert (answer.status_code, answer.content) == (201, b'{"a":1}')
    assert answer.headers["etag"] == '"1"'
    request = employment.received[0]
    assert (request.method, request.target) == ("POST", path)
    assert request.headers["authorization"].startswith("Bearer ")


async def test_headers_that_callers_may_not_set_are_dropped(
    front: Front, employment: FakeService
) -> None:
    forged = {
        "X-Forwarded-For": "10.9.9.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil",
        "Forwarded": "for=10.9.9.9",
        "X-Real-IP": "10.9.9.9",
        "X-User-Id": "root",
        "X-Hrss-City": "420700",
        "X-Test-Now": "2030-01-01T00:00:00+08:00",
        "Connection": "x-secret-hop",
        "X-Secret-Hop": "1",
        "TE": "trailers",
        "X-Purpose": "EMP_MATCH",
    }
    await front.http.get(POSTINGS, headers={**front.bearer("cw-emp-wh"), **forged})

    seen = employment.received[0].headers
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"
    assert seen["x-purpose"] == "EMP_MATCH"
    gone = ["x-forwarded-host", "forwarded", "x-real-ip", "x-user-id", "x-hrss-city"]
    gone += ["x-test-now", "x-secret-hop", "te", "connection"]
    assert [name for name in gone if name in seen] == []


async def test_the_test_clock_passes_only_when_it_is_on(
    stage: Stage, employment: FakeService
) -> None:
    front = await stage.gateway(test_clock=True)
    moment = {"X-Test-Now": "2026-09-23T10:00:00+08:00"}
    await front.http.get(POSTINGS, headers={**front.bearer("cw-emp-wh"), **moment})

    assert employment.received[0].headers["x-test-now"] == moment["X-Test-Now"]


async def test_a_trace_is_continued_and_a_broken_one_replaced(
    front: Front, employment: FakeService
) -> None:
    headers = {**front.bearer("cw-emp-wh"), "traceparent": TRACE, "X-Request-ID": "abc-1"}
    answer = await front.http.get(POSTINGS, headers=headers)
    onward = employment.received[0].headers
    assert onward["traceparent"].split("-")[1] == TRACE.split("-")[1]
    assert onward["traceparent"].split("-")[2] != TRACE.split("-")[2]
    assert answer.headers["traceparent"] == onward["traceparent"]
    assert answer.headers["x-request-id"] == onward["x-request-id"] == "abc-1"

    headers = {**headers, "traceparent": "00-zz", "tracestate": "a=b", "X-Request-ID": 'a b"c'}
    answer = await front.http.get(POSTINGS, headers=headers)
    onward = employment.received[1].headers
    assert onward["traceparent"].split("-")[1] != TRACE.split("-")[1]
    assert "tracestate" not in onward
    assert len(answer.headers["x-request-id"]) == 32


async def test_what_is_not_routed_is_not_found(front: Front, employment: FakeService) -> None:
    bearer = front.bearer("ops")
    for path in (
        "/employment/v2/postings",
        "/nothing/v1/x",
        "/employment/v1/../../metrics",
        "/employment/v1/%2e%2e/%2e%2e/metrics",
        "/employment/v1//metrics",
        "/employment/metrics",
        "/employment/v1/timers/run",
    ):
        assert await raw_status(front, path, bearer) == 404, path
    assert employment.received == []


async def test_timers_run_for_operations_only(stage: Stage, employment: FakeService) -> None:
    front = await stage.gateway(test_clock=True)
    path = "/employment/v1/timers/run"

    assert_problem(await front.http.post(path), 401, "UNAUTHENTICATED")
    refused = await front.http.post(path, headers=front.bearer("cw-emp-wh"))
    assert_problem(refused, 403, "SCOPE_MISSING")
    assert (await front.http.post(path, headers=front.bearer("ops"))).status_code == 200


async def test_a_complainant_needs_no_token_but_a_bad_one_is_refused(stage: Stage) -> None:
    inspection = await stage.service("labor-inspection")
    front = await stage.gateway()
    path = "/labor-inspection/v1/complaint-tracking"

    assert (await front.http.post(path, json={})).status_code == 200
    assert_problem(await front.http.get(path), 401, "UNAUTHENTICATED")
    bad = await front.http.post(path, json={}, headers={"Authorization": "Bearer nonsense"})
    assert_problem(bad, 401, "UNAUTHENTICATED")
    assert len(inspection.received) == 1


async def test_bodies_have_a_limit_and_uploads_a_larger_one(
    front: Front, employment: FakeService
) -> None:
    bearer = front.bearer("partner.wuhan")
    large = b"x" * (1024 * 1024 + 1)

    assert_problem(await front.http.post(POSTINGS, content=large, headers=bearer), 413, "TOO_LARGE")

    async def pieces() -> Any:
        for _ in range(20):
            yield b"x" * 60_000

    chunked = await front.http.post(POSTINGS, content=pieces(), headers=bearer)
    assert_problem(chunked, 413, "TOO_LARGE")
    assert employment.received == []

    upload = await front.http.post(f"{POSTINGS}/imports", content=large, headers=bearer)
    assert upload.status_code == 200
    assert employment.received[0].body == large
    too_much = b"x" * (20 * 1024 * 1024 + 65_536 + 1)
    refused = await front.http.post(f"{POSTINGS}/imports", content=too_much, headers=bearer)
    assert_problem(refused, 413, "TOO_LARGE")


async def test_a_large_answer_arrives_whole(front: Front, employment: FakeService) -> None:
    data = json.dumps(["0123456789"] * 100_000).encode()

    async def large(_request: Received) -> bytes:
        return response(data)

    employment.answer = large
    for _ in range(2):
        answer = await front.http.get(f"{POSTINGS}/export", headers=front.bearer("cw-emp-wh"))
        assert answer.content == data
    assert employment.connections == 1


async def test_chunked_head_and_empty_answers(front: Front, employment: FakeService) -> None:
    bearer = front.bearer("cw-emp-wh")

    async def chunked(request: Received) -> bytes:
        if request.method == "HEAD":
            return b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n"
        if request.method == "DELETE":
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        head = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
        return head + b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"

    employment.answer = chunked
    assert (await front.http.get(POSTINGS, headers=bearer)).content == b"ok"
    head = await front.http.head(POSTINGS, headers=bearer)
    assert (head.status_code, head.headers["content-length"]) == (200, "12")
    assert (await front.http.delete(POSTINGS, headers=bearer)).status_code == 204
    assert (await front.http.get(POSTINGS, headers=bearer)).content == b"ok"
    assert employment.connections == 1


async def test_a_stale_connection_is_replaced_for_a_read(
    front: Front, employment: FakeService
) -> None:
    bearer = front.bearer("cw-emp-wh")
    assert (await front.http.get(POSTINGS, headers=bearer)).status_code == 200

    async def hang_up_once(_request: Received) -> bytes:
        employment.answer = employment.ok
        raise ConnectionError

    employment.answer = hang_up_once
    assert (await front.http.get(POSTINGS, headers=bearer)).status_code == 200
    assert employment.connections == 2

    employment.answer = hang_up_once
    refused = await front.http.post(POSTINGS, json={}, headers=bearer)
    assert assert_problem(refused, 503, "UNAVAILABLE")["origin"] == "employment"


async def test_a_dead_service_is_named_and_soon_not_asked(
    front: Front, employment: FakeService
) -> None:
    bearer = front.bearer("cw-emp-wh")
    await employment.stop()
    for _ in range(5):
        answer = await front.http.get(POSTINGS, headers=bearer)
        body = assert_problem(answer, 503, "UNAVAILABLE")
        assert body["origin"] == "employment"
        assert int(answer.headers["retry-after"]) >= 1
    breaker = front.replica.edge.breakers["employment"]
    assert breaker.is_open

    await employment.start()
    assert (await front.http.get(POSTINGS, headers=bearer)).status_code == 503
    assert employment.received == []
    breaker.pause = 0.0
    assert (await front.http.get(POSTINGS, headers=bearer)).status_code == 200
    assert not breaker.is_open


async def test_a_slow_service_is_given_up(front: Front, employment: FakeService) -> None:
    async def slow(_request: Received) -> bytes:
        await asyncio.sleep(30)
        return response()

    employment.answer = slow
    table = front.replica.routes
    object.__setattr__(table.ordinary, "read_seconds", 0.2)
    answer = await front.http.get(POSTINGS, headers=front.bearer("cw-emp-wh"))
    assert assert_problem(answer, 503, "UNAVAILABLE")["origin"] == "employment"


async def test_what_is_not_http_is_a_service_down(front: Front, employment: FakeService) -> None:
    async def nonsense(_request: Received) -> bytes:
        return b"SSH-2.0-nonsense\r\n\r\n"

    employment.answer = nonsense
    answer = await front.http.get(POSTINGS, headers=front.bearer("cw-emp-wh"))
    assert_problem(answer, 503, "UNAVAILABLE")


async def test_too_busy_is_said_at_once(stage: Stage, employment: FakeService) -> None:
    front = await stage.gateway(max_in_flight=3)
    release = asyncio.Event()

    async def wait(_request: Received) -> bytes:
        await release.wait()
        return response()

    employment.answer = wait
    bearer = front.bearer("cw-emp-wh")
    calls = [asyncio.create_task(front.http.get(POSTINGS, headers=bearer)) for _ in range(8)]
    refused, waiting = await asyncio.wait(calls, timeout=1.0)
    assert len(refused) == 5
    for call in refused:
        assert_problem(call.result(), 503, "UNAVAILABLE")
        assert call.result().headers["retry-after"] == "1"
    release.set()
    assert {call.result().status_code for call in (await asyncio.wait(waiting))[0]} == {200}


async def test_one_line_per_exchange_names_no_thing(
    stage: Stage, front: Front, employment: FakeService
) -> None:
    path = "/employment/v1/postings/EM-EZ-20261012-000001-3/publish?q=420199198809090074"
    headers = {**front.bearer("cw-emp-ez"), "X-Purpose": "EMP_MATCH", "X-Request-ID": "r-1"}
    await front.http.post(path, headers=headers)
    await front.http.get("/card/v1/cards/420799D15600000500BF7C7A48FB0001")
    await front.replica.access_log.close()

    text = (stage.directory / "access.log").read_text("utf-8")
    first, second = [json.loads(line) for line in text.splitlines()]
    assert first["route"] == "/employment/v1/postings/{id}/publish"
    assert first["status"] == 200
    assert first["client_id"] == "cw-emp-ez" or first["sub"] == "cw-emp-ez"
    assert (first["city"], first["purpose"]) == ("420700", "EMP_MATCH")
    assert first["request_id"] == "r-1"
    assert set(first) == {
        "at", "client_id", "sub", "city", "roles", "method", "route", "status", "ms", "bytes",
        "request_id", "trace_id", "purpose",
    }  # fmt: skip
    assert (second["route"], second["status"]) == ("/card/v1/cards/{id}", 401)
    assert "420199198809090074" not in text


async def test_readiness_names_the_dead_service(stage: Stage) -> None:
    names = ("employment", "social-insurance", "talent", "labor-inspection", "card")
    for name in names:
        await stage.service(name)
    front = await stage.gateway()

    ready = await front.http.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    await stage.services["card"].stop()
    degraded = await front.http.get("/readyz")
    assert degraded.status_code == 503
    assert degraded.json()["services"] == {
        "gateway": "up", **dict.fromkeys(names, "up"), "card": "down",
    }  # fmt: skip
    assert (await front.http.get("/livez")).status_code == 200


async def test_metrics_are_the_gateways_own(front: Front, employment: FakeService) -> None:
    await front.http.get(POSTINGS, headers=front.bearer("cw-emp-wh"))
    text = (await front.http.get("/metrics")).text

    assert (
        'hrss_gateway_exchanges_total{method="GET",service="employment",status="200"} 1.0' in text
    )
    assert_problem(await front.http.get("/employment/metrics"), 404, "NOT_FOUND")


async def test_contracts_are_merged_and_the_missing_one_named(stage: Stage) -> None:
    card = await stage.service("card")

    async def contract(_request: Received) -> bytes:
        schema = {"type": "object"}
        reply = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Card"}}}}
        operation = {"operationId": "read_card", "tags": ["cards"], "responses": {"200": reply}}
        document = {
            "openapi": "3.1.0",
            "paths": {"/card/v1/cards/{id}": {"get": operation}},
            "components": {"schemas": {"Card": schema}},
        }
        return response(json.dumps(document).encode())

    card.answer = contract
    front = await stage.gateway()
    merged = (await front.http.get("/openapi.json")).json()

    assert "Card.Card" in merged["components"]["schemas"]
    assert "/gateway/v1/policy-parameters" in merged["paths"]
    assert merged["x-unavailable"] == [
        "employment",
        "social-insurance",
        "talent",
        "labor-inspection",
    ]
    assert (await front.http.get("/openapi/card.json")).json()["openapi"] == "3.1.0"
    assert_problem(await front.http.get("/openapi/talent.json"), 503, "UNAVAILABLE")
    page = await front.http.get("/docs")
    assert "http" not in page.text.split("<body>")[1].replace("/openapi", "")
    assert (await front.http.get("/docs/assets/swagger-ui-bundle.js")).status_code == 200


async def test_the_root_leads_to_the_console(front: Front) -> None:
    assert (await front.http.get("/")).headers["location"] == "/console/"
    signing_in = await front.http.get("/console/")
    assert signing_in.status_code == 303
    assert signing_in.headers["location"].startswith("/console/")


async def test_without_the_database_access_says_so(stage: Stage) -> None:
    dead = "postgresql://gateway_app:x@127.0.0.1:1/nothing"
    front = await stage.gateway_without_database(database_url=dead)
    form = {"grant_type": "client_credentials", "client_id": "ops", "client_secret": "x" * 32}

    assert_problem(await front.http.post("/oauth/token", data=form), 503, "UNAVAILABLE")
    degraded = await front.http.get("/readyz")
    assert degraded.json()["services"]["gateway"] == "down"


async def test_an_answer_that_breaks_off_is_broken_off(
    front: Front, employment: FakeService
) -> None:
    async def half(_request: Received) -> bytes:
        employment.close_after_answer = True
        return response(b"x" * 200_000).replace(b"200000", b"900000")

    employment.answer = half
    with pytest.raises(UpstreamDown):
        await raw_status(front, POSTINGS, front.bearer("cw-emp-wh"))


async def test_the_gateways_own_timers_run_for_operations_only(stage: Stage) -> None:
    front = await stage.gateway(test_clock=True)
    path = "/gateway/v1/timers/run"

    assert_problem(await front.http.post(path), 401, "UNAUTHENTICATED")
    refused = await front.http.post(path, headers=front.bearer("cw-emp-wh"))
    assert_problem(refused, 403, "SCOPE_MISSING")
    ran = await front.http.post(path, headers=front.bearer("ops"))
    assert set(ran.json()["timers"]) == {
        "idempotency",
        "codes",
        "rate_windows",
        "deliveries",
        "files",
        "deadlines",
        "console_sessions",
        "console_drafts",
        "drafts",
        "journeys",
        "agreements",
        "sharing_rules",
    }
    plain = await stage.gateway()
    assert_problem(await plain.http.post(path, headers=front.bearer("ops")), 404, "NOT_FOUND")
