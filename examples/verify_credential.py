"""Check a recognition certificate 互认证书 that somebody shows as a verifiable credential.

Offline: what is needed was saved before, by anybody, without a token, from the public addresses

    curl -s BASE/talent/v1/did.json                          > keys.json
    curl -s BASE/talent/v1/credential-status/revocation-0    > revocation-0.jwt
    curl -s BASE/talent/v1/credential-status/suspension-0    > suspension-0.jwt

    python examples/verify_credential.py certificate.jwt --keys keys.json \\
        --status revocation-0.jwt suspension-0.jwt

Whoever issued it never learns who was checked. Prints what the certificate says and exits with 0
when it holds, with 1 and the reason when it does not. Needs: joserfc.
Formats: W3C Verifiable Credentials Data Model 2.0, VC-JOSE-COSE, Bitstring Status List 1.0.
"""

import argparse
import base64
import gzip
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ALGORITHM = "ES256"
TYPE = "vc+jwt"


class NotGood(Exception):
    """Why a credential does not hold."""


def keys_of(document: dict[str, Any]) -> dict[str, ECKey]:
    """The keys by name, out of a DID document or a JWK set."""
    if "verificationMethod" in document:
        return {
            method["id"]: ECKey.import_key(method["publicKeyJwk"])
            for method in document["verificationMethod"]
            if method["id"] in document["assertionMethod"]
        }
    return {key["kid"]: ECKey.import_key(key) for key in document["keys"]}


def opened(token: str, keys: dict[str, ECKey], now: datetime) -> dict[str, Any]:
    """The credential in a token whose signature and dates are good."""
    try:
        parsed = jws.extract_compact(token.strip().encode())
        header = parsed.headers()
        name = str(header.get("kid", ""))
        key = keys.get(name) or keys.get(name.rpartition("#")[2])
        if header.get("typ") != TYPE or header.get("alg") != ALGORITHM or key is None:
            raise NotGood("it is not signed with a known key")
        if not jws.validate_compact(parsed, key, algorithms=[ALGORITHM]):
            raise NotGood("its signature is wrong")
        made: dict[str, Any] = json.loads(parsed.payload)
    except (JoseError, ValueError) as error:
        raise NotGood("its signature is wrong") from error
    if not name.startswith(f"{made['issuer']}#"):
        raise NotGood("its key is not its issuer's")
    if datetime.fromisoformat(made["validFrom"]) > now:
        raise NotGood("it is not valid yet")
    if "validUntil" in made and datetime.fromisoformat(made["validUntil"]) < now:
        raise NotGood("its term is over")
    return made


def is_flagged(listed: dict[str, Any], place: int) -> bool:
    """The bit at a place of a status list; the first one is the leftmost."""
    packed = listed["credentialSubject"]["encodedList"]
    if not packed.startswith("u"):
        raise NotGood("the status list has an unknown encoding")
    raw = base64.urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4))
    bits = gzip.decompress(raw)
    return bool(bits[place // 8] & (0x80 >> place % 8))


def verify(token: str, keys: dict[str, ECKey], lists: list[str], now: datetime) -> dict[str, Any]:
    """The credential, if it holds at that time according to the saved lists."""
    made = opened(token, keys, now)
    known: dict[str, dict[str, Any]] = {}
    for saved in lists:
        listed = opened(saved, keys, now)
        if listed["issuer"] != made["issuer"]:
            raise NotGood("a status list is of another issuer")
        known[listed["id"]] = listed
    for entry in made["credentialStatus"]:
        listed = known.get(entry["statusListCredential"], {})
        if not listed:
            raise NotGood(f"the list {entry['statusListCredential']} was not given")
        if listed["credentialSubject"]["statusPurpose"] != entry["statusPurpose"]:
            raise NotGood("a status list is of another purpose")
        if is_flagged(listed, int(entry["statusListIndex"])):
            raise NotGood(f"it does not hold any more: {entry['statusPurpose']}")
    return made


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Checks a recognition certificate offline.")
    parser.add_argument("credential", type=Path)
    parser.add_argument("--keys", type=Path, required=True, help="did.json, or a JWK set")
    parser.add_argument("--status", type=Path, nargs="+", required=True, help="saved status lists")
    parser.add_argument("--at", type=datetime.fromisoformat, help="judge as of that instant")
    told = parser.parse_args(arguments)
    now = told.at or datetime.now(UTC)
    try:
        made = verify(
            told.credential.read_text("utf-8"),
            keys_of(json.loads(told.keys.read_text("utf-8"))),
            [path.read_text("utf-8") for path in told.status],
            now,
        )
    except NotGood as reason:
        print(f"NOT GOOD: {reason}", file=sys.stderr)
        return 1
    print(json.dumps(made["credentialSubject"], ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
