"""A caller who holds every role, to reach past the question who may."""

import pytest

from hrss_kit.testing import EZHOU, Desk, Suite

from .members import service_of


@pytest.fixture
def everybody(suite: Suite) -> "EveryRole":
    """Makes desks whose token holds every role that a member grants anything to."""
    return EveryRole(suite)


class EveryRole:
    """Desks of one caller with all roles of a member."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def at(self, member: str, purpose: str | None = None) -> Desk:
        """The desk."""
        held = {role for grant in service_of(member).access for role in grant.roles}
        scoped = ("cw.", "supervisor.", "window", "station")
        roles = [f"{role}.ez" if role.startswith(scoped) else role for role in sorted(held)]
        roles = ["partner.ezhou" if role == "partner" else role for role in roles]
        token = self.suite.tokens.mint(roles=roles, sub="everybody", city=EZHOU)
        return Desk(self.suite.client(token), purpose)
