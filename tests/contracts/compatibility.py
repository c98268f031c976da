"""What a new contract takes away from those who call by the old one.

Requests may only grow more tolerant, answers may only grow. The released contracts lie beside the
committed ones as ``contract/released.json``; `python -m tests.contracts.compatibility` makes the
present ones the released ones, which is a decision, not a repair.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.architecture.members import MEMBERS, ROOT

Schema = dict[str, Any]
DEEPEST = 12
LOWER_IS_NARROWER = ("maxLength", "maximum", "maxItems", "exclusiveMaximum")
HIGHER_IS_NARROWER = ("minLength", "minimum", "minItems", "exclusiveMinimum")


def folder(member: str) -> Path:
    """Where a member's contracts lie."""
    return ROOT / ("gateway" if member == "gateway" else f"services/{member}") / "contract"


class Comparison:
    """Two OpenAPI documents, old and new."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new

    def breaks(self) -> Iterator[str]:
        """Every way in which a caller of the old contract would notice."""
        for path, operations in self.old["paths"].items():
            for method, before in operations.items():
                after = self.new["paths"].get(path, {}).get(method)
                where = f"{method.upper()} {path}"
                if after is None:
                    yield f"{where}: is gone"
                else:
                    yield from self._parameters(where, before, after)
                    yield from self._bodies(where, before, after)
                    yield from self._answers(where, before, after)

    def _parameters(self, where: str, before: Schema, after: Schema) -> Iterator[str]:
        known = {(one["in"], one["name"]): one for one in before.get("parameters", [])}
        now = {(one["in"], one["name"]): one for one in after.get("parameters", [])}
        for key, one in known.items():
            if key not in now:
                yield f"{where}: parameter {key[1]} is gone"
            else:
                at = f"{where}: parameter {key[1]}"
                yield from self._request(at, one["schema"], now[key]["schema"], 0)
        for key, one in now.items():
            if key not in known and one.get("required"):
                yield f"{where}: parameter {key[1]} is new and required"

    def _bodies(self, where: str, before: Schema, after: Schema) -> Iterator[str]:
        old, new = before.get("requestBody"), after.get("requestBody")
        if new is not None and new.get("required") and old is None:
            yield f"{where}: a body is required now"
        for kind, content in (old or {}).get("content", {}).items():
            if new is None or kind not in new["content"]:
                yield f"{where}: {kind} is no longer read"
            else:
                yield from self._request(
                    f"{where}: body", content["schema"], new["content"][kind]["schema"], 0
                )

    def _answers(self, where: str, before: Schema, after: Schema) -> Iterator[str]:
        for status, answer in before["responses"].items():
            if not status.startswith("2"):
                continue
            if status not in after["responses"]:
                yield f"{where}: {status} is no longer answered"
                continue
            for kind, content in answer.get("content", {}).items():
                now = after["responses"][status].get("content", {}).get(kind)
                if now is None:
                    yield f"{where}: {status} is no longer {kind}"
                else:
                    at = f"{where}: {status}"
                    yield from self._reply(at, content["schema"], now["schema"], 0)

    def _request(self, at: str, old: Schema, new: Schema, depth: int) -> Iterator[str]:
        old, new = _resolved(self.old, old), _resolved(self.new, new)
        if depth > DEEPEST:
            return
        if not _kinds(old) <= _kinds(new):
            yield f"{at}: {', '.join(sorted(_kinds(old) - _kinds(new)))} is refused now"
        if "enum" in new and not set(map(str, old.get("enum", ()))) <= set(map(str, new["enum"])):
            yield f"{at}: values are refused that were accepted"
        if "pattern" in new and new["pattern"] != old.get("pattern"):
            yield f"{at}: another pattern"
        for name in LOWER_IS_NARROWER:
            if name in new and new[name] < old.get(name, float("inf")):
                yield f"{at}: {name} is lower"
        for name in HIGHER_IS_NARROWER:
            if name in new and new[name] > old.get(name, float("-inf")):
                yield f"{at}: {name} is higher"
        missing = set(new.get("required", ())) - set(old.get("required", ()))
        for name in sorted(missing):
            yield f"{at}.{name}: is required now"
        for name, before in old.get("properties", {}).items():
            after = new.get("properties", {}).get(name)
            if after is None:
                yield f"{at}.{name}: is refused now"
            else:
                yield from self._request(f"{at}.{name}", before, after, depth + 1)
        if "items" in old and "items" in new:
            yield from self._request(f"{at}[]", old["items"], new["items"], depth + 1)

    def _reply(self, at: str, old: Schema, new: Schema, depth: int) -> Iterator[str]:
        old, new = _resolved(self.old, old), _resolved(self.new, new)
        if depth > DEEPEST:
            return
        if not _kinds(new) <= _kinds(old):
            yield f"{at}: may be {', '.join(sorted(_kinds(new) - _kinds(old)))} now"
        for name, before in old.get("properties", {}).items():
            after = new.get("properties", {}).get(name)
            if after is None:
                yield f"{at}.{name}: is no longer told"
            else:
                yield from self._reply(f"{at}.{name}", before, after, depth + 1)
        if "items" in old and "items" in new:
            yield from self._reply(f"{at}[]", old["items"], new["items"], depth + 1)


def _resolved(document: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    real = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(real) == 1:
        inner = _resolved(document, real[0])
        return {**inner, "type": [*_kinds(inner), "null"]}
    return schema


def _kinds(schema: Schema) -> set[str]:
    kinds = schema.get("type", "anything")
    return set(kinds) if isinstance(kinds, list) else {kinds}


def breaks(old: Schema, new: Schema) -> list[str]:
    """What a caller by `old` would notice of `new`."""
    return list(Comparison(old, new).breaks())


def event_breaks(old: Schema, new: Schema) -> list[str]:
    """The same for the data of an event: fields are only ever added."""
    wrapped = [
        {
            "paths": {"/e": {"get": {"responses": {"200": {"content": {"j": {"schema": one}}}}}}},
            **one,
        }
        for one in (old, new)
    ]
    return breaks(*wrapped)


def release() -> None:
    """Makes the present contracts the released ones."""
    for member in MEMBERS:
        place = folder(member)
        events = {
            path.stem: json.loads(path.read_text("utf-8"))["data_schema"]
            for path in sorted((place / "events").glob("*.json"))
        }
        openapi = json.loads((place / "openapi.json").read_text("utf-8"))
        text = json.dumps(
            {"openapi": openapi, "events": events}, ensure_ascii=False, sort_keys=True
        )
        (place / "released.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    release()
