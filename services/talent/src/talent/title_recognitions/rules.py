"""The decision table of title recognition (domain §2.3, first match) and its life. Pure.

Source: the four cities' agreement of 2023-11-22: direct recognition, no second review; series and
level stay as issued.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from hrss_kit.states import Machine, transition

APPLIED, VERIFYING, VERIFIED = "APPLIED", "VERIFYING", "VERIFIED"
MISMATCH, GRANTED, SUSPENDED, REVOKED = "MISMATCH", "GRANTED", "SUSPENDED", "REVOKED"
NOT_REQUIRED, LAPSED, WITHDRAWN, EXPIRED = "NOT_REQUIRED", "LAPSED", "WITHDRAWN", "EXPIRED"
REFUSED_REVOKED, REFUSED_SCOPE = "REFUSED_REVOKED", "REFUSED_SCOPE"
REFUSED_SERIES, REFUSED_ISSUER = "REFUSED_SERIES", "REFUSED_ISSUER"
CONFIRMED = "CONFIRMED"

#: While one of these stands, the same certificate is not applied for again in the same city.
OPEN: Final = (APPLIED, VERIFYING, VERIFIED, MISMATCH, GRANTED, SUSPENDED)

MACHINE: Final = Machine(
    transition("verify", VERIFYING, None),
    transition("correct", MISMATCH, VERIFYING),
    transition("withdraw", (VERIFYING, MISMATCH), WITHDRAWN),
    transition("acknowledge", REFUSED_REVOKED, None),
)

#: What the issuer compares, and its order in an answer.
COMPARED: Final = ("name", "doc_no", "series", "speciality", "level", "cert_no", "issued_on")
BAD_STATUSES: Final = ("REVOKED", "FAKE")
CITY, PROVINCE, NATIONAL = "CITY", "PROVINCE", "NATIONAL"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the table looks at."""

    path: str
    issuer_kind: str
    issuer_city: str
    series: str
    is_self_review: bool
    unit_listed: bool
    #: The issuer's word about the certificate; None before it has answered.
    certificate_status: str | None = None
    #: Fields the issuer found to differ; None before it has answered.
    differences: Sequence[str] | None = None


def decide(
    facts: Facts, *, agreement_cities: Collection[str], covered_series: Collection[str]
) -> str | None:
    """The first row of the table that fits; None while only the issuer can say."""
    if facts.certificate_status in BAD_STATUSES:
        return REFUSED_REVOKED
    if facts.path == "EXAM" or facts.issuer_kind != CITY:
        return NOT_REQUIRED
    if facts.issuer_city not in agreement_cities:
        return REFUSED_SCOPE
    if facts.series not in covered_series:
        return REFUSED_SERIES
    if facts.is_self_review and not facts.unit_listed:
        return REFUSED_ISSUER
    if facts.differences is None:
        return None
    return MISMATCH if facts.differences else CONFIRMED


def kind_of_issuer(city: str, named: str | None) -> str:
    """A city, a province or the nation: by name, else by the division code."""
    if named is not None:
        return named
    if city.endswith("0000"):
        return NATIONAL if city in ("000000", "100000") else PROVINCE
    return CITY
