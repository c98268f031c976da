"""Row identifiers: UUID version 7 (RFC 9562), which sort by the time they were made."""

from uuid import UUID

from asyncpg.pgproto import pgproto
from uuid_utils import uuid7


def new_id() -> UUID:
    """A new UUIDv7, of the driver's own kind of UUID: made, hashed, written and sent in C."""
    made: UUID = pgproto.UUID(uuid7().bytes)
    return made
