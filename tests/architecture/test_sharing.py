"""Every collection that shows rows of a city can be shared by a rule, and only by one."""

import json
from typing import Any

import pytest

from hrss_kit.command import contract
from hrss_kit.sharing import NO_ROWS, READING
from hrss_kit.sharing_defaults import shareable

from .members import SERVICES, routes_of, service_of

Schema = dict[str, Any]


def shows_rows(document: Schema, schema: Schema) -> bool:
    """True when a reply, or an item of its page, says which city owns it."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    fields = schema.get("properties", {})
    if "owner_city" in fields:
        return True
    items = fields.get("items", {}).get("items")
    return items is not None and shows_rows(document, items)


@pytest.mark.req("P-0b")
@pytest.mark.parametrize("member", SERVICES)
def test_every_collection_is_one_that_a_sharing_rule_can_name(member: str) -> None:
    """A new one needs a line in `sharing_rules.toml`, or the other city reads none of it."""
    document = json.loads(contract(service_of(member)))
    missing = set()
    for route in routes_of(member):
        collection = route.template.split("/")[3]
        operation = document["paths"].get(route.template, {}).get(route.method.lower(), {})
        answer = operation.get("responses", {}).get("200", {}).get("content", {})
        schema = answer.get("application/json", {}).get("schema")
        if route.convention.kind not in READING or schema is None or collection in NO_ROWS:
            continue
        if shows_rows(document, schema) and (member, collection) not in shareable():
            missing.add(collection)
    assert not missing, f"{member}: sharing_rules.toml says nothing of {sorted(missing)}"


def test_no_rule_names_a_collection_that_is_not_there() -> None:
    there = {
        (member, route.template.split("/")[3]) for member in SERVICES for route in routes_of(member)
    }
    assert shareable() <= there, sorted(shareable() - there)
