"""The life of a letter of assistance."""

from hrss_kit.states import Machine, transition

DRAFT, SENT, RECEIVED = "DRAFT", "SENT", "RECEIVED"
ACCEPTED, DECLINED, ASSIGNED = "ACCEPTED", "DECLINED", "ASSIGNED"
REPLIED, CLOSED = "REPLIED", "CLOSED"

INVESTIGATE, EVIDENCE, SERVE, LOCATE_PERSON = (
    "INVESTIGATE",
    "EVIDENCE",
    "SERVE",
    "LOCATE_PERSON",
)
#: While the answer is still to come.
AWAITED = (RECEIVED, ACCEPTED, ASSIGNED)

MACHINE = Machine(
    transition("send", DRAFT, SENT),
    # The hub delivers at once, so the receipt needs nobody's hand.
    transition("receive", SENT, RECEIVED),
    transition("accept", RECEIVED, ACCEPTED),
    transition("decline", RECEIVED, DECLINED),
    transition("assign", ACCEPTED, ASSIGNED),
    transition("assign", ASSIGNED, None),
    transition("reply", ASSIGNED, REPLIED),
    transition("close", (REPLIED, DECLINED), CLOSED),
)
#: The requesting city's part; the rest is the executing city's.
OF_REQUESTER = frozenset({"close"})
