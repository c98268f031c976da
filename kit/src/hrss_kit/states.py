"""State machines as tables: a transition that is not listed does not exist."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hrss_kit.problems import StateConflict


@dataclass(frozen=True, slots=True)
class Transition:
    """An action, the states it starts from, and the state it leads to (None = stays)."""

    action: str
    sources: frozenset[str]
    target: str | None


def transition(action: str, sources: str | Iterable[str], target: str | None) -> Transition:
    """A row of a machine; `sources` is one state or several."""
    states = frozenset({sources}) if isinstance(sources, str) else frozenset(sources)
    return Transition(action, states, target)


class Machine:
    """The life of a resource. Several rows may share an action."""

    def __init__(self, *transitions: Transition) -> None:
        self.transitions = transitions

    def allowed(self, state: str, may: Callable[[str], bool] = lambda _action: True) -> list[str]:
        """The actions open from `state` to whoever `may` do them, in the machine's order."""
        open_now = dict.fromkeys(row.action for row in self.transitions if state in row.sources)
        return [action for action in open_now if may(action)]

    def take(self, state: str, action: str) -> str:
        """The state after `action`; 409 STATE_CONFLICT with what is allowed instead."""
        for row in self.transitions:
            if row.action == action and state in row.sources:
                return row.target or state
        raise StateConflict(state, self.allowed(state))

    @property
    def states(self) -> frozenset[str]:
        """Every state that the machine names."""
        named = {state for row in self.transitions for state in row.sources}
        return frozenset(named | {row.target for row in self.transitions if row.target})
