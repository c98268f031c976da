"""Business numbers, the ones that people read: ``LI-EZ-20260923-000123-7`` (domain §0.10)."""

from datetime import date

from sqlalchemy import Sequence
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.business_number import format_number
from hrss_kit.db import KitBase
from hrss_kit.divisions import letters

# A sequence never waits for another transaction; a number that is not used leaves a gap.
# Six digits go round after a million numbers, far more than a day brings.
NUMBERS = Sequence(
    "business_numbers", metadata=KitBase.metadata, minvalue=1, maxvalue=999_999, cycle=True
)


async def next_number(session: AsyncSession, service_code: str, city: str, on: date) -> str:
    """The next business number of a service in a city on a date."""
    sequence = await session.scalar(NUMBERS.next_value())
    return format_number(service_code, letters(city), on, int(sequence or 0))
