"""Persons by the reference that events carry: a range of blind indexes, read by their index."""

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

REF_LENGTH = 24


def is_ref(person_ref: str | None) -> bool:
    """True for what an event may carry as a person."""
    try:
        return len(bytes.fromhex(person_ref or "")) * 2 == REF_LENGTH
    except ValueError:
        return False


def of_ref(column: InstrumentedAttribute[bytes], person_ref: str) -> ColumnElement[bool]:
    """The rows whose `id_hash` begins with the reference."""
    first = bytes.fromhex(person_ref)
    last = first + b"\xff" * (32 - len(first))
    return and_(column >= first, column <= last)
