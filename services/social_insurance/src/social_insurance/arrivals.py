"""What follows when months of insurance arrive, by the request or by the file."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from social_insurance.followups import hires, moves
from social_insurance.unemployment_benefits import service as unemployment


async def notice(session: AsyncSession, hashes: Sequence[bytes]) -> None:
    """Looks whether somebody waits for months of these persons; in the transaction of the months.

    Who was hired is insured (J-5), who draws unemployment benefit is employed again (J-6), who
    moves has a first month paid (J-2). A timer looks again, should an event come after its months.
    """
    await session.flush()  # the months are looked for in the database
    refs = hires.refs_of(hashes)
    await hires.settle(session, refs)
    await unemployment.cross_check(session, hashes)
    await moves.open_due(session, refs)
