"""The list of events in the papers is the one in the code."""

from .event_list import render, written


def test_the_event_list_says_what_the_services_say() -> None:
    assert written() == render(), "run: python -m tests.architecture.event_list"
