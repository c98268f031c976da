"""Who may do what: one declarative table a service, checked on each request and printed in docs."""

from collections.abc import Iterator
from dataclasses import dataclass

from hrss_kit.auth import Principal
from hrss_kit.problems import PurposeNotAllowed, PurposeRequired, ScopeMissing
from hrss_kit.purposes import PURPOSES

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission: the roles (without city) that hold it, the purposes that open it."""

    permission: str
    roles: frozenset[str]
    purposes: frozenset[str]


def grant(permission: str, *roles: str, purposes: tuple[str, ...] = ()) -> Grant:
    """A row of the access table."""
    return Grant(permission, frozenset(roles), frozenset(purposes))


def public() -> str:
    """Says out loud that a route asks nobody who they are."""
    return PUBLIC


class Access:
    """A service's access table."""

    def __init__(self, *grants: Grant) -> None:
        self._grants = {one.permission: one for one in grants}
        if len(self._grants) != len(grants):
            raise ValueError("a permission is granted twice")

    def __iter__(self) -> Iterator[Grant]:
        return iter(self._grants.values())

    def __contains__(self, permission: str) -> bool:
        return permission in self._grants

    def allows(self, principal: Principal, permission: str) -> bool:
        """True when one of the caller's roles holds the permission."""
        found = self._grants.get(permission)
        return found is not None and not found.roles.isdisjoint(principal.held)

    def check(self, principal: Principal, permission: str) -> None:
        """403 SCOPE_MISSING unless allowed."""
        if not self.allows(principal, permission):
            raise ScopeMissing

    def check_purpose(self, principal: Principal, permission: str, purpose: str | None) -> str:
        """The purpose of a read of personal data: 400 when missing, 403 when it does not fit."""
        if not purpose:
            raise PurposeRequired
        known = PURPOSES.get(purpose)
        kinds = {role.split(".")[0] for role in principal.held}
        allowed = purpose in self._grants[permission].purposes
        if known is None or not allowed or known.kinds.isdisjoint(kinds):
            raise PurposeNotAllowed
        return purpose
