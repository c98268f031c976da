"""How an employer's labour credit is graded (企业劳动保障守法诚信等级评价办法, S20). Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

PUNISHED, CORRECTED, DISOBEYED = "PUNISHED", "CORRECTED", "DISOBEYED"
REFUSED_ORDER, TRANSFERRED_POLICE = "REFUSED_ORDER", "TRANSFERRED_POLICE"
INCIDENT, CHILD_OR_FORCED = "INCIDENT", "CHILD_OR_FORCED"
RESISTED, CONVICTED = "RESISTED", "CONVICTED"

KINDS: Final = (
    PUNISHED, CORRECTED, DISOBEYED, REFUSED_ORDER, TRANSFERRED_POLICE, INCIDENT,
    CHILD_OR_FORCED, RESISTED, CONVICTED,
)  # fmt: skip
#: One of these alone makes a C.
GRAVE: Final = (INCIDENT, CHILD_OR_FORCED, REFUSED_ORDER, RESISTED, CONVICTED)
REPEATED: Final = "REPEATED"

A, B, C = "A", "B", "C"


def grade(kinds: Sequence[str], acts_for_c: int) -> tuple[str, list[str]]:
    """The grade of a year with these events, and why; `acts_for_c` is `li.acts_for_c`."""
    punished = kinds.count(PUNISHED)
    reasons = [REPEATED] if punished >= acts_for_c else []
    reasons += [kind for kind in GRAVE if kind in kinds]
    if reasons:
        return C, reasons
    return (B, [PUNISHED]) if punished else (A, [])


def joint(own: str, others: Iterable[str], view: str) -> str:
    """What both cities display: the worst of their grades, or the city's own (`li.joint_grade`)."""
    return max([own, *others]) if view == "WORST" else own


def is_red_listed(grades: Sequence[str | None], years: int) -> bool:
    """红名单: an A in each of the last years; a year without a grade breaks the row."""
    return len(grades) >= years and all(one == A for one in grades[:years])
