"""Certificates 证明 as PDF: a template of the service's package, its data, the embedded font.

Typst sets the page, off the event loop. What a template prints comes in as JSON, never as source,
so no name can give orders; a character that the font cannot draw is refused by the name of its
field, since a certificate with a box in place of a name is worse than none. The same template,
data and day give the same bytes. The document is tagged for reading aloud (PDF/UA-1).
"""

import asyncio
import json
import secrets
import struct
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import segno
import typst
from fastapi import Response

from hrss_kit.problems import FieldError, Invalid

MEDIA_TYPE: Final = "application/pdf"
# Without what is easily misread: 0 and O, 1 and I and L.
CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 12
STANDARD: Final = "ua-1"
# Two pages at a time are set: more would only take the processor from who answers requests.
SETTERS: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="certificates")
PRELUDE: Final = "certificate.typ"


class MissingTemplate(LookupError):
    """No such template in the package that the name says."""


def verify_code() -> str:
    """A new code that only the paper it is printed on tells (60 bits by chance)."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def qr_svg(text: str) -> str:
    """A QR code 二维码 (ISO/IEC 18004, level M) as SVG. Nothing personal belongs into it."""
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, nl=False)
    return drawn.getvalue().decode()


async def render(
    template_name: str, data: Mapping[str, Any], *, on: date, qr: str | None = None
) -> bytes:
    """The PDF of a template, `package/name` for ``package/data/name.typ``, dated `on`.

    The template finds the data under `data`, and the code of `qr`, when it is given, as
    ``qr-code``. 422 GLYPH_MISSING names each field that the font cannot draw.
    """
    undrawable(data)
    source = _source(template_name)
    given = {**data, "qr_svg": qr_svg(qr) if qr is not None else None, "on": on.isoformat()}
    inputs = {"data": json.dumps(given, ensure_ascii=False)}
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(SETTERS, _set, source, inputs, on)


def undrawable(data: Mapping[str, Any]) -> None:
    """Refuses data that the font has no glyph for; by field, never by value."""
    errors = [
        FieldError(
            field=field,
            code="GLYPH_MISSING",
            message_zh="含有证明字体无法显示的字符，请人工出具",
            message_en="has a character that the certificate's font cannot draw",
        )
        for field, text in _texts(data, "")
        if not all(character == "\n" or ord(character) in _glyphs() for character in text)
    ]
    if errors:
        raise Invalid(*errors)


def _texts(value: Any, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(value, Sequence):
        for place, inner in enumerate(value):
            yield from _texts(inner, f"{field}.{place}" if field else str(place))


@cache
def _source(template_name: str) -> bytes:
    package, _, name = template_name.partition("/")
    found = files(package) / "data" / f"{name}.typ"
    if not name or not found.is_file():
        raise MissingTemplate(template_name)
    prelude = files("hrss_kit") / "data" / PRELUDE
    return prelude.read_bytes() + found.read_bytes()


def _set(source: bytes, inputs: dict[str, str], on: date) -> bytes:
    compiler = typst.Compiler(
        source,
        root=_nowhere(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        package_path=_nowhere(),
        package_cache_path=_nowhere(),
    )
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC)
    made = compiler.compile(
        format="pdf", pdf_standards=STANDARD, timestamp=int(midnight.timestamp())
    )
    assert isinstance(made, bytes), "one document, not one file a page"
    return made


@cache
def _fonts() -> typst.Fonts:
    fonts = Path(pylopdf_fonts_zh_cn.sans_path()).parent
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
    )


@cache
def _nowhere() -> str:
    """An empty directory: a template reads no file and no package."""
    return tempfile.mkdtemp(prefix="hrss-certificates-")


@cache
def _glyphs() -> frozenset[int]:
    """The characters that the font draws: its character map, format 12 (ISO/IEC 14496-22 §5.2)."""
    font = Path(pylopdf_fonts_zh_cn.sans_path()).read_bytes()
    (tables,) = struct.unpack_from(">H", font, 4)
    records = [struct.unpack_from(">4sIII", font, 12 + 16 * place) for place in range(tables)]
    (cmap,) = (offset for tag, _, offset, _ in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    drawn: set[int] = set()
    for place in range(count):
        _, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * place)
        start = cmap + offset
        if struct.unpack_from(">H", font, start)[0] != 12:
            continue
        (groups,) = struct.unpack_from(">I", font, start + 12)
        for group in range(groups):
            first, last, glyph = struct.unpack_from(">III", font, start + 16 + 12 * group)
            drawn.update(range(first if glyph else first + 1, last + 1))
    if not drawn:
        raise ValueError("the font has no character map of format 12")
    return frozenset(drawn)


class CertificatePaper(Response):
    """A certificate as it is handed out."""

    media_type = MEDIA_TYPE


def paper(pdf: bytes, number: str) -> CertificatePaper:
    """The PDF as an answer; its name is the certificate's number."""
    return CertificatePaper(
        pdf, headers={"Content-Disposition": f'attachment; filename="{number}.pdf"'}
    )
