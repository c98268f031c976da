"""Who may do what in social insurance (domain §4.2)."""

from hrss_kit.access import Access, grant

OWN_CASEWORK = ("SI_TRANSFER", "SI_BENEFIT_EST", "SI_DELEGATED_FILE", "SI_DELEGATED_INJURY",
                "SI_DELEGATED_LIFE")  # fmt: skip

ACCESS = Access(
    grant("event:read", "partner", "service", "auditor"),
    grant("timer:run", "ops"),
    grant("participation:create", "partner", "cw.si"),
    grant(
        "participation:read",
        "partner",
        "cw.si",
        "supervisor.si",
        "auditor",
        purposes=(*OWN_CASEWORK, "AUDIT"),
    ),
    grant("participation:history", "partner", "cw.si", "supervisor.si", "auditor"),
    grant("participation:change", "partner", "cw.si"),
    grant(
        "participation:reveal",
        "partner",
        "cw.si",
        "supervisor.si",
        purposes=OWN_CASEWORK,
    ),
    grant(
        "participation:lookup",
        "partner",
        "cw.si",
        "cw.li",
        "cw.emp",
        "window",
        "supervisor.si",
        "supervisor.li",
        "service",
        purposes=(*OWN_CASEWORK, "LI_EVIDENCE", "EMP_GROUP_HELP", "TALENT_MOVE"),
    ),
    grant(
        "resident-policy:read",
        "partner",
        "cw.si",
        "window",
        "supervisor.si",
        "policy.editor",
        "policy.approver",
        "joint.admin",
        "auditor",
        "service",
        "province",
    ),
    grant("resident-policy:edit", "policy.editor", "policy.approver"),
)
