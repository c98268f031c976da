"""Keys that sign, the token issuer's and each member's: EC P-256 for ES256, current first."""

from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeyParameters

from hrss_kit.secret_files import read_json

PARAMETERS: KeyParameters = {"use": "sig", "alg": "ES256"}


def new_signing_key() -> dict[str, Any]:
    """A private JWK whose `kid` is its RFC 7638 thumbprint."""
    key = ECKey.generate_key("P-256", PARAMETERS)
    return {**key.as_dict(private=True), "kid": key.thumbprint()}


def public_key_set(signing_keys: Path) -> dict[str, Any]:
    """The public half of a file of signing keys."""
    return {"keys": [public_half(one) for one in read_json(signing_keys)["keys"]]}


def published(signature_keys: Path) -> dict[str, Any]:
    """Every key a member has ever signed with, as `GET /keys` gives them."""
    data = read_json(signature_keys)
    return {"keys": [*map(public_half, data["keys"]), *data.get("retired", [])]}


def public_half(key: dict[str, Any]) -> dict[str, Any]:
    """A private JWK without what is private."""
    return {**ECKey.import_key(key).as_dict(private=False), "kid": key["kid"]}
