"""Everything a subscription says over the wire."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

#: An event type, the beginning of some (`li.case.*`), or all of them (`*`).
EventType = Annotated[
    str, Field(max_length=80, pattern=r"^(\*|[a-z][a-z_]*(\.[a-z0-9_]+)*(\.\*)?)$")
]
Url = Annotated[str, Field(min_length=8, max_length=2000)]
Secret = Annotated[str, Field(min_length=16, max_length=200)]
State = Literal["ACTIVE", "PAUSED", "ENDED"]
SECRET_PREFIX = "whsec_"  # noqa: S105  what Standard Webhooks puts before every secret
SECRET_BYTES = range(24, 65)


def key_of(secret: str) -> bytes | None:
    """The key in a secret (Standard Webhooks: base64 of 24 to 64 bytes), None when it is not one.

    A secret without the prefix that is no base64 is taken as it is, 24 to 64 bytes of text.
    """
    text = secret.removeprefix(SECRET_PREFIX)
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b"" if secret.startswith(SECRET_PREFIX) else secret.encode()
    if len(key) not in SECRET_BYTES and not secret.startswith(SECRET_PREFIX):
        key = secret.encode()
    return key if len(key) in SECRET_BYTES else None


def _check_secret(given: Mapping[str, Any]) -> Iterable[CrossError]:
    secret = given.get("secret")
    if isinstance(secret, str) and key_of(secret) is None:
        yield CrossError(
            ("secret",),
            "SECRET",
            "须为 whsec_ 加 24 至 64 字节的 base64",
            "must be whsec_ and the base64 of 24 to 64 bytes",
        )


class SubscriptionCreate(RequestModel):
    """Where to push what; without a secret one is made."""

    url: Url
    types: Annotated[list[EventType], Field(min_length=1, max_length=50)]
    secret: Annotated[Secret | None, Field(repr=False)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """The secret is long enough."""
        yield from _check_secret(given)


class SubscriptionChange(RequestModel):
    """What may change while it lives."""

    url: Url | None = None
    types: Annotated[list[EventType] | None, Field(min_length=1, max_length=50)] = None


class SecretRotation(RequestModel):
    """A new secret, made here unless given; the old one signs beside it for a while."""

    secret: Annotated[Secret | None, Field(repr=False)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """The secret is long enough."""
        yield from _check_secret(given)


class ReplayWish(RequestModel):
    """Once more everything of a service after an event, or from the beginning."""

    service: Annotated[str, Field(min_length=2, max_length=60, pattern=r"^[a-z_-]+$")]
    after: UUID | None = None


class HealthRead(BaseModel):
    """How the address has been answering; `waiting` and `dead` count deliveries."""

    failures: int
    hold_until: datetime | None
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: str | None
    waiting: int
    dead: int


class SubscriptionRead(LivingRead):
    """A subscription; `secret` is shown once, when it was made or rotated."""

    client_id: str
    url: str
    types: list[str]
    previous_secret_until: datetime | None
    health: HealthRead
    secret: Annotated[str | None, Field(repr=False)] = None


class SubscriptionQuery(ListQuery):
    """Filters of the list."""

    state: State | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
