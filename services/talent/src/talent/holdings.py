"""What can be compared with the other side of it 对账."""

from hrss_kit.holdings import COPY, PARTNER, Holding
from hrss_kit.standard import STANDARD_HOLDINGS

HOLDINGS = (
    *STANDARD_HOLDINGS,
    Holding(
        "arrears_entry",
        COPY,
        "SELECT entry_no AS key, uscc || '|' || blocked_from || '|' || blocked_to || '|' || "
        "coalesce(removed_on::text, '') AS content FROM blocked_employers",
        discard="DELETE FROM blocked_employers WHERE entry_no = ANY(:keys)",
    ),
    Holding(
        "talent",
        PARTNER,
        "SELECT id::text AS key, version::text AS content FROM talents WHERE owner_city = :city",
    ),
)
