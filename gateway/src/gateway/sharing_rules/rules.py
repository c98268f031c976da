"""The life of a sharing rule, and what one may be about."""

from collections.abc import Iterable

from hrss_kit.purposes import PURPOSES
from hrss_kit.sharing_defaults import shareable
from hrss_kit.states import Machine, transition

DRAFT, ACTIVE, REJECTED = "DRAFT", "ACTIVE", "REJECTED"
WITHDRAWN, EXPIRED = "WITHDRAWN", "EXPIRED"
MACHINE = Machine(
    transition("approve", DRAFT, ACTIVE),
    transition("reject", DRAFT, REJECTED),
    transition("withdraw", ACTIVE, WITHDRAWN),
)
#: Who works on a case gives a purpose; auditors and operations read by no rule.
GIVERS = frozenset({"partner", "cw", "window", "station", "supervisor"})


def wrong(
    service: str, resource: str, purpose: str | None, cities: tuple[str, str], known: Iterable[str]
) -> list[tuple[str, str, str, str]]:
    """What is wrong with a rule: field, code, and why in both languages."""
    found = []
    if (service, resource) not in shareable():
        found.append(
            ("resource", "RESOURCE", "该服务没有可共享的此类资源", "is no collection to be shared")
        )
    if purpose is not None and not (purpose in PURPOSES and PURPOSES[purpose].kinds & GIVERS):
        found.append(
            ("purpose", "PURPOSE", "不是可用于共享的目的代码", "is no purpose of casework")
        )
    for name, city in zip(("from_city", "to_city"), cities, strict=True):
        if city not in known:
            found.append((name, "CITY", "不是协议的参与城市", "takes no part in the agreement"))
    if cities[0] == cities[1]:
        found.append(("to_city", "CITY", "须为另一城市", "must be another city"))
    return found
