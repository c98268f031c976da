"""A form in sections, as a counter fills it in from top to bottom."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from gateway.console.counter import people
from gateway.console.forms import Field, Form
from gateway.console.visit import Visit

Section = tuple[str, tuple[Field, ...]]


def fields_of(sections: Sequence[Section]) -> tuple[Field, ...]:
    """All fields in their order."""
    return tuple(field for _, fields in sections for field in fields)


async def show(
    form: Form,
    sections: Sequence[Section],
    *,
    submit: str,
    checked: people.Checked | None = None,
    takes_card: bool = True,
    **values: Any,
) -> Response:
    """The page; with whom the card check is about, or the way to it."""
    visit: Visit = form.visit
    given: dict[str, Any] = {
        "sections": [(visit.t(title), fields) for title, fields in sections],
        "submit": visit.t(submit),
        "checked": checked,
        "takes_card": takes_card,
        "note": "",
        "look_up": (),
        **values,
    }
    return await form.render("counter/form.html", **given)
