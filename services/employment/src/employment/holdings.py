"""What can be compared with the other side of it 对账."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from employment.postings.events import PostingUpdated
from hrss_kit import clock
from hrss_kit.holdings import COPY, ORIGIN, PARTNER, Holding
from hrss_kit.ids import new_id
from hrss_kit.standard import STANDARD_HOLDINGS

SHARED = text("SELECT id, biz_no FROM postings WHERE id::text = ANY(:ids) ORDER BY id")


async def _tell(session: AsyncSession, keys: Sequence[str]) -> list[dict[str, Any]]:
    """That each posting has changed: a copy is made of what the posting says now."""
    ids = [key.partition("|")[0] for key in keys]
    return [
        {
            "id": str(new_id()),
            "type": PostingUpdated.type,
            "source": "employment",
            "subject": row.biz_no,
            "time": clock.now().isoformat(),
            "data": {"posting_id": str(row.id)},
        }
        for row in await session.execute(SHARED, {"ids": ids})
    ]


HOLDINGS = (
    *STANDARD_HOLDINGS,
    Holding(
        "posting_mirror",
        ORIGIN,
        "SELECT p.id || '|' || city AS key, p.public_version || '|' || p.state || '|' || p.title "
        "AS content FROM postings p, unnest(p.share_with) AS city "
        "WHERE p.published_at IS NOT NULL",
        events=_tell,
    ),
    Holding(
        "posting_mirror",
        COPY,
        "SELECT origin_id || '|' || mirror_city AS key, origin_version || '|' || state || '|' || "
        "coalesce(snapshot->>'title', '') AS content FROM posting_mirrors",
        discard="DELETE FROM posting_mirrors WHERE origin_id || '|' || mirror_city = ANY(:keys)",
    ),
    Holding(
        "arrears_entry",
        COPY,
        "SELECT entry_no AS key, uscc || '|' || listed_from || '|' || listed_to || '|' || "
        "coalesce(removed_on::text, '') AS content FROM employer_listings",
        discard="DELETE FROM employer_listings WHERE entry_no = ANY(:keys)",
    ),
    Holding(
        "posting",
        PARTNER,
        "SELECT id::text AS key, version::text AS content FROM postings WHERE owner_city = :city",
    ),
)
