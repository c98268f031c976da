"""What can be compared with the other side of it 对账."""

from hrss_kit.holdings import PARTNER, Holding
from hrss_kit.standard import STANDARD_HOLDINGS

HOLDINGS = (
    *STANDARD_HOLDINGS,
    Holding(
        "card",
        PARTNER,
        "SELECT id::text AS key, version::text AS content FROM cards WHERE owner_city = :city",
    ),
)
