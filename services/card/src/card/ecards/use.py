"""Using a one-time code 动态码: of several uses at once one is the first."""

from hashlib import sha256
from typing import Final

import asyncpg

from hrss_kit import clock
from hrss_kit.context import exchange
from hrss_kit.db import Database
from hrss_kit.problems import Conflict, Unavailable

# The row that is updated decides who was first: of several at once one finds it unused.
USE: Final = """
UPDATE ecard_tokens AS token SET used_at = $2, used_by = $3
FROM ecards AS ecard JOIN cards AS card ON card.id = ecard.bound_card_id
WHERE token.token_hash = $1 AND token.used_at IS NULL AND token.expires_at >= $2
  AND ecard.id = token.ecard_id
  AND (token.authorised OR card.social_state NOT IN ('TEMP_LOST', 'LOST', 'LOCKED', 'EXPIRED'))
RETURNING ecard.id_hash
"""
LOST: Final = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
WHY_NOT: Final = "SELECT used_at, expires_at FROM ecard_tokens WHERE token_hash = $1"


class TokenExpired(Conflict):
    """The code is too old; one that never was looks the same."""

    code = "TOKEN_EXPIRED"
    title_zh, title_en = "电子社保卡动态码已失效", "The e-card token has expired"


class TokenUsed(Conflict):
    """A code is good once."""

    code = "TOKEN_USED"
    title_zh, title_en = "电子社保卡动态码已使用", "The e-card token has been used"


class EcardAuthorisation(Conflict):
    """While the card is lost, locked or expired the holder authorises each use."""

    code = "ECARD_AUTHORISATION"
    title_zh = "须由持卡人对本次使用授权"
    title_en = "The holder has to authorise this use"


async def use(database: Database, token: str) -> bytes:
    """Whose code it is (`id_hash`), and from now on it is used; 409 when it is not good.

    A code is spent before the answer is made: whoever asks again asks for another one.
    """
    hashed = digest(token)
    try:
        async with (await database.driver()).acquire() as connection:
            found = await connection.fetchrow(USE, hashed, clock.now(), _actor())
            if found is not None:
                id_hash: bytes = found["id_hash"]
                return id_hash
            row = await connection.fetchrow(WHY_NOT, hashed)
    except LOST as error:
        raise Unavailable from error
    if row is None or (row["used_at"] is None and row["expires_at"] < clock.now()):
        raise TokenExpired  # one that never was looks the same
    if row["used_at"] is not None:
        raise TokenUsed
    raise EcardAuthorisation


def _actor() -> str:
    principal = exchange().principal
    assert principal is not None  # the route has let somebody in
    return principal.actor


def digest(token: str) -> bytes:
    """What is kept of a code; drawn at random, it needs no key to be safe."""
    return sha256(token.encode()).digest()
