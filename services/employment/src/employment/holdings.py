"""What can be compared with the other side of it 对账."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from employment.mirrors.consumers import CONSUMERS
from hrss_kit import holdings
from hrss_kit.holdings import COPY, ORIGIN, PARTNER, Holding
from hrss_kit.standard import STANDARD_HOLDINGS

SHARED = text("SELECT DISTINCT biz_no FROM postings WHERE id::text = ANY(:ids)")


async def _tell(session: AsyncSession, keys: Sequence[str]) -> list[dict[str, Any]]:
    """The last event of each posting: a copy is made of what the posting says now."""
    ids = [key.partition("|")[0] for key in keys]
    subjects = list(await session.scalars(SHARED, {"ids": ids}))
    told = await holdings.retell(session, subjects, [one.type for one in CONSUMERS])
    return list({event["subject"]: event for event in told}.values())


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
