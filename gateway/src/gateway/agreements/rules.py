"""The life of an agreement."""

from hrss_kit.states import Machine, transition

DRAFT, PROPOSED, ACTIVE = "DRAFT", "PROPOSED", "ACTIVE"
EXPIRED, TERMINATED = "EXPIRED", "TERMINATED"
#: An officer who approves a draft proposes it with that; the last approval makes it ACTIVE.
MACHINE = Machine(
    transition("change", DRAFT, None),
    transition("propose", DRAFT, PROPOSED),
    transition("approve", (DRAFT, PROPOSED), PROPOSED),
    transition("reject", PROPOSED, DRAFT),
    transition("terminate", ACTIVE, TERMINATED),
)


def is_agreed(parties: list[str], approved: list[str]) -> bool:
    """True once an officer of each party has approved (P-0a)."""
    return set(parties) <= set(approved)
