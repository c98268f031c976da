"""The form of an action, made from the request schema that the service publishes.

What the schema says decides the field; its words are ours (`field.<name>`), with the words of the
codes in `code_<name>`. A service that gains a field gains it here, with no code of ours.
"""

import time
from collections.abc import Iterator
from typing import Any

from gateway.console.api import Refused
from gateway.console.forms import Field, codes
from gateway.console.visit import Visit

KEPT_SECONDS = 60.0
ATTEMPTS = 3
LONG_TEXT = 200
_contracts: dict[str, tuple[float, dict[str, Any]]] = {}


async def contract(visit: Visit, service: str) -> dict[str, Any]:
    """The service's OpenAPI document; asked again after a minute, for it may have been updated."""
    found = _contracts.get(service)
    if found is not None and found[0] > time.monotonic():
        return found[1]
    # A service that has just started writes its contract down at the first question, slowly.
    for _ in range(ATTEMPTS):
        answer = await visit.api.get(f"/openapi/{service}.json")
        if answer.is_ok:
            found = _contracts[service] = (time.monotonic() + KEPT_SECONDS, answer.body)
        if found is not None:
            return found[1]
    raise Refused(answer)


def operation(document: dict[str, Any], collection: str, action: str) -> dict[str, Any] | None:
    """The POST of an action of a collection's row."""
    for path, operations in document["paths"].items():
        parts = path.split("/")
        is_it = len(parts) == 6 and parts[3] == collection and parts[5] == action
        if is_it and parts[4].startswith("{") and "post" in operations:
            found: dict[str, Any] = operations["post"]
            return found
    return None


def fields_of(document: dict[str, Any], found: dict[str, Any]) -> tuple[Field, ...]:
    """The fields of an operation's JSON body."""
    content = found.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return tuple(_fields(document, schema, ""))


def _resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference, and of an optional one what it may be besides null."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            others = [one for one in schema["anyOf"] if one.get("type") != "null"]
            schema = {**{k: v for k, v in schema.items() if k != "anyOf"}, **others[0]}
        elif len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def _fields(
    document: dict[str, Any], schema: dict[str, Any], prefix: str, *, is_asked: bool = True
) -> Iterator[Field]:
    schema = _resolve(document, schema)
    needed = set(schema.get("required", ())) if is_asked else set()
    for name, given in schema.get("properties", {}).items():
        one = _resolve(document, given)
        path = prefix + name
        required = name in needed
        if one.get("type") == "object" and "properties" in one:
            yield from _fields(document, one, f"{path}.", is_asked=required)
        elif (field := _field(document, one, path, name, required)) is not None:
            yield field


def _field(
    document: dict[str, Any], one: dict[str, Any], path: str, name: str, required: bool
) -> Field | None:
    label, table = f"field.{name}", f"code_{name}"
    kind = one.get("type")
    if "enum" in one:
        return Field(path, label, "select", required, codes(*map(str, one["enum"])), table)
    if kind == "array":
        item = _resolve(document, one["items"])
        if "enum" in item:
            return Field(path, label, "checks", required, codes(*map(str, item["enum"])), table)
        if "properties" in item:
            columns = tuple(_fields(document, item, ""))
            return Field(path, label, "rows", required, columns=columns)
        return Field(path, label, "lines", required, hint="field.one_a_line")
    if kind == "boolean":
        return Field(path, label, "yes", required)
    if kind in ("integer", "number"):
        return Field(path, label, "number", required)
    if kind != "string":
        return None  # free objects: their own pages know them
    longest = one.get("maxLength")
    pattern = str(one.get("pattern", ""))
    if one.get("format") == "date":
        return Field(path, label, "date", required)
    if "{1,2}" in pattern and "0-9" in pattern and "\\." in pattern:
        return Field(path, label, "money", required)
    if name.endswith("month"):
        return Field(path, label, "month", required)
    if name.endswith("city"):
        cities = codes("420100", "420700")
        return Field(path, label, "select", required, cities, "city")
    kind = "area" if (longest or 0) > LONG_TEXT else "text"
    return Field(path, label, kind, required, longest=longest)


def actions_of(document: dict[str, Any], collection: str) -> list[str]:
    """Every action of a collection's rows: POSTs below a row that want its version."""
    found = []
    for path, operations in document["paths"].items():
        parts = path.split("/")
        if len(parts) == 6 and parts[3] == collection and parts[4].startswith("{"):
            given = operations.get("post", {}).get("parameters", ())
            if any(str(one.get("name")).lower() == "if-match" for one in given):
                found.append(parts[5])
    return found
