"""Signatures of a member over what leaves it and must be believed elsewhere, later, offline.

ES256 (RFC 7515, RFC 7518 §3.4) under keys of the member's own, current first; `GET /keys` of the
member gives the public halves, those of keys no longer in use too, so that what was signed years
ago can still be checked.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from joserfc import jws
from joserfc.jwk import ECKey
from pydantic import BaseModel

from hrss_kit.access import public
from hrss_kit.routing import Router
from hrss_kit.settings import ServiceSettings
from hrss_kit.signing_keys import public_half

ALGORITHM = "ES256"


class NoSignatureKeys(RuntimeError):
    """This process was given no keys to sign with: HRSS_SIGNATURE_KEYS_FILE."""


class PublicKeys(BaseModel):
    """A JWK set (RFC 7517 §5)."""

    keys: list[dict[str, Any]]


class Signer:
    """The keys of one member: the first signs, all are published."""

    def __init__(self, data: dict[str, Any]) -> None:
        held = data["keys"]
        self._key, self._kid = ECKey.import_key(held[0]), str(held[0]["kid"])
        self._public = [*map(public_half, held), *data.get("retired", [])]

    def sign(self, payload: bytes, *, typ: str, **header: Any) -> str:
        """A compact JWS over the payload; `typ` says what it is and nothing else passes for it."""
        protected = {"alg": ALGORITHM, "kid": self._kid, "typ": typ, **header}
        return jws.serialize_compact(protected, payload, self._key, algorithms=[ALGORITHM])

    def sign_detached(self, payload: bytes, *, typ: str) -> str:
        """The same with the payload left out (RFC 7515 appendix F): it lies beside."""
        head, _, signature = self.sign(payload, typ=typ).split(".")
        return f"{head}..{signature}"

    def public_keys(self) -> PublicKeys:
        """What others check with."""
        return PublicKeys(keys=self._public)


@lru_cache(maxsize=16)
def _load(path: Path) -> Signer:
    return Signer(json.loads(path.read_text("utf-8")))


def signer_of(settings: ServiceSettings) -> Signer:
    """The signer of the process with these settings; its keys are read once."""
    if settings.signature_keys_file is None:
        raise NoSignatureKeys
    return _load(settings.signature_keys_file)


async def _present_signer(request: Request) -> Signer:
    return signer_of(request.app.state.settings)


Signatures = Annotated[Signer, Depends(_present_signer)]


def keys_router() -> Router:
    """GET /keys of a member."""
    router = Router(prefix="/keys", tags=["keys"])

    @router.read("", permission=public(), reply=PublicKeys)
    async def read_public_keys(signatures: Signatures) -> PublicKeys:
        """The public keys that check what this member has signed; asks nobody who they are."""
        return signatures.public_keys()

    return router
