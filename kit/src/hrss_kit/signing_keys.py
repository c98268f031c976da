"""Keys of the built-in token issuer: EC P-256 for ES256, current first."""

from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeyParameters, KeySet

from hrss_kit.secret_files import read_json

PARAMETERS: KeyParameters = {"use": "sig", "alg": "ES256"}


def new_signing_key() -> dict[str, Any]:
    """A private JWK whose `kid` is its RFC 7638 thumbprint."""
    key = ECKey.generate_key("P-256", PARAMETERS)
    return {**key.as_dict(private=True), "kid": key.thumbprint()}


def public_key_set(signing_keys: Path) -> dict[str, Any]:
    """The public half of a file of signing keys."""
    keys = KeySet.import_key_set(read_json(signing_keys))  # type: ignore[arg-type]
    return {"keys": [key.as_dict(private=False) for key in keys]}
