"""Headers, entity tags and documented answers that the kinds of routes share."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import orjson
from fastapi import Header, Request, Response

from hrss_kit.context import Exchange
from hrss_kit.problems import (
    MEDIA_TYPE,
    PreconditionRequired,
    Problem,
    document,
    instance_of,
    prefers_english,
)

if TYPE_CHECKING:
    from hrss_kit.routing import Convention

ENTITY_TAG = re.compile(r'^"(\d{1,9})"$')
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/ProblemDocument"}
NO_VERSION = -1


async def once_header(
    idempotency_key: Annotated[UUID, Header(description="A UUID, new for each new request")],
) -> None:
    """Idempotency-Key; the route has checked it before."""


async def if_match_header(
    if_match: Annotated[str, Header(description='The ETag that was read, such as "3"')],
) -> None:
    """If-Match; the route has checked it before."""


async def personal_header(
    x_purpose: Annotated[str, Header(description="A purpose code, such as LI_COMPLAINT")],
    x_case_no: Annotated[str | None, Header(description="The case that the read is for")] = None,
) -> None:
    """X-Purpose and X-Case-No; the route has checked them before."""


# Coroutines, as every dependency of the kit: FastAPI sends a plain function to a thread, which
# costs more than all the rest of a short request.
HEADERS: dict[str, Callable[..., Awaitable[None]]] = {
    "once": once_header,
    "if_match": if_match_header,
    "personal": personal_header,
}


def expected_version(if_match: str | None) -> int:
    """The version the caller has read; 428 without the header. A foreign tag matches nothing."""
    if not if_match:
        raise PreconditionRequired
    match = ENTITY_TAG.match(if_match.strip())
    return int(match[1]) if match else NO_VERSION


def entitle(request: Request, response: Response, present: Exchange) -> None:
    """Puts ETag, Location and Link on a successful answer."""
    if response.status_code >= 400:
        return
    if present.etag_version is not None:
        response.headers["ETag"] = f'"{present.etag_version}"'
    if response.status_code in (201, 202) and present.location:
        given, path = present.location, request.url.path.rstrip("/")
        response.headers["Location"] = given if given.startswith("/") else f"{path}/{given}"
    if present.link_next:
        url = request.url.include_query_params(cursor=present.link_next)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'


def reply_of(problem: Problem, request: Request) -> Response:
    """The problem as an answer."""
    instance = instance_of(request.method, request.url.path)
    body = document(problem, instance, request.headers.get("accept-language"))
    headers = {"Content-Language": _language(request), **problem.headers}
    return Response(orjson.dumps(body), problem.status, headers, media_type=MEDIA_TYPE)


def _language(request: Request) -> str:
    return "en" if prefers_english(request.headers.get("accept-language")) else "zh-CN"


def documented(
    convention: "Convention", status: int, problems: Sequence[type[Problem]]
) -> dict[int | str, dict[str, Any]]:
    """The answers a route of this kind can give, for its contract."""
    statuses = {400, 401, 403, 404, 413, 422, 429, 500, 503}
    if convention.kind in ("create", "upload", "change", "act", "replace"):
        statuses |= {409, 412} if convention.kind not in ("create", "upload") else {409}
    if convention.if_match:
        statuses.add(428)
    texts: dict[int, list[str]] = {}
    for problem in problems:
        texts.setdefault(problem.status, []).append(problem.code)
    answers: dict[int | str, dict[str, Any]] = {}
    for number in sorted(statuses | set(texts)):
        words = ", ".join(texts.get(number, [])) or "Problem"
        answers[number] = {
            "description": words,
            "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}},
        }
    headers: dict[str, Any] = {}
    if convention.kind in ("create", "upload", "read", "change", "act", "replace"):
        headers["ETag"] = {"schema": {"type": "string"}}
    if status in (201, 202):
        headers["Location"] = {"schema": {"type": "string"}}
    if convention.kind == "list":
        headers["Link"] = {"schema": {"type": "string"}}
    if headers:
        answers[status] = {"headers": headers}
    return answers
