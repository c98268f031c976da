"""Who may do what in talent (domain §4.2)."""

from hrss_kit.access import Access, grant

CASEWORK = ("TALENT_RECOG", "TALENT_MOVE")
READERS = ("partner", "cw.talent", "supervisor.talent", "auditor")
RECORDERS = ("partner", "cw.talent", "window")
OFFICE = ("cw.talent", "supervisor.talent")
# What concerns no person is read by everybody who works with it.
COUNTERS = ("partner", "cw.talent", "window", "supervisor.talent", "auditor")

ACCESS = Access(
    grant("event:read", "partner", "service", "auditor"),
    grant("access-entry:read", "service"),
    grant("timer:run", "ops"),
    grant("talent:create", *RECORDERS),
    grant("talent:read", *READERS, purposes=(*CASEWORK, "AUDIT")),
    grant("talent:history", *READERS),
    grant("talent:change", "partner", "cw.talent"),
    grant("talent:reveal", "partner", "cw.talent", "supervisor.talent", purposes=CASEWORK),
    grant("title_certificate:create", *RECORDERS),
    grant("title_certificate:read", *READERS, purposes=(*CASEWORK, "AUDIT")),
    grant("title_certificate:history", *READERS),
    grant("title_certificate:revoke", "supervisor.talent"),
    grant(
        "title_certificate:reveal",
        "partner",
        "cw.talent",
        "supervisor.talent",
        purposes=CASEWORK,
    ),
    grant("programme:create", *OFFICE),
    grant("programme:change", *OFFICE),
    grant("programme:read", *COUNTERS),
    grant("category_mapping:draft", *OFFICE),
    grant("category_mapping:read", "cw.talent", "window", "supervisor.talent", "auditor"),
    grant("category_mapping:approve", "supervisor.talent"),
    grant("category_mapping:withdraw", "supervisor.talent"),
    grant("award:create", *RECORDERS),
    grant("award:read", *READERS, purposes=(*CASEWORK, "AUDIT")),
    grant("award:history", *READERS),
    grant("award:suspend", "supervisor.talent"),
    grant("award:reinstate", "supervisor.talent"),
    grant("award:revoke", "supervisor.talent"),
    grant("award:reveal", "partner", *OFFICE, purposes=CASEWORK),
)
