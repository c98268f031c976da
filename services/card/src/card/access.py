"""Who may do what in social-security card (domain §4.2, §4.3)."""

from hrss_kit.access import Access, grant
from hrss_kit.purposes import PURPOSES

DOMAINS = ("emp", "si", "talent", "li", "card")
CASEWORKERS = tuple(f"cw.{domain}" for domain in DOMAINS)
SUPERVISORS = tuple(f"supervisor.{domain}" for domain in DOMAINS)
# Every purpose somebody serves a person for; auditors read the log, statistics count elsewhere.
SERVING = tuple(code for code in PURPOSES if code not in ("AUDIT", "STAT", "OPS"))
CARD_BUSINESS = ("CARD_SERVICE", "BENEFIT_PAY", "AUDIT")
REVEALING = ("CARD_SERVICE", "AUDIT")

REGISTRARS = ("partner", "cw.card")
CARD_READERS = (*REGISTRARS, "window", "supervisor.card", "auditor")
LOOKUPS = ("CARD_SERVICE", "SI_TRANSFER", "LI_COMPLAINT", "BENEFIT_PAY")
PAYERS = ("partner", "cw.card", "cw.si", "supervisor.card", "supervisor.si", "service")
VERIFIERS = ("partner", *CASEWORKERS, "window", "station", *SUPERVISORS, "service")

ACCESS = Access(
    grant("holder:create", *REGISTRARS),
    grant("holder:read", *CARD_READERS, purposes=CARD_BUSINESS),
    grant("holder:record-death", *REGISTRARS, "service"),
    grant("holder:reveal", *REGISTRARS, "supervisor.card", "auditor", purposes=REVEALING),
    grant("card:register", *REGISTRARS, "province"),
    grant("card:read", *CARD_READERS, purposes=CARD_BUSINESS),
    grant("card:make", *REGISTRARS),
    grant("card:serve", *REGISTRARS, "window"),
    grant("ecard:register", *REGISTRARS),
    grant("ecard:read", *CARD_READERS, purposes=CARD_BUSINESS),
    grant("ecard-token:issue", *REGISTRARS, "window", "service"),
    grant("ecard-token:redeem", "service", purposes=("ONE_NET",)),
    # Whoever pays to a card asks for what makes it good (J-10); a counter goes on with it.
    grant("card-request:create", *REGISTRARS, "window", "service", "cw.li", "cw.si"),
    grant("card-request:read", *CARD_READERS, "service", purposes=CARD_BUSINESS),
    grant("card-request:serve", *REGISTRARS, "window"),
    grant("card-request:execute", *REGISTRARS),
    # Choices of who moves: opened for a journey, made at a counter of either city.
    grant("card-choice:create", "service"),
    grant("card-choice:read", *CARD_READERS, "service", "province"),
    grant("card-choice:serve", *REGISTRARS, "window"),
    grant("card-choice:cancel", "service", "cw.card", "supervisor.card"),
    grant("card:reveal", *REGISTRARS, "supervisor.card", "auditor", purposes=REVEALING),
    grant("certificate:look-up", *VERIFIERS, purposes=("ONE_NET",)),
    grant("prefill:look-up", "service", purposes=("ONE_NET",)),
    grant("payment-account:look-up", *PAYERS, "cw.li", purposes=("BENEFIT_PAY",)),
    grant("card-use:record", *VERIFIERS),
    grant("card-use:read", *CARD_READERS, "cw.si", purposes=(*CARD_BUSINESS, "LIFE_CERT")),
    grant("application-item:write", *REGISTRARS, "supervisor.card"),
    grant("application-item:read", *VERIFIERS, "auditor", "citizen", "joint.admin"),
    grant("application:create", *REGISTRARS, "window"),
    grant("application:read", *CARD_READERS, purposes=CARD_BUSINESS),
    grant("application:serve", *REGISTRARS, "window"),
    grant("verification:make", *VERIFIERS, purposes=SERVING),
    grant("verification:read", *VERIFIERS),
    grant("verification:batch", *PAYERS, purposes=("LIFE_CERT", "STAT")),
    grant("status:look-up", *VERIFIERS, purposes=LOOKUPS),
    grant("profile:look-up", *PAYERS, purposes=("BENEFIT_PAY", "CARD_SERVICE")),
    grant("lookup-log:read", "auditor", "supervisor.card", purposes=REVEALING),
    grant("lookup-count:read", "auditor", "supervisor.card"),
    grant("indicator:read", *CARD_READERS, "joint.admin", "province", "service"),
    grant("event:read", "partner", "service", "auditor"),
    grant("access-entry:read", "service"),
    grant("holding:compare", "service"),
    grant("timer:run", "ops"),
    grant("work-item:read", "cw.card", "supervisor.card", "window"),
    grant("work-item:claim", "cw.card", "supervisor.card", "window"),
    grant("work-item:take-over", "supervisor.card"),
)
