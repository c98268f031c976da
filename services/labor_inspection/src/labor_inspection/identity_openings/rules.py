"""The life of an opening: one asks, another approves, one look, then it is over."""

from hrss_kit.states import Machine, transition

PENDING, APPROVED, REFUSED, EXPIRED = "PENDING", "APPROVED", "REFUSED", "EXPIRED"

MACHINE = Machine(
    transition("approve", PENDING, APPROVED),
    transition("refuse", PENDING, REFUSED),
    # Seen once, and it is over; a timer ends what was not used in time.
    transition("open", APPROVED, EXPIRED),
)
#: The inspector's part; the rest is the head's.
OF_ASKER = frozenset({"open"})
