"""Signing keys of the built-in issuer, and the verifiers the gateway itself uses.

Rotation: put the new private key behind the current one, wait until every service has fetched the
key set, move it to the front, and remove the old one when its last token has ended. The file is
read again when it changes; no restart.
"""

import hmac
import json
import time
from pathlib import Path
from typing import Any

import httpx
from joserfc.jwk import ECKey, KeySet

from hrss_kit.auth import TokenVerifier

REREAD_SECONDS = 5.0


class SigningKeys:
    """The private keys in the file, current first (EC P-256, ES256)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed_at = 0.0
        self._checked_at = float("-inf")
        self._keys: list[ECKey] = []
        self.reread()

    def reread(self) -> None:
        """Reads the file if it has changed; looks at most every five seconds."""
        now = time.monotonic()
        if now - self._checked_at < REREAD_SECONDS:
            return
        self._checked_at = now
        changed_at = self._path.stat().st_mtime
        if changed_at == self._changed_at:
            return
        data = json.loads(self._path.read_text("utf-8"))
        entries = data.get("keys", [data])
        keys = []
        for entry in entries:
            key = ECKey.import_key(entry)
            if "kid" not in entry:
                key = ECKey.import_key({**entry, "kid": key.thumbprint()})
            keys.append(key)
        if not keys:
            raise ValueError("the signing key file holds no key")
        self._keys, self._changed_at = keys, changed_at

    @property
    def current(self) -> ECKey:
        """The key that signs."""
        self.reread()
        return self._keys[0]

    @property
    def form_key(self) -> bytes:
        """Ties sign-in forms to browsers; the same in every replica, for it comes from the key."""
        self.reread()
        secret = str(self._keys[0].as_dict(private=True)["d"])
        return hmac.digest(secret.encode(), b"sign-in form", "sha256")

    def public(self) -> dict[str, Any]:
        """The key set that is published: the public half of every key in the file."""
        self.reread()
        published = []
        for key in self._keys:
            entry = key.as_dict(private=False)
            published.append({**entry, "use": "sig", "alg": "ES256"})
        return {"keys": published}


class OwnVerifier(TokenVerifier):
    """Verifies the built-in issuer's tokens with the keys at hand."""

    def __init__(self, issuer: str, audience: str, keys: SigningKeys) -> None:
        super().__init__(issuer, audience)
        self._signing_keys = keys
        self._keys = KeySet.import_key_set(keys.public())  # type: ignore[arg-type]

    async def _refetch(self) -> bool:
        known = self._keys
        self._keys = KeySet.import_key_set(self._signing_keys.public())  # type: ignore[arg-type]
        assert known is not None
        return {key.kid for key in known.keys} != {key.kid for key in self._keys.keys}


class OutsideVerifier(TokenVerifier):
    """Verifies an outside issuer's tokens; finds its key set by OpenID Connect discovery."""

    def __init__(self, issuer: str, audience: str) -> None:
        super().__init__(issuer, audience)
        self._issuer = issuer.rstrip("/")

    async def _refetch(self) -> bool:
        if self._jwks_url is None:
            url = f"{self._issuer}/.well-known/openid-configuration"
            try:
                async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                    answer = await client.get(url)
                    found = answer.raise_for_status().json()
            except (httpx.HTTPError, ValueError):
                return False
            if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                return False
            self._jwks_url = found.get("jwks_uri")
        return await super()._refetch()
