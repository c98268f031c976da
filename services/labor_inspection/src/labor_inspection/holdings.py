"""What can be compared with the other side of it 对账."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import holdings
from hrss_kit.holdings import ORIGIN, PARTNER, Holding
from hrss_kit.standard import STANDARD_HOLDINGS
from labor_inspection.arrears_list.schemas import EVENT_TYPES


async def _tell(session: AsyncSession, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Everything that was said of an entry."""
    return await holdings.retell(session, keys, [one.type for one in EVENT_TYPES])


HOLDINGS = (
    *STANDARD_HOLDINGS,
    Holding(
        "arrears_entry",
        ORIGIN,
        "SELECT biz_no AS key, employer_uscc || '|' || listed_on || '|' || expires_on "
        "|| '|' || coalesce(removed_on::text, '') AS content FROM arrears_list_entries "
        "WHERE listed_on IS NOT NULL",
        events=_tell,
    ),
    Holding(
        "complaint",
        PARTNER,
        "SELECT id::text AS key, version::text AS content FROM complaints WHERE owner_city = :city",
    ),
)
