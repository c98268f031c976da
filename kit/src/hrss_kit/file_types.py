"""What an uploaded file is, by its content: PDF, JPEG or PNG, and whole.

Its name and the type a browser gives it prove nothing. A file that only begins like one of the
three, or that breaks off, is none of them.
"""

import zlib
from collections.abc import Callable, Iterator

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png"}
MAGIC = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
LONGEST_MAGIC = 8
TAIL_BYTES = 1024

# JPEG markers (ITU-T T.81, table B.1).
START_OF_SCAN, END_OF_IMAGE = 0xDA, b"\xff\xd9"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# A PNG's first chunk has a fixed length (ISO/IEC 15948 §11.2.2).
HEADER_LENGTH, LONGEST_CHUNK = 13, 2**31 - 1


class Incomplete(ValueError):
    """The file ends where its format does not."""


class _Reader:
    """The file from its beginning, read as far as is needed."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def read(self, count: int) -> bytes:
        """Exactly so many bytes."""
        while len(self._held) < count:
            piece = next(self._pieces, None)
            if piece is None:
                raise Incomplete
            self._held += piece
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def stretches(self, count: int) -> Iterator[bytes]:
        """So many bytes, a stretch at a time."""
        while count:
            part = self.read(min(count, len(self._held) or 1))
            count -= len(part)
            yield part

    def rest(self) -> Iterator[bytes]:
        """Everything that is left."""
        yield self._held
        yield from self._pieces


def begins_as(head: bytes) -> str | None:
    """The type that the first bytes promise."""
    return next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)


def is_whole(kind: str, pieces: Iterator[bytes]) -> bool:
    """True when the file has the structure of its type from its first byte to its last."""
    try:
        return CHECKS[kind](_Reader(pieces))
    except Incomplete:
        return False


def _is_pdf(reader: _Reader) -> bool:
    """A header with a version; at the end the place of the cross-references (ISO 32000-1 §7.5)."""
    head = reader.read(8)
    tail = b""
    for piece in reader.rest():
        tail = (tail + piece)[-TAIL_BYTES:]
    return head[5:6] in b"12" and head[6:7] == b"." and b"startxref" in tail and b"%%EOF" in tail


def _is_jpeg(reader: _Reader) -> bool:
    """Segments up to a frame and a scan, then the end of the image; a camera may add to it."""
    reader.read(2)
    has_frame = False
    while True:
        lead, marker = reader.read(2)
        if lead != 0xFF:
            return False
        while marker == 0xFF:  # fill bytes
            (marker,) = reader.read(1)
        length = int.from_bytes(reader.read(2), "big")
        if length < 2:
            return False
        for _ in reader.stretches(length - 2):
            pass
        has_frame = has_frame or marker in FRAMES
        if marker == START_OF_SCAN:
            return has_frame and _has_end(reader)


def _has_end(reader: _Reader) -> bool:
    last, found = b"", False
    for piece in reader.rest():
        found = found or END_OF_IMAGE in last + piece
        last = piece[-1:] or last
    return found


def _is_png(reader: _Reader) -> bool:
    """Chunks with their checksums from IHDR to IEND, and nothing after (ISO/IEC 15948 §5)."""
    reader.read(LONGEST_MAGIC)
    is_first = True
    while True:
        length = int.from_bytes(reader.read(4), "big")
        name = reader.read(4)
        if length > LONGEST_CHUNK or not name.isalpha():
            return False
        if is_first and (name, length) != (b"IHDR", HEADER_LENGTH):
            return False
        checksum, is_first = zlib.crc32(name), False
        for part in reader.stretches(length):
            checksum = zlib.crc32(part, checksum)
        if checksum != int.from_bytes(reader.read(4), "big"):
            return False
        if name == b"IEND":
            return not any(reader.rest())


CHECKS: dict[str, Callable[[_Reader], bool]] = {PDF: _is_pdf, JPEG: _is_jpeg, PNG: _is_png}
