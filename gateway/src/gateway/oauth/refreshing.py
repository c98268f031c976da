"""Refresh tokens: given with a code's tokens, rotated at each use, revoked on signing out.

RFC 6749 §6, RFC 7009, RFC 9700 §4.14.2. A replica that dies between spending a token and keeping
the next one must not sign anybody out, so a spent token still works for half a minute.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.oauth.models import RefreshToken, User
from hrss_kit import clock
from hrss_kit.ids import new_id

GRANT = "refresh_token"
LONGEST = timedelta(hours=12)
GRACE = timedelta(seconds=30)


def issue(
    session: AsyncSession,
    *,
    client_id: str,
    username: str,
    scope: str,
    signed_in_at: datetime,
    family: UUID | None = None,
) -> str:
    """A fresh token; its family ends twelve hours after the sign-in."""
    token = secrets.token_urlsafe(32)
    session.add(
        RefreshToken(
            token_hash=_hash(token),
            family=family or new_id(),
            client_id=client_id,
            username=username,
            scope=scope,
            signed_in_at=signed_in_at,
            expires_at=signed_in_at + LONGEST,
        )
    )
    return token


async def spend(
    session: AsyncSession, client_id: str, token: str
) -> tuple[RefreshToken, User] | None:
    """Spends a token of this client; None when it is unknown, over, or was spent long ago.

    The last case means that two hold it: then nobody keeps any token of its family.
    """
    now = clock.now()
    row = await session.scalar(
        update(RefreshToken)
        .where(RefreshToken.token_hash == _hash(token), RefreshToken.client_id == client_id)
        .where(RefreshToken.expires_at > now)
        .where(or_(RefreshToken.spent_at.is_(None), RefreshToken.spent_at > now - GRACE))
        .values(spent_at=func.coalesce(RefreshToken.spent_at, now))
        .returning(RefreshToken)
    )
    if row is None:
        await revoke(session, client_id, token)
        return None
    user = await session.get(User, row.username)
    return (row, user) if user is not None and user.is_enabled else None


async def revoke(session: AsyncSession, client_id: str, token: str) -> None:
    """Voids the token and all of its family; an unknown token is no error (RFC 7009 §2.2)."""
    family = select(RefreshToken.family).where(
        RefreshToken.token_hash == _hash(token), RefreshToken.client_id == client_id
    )
    await session.execute(
        delete(RefreshToken).where(RefreshToken.family.in_(family.scalar_subquery()))
    )


async def forget(session: AsyncSession) -> None:
    """Drops tokens that are over."""
    await session.execute(delete(RefreshToken).where(RefreshToken.expires_at < clock.now()))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
