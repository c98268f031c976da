"""An uploaded file on its way in: read as it comes, sealed at once, never whole in memory.

multipart/form-data (RFC 7578) with one part, ``file``. What lies on the disk meanwhile is sealed.
"""

import hashlib
import tempfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from hrss_kit import idempotency, sealing
from hrss_kit.problems import (
    BadRequest,
    FieldError,
    Invalid,
    TooLarge,
    UnsupportedMediaType,
    refuse,
)
from hrss_kit.validation import FIELD_NAME

MAX_UPLOAD_BYTES = 20 * 1024 * 1024  # api §3.10
PIECE_BYTES = 256 * 1024
HEAD_BYTES = 4096
IN_MEMORY_BYTES = 1024 * 1024
LENGTH_BYTES = 4
FIELDS_BYTES = 64 * 1024  # of all texts beside the file
PART = "file"
CONTEXT = "import_chunks.data"
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
CONTRACT = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [PART],
                    "additionalProperties": False,
                    "properties": {
                        PART: {
                            "type": "string",
                            "format": "binary",
                            "description": "CSV, XLSX or NDJSON, at most 20 MiB; "
                            "CSV and NDJSON may be compressed with gzip",
                        }
                    },
                }
            }
        },
    }
}


@dataclass
class Upload:
    """A file that has come in whole."""

    spool: IO[bytes]
    size: int = 0
    head: bytes = b""
    digest: bytes = b""
    _hash: Any = field(default_factory=hashlib.sha256)
    _piece: bytearray = field(default_factory=bytearray)

    def add(self, data: bytes) -> None:
        """Takes what has come."""
        self.size += len(data)
        self._hash.update(data)
        if len(self.head) < HEAD_BYTES:
            self.head += data[: HEAD_BYTES - len(self.head)]
        self._piece += data
        while len(self._piece) >= PIECE_BYTES:
            self._seal(bytes(self._piece[:PIECE_BYTES]))
            del self._piece[:PIECE_BYTES]

    def close(self) -> None:
        """Nothing more comes."""
        if self._piece:
            self._seal(bytes(self._piece))
        self.digest = self._hash.digest()
        self.spool.seek(0)

    def _seal(self, piece: bytes) -> None:
        sealed = sealing.ring().seal(piece, CONTEXT)
        self.spool.write(len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed)

    def chunks(self) -> Iterator[bytes]:
        """The sealed pieces in their order."""
        while length := self.spool.read(LENGTH_BYTES):
            yield self.spool.read(int.from_bytes(length, "big"))

    @property
    def is_compressed(self) -> bool:
        """True for gzip."""
        return self.head.startswith(GZIP)

    @property
    def format(self) -> str:
        """CSV, XLSX or NDJSON, by what the file holds; 422 for a spreadsheet of old."""
        head = self.head
        if self.is_compressed:
            try:
                head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, HEAD_BYTES)
            except zlib.error as error:
                raise _unreadable() from error
        elif head.startswith(ZIP):
            return "XLSX"
        if b"\x00" in head:
            raise _unreadable()
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not text:
            raise refuse(PART, "TOO_SHORT", "文件是空的", "is an empty file")
        return "NDJSON" if text.startswith(b"{") else "CSV"


def _unreadable() -> Invalid:
    return refuse(
        PART,
        "FILE_FORMAT",
        "请上传 CSV、XLSX 或 NDJSON 文件",
        "is no CSV, XLSX or NDJSON file",
    )


class Collector(Protocol):
    """What takes the bytes of the file as they come."""

    def add(self, data: bytes) -> None:
        """Takes what has come."""


class _Parts:
    """Collects the file, and the short texts beside it that are wanted; the parser calls it."""

    def __init__(self, upload: Collector, fields: Collection[str]) -> None:
        self.upload, self.errors = upload, list[FieldError]()
        self.fields, self.texts = fields, dict[str, bytes]()
        self.file_name, self.length = "", 0
        self.is_wanted, self.seen, self.is_whole = False, 0, False
        self._name, self._value, self._disposition = b"", b"", b""
        self._field: str | None = None

    def on_part_begin(self) -> None:
        self._name = self._value = self._disposition = b""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        self.is_wanted = name == PART and self.seen == 0
        self._field = name if name in self.fields else None
        if self.is_wanted:
            self.file_name = options.get(b"filename", b"").decode("utf-8", "replace")
        if self._field is not None:
            if name in self.texts:
                self._refuse(name, "TOO_MANY", "只能填写一次", "is given once only")
            self.texts[name] = b""
        elif name != PART:
            shown = name if FIELD_NAME.fullmatch(name) else "?"
            self._refuse(shown, "UNKNOWN_FIELD", "不认识的字段", "is not a known field")
        elif self.seen:
            self._refuse(PART, "TOO_MANY", "只能上传一个文件", "is one file only")
        self.seen += name == PART

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self.is_wanted:
            self.upload.add(data[start:end])
        elif self._field is not None:
            self.texts[self._field] += data[start:end]
            self.length += end - start
            if self.length > FIELDS_BYTES:
                raise TooLarge

    def on_end(self) -> None:
        self.is_whole = True

    def _refuse(self, name: str, code: str, message_zh: str, message_en: str) -> None:
        if len(self.errors) < 20:
            self.errors.append(
                FieldError(field=name, code=code, message_zh=message_zh, message_en=message_en)
            )


async def receive(request: Request, limit: int) -> None:
    """Reads the request's file into ``request.state.upload``, not a byte more than allowed."""
    spool = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115  lives with the request
    upload = Upload(spool)
    parts = await read_parts(request, limit, upload)
    if parts.errors:
        raise Invalid(*parts.errors)
    upload.close()
    request.state.upload = upload
    # What makes two uploads the same request is the file, not the boundary around it.
    request._body = upload.digest


async def read_parts(
    request: Request, limit: int, upload: Collector, fields: Collection[str] = ()
) -> _Parts:
    """Reads a multipart body as it comes: the file into `upload`, the named texts beside it.

    What is wrong with the parts is in `errors`; the caller adds its own and tells all at once.
    """
    idempotency.key_of(request)  # said before anybody sends twenty megabytes
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        raise UnsupportedMediaType
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge
    parts = _Parts(upload, fields)
    names = (name for name in vars(_Parts) if name.startswith("on_"))
    try:
        parser = MultipartParser(
            options.get(b"boundary", b""),
            {name: getattr(parts, name) for name in names},  # type: ignore[arg-type]
        )
        size = 0
        async for data in request.stream():
            size += len(data)
            if size > limit:
                raise TooLarge
            parser.write(data)
        parser.finalize()
    except (MultipartParseError, ValueError) as error:
        raise _broken() from error
    if not parts.is_whole:
        raise _broken()
    if not parts.seen:
        parts._refuse(PART, "REQUIRED", "必填", "is required")
    return parts


def _broken() -> BadRequest:
    return BadRequest("上传内容不完整或格式不正确", "The multipart body is broken or incomplete")
