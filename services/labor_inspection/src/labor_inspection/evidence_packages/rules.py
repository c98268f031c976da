"""How a package is written down: the same state of a case gives the same bytes. Pure."""

import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

FORMAT = "hrss-evidence-package/1"
MANIFEST, SIGNATURE, INDEX = "manifest.json", "manifest.jws", "index.html"
SIGNATURE_TYPE = "hrss-evidence-package+jws"
TITLES = {
    "case.json": "案件与劳动者名单（已脱敏） Case and workers, masked",
    "timeline.json": "办理经过 What happened, when, by whom",
    "receipts.json": "送达、收件与支付记录 Services, receipts and payments",
    "custody.json": "证据流转记录 Chain of custody of each piece of evidence",
    "documents/": "文书 Document",
    "files/": "证据文件 Evidence",
}
STYLE = "body{font:16px sans-serif;margin:2em}td,th{padding:.3em .8em;text-align:left}"


def written(document: Any) -> bytes:
    """A document as it is kept in the package."""
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    return text.encode() + b"\n"


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def index(case_no: str, rows: Sequence[Mapping[str, Any]], keys: str) -> bytes:
    """A page that a person reads: what is in the package, and how to check it offline."""
    lines = "".join(
        f'<tr><td><a href="{html.escape(row["path"])}">{html.escape(row["path"])}</a></td>'
        f"<td>{html.escape(_title(row))}</td><td>{row['size']}</td>"
        f"<td><code>{row['sha256']}</code></td></tr>\n"
        for row in rows
    )
    number = html.escape(case_no)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><meta charset="utf-8"><title>{number}</title>'
        f"<style>{STYLE}</style>\n<h1>证据包 Evidence package {number}</h1>\n"
        f"<p>核验 To check: <code>python verify_package.py PACKAGE.zip KEYS.json</code>; "
        f"公钥 public keys: <code>{html.escape(keys)}</code></p>\n"
        f"<table>\n<tr><th>文件 File<th>内容 What<th>字节 Bytes<th>SHA-256</tr>\n{lines}</table>\n"
        "</html>\n"
    ).encode()


def _title(row: Mapping[str, Any]) -> str:
    given = str(row.get("name") or "")
    return given or next(
        (title for start, title in TITLES.items() if str(row["path"]).startswith(start)), ""
    )
