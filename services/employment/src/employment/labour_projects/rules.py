"""Shares and rates of labour outflow. Pure."""

from decimal import ROUND_HALF_UP, Decimal

PERCENT = Decimal("0.01")


def share(part: int, whole: int) -> Decimal | None:
    """A part in percent, two decimals; nothing of nothing is unknown."""
    if whole == 0:
        return None
    return (Decimal(100) * part / whole).quantize(PERCENT, ROUND_HALF_UP)
