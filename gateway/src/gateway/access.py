"""Who may do what with the gateway's own resources (domain §4.2, last rows)."""

from hrss_kit.access import Access, grant

DESKS = ("cw.emp", "cw.si", "cw.talent", "cw.li", "cw.card")
HEADS = (
    "supervisor.emp",
    "supervisor.si",
    "supervisor.talent",
    "supervisor.li",
    "supervisor.card",
)
EVERYBODY = (
    "partner",
    *DESKS,
    "window",
    "station",
    *HEADS,
    "joint.admin",
    "policy.editor",
    "policy.approver",
    "auditor",
    "ops",
    "province",
    "service",
)
STAFF = (
    *DESKS,
    "window",
    "station",
    *HEADS,
    "joint.admin",
    "policy.editor",
    "policy.approver",
)

ACCESS = Access(
    grant("policy:read", *(role for role in EVERYBODY if role not in ("window", "station", "ops"))),
    grant("policy:write", "policy.editor", "joint.admin"),
    grant("policy:approve", "policy.approver", "joint.admin"),
    grant("calendar:read", *EVERYBODY),
    grant("calendar:write", "policy.editor", "joint.admin"),
    grant("place:read", *EVERYBODY, "citizen"),
    grant("access-history:read", "citizen", "auditor", purposes=("ONE_NET", "AUDIT")),
    grant("event:read", *EVERYBODY),
    # Indicators: everybody who works here reads them; heads and joint officers freeze them.
    grant("indicator:read", *EVERYBODY, "citizen"),
    grant("indicator:freeze", *HEADS, "joint.admin"),
    # Cooperation: both cities read; the pair of joint officers decide (domain §4.1, P-0a, P-0b).
    grant("agreement:read", *EVERYBODY),
    grant("agreement:keep", "joint.admin"),
    grant("joint-meeting:read", *EVERYBODY),
    grant("joint-meeting:keep", "joint.admin"),
    grant("action-item:close", *HEADS, "joint.admin"),
    grant("sharing-rule:read", *EVERYBODY),
    grant("sharing-rule:keep", "joint.admin"),
    # Push: a partner's system keeps its own; operations see how they answer, never what they say.
    grant("subscription:keep", "partner"),
    grant("subscription:read", "partner", "ops", "auditor"),
    grant("dead-letter:read", "partner", "ops", "auditor"),
    grant("dead-letter:resend", "partner", "ops"),
    # One-net matters: whoever shows an e-card, and every counter; the steps are the services' own.
    grant("matter:start", "partner", *DESKS, "window", "citizen"),
    grant(
        "matter:read",
        "partner",
        *DESKS,
        "window",
        *HEADS,
        "auditor",
        "citizen",
        purposes=("ONE_NET", "AUDIT"),
    ),
    grant("matter:history", "partner", *DESKS, "window", *HEADS, "auditor", "citizen"),
    grant("matter:act", "partner", *DESKS, "window", "citizen"),
    grant("matter:mend", *DESKS, "window", *HEADS),
    grant("matter:reveal", *DESKS, *HEADS, purposes=("ONE_NET",)),
    # Hand-offs carry nothing personal outwards in lists; receipts come through the province.
    grant("handoff:read", "partner", *DESKS, "window", *HEADS, "auditor", "ops", "province"),
    grant("handoff:receive", "province"),
    grant("handoff:resend", *HEADS, "ops"),
    # Journeys: every desk of the cities concerned sees where they stand, heads mend them.
    grant("journey:read", *EVERYBODY),
    grant("journey:start", "partner", *DESKS, "window"),
    grant("journey:mend", *HEADS),
    grant("journey:cancel", *HEADS),
    grant("access-entry:read", "service"),
    grant("holding:compare", "service"),
    # Reconciliation: everybody of a city reads what was found; a partner tells what it has.
    grant("reconciliation:read", "partner", *HEADS, "joint.admin", "auditor", "ops"),
    grant("reconciliation:tell", "partner"),
    grant("reconciliation:run", "ops"),
    grant("timer:run", "ops"),
    # Work of one's own, here and in all services: the token says whose.
    grant("work-item:read", *STAFF),
    grant("work-item:claim", *STAFF),
    grant("work-item:take-over", *HEADS),
    # Who did what: an auditor reads all, a supervisor their city, a partner its own calls.
    grant("audit:read", "partner", *HEADS, "auditor"),
    grant("audit:verify", "auditor"),
    grant("worklist:read", *STAFF, "province"),
)
