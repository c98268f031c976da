"""Files that people upload: PDF, JPEG or PNG, at most 20 MiB, kept outside the row and sealed.

A file comes in as it is streamed: hashed, its type read from its content, sealed before it touches
a disk. It is durable in the store before the row commits; what no row knows an hour later is swept
away. A service links the row to what it belongs to and decides who may have it; every download is
on record.
"""

import asyncio
import functools
import hashlib
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field, ValidationError

from hrss_kit import clock, file_store, file_types
from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.file_sealing import PIECE_BYTES, PieceCipher, as_text, new_key, opened
from hrss_kit.file_store import FileLost, NoFileStore
from hrss_kit.ids import new_id
from hrss_kit.problems import FieldError, Invalid, Problem, TooLarge, UnsupportedMediaType
from hrss_kit.sealing import CannotOpen
from hrss_kit.stored_files import StoredFile, content
from hrss_kit.telemetry import log
from hrss_kit.uploads import IN_MEMORY_BYTES, MAX_UPLOAD_BYTES, PART, read_parts
from hrss_kit.validation import RequestModel
from hrss_kit.validation import as_problem as validation_problem

#: The file, and what stands around it in a multipart body.
MAX_BODY_BYTES = MAX_UPLOAD_BYTES + 64 * 1024
LONGEST_NAME = 200
#: How the path of an upload ends; the gateway's routing table knows the same.
PATHS = ("/files", "/attachments", "/evidences")

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FileUnavailable(Problem):
    status, code = 503, "FILE_UNAVAILABLE"
    title_zh, title_en = "文件暂时无法读写", "The file cannot be read or written just now"


class FileForm(RequestModel):
    """What stands beside the file in the multipart body; a route may ask for more."""

    sha256: Sha256 | None = None


@dataclass
class Incoming:
    """A file on its way in: hashed and sealed piece by piece."""

    spool: IO[bytes]
    form: RequestModel
    id: UUID = field(default_factory=new_id)
    key: bytes = field(default_factory=new_key)
    size: int = 0
    head: bytes = b""
    media_type: str = ""
    file_name: str = ""
    _hash: Any = field(default_factory=hashlib.sha256)
    _piece: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._cipher = PieceCipher(self.key, self.id)

    def add(self, data: bytes) -> None:
        """Takes what has come; 415 as soon as it cannot be one of the three types."""
        self.size += len(data)
        if self.size > MAX_UPLOAD_BYTES:
            raise TooLarge
        self._hash.update(data)
        if len(self.head) < file_types.LONGEST_MAGIC:
            self.head = (self.head + data)[: file_types.LONGEST_MAGIC]
            if len(self.head) == file_types.LONGEST_MAGIC and not file_types.begins_as(self.head):
                raise UnsupportedMediaType
        self._piece += data
        while len(self._piece) > PIECE_BYTES:
            self.spool.write(self._cipher.seal(bytes(self._piece[:PIECE_BYTES]), is_last=False))
            del self._piece[:PIECE_BYTES]

    def close(self) -> None:
        """Nothing more comes; 415 unless it is whole."""
        self.spool.write(self._cipher.seal(bytes(self._piece), is_last=True))
        kind = file_types.begins_as(self.head)
        self.spool.seek(0)
        pieces = opened(self.spool, PieceCipher(self.key, self.id))
        if kind is None or not file_types.is_whole(kind, pieces):
            raise UnsupportedMediaType
        self.media_type = kind
        self.spool.seek(0)

    @property
    def sha256(self) -> str:
        """The digest of the content as it came."""
        digest: str = self._hash.hexdigest()
        return digest


def receiving(form: type[RequestModel]) -> Callable[[Request, int], Awaitable[None]]:
    """Reads the body of an upload into ``request.state.incoming``."""

    async def receive(request: Request, limit: int) -> None:
        here = file_store.store().spool_directory
        directory = str(here) if here else None
        spool = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, dir=directory)  # noqa: SIM115
        incoming = Incoming(spool, FileForm())
        try:
            parts = await read_parts(request, limit, incoming, form.model_fields)
            texts = {name: text.decode("utf-8", "replace") for name, text in parts.texts.items()}
            errors = list(parts.errors)
            try:
                incoming.form = form.model_validate(texts)
            except ValidationError as error:
                errors += validation_problem(error.errors()).errors
            if errors:
                raise Invalid(*errors)
            await asyncio.to_thread(incoming.close)
            _refuse_other_hash(incoming)
        except BaseException:
            spool.close()
            raise
        incoming.file_name = PurePosixPath(parts.file_name.replace("\\", "/")).name[:LONGEST_NAME]
        request.state.incoming = incoming
        # What makes two uploads the same request is what they say, not the boundary around it.
        told = [incoming.sha256, *(f"{name}={texts[name]}" for name in sorted(texts))]
        request._body = "\n".join(told).encode()

    return receive


def _refuse_other_hash(incoming: Incoming) -> None:
    promised = getattr(incoming.form, "sha256", None)
    if promised is not None and promised != incoming.sha256:
        message = ("文件与所报哈希值不符", "differs from the hash that was announced")
        raise Invalid(
            FieldError(field=PART, code="HASH", message_zh=message[0], message_en=message[1])
        )


async def keep(request: Request) -> StoredFile:
    """Puts the file into the store, before the transaction in which its row is written."""
    incoming: Incoming = request.state.incoming
    source = request.app.state.service.source
    place = f"{source}/{clock.today():%Y/%m}/{incoming.id}"
    try:
        await file_store.store().write(place, incoming.spool)
    except Exception as error:  # a full disk, a bucket out of reach: come again later
        log().error("file not kept", error=type(error).__name__)
        raise FileUnavailable(headers={"Retry-After": "5"}) from error
    finally:
        incoming.spool.close()
    principal = exchange().principal
    return StoredFile(
        id=incoming.id,
        sha256=incoming.sha256,
        size=incoming.size,
        media_type=incoming.media_type,
        file_name=incoming.file_name or f"{incoming.id}.{file_types.ENDINGS[incoming.media_type]}",
        place=place,
        content_key=as_text(incoming.key),
        owner_city=principal.city if principal else None,
        created_by=principal.actor if principal else "system",
    )


async def _uploaded(request: Request, session: Session, caller: Caller) -> StoredFile:
    row: StoredFile = exchange().prepared
    session.add(row)
    await session.flush()
    return row


#: The file of an upload, its row already in the session.
Uploaded = Annotated[StoredFile, Depends(_uploaded)]


def form_of(request: Request) -> Any:
    """What stood beside the file."""
    return request.state.incoming.form


def storing(endpoint: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """An upload's endpoint; when it refuses, the file does not stay."""

    @functools.wraps(endpoint)
    async def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return await endpoint(*args, **kwargs)
        except BaseException:
            await file_store.store().delete(exchange().prepared.place)
            raise

    return call


def delivering(
    endpoint: Callable[..., Awaitable[StoredFile | Response]],
) -> Callable[..., Awaitable[Any]]:
    """A download's endpoint: it names the file, this sends it; or it has made an answer itself."""

    @functools.wraps(endpoint)
    async def call(*args: Any, **kwargs: Any) -> Response:
        row = await endpoint(*args, **kwargs)
        if isinstance(row, Response):
            return row
        exchange().note(fields=[f"file:{row.id}"])
        pieces = content(row)
        try:
            first = await anext(pieces)
        except (FileLost, CannotOpen, NoFileStore, OSError) as error:
            log().error("file not readable", file=str(row.id), error=type(error).__name__)
            raise FileUnavailable from error
        return StreamingResponse(
            _following(first, pieces), media_type=row.media_type, headers=_headers(row)
        )

    return call


async def _following(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


def _headers(row: StoredFile) -> dict[str, str]:
    """Never shown inside a page, never kept; its own name may be personal and is not told here."""
    digest = b64encode(bytes.fromhex(row.sha256)).decode()
    name = f"{row.id}.{file_types.ENDINGS[row.media_type]}"
    return {
        "Content-Length": str(row.size),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Repr-Digest": f"sha-256=:{digest}:",  # RFC 9530
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }


def contract(form: type[RequestModel]) -> dict[str, Any]:
    """The request body of an upload, for its contract."""
    schema = form.model_json_schema()
    file = {
        "type": "string",
        "format": "binary",
        "description": "PDF, JPEG or PNG by its content, at most 20 MiB",
    }
    body = {
        "type": "object",
        "required": [PART, *schema.get("required", [])],
        "additionalProperties": False,
        "properties": {PART: file, **schema["properties"]},
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}}}


def downloaded(media_types: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """The answer of a download, for its contract."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
    return {200: {"description": "The file", "content": content}}
