"""Access tokens as the gateway issues them, for the time of a measurement."""

import time
import uuid
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import KeySet

from hrss_kit.secret_files import read_json

SECONDS = 3600


ISSUER = "http://127.0.0.1:8080"


def mint(
    secrets: Path, role: str = "partner.wuhan", city: str = "420100", issuer: str = ISSUER
) -> str:
    """A token signed with the key of these secrets."""
    keys = KeySet.import_key_set(read_json(secrets / "signing_keys.json"))  # type: ignore[arg-type]
    now, key = int(time.time()), keys.keys[0]
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}
    claims = {
        "iss": issuer, "aud": "hrss", "sub": role, "client_id": role,
        "iat": now, "exp": now + SECONDS, "jti": uuid.uuid4().hex, "scope": "hrss",
        "roles": [role], "city": city,
    }  # fmt: skip
    return jwt.encode(header, claims, key, algorithms=["ES256"])
