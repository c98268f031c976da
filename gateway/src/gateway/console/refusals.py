"""Refusals in words: what was refused, why, who did what meanwhile, and where to go on.

Whatever was typed is kept as a draft before such a page is shown.
"""

from typing import Any

from starlette.responses import Response

from gateway.console.api import Answer
from gateway.console.visit import Visit

WORDED = (400, 403, 404, 409, 412, 413, 422, 429, 500, 503)


async def page(visit: Visit, status: int, **more: Any) -> Response:
    """A page that says what a status means for the person."""
    worded = status if status in WORDED else 500
    values: dict[str, Any] = {
        "text": visit.t(f"refusal.text_{worded}"),
        "detail": "",
        "lines": [],
        "is_kept": False,
        "back": "/console/",
        "trace": visit.request.headers.get("traceparent", "").split("-")[1:2],
        **more,
    }
    return await visit.render(
        "refusal.html", title=visit.t(f"refusal.title_{worded}"), status=status, **values
    )


async def told(
    visit: Visit, answer: Answer, *, back: str | None = None, once: str | None = None
) -> Response:
    """The interface's refusal: its own words, in the visitor's language; typed text is kept."""
    body = answer.body if isinstance(answer.body, dict) else {}
    is_kept = visit.is_post and await visit.keep_draft(
        once=(once or visit.once) if answer.is_uncertain else None
    )
    status = answer.status if answer.status in WORDED else 500
    return await page(
        visit,
        status,
        detail=detail_of(visit, body),
        lines=field_lines(visit, body),
        is_kept=is_kept,
        back=back or (visit.here() if visit.is_post else "/console/"),
    )


async def expired(visit: Visit) -> Response:
    """The form was shown in a session that is over: shown again with what was typed."""
    return await page(
        visit,
        403,
        text=visit.t("refusal.text_expired"),
        is_kept=True,
        back=visit.here(),
    )


def detail_of(visit: Visit, body: dict[str, Any]) -> str:
    """The problem's own title and detail; a service that is down is called by its name."""
    origin = body.get("origin")
    if origin:
        return visit.t("refusal.down", service=visit.t.code("service", origin))
    parts = [str(body.get(name) or "") for name in ("title", "detail")]
    return visit.t("refusal.joint").join(dict.fromkeys(part for part in parts if part))


def field_lines(visit: Visit, body: dict[str, Any]) -> list[str]:
    """The field errors in the visitor's language."""
    return [
        visit.t.pick(error.get("message_zh"), error.get("message_en"))
        for error in body.get("errors", [])
    ]
