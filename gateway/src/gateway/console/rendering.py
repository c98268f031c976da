"""Jinja2 as the console uses it: escaping on, unknown names an error, no inline script or style."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from gateway.console import assets
from hrss_kit import clock

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def day(value: Any) -> str:
    """A date as people read it; an instant is shown by its date in Asia/Shanghai."""
    if not value:
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(clock.SHANGHAI).date()
    return f"{value:%Y-%m-%d}"


def moment(value: Any) -> str:
    """An instant to the minute, in Asia/Shanghai."""
    if not value:
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return f"{value.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def money(value: Any) -> str:
    """An amount with thousands apart: 15,696.00."""
    if value in (None, ""):
        return ""
    whole, _, rest = str(value).partition(".")
    return f"{int(whole):,}.{rest.ljust(2, '0')}"


def query(values: dict[str, Any], **changed: Any) -> str:
    """A query string of what is set, some of it changed; None takes one away."""
    kept = {**values, **changed}
    return urlencode({name: one for name, one in kept.items() if one not in (None, "")}, True)


def dom_id(name: str) -> str:
    """The id of a field's element."""
    return "f-" + name.replace(".", "-").replace("_", "-")


environment = Environment(
    loader=PackageLoader("gateway.console", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.globals |= {"asset": assets.address, "query": query, "dom_id": dom_id}
environment.filters |= {"day": day, "moment": moment, "money": money}


def respond(
    template: str, lang: str, status: int, values: dict[str, Any], headers: dict[str, str]
) -> HTMLResponse:
    """A full page with its security headers."""
    text = environment.get_template(template).render(**values)
    return HTMLResponse(text, status, {**HEADERS, "Content-Language": lang, **headers})
