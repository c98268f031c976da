"""Who may do what with relations: accounts, certificates, transfers, overlaps, benefit places."""

from hrss_kit.access import grant

CASEWORK = ("SI_TRANSFER", "SI_BENEFIT_EST")
CLERKS = ("partner", "cw.si")
READERS = (*CLERKS, "supervisor.si", "auditor")
CONCERNED = (*READERS, "window", "province", "service")

GRANTS = (
    grant("personal-account:record", *CLERKS),
    grant("personal-account:read", *READERS, purposes=(*CASEWORK, "AUDIT")),
    grant("personal-account:history", *READERS),
    grant("participation-certificate:create", *CLERKS, "window"),
    grant("participation-certificate:read", *READERS, "window", purposes=(*CASEWORK, "AUDIT")),
    grant("participation-certificate:print", *CLERKS, "window", purposes=CASEWORK),
    grant("participation-certificate:revoke", "supervisor.si"),
    grant("participation-certificate:history", *READERS, "window"),
    grant("risk-flag:raise", *CLERKS, "supervisor.si"),
    grant("risk-flag:read", *READERS, purposes=(*CASEWORK, "AUDIT")),
    grant("risk-flag:clear", "supervisor.si"),
    grant("risk-flag:history", *READERS),
    grant("transfer-case:create", *CLERKS, "window", "service"),
    grant("transfer-case:read", *CONCERNED, purposes=("SI_TRANSFER", "TALENT_MOVE", "AUDIT")),
    grant("transfer-case:history", *CONCERNED),
    grant("transfer-case:reveal", *CLERKS, "supervisor.si", purposes=("SI_TRANSFER",)),
    grant("transfer-case:act", *CLERKS, "province"),
    grant("transfer-case:serve", *CLERKS, "window"),
    grant("transfer-case:complete", *CLERKS, "supervisor.si"),
    grant("transfer-case:dispute", *CLERKS, "supervisor.si"),
    grant("transfer-case:resolve", "supervisor.si", "province"),
    grant("overlap-resolution:decide", *CLERKS),
    grant("overlap-resolution:read", *READERS, purposes=("SI_TRANSFER", "AUDIT")),
    grant("overlap-resolution:history", *READERS),
    grant("benefit-place:decide", *CLERKS),
    grant("benefit-place:read", *READERS, purposes=(*CASEWORK, "AUDIT")),
    grant("benefit-place:history", *READERS),
    grant("unemployment-benefit:grant", *CLERKS),
    grant("unemployment-benefit:read", *READERS, purposes=(*CASEWORK, "BENEFIT_PAY", "AUDIT")),
    grant("unemployment-benefit:stop", "supervisor.si"),
    grant("unemployment-benefit:continue", "cw.si", "supervisor.si"),
    grant("unemployment-benefit:history", *READERS),
    grant("task:read", *READERS, "service"),
    grant("awaited-move:read", *READERS, "window", "service"),
    grant("task:settle", *CLERKS, "supervisor.si"),
)
