"""The rules of matters and hand-offs: forms, parts, what may leave. No database."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.external_handoffs import rules as handoff_rules
from gateway.matters import catalogue, forms, rules
from gateway.matters.openings import OPENINGS, Facts

PERSON = {
    "name": "李测甲", "doc_type": "01", "doc_no": "420799198003120038", "mobile": "14400000012",
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)
CODES = st.sampled_from([one.code for one in catalogue.entries()])


def bounds(schema: dict[str, Any]) -> list[str]:
    """What of a schema lets in more than anybody could want."""
    kind = schema.get("type")
    if kind == "object":
        loose = [] if schema.get("additionalProperties") is False else ["object"]
        return [*loose, *(at for one in schema["properties"].values() for at in bounds(one))]
    if kind == "array":
        return ["array"] * ("maxItems" not in schema) + bounds(schema["items"])
    if kind == "string":
        kept = {"maxLength", "enum", "format"} & schema.keys()
        is_closed = str(schema.get("pattern", "")).endswith("$")
        return [] if kept or is_closed else ["string"]
    return []


@pytest.mark.req("X-23")
def test_every_matter_on_offer_can_be_carried_out_and_its_form_is_bounded() -> None:
    codes = [one.code for one in catalogue.live()]
    assert len(codes) == len(set(codes)) == 12
    for one in catalogue.entries():
        jsonschema_rs.meta.validate(dict(one.form))
        assert bounds(dict(one.form)) == []
        assert all(step in OPENINGS for step in one.steps)
        assert (one.scope == "NATIONAL") == bool(one.handoff) == (not one.steps)
        assert set(one.form["required"]) <= set(one.form["properties"])
        assert set(one.prefill) <= set(one.form["properties"])
        known = {*one.form["properties"], *PERSON, "doc_last4"}
        assert set(one.handoff) <= known
        assert one.legal_basis
        assert one.limit_wd > 0


@given(code=CODES, form=st.dictionaries(st.text(max_size=12), JSON, max_size=6))
def test_any_form_is_judged_and_no_finding_repeats_a_value(code: str, form: Any) -> None:
    entry = catalogue.find(code)
    assert entry is not None
    found = forms.findings(entry, form)
    assert not found or {one.code for one in found} <= {
        *(code for code, _, _ in forms.MESSAGES.values()), "CHARACTER",
    }  # fmt: skip
    unknown = set(form) - set(entry.form["properties"])
    assert bool(unknown) <= bool({one.code for one in found} & {"UNKNOWN_FIELD", "CHARACTER"})


def test_a_name_that_is_a_value_is_not_repeated() -> None:
    entry = catalogue.find("SI_TRANSFER")
    assert entry is not None
    number = PERSON["doc_no"]
    told = json.dumps([one.model_dump() for one in forms.findings(entry, {number: number})])
    assert number not in told


@given(
    given_city=st.none() | st.sampled_from(["420100", "420700"]),
    known=st.none() | st.sampled_from(["420702", "", "x", "WH-EHD", "4207020"]),
)
def test_prefilling_never_overrides_and_never_spoils_a_form(
    given_city: str | None, known: str | None
) -> None:
    entry = catalogue.find("SI_TRANSFER")
    assert entry is not None
    form = {} if given_city is None else {"to_city": given_city}
    made = forms.filled(entry, form, {"residence_division": known, "residence_city": "420700"})
    assert made["to_city"] == (given_city or "420700")
    assert forms.wrong(entry, made) == []
    assert forms.filled(entry, made, {}) == made


@given(st.lists(st.sampled_from(rules.STEP_STATES), min_size=1, max_size=5))
def test_a_matter_ends_when_every_part_has_and_needs_somebody_when_one_failed(
    states: list[str],
) -> None:
    state = rules.whole(states)
    assert (state == rules.NEEDS_ATTENTION) == (rules.FAILED in states)
    is_open = not set(states) <= set(rules.SETTLED)
    assert (state in rules.ENDED) == (not is_open)
    if state == rules.COMPLETED:
        assert rules.REFUSED not in states
    if state == rules.REJECTED:
        assert rules.DONE not in states


@pytest.mark.req("CARD-1e")
@given(code=CODES, more=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4))
def test_nothing_leaves_but_the_fields_that_the_catalogue_names(code: str, more: Any) -> None:
    entry = catalogue.find(code)
    assert entry is not None
    left = handoff_rules.minimal(entry.handoff, PERSON, {**more, "reason": "回乡"})
    assert set(left) <= set(entry.handoff)
    if "doc_no" not in entry.handoff:
        assert PERSON["doc_no"] not in json.dumps(left)


def test_a_title_is_checked_with_four_digits_and_without_a_mobile() -> None:
    entry = catalogue.find("NAT_TITLE_CHECK")
    assert entry is not None
    form = {"cert_no": "ZJ-1", "issuer_province": "330000"}
    left = handoff_rules.minimal(entry.handoff, PERSON, form)
    assert left == {
        "name": "李测甲", "doc_type": "01", "doc_last4": "0038", "cert_no": "ZJ-1",
        "issuer_province": "330000",
    }  # fmt: skip


@given(attempts=st.integers(1, 100))
def test_pauses_grow_to_five_minutes_and_no_further(attempts: int) -> None:
    for pause in (rules.pause_after, handoff_rules.pause_after):
        assert 1 <= pause(attempts).total_seconds() <= 300
        assert pause(attempts + 1) >= pause(attempts)


def test_every_step_makes_a_body_from_its_form() -> None:
    form = {
        "from_city": "420100", "to_city": "420700", "kind": "EMP_INTRA", "link": "EMP_TO_RES",
        "accept_cities": ["420100", "420700"], "consent_emp_match": True, "work_division": "420704",
        "work_address": "花湖机场", "cert_no": "WH-1",
    }  # fmt: skip
    facts = Facts("GW-EZ-20261120-000001-8", "420700", True, PERSON, form, "0" * 36)
    for kind, opening in OPENINGS.items():
        body = opening.body(facts)
        assert PERSON["doc_no"] in json.dumps(body), kind
        assert opening.city(facts) in ("420100", "420700")
    seeker = OPENINGS["emp.seeker"].body(facts)
    assert seeker["consents"] == [{"purpose": "EMP_MATCH", "cities": ["420100"]}]
    complaint = OPENINGS["li.complaint"].body(facts)
    assert (complaint["matter"], complaint["is_migrant"]) == (["WAGE.ARREARS"], True)
