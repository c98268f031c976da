"""The list of events in the papers is the one in the code."""

import json

import pytest

from .event_list import render, written
from .members import MEMBERS, ROOT, service_of


def test_the_event_list_says_what_the_services_say() -> None:
    assert written() == render(), "run: python -m tests.architecture.event_list"


@pytest.mark.parametrize("member", MEMBERS)
def test_who_listens_understands_what_is_published(member: str) -> None:
    """By the examples that the publisher has committed: the fields have the names of the reader."""
    for one in service_of(member).consumers:
        home = ROOT / ("gateway" if one.peer == "gateway" else f"services/{one.peer}")
        schema = home / "contract" / "events" / f"{one.type}.json"
        assert schema.exists(), f"{member} listens to {one.type}, which nobody publishes"
        committed = json.loads(schema.read_text("utf-8"))
        said = set(committed["data_schema"].get("properties", {}))
        wanted = {field.alias or name for name, field in one.model.model_fields.items()}
        assert wanted <= said, f"{member} reads {wanted - said} of {one.type}"
        for example in committed["examples"]:
            one.model.model_validate(example)
