"""Receipts of the national platform: who has signed, and for what.

ES256 (RFC 7515, RFC 7518 §3.4) under keys that the platform has given us beforehand, in a file;
nothing that a receipt itself says about keys is believed.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import ValidationError

from gateway.external_handoffs.schemas import Receipt
from hrss_kit.problems import Forbidden

TYP: Final = "handoff-receipt+jws"
ALGORITHM: Final = "ES256"


class ReceiptForged(Forbidden):
    """Not signed by the platform, or not for this hand-off; which of it stays untold."""

    code = "RECEIPT_SIGNATURE"
    title_zh, title_en = "回执签名无效", "The receipt is not signed by the platform for this"


@lru_cache(maxsize=4)
def _keys(path: Path, _changed: int) -> KeySet:
    return KeySet.import_key_set(json.loads(path.read_text("utf-8")))


def checked(compact: str, keys_file: Path | None) -> Receipt:
    """What the receipt says; 403 unless a key of the platform has signed just that."""
    if keys_file is None or not keys_file.exists():
        raise ReceiptForged
    try:
        keys = _keys(keys_file, keys_file.stat().st_mtime_ns)
        signed = jws.deserialize_compact(compact, keys, algorithms=[ALGORITHM])
        if signed.protected.get("typ") != TYP or "kid" not in signed.protected:
            raise ReceiptForged
        return Receipt.model_validate_json(signed.payload)
    except (JoseError, ValidationError, ValueError, TypeError, KeyError) as error:
        raise ReceiptForged from error
