"""What a printout carries (办件留痕): who printed it, when, and a code that shows it is genuine."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from gateway.console.forms import Field, Form
from gateway.console.pages import Pages
from gateway.console.visit import Visit
from hrss_kit import clock, sealing

PAGES = Pages()
CODE_BYTES = 10
MINUTE = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class Mark:
    """The foot of a printed page."""

    by: str
    at: str
    code: str


def mark(visit: Visit, number: str) -> Mark:
    """The foot of the printout of a number, as of this minute."""
    at = clock.now().astimezone(clock.SHANGHAI).strftime(MINUTE)
    return Mark(visit.username, at, code_of(number, visit.username, at))


def code_of(number: str, by: str, at: str) -> str:
    """The check code: nobody without the suite's key can make one (HMAC, 80 bits)."""
    made = sealing.blind(f"console-printout\0{number}\0{by}\0{at}")[:CODE_BYTES]
    text = base64.b32encode(made).decode()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


FIELDS = (
    Field("number", "printouts.number", required=True, is_short=True, longest=40),
    Field("by", "printouts.by", required=True, is_short=True, longest=100),
    Field("at", "printouts.at", required=True, is_short=True, hint="printouts.at_hint"),
    Field("code", "printouts.code", required=True, is_short=True, longest=19),
)


@PAGES.page(
    "/console/printouts", title="printouts.title", group="counter", order=190,
    methods=("GET", "POST"),
)  # fmt: skip
async def printouts(visit: Visit) -> Response:
    """Is this paper ours, unchanged in number, name and time?"""
    form = await Form.load(visit, FIELDS)
    is_genuine: bool | None = None
    if visit.is_post:
        given = {one.name: form.value(one.name).strip() for one in FIELDS}
        for name in (name for name, text in given.items() if not text):
            form.fault(name, visit.t("form.required"))
        if not form.has_errors:
            wanted = code_of(given["number"].upper(), given["by"], _minute(given["at"]))
            is_genuine = hmac.compare_digest(wanted.encode(), given["code"].upper().encode())
            await form.done()
    return await form.render("counter/printouts.html", is_genuine=is_genuine)


def _minute(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime(MINUTE)
    except ValueError:
        return text
