"""Who may do what in talent (domain §4.2)."""

from hrss_kit.access import Access, grant

ACCESS = Access(
    grant("event:read", "partner", "service", "auditor"),
    grant("timer:run", "ops"),
)
