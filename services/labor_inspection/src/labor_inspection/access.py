"""Who may do what in labour inspection (domain §4.2)."""

from hrss_kit.access import Access, grant

HANDLERS = ("partner", "cw.li", "supervisor.li")
DESKS = (*HANDLERS, "window", "station")

ACCESS = Access(
    grant("event:read", "partner", "service", "auditor"),
    grant("access-entry:read", "service"),
    grant("holding:compare", "service"),
    grant("timer:run", "ops"),
    grant("work-item:read", "cw.li", "supervisor.li", "window", "station", "province"),
    grant("work-item:claim", "cw.li", "supervisor.li"),
    grant("work-item:take-over", "supervisor.li"),
    grant("indicator:read", *DESKS, "auditor", "province", "service", "joint.admin"),
    # Complaints: anybody at a counter of either city receives; the competent city decides.
    grant("complaint:create", *DESKS, "service"),
    grant(
        "complaint:read",
        *DESKS,
        "auditor",
        "province",
        "service",
        purposes=("LI_COMPLAINT", "AUDIT"),
    ),
    grant("complaint:forward", *DESKS),
    grant("complaint:supplement", *DESKS),
    grant("complaint:decide", *HANDLERS),
    grant("complaint:designate", "province"),
    grant("complaint:reveal", *HANDLERS, purposes=("LI_COMPLAINT",)),
    # Who reported: an inspector asks, the head of the office approves, and it is seen once.
    grant("identity:ask", "cw.li"),
    grant("identity:read", "cw.li", "supervisor.li", "auditor"),
    grant("identity:decide", "supervisor.li"),
    grant("identity:open", "cw.li", purposes=("LI_COMPLAINT",)),
    # Stations: run by the city that sends the staff, known to both.
    grant("station:read", *DESKS, "auditor", "province", "service", "joint.admin"),
    grant("station:manage", *HANDLERS),
    # Cases: who may act in the competent city is asked after whose case it is (NOT_YOUR_CITY).
    grant("case:read", *HANDLERS, "auditor"),
    grant("case:workers", *HANDLERS, purposes=("LI_COMPLAINT",)),
    grant("case:act", *HANDLERS),
    grant("inspector-interest:keep", "supervisor.li"),
    grant("insurance-check:ask", "cw.li", "supervisor.li"),
    grant("insurance-check:read", *HANDLERS),
    grant("insurance-hint:read", *HANDLERS),
    grant("money:compute", *DESKS, "service"),
    grant("fine:record", "supervisor.li"),
    grant("fine:read", *HANDLERS),
    # Letters of assistance: a city asks, the other answers; nobody else knows of them.
    grant("assist:send", "partner", "cw.li"),
    grant("assist:read", *HANDLERS, "auditor"),
    grant("assist:reveal", "partner", "cw.li", purposes=("LI_ASSIST",)),
    grant("assist:act", *HANDLERS),
    grant("assist:evidence", *HANDLERS),
    grant("assist:open", *HANDLERS, purposes=("LI_ASSIST", "LI_COMPLAINT")),
    # Evidence of a case: which of the inspectors, is asked of the case (NOT_ON_THE_CASE).
    grant("evidence:add", *HANDLERS),
    grant("evidence:read", *HANDLERS),
    grant("evidence:open", *HANDLERS, purposes=("LI_COMPLAINT", "LI_ASSIST")),
    grant("evidence:package", *HANDLERS, purposes=("LI_COMPLAINT",)),
    # The arrears list: inspectors of both cities keep it, every desk knows who was on it.
    grant(
        "arrears-list:read",
        *DESKS,
        "auditor",
        "province",
        "service",
        purposes=("LI_COMPLAINT", "LI_PUBLICITY", "AUDIT"),
    ),
    grant(
        "arrears-list:published",
        *DESKS,
        "cw.emp",
        "cw.talent",
        "auditor",
        "citizen",
        "service",
        purposes=("LI_PUBLICITY", "AUDIT"),
    ),
    grant("arrears-list:act", *HANDLERS),
    # Credit: each city grades those it inspects, everybody reads what came of it.
    grant(
        "credit:read", *DESKS, "cw.emp", "cw.talent", "auditor", "province", "citizen", "service"
    ),
    grant("credit:record", "supervisor.li"),
    grant("credit:grade", "supervisor.li"),
    grant("credit:publish", "supervisor.li"),
    # Joint cases: suggested when complaints about one employer come in both cities.
    grant("joint-case:read", *HANDLERS, "auditor", "province"),
    grant("joint-case:answer", "cw.li", "supervisor.li"),
    # Joint operations: two cities act as one, each inside its own cases; the draw is for everybody.
    grant("joint-operation:read", *HANDLERS, "auditor", "province", "service"),
    grant(
        "joint-operation:verify",
        *DESKS,
        "cw.emp",
        "cw.talent",
        "auditor",
        "province",
        "citizen",
        "service",
    ),
    grant("joint-operation:plan", "cw.li", "supervisor.li"),
    grant("joint-operation:decide", "supervisor.li"),
    # Workshops of both cities' inspectors; guidance cases for everybody, once checked.
    grant("workshop:read", *HANDLERS, "auditor", "province"),
    grant("workshop:keep", "cw.li", "supervisor.li"),
    grant(
        "guidance-case:read",
        *DESKS,
        "cw.emp",
        "cw.talent",
        "auditor",
        "province",
        "citizen",
        "service",
    ),
    grant("guidance-case:draft", "cw.li", "supervisor.li"),
    grant("guidance-case:check", "supervisor.li"),
    # Bulletins: what the inspectors of one city tell those of the other.
    grant("bulletin:read", *HANDLERS, "auditor", "province", "service"),
    grant("bulletin:issue", "cw.li", "supervisor.li"),
    grant("bulletin:receive", *HANDLERS),
    grant("major-publication:publish", "supervisor.li"),
    grant(
        "major-publication:read",
        *DESKS,
        "cw.emp",
        "cw.talent",
        "auditor",
        "province",
        "citizen",
        "service",
    ),
)
