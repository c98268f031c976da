"""What follows when months of insurance arrive, by the request or by the file."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession


async def notice(session: AsyncSession, hashes: Sequence[bytes]) -> None:
    """Looks whether somebody waits for months of these persons; in the transaction of the months.

    Nothing waits for them yet.
    """
