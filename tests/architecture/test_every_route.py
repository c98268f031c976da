"""Every convention of the interface holds for every route of every member."""

import json
from typing import Any
from uuid import uuid4

import pytest

from hrss_kit.access import PUBLIC
from hrss_kit.command import contract
from hrss_kit.testing import Suite

from .conftest import EveryRole
from .members import MEMBERS, Route, routes_of, service_of

ONCE = ("create", "act", "bulk_in", "upload")
VERSIONED = ("act", "change")
METHODS = {
    "create": "POST", "act": "POST", "lookup": "POST", "reveal": "POST", "operate": "POST",
    "change": "PATCH", "replace": "PUT", "read": "GET", "list": "GET", "history": "GET",
    "listen": "GET", "bulk_in": "POST", "upload": "POST", "bulk_out": "GET", "download": "GET",
}  # fmt: skip
every_member = pytest.mark.parametrize("member", MEMBERS)


def routes(member: str) -> list[Route]:
    found = list(routes_of(member))
    assert found, member
    return found


def code_of(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return answer.status_code, answer.json()["code"]


@every_member
def test_every_route_has_a_kind_and_names_its_permission(member: str) -> None:
    access = service_of(member).access
    for route in routes(member):
        assert route.convention is not None, route
        known = route.convention.permission == PUBLIC or route.convention.permission in access
        assert known, f"{route}: {route.convention.permission} is in no access table"
        assert METHODS[route.convention.kind] == route.method, route


@every_member
def test_every_permission_is_used_and_every_personal_one_names_purposes(member: str) -> None:
    used = {route.convention.permission for route in routes(member)} | {"timer:run"}
    for grant in service_of(member).access:
        assert grant.permission in used, f"{grant.permission} guards no route"
        assert grant.roles, grant.permission
    personal = {r.convention.permission for r in routes(member) if r.convention.personal}
    for grant in service_of(member).access:
        assert (grant.permission not in personal) or grant.purposes, grant.permission


@every_member
async def test_no_route_answers_a_stranger(suite: Suite, member: str) -> None:
    await suite.start(member)
    stranger = suite.client()
    for route in routes(member):
        if route.convention.permission != PUBLIC:
            answer = await stranger.request(route.method, route.path)
            assert code_of(answer) == (401, "UNAUTHENTICATED"), route
            assert "WWW-Authenticate" in answer.headers, route


@every_member
async def test_no_route_answers_a_caller_without_a_role(suite: Suite, member: str) -> None:
    await suite.start(member)
    nobody = suite.client(suite.tokens.mint(roles=["nobody"], sub="nobody", city="420700"))
    for route in routes(member):
        if route.convention.permission != PUBLIC:
            answer = await nobody.request(route.method, route.path)
            assert code_of(answer) == (403, "SCOPE_MISSING"), route


@every_member
async def test_every_write_asks_for_its_key(
    suite: Suite, everybody: EveryRole, member: str
) -> None:
    await suite.start(member)
    desk = everybody.at(member)
    for route in routes(member):
        assert route.convention.once == (route.convention.kind in ONCE), route
        if route.convention.once:
            answer = await desk.http.request(route.method, route.path, json={})
            assert code_of(answer) == (400, "IDEMPOTENCY_KEY_REQUIRED"), route


@every_member
async def test_every_change_asks_which_version_was_read(
    suite: Suite, everybody: EveryRole, member: str
) -> None:
    await suite.start(member)
    desk = everybody.at(member)
    for route in routes(member):
        assert route.convention.if_match == (route.convention.kind in VERSIONED), route
        if route.convention.if_match:
            headers = {"Idempotency-Key": str(uuid4())}
            answer = await desk.http.request(route.method, route.path, json={}, headers=headers)
            assert code_of(answer) == (428, "IF_MATCH_REQUIRED"), route


@every_member
async def test_every_personal_read_asks_for_a_purpose(
    suite: Suite, everybody: EveryRole, member: str
) -> None:
    await suite.start(member)
    desk, wrong = everybody.at(member), everybody.at(member, purpose="OPS")
    for route in routes(member):
        if route.convention.personal:
            answer = await desk.http.request(route.method, route.path, json={})
            assert code_of(answer) == (400, "PURPOSE_REQUIRED"), route
            answer = await wrong.http.request(
                route.method, route.path, json={}, headers={"X-Purpose": "OPS"}
            )
            assert code_of(answer) == (403, "PURPOSE_NOT_ALLOWED"), route


@every_member
async def test_every_audited_route_leaves_one_row_when_it_refuses(
    suite: Suite, member: str
) -> None:
    await suite.start(member)
    database = suite.databases[member]
    nobody = suite.client(suite.tokens.mint(roles=["nobody"], sub="nobody", city="420700"))
    for route in routes(member):
        if route.convention.audited and route.convention.permission != PUBLIC:
            before = await database.value("SELECT count(*) FROM audit_entries")
            await nobody.request(route.method, route.path, json={})
            after = await database.value("SELECT count(*) FROM audit_entries")
            assert after == before + 1, route


@every_member
async def test_unknown_fields_are_refused_everywhere(
    suite: Suite, everybody: EveryRole, member: str
) -> None:
    await suite.start(member)
    purposes = {grant.permission: grant.purposes for grant in service_of(member).access}
    for route in routes(member):
        kind = route.convention.kind  # a file's fields are its columns, told of row by row
        if (
            route.method == "GET"
            or kind in ("bulk_in", "upload")
            or route.convention.permission == PUBLIC
        ):
            continue
        desk = everybody.at(member)
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
        if route.convention.personal:
            allowed = sorted(purposes[route.convention.permission] - {"AUDIT"})
            headers["X-Purpose"] = allowed[0]
        body = {"no_such_field": 1}
        answer = await desk.http.request(route.method, route.path, json=body, headers=headers)
        assert answer.status_code in (404, 422), f"{route}: {answer.status_code} {answer.text}"
        if answer.status_code == 422:
            codes = {error["code"] for error in answer.json()["errors"]}
            assert "UNKNOWN_FIELD" in codes, f"{route}: {answer.text}"


@every_member
async def test_every_answer_carries_its_trace(
    suite: Suite, everybody: EveryRole, member: str
) -> None:
    await suite.start(member)
    desk = everybody.at(member)
    for route in routes(member):
        if route.convention.kind != "listen":
            answer = await desk.http.request(route.method, route.path)
            assert answer.headers["traceparent"].startswith("00-"), route
            assert answer.headers["x-request-id"], route


@every_member
def test_no_path_or_query_asks_for_personal_data(member: str) -> None:
    """Look-ups by number or name are POSTs (PIPL art. 51)."""
    forbidden = {"doc_no", "name", "mobile", "id_hash", "bank_account", "person_name"}
    document = json.loads(contract(service_of(member)))
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            names = {one["name"] for one in operation.get("parameters", [])}
            assert not names & forbidden, f"{method} {path}: {names & forbidden}"
