"""Each contract is fuzzed: no 5xx, no undocumented status, no answer of another shape."""

from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hrss_kit.testing import EZHOU, Tokens
from tests.architecture.members import MEMBERS, service_of
from tests.contracts.conftest import Started

SERVICE_UNAVAILABLE = 503


def no_failure_but_a_peer_that_is_down(_context: Any, response: Any, _case: Any) -> None:
    """No 5xx. The member runs alone here: 503 is right where its contract names it."""
    assert response.status_code < 500 or response.status_code == SERVICE_UNAVAILABLE, "Server error"


CHECKS = [
    no_failure_but_a_peer_that_is_down,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12


def everybodys_token(tokens: Tokens, member: str) -> str:
    held = {role for grant in service_of(member).access for role in grant.roles}
    scoped = ("cw.", "supervisor.", "window", "station")
    roles = [f"{role}.ez" if role.startswith(scoped) else role for role in sorted(held)]
    roles = ["partner.ezhou" if role == "partner" else role for role in roles]
    return tokens.mint(roles=roles, sub="everybody", city=EZHOU, exp=4_000_000_000)


@pytest.mark.slow
@pytest.mark.parametrize("member", MEMBERS)
def test_no_input_brings_out_an_answer_that_the_contract_does_not_name(
    start: Started, tokens: Tokens, member: str
) -> None:
    address = start(member)
    schema = schemathesis.openapi.from_url(f"{address}/openapi/{member}.json")
    token = everybodys_token(tokens, member)
    purposes = {p for g in service_of(member).access for p in g.purposes if p != "AUDIT"}
    failures: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        def fuzz(case: Any) -> None:
            headers = {
                "Authorization": f"Bearer {token}",
                "Idempotency-Key": str(uuid4()),
                "If-Match": '"1"',
            }
            if purposes:
                headers["X-Purpose"] = sorted(purposes)[len(case.path) % len(purposes)]
            if case.query and "wait" in case.query:
                case.query["wait"] = 0
            case.call_and_validate(checks=CHECKS, headers=headers)

        try:
            fuzz()
        except BaseExceptionGroup as group:
            failures.append(f"{operation.label}: {group.exceptions[0]}")
        except Exception as error:
            failures.append(f"{operation.label}: {error}")
    assert not failures, "\n\n".join(failures)
