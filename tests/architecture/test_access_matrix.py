"""The permission matrix and the purposes, asked cell by cell over HTTP (domain §4.2, §4.3)."""

from typing import Any
from uuid import uuid4

from hrss_kit.access import PUBLIC
from hrss_kit.purposes import PURPOSES
from hrss_kit.testing import EZHOU, Desk, Suite

from .access_matrix import CREATE, MATRIX, MOVE, READ, ROLES, Line
from .members import MEMBERS, Route, routes_of, service_of

KINDS = {
    "create": CREATE, "replace": CREATE, "list": READ, "read": READ, "act": MOVE, "change": MOVE,
}  # fmt: skip
CLOSED = (401, 403)
NOW = "2026-11-23T09:00:00+08:00"
Found = list[str]


def routes(line: Line) -> list[tuple[str, Route]]:
    """The routes of a line's collections, each with its letter."""
    found = []
    for route in routes_of(line.member):
        parts = route.template.split("/")
        letter = KINDS.get(route.convention.kind)
        if parts[3] not in line.collections or letter is None:
            continue
        if letter == CREATE and len(parts) > (5 if route.method == "PUT" else 4):
            continue  # a part of a row, such as a file
        found.append((letter, route))
    return found


def desk_of(suite: Suite, line: Line, role: str, letters: str = "ez") -> Desk:
    """Somebody who holds the role, in one city."""
    if role == "citizen":
        claims: dict[str, Any] = {"id_hash": bytes(32).hex()}
        return Desk(
            suite.client(suite.tokens.mint(roles=["citizen"], sub="c", city=None, **claims))
        )
    users = {
        "partner": "partner.ezhou" if letters == "ez" else "partner.wuhan",
        "cw": f"cw-{line.domain}-{letters}",
        "window": f"window-{letters}",
        "supervisor": f"supervisor-{letters}",
    }
    return suite.desk(users.get(role, role), now=NOW)


def headers(line: Line, role: str, route: Route, version: int = 1) -> dict[str, str]:
    """What a careful caller of that route sends."""
    made = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{version}"', "X-Test-Now": NOW}
    grants = {one.permission: one.purposes for one in service_of(line.member).access}
    purposes = grants.get(route.convention.permission, frozenset())
    if role == "auditor":
        made["X-Purpose"] = "AUDIT"
    elif line.purpose in purposes or not purposes:
        made["X-Purpose"] = line.purpose or "STAT"
    else:
        made["X-Purpose"] = sorted(purposes - {"AUDIT"})[0]
    return made


async def ask(desk: Desk, line: Line, role: str, route: Route) -> tuple[int, str]:
    """The status and code that a role gets for an empty request about no row."""
    body = None if route.method == "GET" else {}
    answer = await desk.http.request(
        route.method, route.path, json=body, headers=headers(line, role, route)
    )
    is_problem = answer.headers.get("content-type", "").startswith("application/problem")
    return answer.status_code, answer.json()["code"] if is_problem else ""


async def test_every_cell_of_the_matrix_is_as_it_is_printed(suite: Suite) -> None:
    await suite.start(*MEMBERS)
    wrong: Found = []
    for line in MATRIX:
        for role in ROLES:
            desk, opened = desk_of(suite, line, role), set()
            for letter, route in routes(line):
                if route.convention.permission == PUBLIC:
                    continue
                status, code = await ask(desk, line, role, route)
                assert status < 500, (route, role, status)
                if status not in CLOSED or code not in ("SCOPE_MISSING", "PURPOSE_NOT_ALLOWED"):
                    opened.add(letter)
            if opened != line.expected(role):
                wrong.append(
                    f"{line.name}, {role}: {sorted(opened)}, not {sorted(line.expected(role))}"
                )
    assert not wrong, "\n".join(wrong)


async def test_each_purpose_opens_what_it_is_for_and_nothing_else(suite: Suite) -> None:
    """Every personal route with every purpose, as every kind of role that holds its permission."""
    await suite.start(*MEMBERS)
    wrong: Found = []
    for member in MEMBERS:
        grants = {one.permission: one for one in service_of(member).access}
        asked: set[str] = set()
        for route in routes_of(member):
            permission = route.convention.permission
            if not route.convention.personal or permission in asked:
                continue
            asked.add(permission)
            given = grants[permission]
            for role in sorted(given.roles & {"partner", "auditor", "window", "service"}):
                name = {"partner": "partner.ezhou", "window": "window-ez", "service": "svc.card"}
                desk = suite.desk(name.get(role, role), now=NOW)
                for purpose in PURPOSES.values():
                    sent = {"X-Purpose": purpose.code, "Idempotency-Key": str(uuid4())}
                    answer = await desk.http.request(
                        route.method, route.path, json={}, headers=sent
                    )
                    refused = answer.status_code == 403 and (
                        answer.json()["code"] == "PURPOSE_NOT_ALLOWED"
                    )
                    fits = purpose.code in given.purposes and role in purpose.kinds
                    if refused == fits:
                        wrong.append(f"{route}, {role}, {purpose.code}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


async def test_the_counterpart_moves_on_no_row_of_the_demonstration_but_where_it_has_a_part(
    suite: Suite,
) -> None:
    """Rows of Ezhou, as Wuhan's desk and system see them: shared, masked, or not there."""
    members = sorted({line.member for line in MATRIX} - {"gateway"})
    await suite.start(*members)
    for member in members:
        seed = service_of(member).seed
        if seed is not None:
            async with suite.apps[member].state.database.transaction() as session:
                await seed(session)
    wrong: Found = []
    for line in MATRIX[:-1]:
        for collection in line.collections:
            own = [one for one in routes(line) if one[1].template.split("/")[3] == collection]
            row = await row_of(suite, line, own)
            if row is None:
                continue
            for role, column in (("partner", "partner cp"), ("cw", "cw cp")):
                desk = desk_of(suite, line, role, "wh")
                for letter, route in own:
                    if not may_come(line, role, route):
                        continue
                    status = await touch(desk, line, role, route, row)
                    if status not in fitting(line.cell(column), letter):
                        wrong.append(f"{line.name}, {column}: {route} {status}")
    assert not wrong, "\n".join(wrong)


async def row_of(suite: Suite, line: Line, own: list[tuple[str, Route]]) -> Any:
    """The first row of Ezhou in the demonstration, as its own desk lists it."""
    (listing,) = [one for _, one in own if one.convention.kind == "list"]
    desk = desk_of(suite, line, "cw")
    page = await desk.http.get(listing.path, headers=headers(line, "cw", listing))
    return next((row for row in page.json()["items"] if row["owner_city"] == EZHOU), None)


def may_come(line: Line, role: str, route: Route) -> bool:
    """True for routes to a row, of a permission that the role holds."""
    held = {"partner": "partner", "cw": f"cw.{line.domain}"}[role]
    grants = {one.permission: one.roles for one in service_of(line.member).access}
    permission = route.convention.permission
    return "{" in route.template and permission != PUBLIC and held in grants[permission]


async def touch(desk: Desk, line: Line, role: str, route: Route, row: dict[str, Any]) -> int:
    """The answer to a read of the row, or to a step with an empty body."""
    head, _, rest = route.template.partition("{")
    path = f"{head}{row['id']}{rest.partition('}')[2]}"
    answer = await desk.http.request(
        route.method,
        path,
        json=None if route.method == "GET" else {},
        headers=headers(line, role, route, row["version"]),
    )
    return answer.status_code


def fitting(cell: str, letter: str) -> tuple[int, ...]:
    """What the counterpart may be told; an empty cell knows of no row."""
    if letter == READ:
        return (200, 404) if cell else (404,)
    if letter == MOVE and {"T", "C"} & set(cell):
        return (403, 404, 409, 412, 422)
    return (403, 404, 422)
