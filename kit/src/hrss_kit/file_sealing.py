"""A file at rest: sealed piece by piece under a key of its own, which the row keeps sealed.

STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM: the nonce counts the pieces and
marks the last one, so that a piece cannot be left out, moved, or cut off unseen. The file's id is
authenticated with each piece. A copy of the store opens for nobody without the row and the ring.
"""

import base64
import os
from collections.abc import AsyncIterator, Iterator
from typing import IO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hrss_kit.sealing import CannotOpen

PIECE_BYTES = 64 * 1024
TAG_BYTES = 16
SEALED_BYTES = PIECE_BYTES + TAG_BYTES
COUNTER_BYTES = 11


def new_key() -> bytes:
    """A key for one file."""
    return os.urandom(32)


def as_text(key: bytes) -> str:
    """The key as a sealed column takes it."""
    return base64.b64encode(key).decode()


def from_text(text: str) -> bytes:
    """The key as a sealed column has kept it."""
    return base64.b64decode(text)


class PieceCipher:
    """Seals or opens the pieces of one file in their order."""

    def __init__(self, key: bytes, file_id: UUID) -> None:
        self._cipher, self._id, self._number = AESGCM(key), file_id.bytes, 0

    def _nonce(self, is_last: bool) -> bytes:
        nonce = self._number.to_bytes(COUNTER_BYTES, "big") + bytes([is_last])
        self._number += 1
        return nonce

    def seal(self, piece: bytes, *, is_last: bool) -> bytes:
        """The next piece, sealed."""
        return self._cipher.encrypt(self._nonce(is_last), piece, self._id)

    def open(self, sealed: bytes, *, is_last: bool) -> bytes:
        """The next piece, opened; raises CannotOpen when it is not what was sealed."""
        try:
            return self._cipher.decrypt(self._nonce(is_last), sealed, self._id)
        except InvalidTag as error:
            raise CannotOpen("stored file") from error


def opened(spool: IO[bytes], cipher: PieceCipher) -> Iterator[bytes]:
    """The pieces of a sealed file at hand."""
    sealed = spool.read(SEALED_BYTES)
    while True:
        following = spool.read(SEALED_BYTES)
        yield cipher.open(sealed, is_last=not following)
        if not following:
            return
        sealed = following


async def opening(stretches: AsyncIterator[bytes], cipher: PieceCipher) -> AsyncIterator[bytes]:
    """The pieces of a sealed file that comes in stretches of any length."""
    held = bytearray()
    async for stretch in stretches:
        held += stretch
        while len(held) > SEALED_BYTES:
            yield cipher.open(bytes(held[:SEALED_BYTES]), is_last=False)
            del held[:SEALED_BYTES]
    yield cipher.open(bytes(held), is_last=True)
