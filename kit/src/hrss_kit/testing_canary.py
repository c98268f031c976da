"""Every route of a service, called wrongly with a canary in each place that takes a value."""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import uuid4

from hrss_kit.testing import Desk

METHODS: Final = ("get", "post", "put", "patch", "delete")
NOBODY: Final = "00000000-0000-7000-8000-000000000000"
DEEPEST: Final = 3


def filled(schema: dict[str, Any], parts: dict[str, Any], canary: str, depth: int = 0) -> Any:
    """A body with the canary for every value, and once more as a name that is no field."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    schema = parts.get(reference, schema)
    for union in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(union, ()):
            if "$ref" in one and depth < DEEPEST:
                return filled(one, parts, canary, depth + 1)
    if schema.get("type") == "array" and depth < DEEPEST:
        return [filled(schema.get("items", {}), parts, canary, depth + 1)]
    if "properties" not in schema or depth >= DEEPEST:
        return canary
    made = {
        name: filled(one, parts, canary, depth + 1) for name, one in schema["properties"].items()
    }
    return made | {canary: canary}


async def sweep(
    desk: Desk, contract: dict[str, Any], canary: str, known: dict[str, str]
) -> AsyncIterator[tuple[str, Any]]:
    """The operation and its answer, for each route of the contract.

    `known` are path parameters that exist; without one a row is asked for that does not. Each
    path with a parameter is asked once more with the canary in its place.
    """
    parts = contract.get("components", {}).get("schemas", {})
    for template, operations in contract["paths"].items():
        for method in (one for one in METHODS if one in operations):
            operation = operations[method]
            given = {
                one["name"]: canary
                for one in operation.get("parameters", ())
                if one.get("in") == "query"
            }
            content = operation.get("requestBody", {}).get("content", {})
            words: dict[str, Any] = {"params": given} if given else {}
            if "application/json" in content:
                words["json"] = filled(content["application/json"]["schema"], parts, canary)
            elif "multipart/form-data" in content:
                words["files"] = {"file": ("canary.csv", f"{canary}\n{canary}\n".encode())}
                words["data"] = {canary: canary}
            for path in _paths(template, operation, known, canary):
                own = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
                answer = await desk.http.request(
                    method.upper(), path, headers=desk._headers(own), **words
                )
                yield f"{method.upper()} {template}", answer


def _paths(
    template: str, operation: dict[str, Any], known: dict[str, str], canary: str
) -> list[str]:
    names = [one["name"] for one in operation.get("parameters", ()) if one.get("in") == "path"]
    real = template
    for name in names:
        real = real.replace(f"{{{name}}}", known.get(name, NOBODY))
    wrong = template
    for name in names:
        wrong = wrong.replace(f"{{{name}}}", canary)
    return [real, wrong] if names else [real]
