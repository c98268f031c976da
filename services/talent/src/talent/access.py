"""Who may do what in talent (domain §4.2)."""

from hrss_kit.access import Access, grant

CASEWORK = ("TALENT_RECOG", "TALENT_MOVE")
READERS = ("partner", "cw.talent", "supervisor.talent", "auditor")
RECORDERS = ("partner", "cw.talent", "window")

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
)
