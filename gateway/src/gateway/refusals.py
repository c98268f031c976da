"""What the edge refuses by itself, and how its own failures are told."""

from starlette.exceptions import HTTPException

from gateway.upstream import UpstreamDown
from hrss_kit.problems import Problem, Unavailable
from hrss_kit.telemetry import log
from hrss_kit.translation import as_problem as database_problem


class TooManyRequests(Problem):
    status, code = 429, "RATE_LIMITED"
    title_zh, title_en = "请求过于频繁，请稍后重试", "Too many requests, slow down"


class MethodNotAllowed(Problem):
    status, code = 405, "METHOD_NOT_ALLOWED"
    title_zh, title_en = "不支持此请求方法", "This method is not supported"


class Disconnected(Exception):
    """The caller went away while sending."""


def as_answer(error: Exception) -> Problem:
    """The problem that stands for a failure of our own: 503 without the database, else 500."""
    if isinstance(error, UpstreamDown):
        return Unavailable()
    if isinstance(error, HTTPException) and error.status_code == 405:
        return MethodNotAllowed(headers=dict(error.headers or {}))
    found = database_problem(error)
    if found is None:
        log().error("unexpected failure", error=type(error).__name__, where="edge")
    return found or Problem()
