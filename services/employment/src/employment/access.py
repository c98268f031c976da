"""Who may do what in employment (domain §4.2)."""

from hrss_kit.access import Access, grant

EVERY_DESK = ("partner", "cw.emp", "window", "supervisor.emp", "auditor", "service")

ACCESS = Access(
    grant("event:read", "partner", "service", "auditor"),
    grant("access-entry:read", "service"),
    grant("timer:run", "ops"),
    grant("employer:create", "partner", "cw.emp"),
    grant("employer:read", *EVERY_DESK, "cw.si", "cw.talent", "cw.li"),
    grant("employer:change", "partner", "cw.emp"),
    grant("employer:verify", "cw.emp", "supervisor.emp"),
    grant(
        "employer:reveal",
        "partner",
        "cw.emp",
        "supervisor.emp",
        purposes=("EMP_MATCH", "EMP_GROUP_HELP"),
    ),
    grant("posting:create", "partner", "cw.emp"),
    grant("posting:read", *EVERY_DESK),
    grant("posting:change", "partner", "cw.emp"),
    grant("posting:submit", "partner", "cw.emp"),
    grant("posting:publish", "cw.emp", "supervisor.emp"),
    grant("posting:reject", "cw.emp", "supervisor.emp"),
    grant("posting:suspend", "partner", "cw.emp", "supervisor.emp"),
    grant("posting:resume", "supervisor.emp"),
    grant("posting:withdraw", "partner", "cw.emp", "supervisor.emp"),
    grant("posting:fill", "partner", "cw.emp"),
)
