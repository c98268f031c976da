"""The life of an entry of the arrears list and its dates (domain §2.4). Pure: no database.

Source: 拖欠农民工工资失信联合惩戒对象名单管理暂行办法 (S22).
"""

from calendar import monthrange
from datetime import date
from typing import Final

from hrss_kit.states import Machine, transition

PROPOSED, NOTICE_SERVED, OBJECTED = "PROPOSED", "NOTICE_SERVED", "OBJECTED"
UPHELD, DROPPED, LISTED = "UPHELD", "DROPPED", "LISTED"
EARLY_REMOVED, EXPIRED, REVOKED = "EARLY_REMOVED", "EXPIRED", "REVOKED"

#: From the proposal until the entry is off the list.
LIVE: Final = (PROPOSED, NOTICE_SERVED, OBJECTED, UPHELD, LISTED)

MACHINE: Final = Machine(
    transition("serve-notice", PROPOSED, NOTICE_SERVED),
    transition("object", NOTICE_SERVED, OBJECTED),
    transition("uphold", OBJECTED, UPHELD),
    # An objection that holds, or arrears that were made good before the decision.
    transition("drop", (PROPOSED, NOTICE_SERVED, OBJECTED, UPHELD), DROPPED),
    transition("list", (NOTICE_SERVED, UPHELD), LISTED),
    transition("apply-removal", LISTED, None),
    transition("refuse-removal", LISTED, None),
    transition("remove-early", LISTED, EARLY_REMOVED),
    transition("revoke", LISTED, REVOKED),
)

#: Which parts of the criterion an entry rests on (S22 art. 5).
SINGLE, GROUP, INCIDENT = "SINGLE", "GROUP", "INCIDENT"


def criteria(*, is_single_met: bool, is_group_met: bool, is_mass_incident: bool) -> list[str]:
    """The codes of what holds; an empty list means that nobody may be listed."""
    held = ((SINGLE, is_single_met), (GROUP, is_group_met), (INCIDENT, is_mass_incident))
    return [code for code, holds in held if holds]


def months_after(day: date, months: int) -> date:
    """The same day some months on; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
