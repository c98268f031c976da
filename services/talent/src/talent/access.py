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
    grant("category_mapping:affected", *OFFICE, "auditor", purposes=(*CASEWORK, "AUDIT")),
    grant("self_review_unit:read", *COUNTERS),
    grant("self_review_unit:change", *OFFICE),
    grant("title_recognition:create", *RECORDERS),
    grant("title_recognition:read", *READERS, "window", purposes=(*CASEWORK, "AUDIT")),
    grant("title_recognition:history", *READERS),
    grant("title_recognition:verify", "partner", "cw.talent"),
    grant("title_recognition:correct", *RECORDERS),
    grant("title_recognition:withdraw", *RECORDERS),
    grant("title_recognition:acknowledge", "supervisor.talent"),
    grant("title_recognition:reveal", "partner", *OFFICE, purposes=CASEWORK),
    grant("recognition:create", *RECORDERS),
    grant("recognition:read", *READERS, "window", purposes=(*CASEWORK, "AUDIT")),
    grant("recognition:history", *READERS),
    grant("recognition:verify", "partner", "cw.talent"),
    grant("recognition:review", "supervisor.talent"),
    grant("recognition:grant", "cw.talent"),
    grant("recognition:withdraw", *RECORDERS),
    grant("recognition:revoke", "supervisor.talent"),
    grant("recognition:reveal", "partner", *OFFICE, purposes=CASEWORK),
    grant("recognition_certificate:read", *COUNTERS),
    grant("benefit:create", "partner", "cw.talent"),
    grant("benefit:read", *READERS, purposes=(*CASEWORK, "AUDIT")),
    grant("benefit:history", *READERS),
    grant("benefit:cancel", *OFFICE),
    grant("recognition_certificate:issue", "partner", "cw.talent", "window", purposes=CASEWORK),
)
