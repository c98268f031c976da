"""Reads back what a certificate says: enough of PDF (ISO 32000-2 §9.10) for those we make."""

import re
import zlib
from collections.abc import Iterator

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
MAPPED = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """The text of a certificate, a line for each stretch; one font, as we embed it."""
    glyphs: dict[int, str] = {}
    contents = []
    for match in STREAM.finditer(pdf):
        try:
            stream = zlib.decompress(match[1])
        except zlib.error:
            continue
        if b"beginbfchar" in stream:
            for code, character in MAPPED.findall(stream):
                glyphs[int(code, 16)] = bytes.fromhex(character.decode()).decode("utf-16-be")
        elif b"BT" in stream:
            contents.append(stream)
    lines = []
    for content in contents:
        line = b""
        for shown in _strings(content):
            if shown is None:
                lines.append(line)
                line = b""
            else:
                line += shown
    pairs = [zip(line[::2], line[1::2], strict=True) for line in lines]
    return "\n".join(
        "".join(glyphs.get(high * 256 + low, "?") for high, low in line) for line in pairs
    )


def _strings(content: bytes) -> Iterator[bytes | None]:
    """The literal strings of a content stream, and None where a text object ends."""
    place = 0
    while place < len(content):
        if content.startswith(b"ET\n", place):
            yield None
            place += 3
        elif content[place] == ord("("):
            start, depth = place + 1, 0
            while depth or place < start or content[place] != ord(")"):
                byte = content[place]
                depth += (place >= start) * ((byte == ord("(")) - (byte == ord(")")))
                place += 2 if byte == ord("\\") else 1
            yield ESCAPE.sub(_plain, content[start:place])
            place += 1
        else:
            place += 1


def _plain(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else PLAIN.get(code, code)
