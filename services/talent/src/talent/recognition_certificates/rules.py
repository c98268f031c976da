"""Recognition certificates as verifiable credentials, and the lists that say which still hold.

W3C Verifiable Credentials Data Model 2.0, secured with JOSE (VC-JOSE-COSE), Bitstring Status List
1.0. Pure: figures, dates and addresses come in as arguments.
"""

import base64
import gzip
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

from hrss_kit.clock import SHANGHAI

CREDENTIAL_TYPE: Final = "vc+jwt"
CONTEXT: Final = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
]
REVOCATION, SUSPENSION = "revocation", "suspension"
PURPOSES: Final = (REVOCATION, SUSPENSION)
#: Which states of a certificate set the bit of which list.
FLAGGED: Final[Mapping[str, tuple[str, ...]]] = {
    REVOCATION: ("REVOKED", "EXPIRED"),
    SUSPENSION: ("SUSPENDED",),
}
#: The least length the standard allows, so that a list tells nothing about whom it is asked for.
LIST_BITS: Final = 131_072
#: How long a saved list may be relied on.
LIST_LIFE: Final = timedelta(days=1)


def issuer_did(origin: str) -> str:
    """The issuer as ``did:web``: its keys are at ``/talent/v1/did.json`` of the origin."""
    return f"did:web:{quote(urlsplit(origin).netloc, safe='')}:talent:v1"


def list_address(origin: str, purpose: str, number: int) -> str:
    """Where a status list is published."""
    return f"{origin.rstrip('/')}/talent/v1/credential-status/{purpose}-{number}"


def list_named(name: str) -> tuple[str, int] | None:
    """Purpose and number of a list by the last part of its address."""
    purpose, _, number = name.rpartition("-")
    if purpose not in PURPOSES or not number.isdigit() or len(number) > 6:
        return None
    return purpose, int(number)


def _instant(day: date, *, end: bool = False) -> str:
    moment = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    if end:
        moment += timedelta(days=1) - timedelta(seconds=1)
    return moment.isoformat()


def credential(
    *,
    origin: str,
    credential_id: str,
    name: str,
    doc_ending: str,
    achievement: Mapping[str, Any],
    issued_on: date,
    valid_to: date | None,
    status_place: int,
) -> dict[str, Any]:
    """The credential of a certificate: the holder by name and the last four of the document."""
    number, place = divmod(status_place, LIST_BITS)
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "id": f"urn:uuid:{credential_id}",
        "type": ["VerifiableCredential", "RecognitionCertificate"],
        "issuer": issuer_did(origin),
        "validFrom": _instant(issued_on),
        "credentialSubject": {
            "type": "Person",
            "name": name,
            "documentEnding": doc_ending,
            "recognition": dict(achievement),
        },
        "credentialStatus": [
            {
                "id": f"{list_address(origin, purpose, number)}#{place}",
                "type": "BitstringStatusListEntry",
                "statusPurpose": purpose,
                "statusListIndex": str(place),
                "statusListCredential": list_address(origin, purpose, number),
            }
            for purpose in PURPOSES
        ],
    }
    if valid_to is not None:
        made["validUntil"] = _instant(valid_to, end=True)
    return made


def encoded(places: Iterable[int]) -> str:
    """The bits of a list, GZIP and base64url, as multibase; the first bit is the leftmost."""
    bits = bytearray(LIST_BITS // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def status_list(
    *, origin: str, purpose: str, number: int, places: Iterable[int], now: datetime
) -> dict[str, Any]:
    """A status list as a credential of its own."""
    address = list_address(origin, purpose, number)
    start = now.replace(microsecond=0)
    return {
        "@context": CONTEXT[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did(origin),
        "validFrom": start.isoformat(),
        "validUntil": (start + LIST_LIFE).isoformat(),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(places),
        },
    }


def did_document(origin: str, keys: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Who the issuer is and by which keys it is known (DID Core 1.0, JsonWebKey)."""
    did = issuer_did(origin)
    methods = [
        {
            "id": f"{did}#{key['kid']}",
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": dict(key),
        }
        for key in keys
    ]
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/jwk/v1",
        ],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
