"""Whom the counter has just checked: kept sealed for one clerk, for as long as the check is good.

Forms are filled in from it on `?person=checked`; nothing about anybody stands in an address.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from gateway.console.api import Answer
from gateway.console.forms import Form
from gateway.console.visit import Visit
from hrss_kit import clock

KEPT_AS = "/console/card-check/person"
# The verification does not fit what was typed, or is over: the next sending goes without it.
SPENT = frozenset({"VERIFICATION_EXPIRED", "VERIFICATION_UNKNOWN"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A person whose identity was confirmed; name and number are empty after an e-card's token."""

    verification_id: str
    name: str
    doc_type: str
    doc_no: str
    card_state: str
    ecard_state: str
    checked_at: str
    expires_at: str


async def keep(visit: Visit, checked: Checked) -> None:
    """In place of the person before."""
    fields = {name: [value] for name, value in asdict(checked).items()}
    await visit.console.drafts.save(visit.username, KEPT_AS, fields)


async def recall(visit: Visit) -> Checked | None:
    """The person at the counter, while the check is good."""
    found = await visit.console.drafts.read(visit.username, KEPT_AS)
    if found is None:
        return None
    kept = found.read_fields()
    checked = Checked(**{name: (kept.get(name) or [""])[0] for name in Checked.__slots__})
    try:
        if datetime.fromisoformat(checked.expires_at) > clock.now():
            return checked
    except (ValueError, TypeError):
        pass  # not of our writing
    await forget(visit)
    return None


async def forget(visit: Visit) -> None:
    """The next person, please."""
    await visit.console.drafts.drop(visit.username, KEPT_AS)


async def fill(visit: Visit, form: Form, person: str) -> Checked | None:
    """Takes the checked person over into a form that asks for it; returns whom it is about."""
    checked = await recall(visit)
    if checked is None:
        return None
    if not visit.is_post and visit.query.get("person") == "checked":
        given = {
            "verification_id": checked.verification_id,
            f"{person}.name": checked.name,
            f"{person}.doc_type": checked.doc_type,
            f"{person}.doc_no": checked.doc_no,
        }
        form.values |= {name: [value] for name, value in given.items() if value}
    return checked if form.value("verification_id") == checked.verification_id else None


def refuse(form: Form, answer: Answer, moves: Mapping[str, str]) -> None:
    """Takes a refusal over, its errors at the fields where this page asks for the same thing.

    `moves` are fields of the request and where they stand on the page; a problem without fields is
    moved by its code.
    """
    body = answer.body if isinstance(answer.body, dict) else {}
    errors = body.get("errors") or []
    if {answer.code, *(error.get("code") for error in errors)} & SPENT:
        form.values["verification_id"] = [""]
    moved = [
        {**error, "field": moves.get(str(error.get("field")), error.get("field"))}
        for error in errors
    ]
    if not errors and answer.code in moves:
        words = form.visit.t.pick(body.get("title_zh"), body.get("title_en")) or body.get("title")
        moved = [
            {"field": moves[answer.code], "message_zh": words, "message_en": words}
        ]  # fmt: skip
    content = json.dumps({**body, "errors": moved}).encode()
    form.refuse(Answer(answer.status, answer.headers, content))


def only_typed(body: dict[str, object], person: str) -> None:
    """Drops a person of whom nothing but the kind of document was chosen."""
    given = body.get(person)
    if isinstance(given, dict) and not given.keys() - {"doc_type"}:
        del body[person]
