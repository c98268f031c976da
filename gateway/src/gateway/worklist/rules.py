"""Whose work is where, and in which order several lists are one. Pure."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final
from uuid import UUID

from hrss_kit.work import NEVER

#: The members by the short name that roles carry.
MEMBERS: Final = {
    "emp": "employment",
    "si": "social_insurance",
    "talent": "talent",
    "li": "labor_inspection",
    "card": "card",
}
OWN: Final = "gateway"
DOMAINS: Final = (*MEMBERS, OWN)
#: Roles of no domain of their own, and where their work is.
ELSEWHERE: Final = {"window": ("card",), "province": ("si", "li")}
KINDS: Final = ("cw", "supervisor")


def reached(roles: Iterable[str]) -> tuple[str, ...]:
    """The domains that roles reach; the gateway's own work is for whoever has some there."""
    found = {OWN}
    for role in roles:
        kind, _, domain = role.partition(".")
        if kind in KINDS and domain in MEMBERS:
            found.add(domain)
        found.update(ELSEWHERE.get(kind, ()))
    return tuple(one for one in DOMAINS if one in found)


def place(due_on: date | None, item_id: UUID) -> tuple[date, UUID]:
    """Where an item stands in the order: the oldest deadline first, then the older item."""
    return due_on or NEVER, item_id


def totals(counts: Collection[dict[str, int]], names: Iterable[str]) -> dict[str, int]:
    """The counts of several lists as one."""
    return {name: sum(one[name] for one in counts) for name in names}
