"""Who may do what in employment (domain §4.2)."""

from hrss_kit.access import Access, grant

EVERY_DESK = ("partner", "cw.emp", "window", "supervisor.emp", "auditor", "service")
CASEWORK = ("partner", "cw.emp", "supervisor.emp")
PERSON = ("EMP_MATCH", "EMP_GROUP_HELP")

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
    # What the two cities do together.
    grant("training:create", *CASEWORK),
    grant("training:read", *EVERY_DESK),
    grant("training:manage", *CASEWORK),
    grant("resource-booking:create", *CASEWORK, "window"),
    grant("resource-booking:read", *EVERY_DESK),
    grant("resource-booking:decide", *CASEWORK),
    grant("brand:create", "partner", "cw.emp"),
    grant("brand:read", *EVERY_DESK),
    grant("brand:manage", *CASEWORK),
    grant("brand:review", "supervisor.emp"),
    grant("enrolment:create", "partner", "cw.emp", "window"),
    grant("enrolment:read", *CASEWORK, "window", "auditor", purposes=(*PERSON, "AUDIT")),
    grant("enrolment:manage", *CASEWORK),
    grant("enrolment:reveal", *CASEWORK, purposes=PERSON),
    grant("startup-space:create", *CASEWORK),
    grant("startup-space:read", *EVERY_DESK),
    grant("startup-space:manage", *CASEWORK),
    grant("space-booking:create", *CASEWORK, "window"),
    grant("space-booking:read", *EVERY_DESK),
    grant("space-booking:decide", *CASEWORK),
    grant("resident:create", *CASEWORK, "window"),
    grant("resident:read", *EVERY_DESK),
    grant("resident:decide", *CASEWORK),
    grant("resident:reveal", *CASEWORK, purposes=PERSON),
    grant("posting-report:create", "partner", "cw.emp", "supervisor.emp"),
    grant("posting-report:answer", "partner", "cw.emp", "supervisor.emp"),
    grant("job:read", "partner", "cw.emp"),
)
