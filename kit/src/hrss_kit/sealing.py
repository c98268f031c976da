"""Sealed columns and blind index: personal data at rest.

Envelope: version 1 | suite 1 | key id 2 | nonce 12 | ciphertext and tag; the header and
``table.column`` are authenticated with it, so a value moved elsewhere does not open.
The blind index is HMAC-SHA256 under a key of its own (domain §0.9): equality without disclosure.
"""

import base64
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

VERSION = 1
AES_GCM = 1
HEADER = 4
NONCE = 12
PERSON_REF_LENGTH = 24
BLOCK = 64


class Cipher(Protocol):
    """An authenticated cipher; suites are data, so SM4-GCM is one more row (GB/T 32907)."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class CannotOpen(Exception):
    """The sealed value is damaged, was moved, or its key is not in the ring."""


class KeyRing:
    """The keys by (suite, id); the primary one seals, every one opens."""

    def __init__(self, keys: dict[int, bytes], primary: int, blind: bytes, cursor: bytes) -> None:
        self._ciphers: dict[tuple[int, int], Cipher] = {
            (AES_GCM, number): AESGCM(key) for number, key in keys.items()
        }
        self.primary = (AES_GCM, primary)
        self._header = bytes([VERSION, AES_GCM]) + primary.to_bytes(2, "big")
        self._encrypt = self._ciphers[self.primary].encrypt
        # HMAC-SHA256 (RFC 2104) begins with two states that the key alone decides; from copies of
        # them it takes a third of the time, and every look-up needs one.
        key = (sha256(blind).digest() if len(blind) > BLOCK else blind).ljust(BLOCK, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in key) + b"person.doc_no\0")
        self._outer = sha256(bytes(byte ^ 0x5C for byte in key))
        self.cursor_key = cursor

    @classmethod
    def load(cls, path: Path) -> "KeyRing":
        """Reads a key ring file (made by ``hrss_kit.provision``)."""
        data = json.loads(path.read_text("utf-8"))
        decode = base64.b64decode
        keys = {int(number): decode(key) for number, key in data["keys"].items()}
        return cls(keys, int(data["primary"]), decode(data["blind"]), decode(data["cursor"]))

    def seal(self, plain: bytes, context: str) -> bytes:
        """Seals under the primary key."""
        nonce, header = os.urandom(NONCE), self._header
        return header + nonce + self._encrypt(nonce, plain, header + context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Opens a value sealed under any key of the ring."""
        header, nonce = sealed[:HEADER], sealed[HEADER : HEADER + NONCE]
        cipher = self._ciphers.get((header[1], int.from_bytes(header[2:4], "big")))
        if cipher is None or header[0] != VERSION:
            raise CannotOpen(context)
        try:
            return cipher.decrypt(nonce, sealed[HEADER + NONCE :], header + context.encode())
        except InvalidTag as error:
            raise CannotOpen(context) from error

    def is_current(self, sealed: bytes) -> bool:
        """False when the value should be sealed again after a rotation."""
        return (sealed[1], int.from_bytes(sealed[2:4], "big")) == self.primary

    def blind(self, normalised: str) -> bytes:
        """`id_hash`: 32 bytes for a normalised document number (18 digits, upper case)."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(normalised.encode())
        outer.update(inner.digest())
        return outer.digest()


_ring: KeyRing | None = None


def use(ring: KeyRing) -> None:
    """Makes `ring` the key ring of this process."""
    global _ring
    _ring = ring


def ring() -> KeyRing:
    """The key ring of this process."""
    if _ring is None:
        raise RuntimeError("no key ring is loaded: set HRSS_KEY_RING_FILE")
    return _ring


def blind(normalised: str) -> bytes:
    """`id_hash` of a normalised document number."""
    return ring().blind(normalised)


def person_ref(id_hash: bytes) -> str:
    """What logs and events may carry of a person: the first 24 hex digits of `id_hash`."""
    return id_hash.hex()[:PERSON_REF_LENGTH]


class Sealed(TypeDecorator[str]):
    """A text column that is sealed in the database; `context` is ``table.column``."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else ring().seal(value.encode(), self.context)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else ring().open(value, self.context).decode()
