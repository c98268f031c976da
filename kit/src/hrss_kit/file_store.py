"""Where uploaded files lie: a directory (a volume) by default, a bucket when one is named.

A place is a relative path; both stores use the same, so that a directory can be copied into a
bucket and back. What is written is on the disk, or acknowledged by the bucket, before this says so.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from hrss_kit.settings import ServiceSettings

if TYPE_CHECKING:
    from obstore.store import ObjectStore

STRETCH_BYTES = 256 * 1024
BUCKET_SECONDS = 20
PART = ".part"


class FileLost(Exception):
    """There is no file at this place, though there should be."""


class NoFileStore(RuntimeError):
    """This process was not told where files lie: HRSS_FILES_DIR or HRSS_FILES_URL."""


class FileStore(Protocol):
    """Keeps sealed bytes by place."""

    #: Where an upload may lie until it is whole; None for the system's own place.
    spool_directory: Path | None

    async def write(self, place: str, content: IO[bytes]) -> None:
        """Keeps the content for good; when this returns it is durable."""

    def read(self, place: str) -> AsyncIterator[bytes]:
        """The content in stretches; raises FileLost."""

    async def delete(self, place: str) -> None:
        """Removes what lies there; nothing there is no mistake."""

    def places(self, prefix: str) -> AsyncIterator[list[str]]:
        """Every place under a prefix, in batches."""


class DirectoryStore:
    """Files in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.spool_directory: Path | None = directory / "incoming"
        self.spool_directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def write(self, place: str, content: IO[bytes]) -> None:
        """Writes beside, then moves into place: a file that is there is whole."""
        await asyncio.to_thread(self._write, self.directory / place, content)

    def _write(self, path: Path, content: IO[bytes]) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(PART)
        with part.open("wb") as file:
            while stretch := content.read(STRETCH_BYTES):
                file.write(stretch)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        folder = path.parent
        while folder != self.directory.parent:  # a new folder is an entry of the one above
            _sync(folder)
            folder = folder.parent

    async def read(self, place: str) -> AsyncIterator[bytes]:
        """The content in stretches."""
        try:
            file = await asyncio.to_thread((self.directory / place).open, "rb")
        except FileNotFoundError as error:
            raise FileLost(place) from error
        with file:
            while stretch := await asyncio.to_thread(file.read, STRETCH_BYTES):
                yield stretch

    async def delete(self, place: str) -> None:
        """Removes the file."""
        (self.directory / place).unlink(missing_ok=True)

    async def places(self, prefix: str) -> AsyncIterator[list[str]]:
        """Folder by folder."""
        for folder, _, names in os.walk(self.directory / prefix):
            below = Path(folder).relative_to(self.directory)
            if names:
                yield [str(below / name) for name in names]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class BucketStore:
    """Files in an object store, through obstore: S3 and what speaks like it."""

    spool_directory: Path | None = None

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store

    @classmethod
    def from_settings(cls, settings: ServiceSettings) -> "BucketStore":
        """The store of HRSS_FILES_URL; what is not set comes from the library's own variables."""
        from obstore.store import from_url  # only a bucket needs it

        told = {
            "endpoint": settings.files_endpoint,
            "region": settings.files_region,
            "access_key_id": settings.files_access_key_id,
            "secret_access_key": settings.files_secret_access_key.get_secret_value(),
        }
        config: Any = {name: value for name, value in told.items() if value}
        options: Any = {
            "timeout": timedelta(seconds=BUCKET_SECONDS),
            "allow_http": settings.files_endpoint.startswith("http://"),
        }
        patience: Any = {"max_retries": 2, "retry_timeout": timedelta(seconds=BUCKET_SECONDS)}
        store: Any = from_url(
            settings.files_url, config=config, client_options=options, retry_config=patience
        )
        return cls(store)

    async def write(self, place: str, content: IO[bytes]) -> None:
        """Puts the object; a bucket shows it whole or not at all."""
        await self._store.put_async(place, content)

    async def read(self, place: str) -> AsyncIterator[bytes]:
        """The object in stretches."""
        try:
            found = await self._store.get_async(place)
        except FileNotFoundError as error:
            raise FileLost(place) from error
        async for stretch in found.stream(min_chunk_size=STRETCH_BYTES):
            yield bytes(stretch)

    async def delete(self, place: str) -> None:
        """Removes the object."""
        with contextlib.suppress(FileNotFoundError):
            await self._store.delete_async(place)

    async def places(self, prefix: str) -> AsyncIterator[list[str]]:
        """Page by page."""
        async for page in self._store.list(prefix, chunk_size=1000):
            yield [found["path"] for found in page]


def store_of(settings: ServiceSettings) -> FileStore | None:
    """The store that the settings name, if any."""
    if settings.files_url:
        return BucketStore.from_settings(settings)
    return DirectoryStore(settings.files_dir) if settings.files_dir else None


_store: FileStore | None = None


def use(store: FileStore | None) -> None:
    """Makes `store` the file store of this process."""
    global _store
    _store = store


def present() -> FileStore | None:
    """The file store of this process, if it has one."""
    return _store


def store() -> FileStore:
    """The file store of this process."""
    if _store is None:
        raise NoFileStore
    return _store
