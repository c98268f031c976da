"""Who may have a piece of evidence: the case's people, and nobody else of their office."""

from collections.abc import Collection


def is_of_the_case(actor: str, *, is_head: bool, is_system: bool, people: Collection[str]) -> bool:
    """Inspectors named, whoever acted in it, the head of the office, the city's own system."""
    return is_head or is_system or actor in people
