"""What the database refuses, in the suite's words. Details stay in the log, not in the answer."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from hrss_kit.problems import Conflict, Invalid, Problem, Unavailable, VersionMismatch

BUSY_STATES = ("40001", "40P01", "55P03")  # serialisation, deadlock, lock not available
LOST_CLASSES = ("08", "57", "53", "3D", "28")  # connection, shutdown, resources, no way in


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a row."""
    cause = error.orig.__cause__ if error.orig is not None else None
    name: str | None = getattr(cause, "constraint_name", None)
    return name


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def as_problem(error: Exception) -> Problem | None:
    """The problem that stands for a database error, None for one that is our own fault."""
    if isinstance(error, StaleDataError):
        return VersionMismatch()
    if isinstance(error, IntegrityError):
        return Conflict()
    if isinstance(error, PoolTimeout | InterfaceError | OSError | asyncpg.PostgresConnectionError):
        return Unavailable()
    if isinstance(error, DBAPIError):
        state = _sqlstate(error)
        lost = error.connection_invalidated or isinstance(error, OperationalError)
        if lost or state in BUSY_STATES or state[:2] in LOST_CLASSES:
            return Unavailable()
        if state.startswith("22"):
            return Invalid()
        cause = error.orig.__cause__ if error.orig is not None else None
        if isinstance(cause, asyncpg.DataError | UnicodeError | OverflowError):
            return Invalid()
        if isinstance(cause, OSError | asyncpg.PostgresConnectionError | asyncpg.InterfaceError):
            return Unavailable()
    return None


@contextmanager
def translated() -> Iterator[None]:
    """Turns database errors of a block into problems."""
    try:
        yield
    except Problem:
        raise
    except (DBAPIError, StaleDataError, PoolTimeout, OSError, asyncpg.PostgresError) as error:
        problem = as_problem(error)
        if problem is None:
            raise
        raise problem from error
