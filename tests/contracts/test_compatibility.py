"""A contract change that would break a caller fails the build."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.architecture.members import MEMBERS
from tests.contracts.compatibility import breaks, event_breaks, folder

CONTRACT: dict[str, Any] = {
    "paths": {
        "/things": {
            "post": {
                "parameters": [{"in": "query", "name": "q", "schema": {"type": "string"}}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/ThingIn"}}},
                },
                "responses": {
                    "201": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/Thing"}}}
                    }
                },
            }
        }
    },
    "components": {
        "ThingIn": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "maxLength": 40},
                "kind": {"enum": ["A", "B"], "type": "string"},
            },
        },
        "Thing": {"type": "object", "properties": {"id": {"type": "string"}}},
    },
}
Change = Callable[[dict[str, Any]], Any]
BREAKING: dict[str, Change] = {
    "a path goes": lambda c: c["paths"].pop("/things"),
    "a parameter goes": lambda c: c["paths"]["/things"]["post"].pop("parameters"),
    "a field becomes required": lambda c: c["components"]["ThingIn"]["required"].append("kind"),
    "a field is refused": lambda c: c["components"]["ThingIn"]["properties"].pop("kind"),
    "a length shrinks": lambda c: c["components"]["ThingIn"]["properties"]["name"].update(
        maxLength=10
    ),
    "a code is refused": lambda c: c["components"]["ThingIn"]["properties"]["kind"].update(
        enum=["A"]
    ),
    "a type changes": lambda c: c["components"]["Thing"]["properties"]["id"].update(type="integer"),
    "an answer loses a field": lambda c: c["components"]["Thing"]["properties"].pop("id"),
    "a status goes": lambda c: c["paths"]["/things"]["post"]["responses"].pop("201"),
}
HARMLESS: dict[str, Change] = {
    "a path comes": lambda c: c["paths"].update({"/more": {}}),
    "an optional field comes": lambda c: c["components"]["ThingIn"]["properties"].update(
        note={"type": "string"}
    ),
    "an answer tells more": lambda c: c["components"]["Thing"]["properties"].update(
        note={"type": "string"}
    ),
    "a length grows": lambda c: c["components"]["ThingIn"]["properties"]["name"].update(
        maxLength=80
    ),
}


@pytest.mark.parametrize("change", BREAKING.values(), ids=BREAKING.keys())
def test_a_change_that_takes_something_away_is_found(change: Change) -> None:
    changed = copy.deepcopy(CONTRACT)
    change(changed)
    assert breaks(CONTRACT, changed)


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_change_that_only_adds_is_let_through(change: Change) -> None:
    changed = copy.deepcopy(CONTRACT)
    change(changed)
    assert not breaks(CONTRACT, changed)


@pytest.mark.parametrize("member", MEMBERS)
def test_the_present_contract_breaks_no_caller_of_the_released_one(member: str) -> None:
    place = folder(member)
    if not (place / "released.json").exists():
        return  # nobody calls it yet: its first release makes the file
    released = json.loads((place / "released.json").read_text("utf-8"))
    present = json.loads((place / "openapi.json").read_text("utf-8"))
    assert breaks(released["openapi"], present) == []
    for name, schema in released["events"].items():
        now = place / "events" / f"{name}.json"
        assert now.exists(), f"{name} is no longer published"
        assert event_breaks(schema, json.loads(now.read_text("utf-8"))["data_schema"]) == [], name
