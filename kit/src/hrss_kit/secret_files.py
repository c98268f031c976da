"""Files that only their owner reads; a file is there complete or not at all."""

import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def random_secret() -> str:
    """Thirty-two characters of 192 random bits; safe inside an address."""
    return secrets.token_urlsafe(24)


def write_secret(path: Path, text: str) -> None:
    """Writes the file unless it exists."""
    part = _write_part(path, text)
    with contextlib.suppress(FileExistsError):
        os.link(part, path)
    part.unlink()


def replace_secret(path: Path, text: str) -> None:
    """Writes the file unless it says the same already."""
    if not path.exists() or path.read_text("utf-8") != text:
        _write_part(path, text).replace(path)


def copy_secret(path: Path, directory: Path) -> None:
    """Keeps a copy in `directory` in step with the file, also when there is none."""
    if path.exists():
        replace_secret(directory / path.name, path.read_text("utf-8"))
    else:
        (directory / path.name).unlink(missing_ok=True)


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Writes the file unless it exists."""
    write_secret(path, _text(data))


def update_json(path: Path, data: Mapping[str, Any], *, keep: bool = False) -> None:
    """Replaces the file; with `keep` only adds the keys it does not have yet."""
    before = read_json(path) if path.exists() else {}
    after = {**data, **before} if keep else dict(data)
    if after != before:
        _write_part(path, _text(after)).replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The object in the file."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _write_part(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return part
