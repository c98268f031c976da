"""Failures nobody foresaw: the log says where, the caller learns nothing but the trace id."""

from hrss_kit.context import exchange
from hrss_kit.problems import Problem, Unavailable
from hrss_kit.telemetry import log
from hrss_kit.translation import as_problem


def failure(error: Exception) -> Problem:
    """The problem that answers an unexpected error; writes the log line."""
    problem = as_problem(error)
    if problem is None:
        log().error(
            "unexpected failure",
            operation=exchange().operation,
            error=type(error).__name__,
            cause=type(error.__cause__).__name__,
            where=_where(error),
        )
        return Problem()
    if isinstance(problem, Unavailable):
        log().warning("database unavailable", error=type(error).__name__)
    return problem


def _where(error: BaseException) -> str:
    """File and line of the failure; never its message, which may quote a value."""
    traced, place = error.__traceback__, ""
    while traced is not None:
        code = traced.tb_frame.f_code
        place = f"{code.co_filename.rsplit('/', 1)[-1]}:{traced.tb_lineno} {code.co_name}"
        traced = traced.tb_next
    return place
