"""Rows out of a file: CSV, NDJSON and XLSX, read as far as they are wanted.

CSV and NDJSON are streamed, also out of gzip; a spreadsheet is read whole, which its size limits.
"""

import codecs
import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from pydantic import BaseModel
from python_calamine import CalamineError, CalamineWorkbook

from hrss_kit.problems import FieldError
from hrss_kit.table_columns import CodeTitles, Column, Titles, columns_of, is_formula, named

READ_BYTES = 256 * 1024
LONGEST_LINE = 64 * 1024
LARGEST_CONTENT = 4 * 1024**3
LARGEST_SHEET = 200 * 1024**2
EXACT_DIGITS = 15  # a spreadsheet's number is a binary fraction: what is longer has lost digits


class Row(NamedTuple):
    """A row: its number as an editor shows it, its fields, or why it has none."""

    number: int
    fields: dict[str, Any]
    error: FieldError | None = None


class UnreadableFile(Exception):
    """The file cannot be read on: the code is told, and the row where it happened."""

    def __init__(self, code: str, row: int = 1, field: str = "") -> None:
        super().__init__(code)
        self.code, self.row, self.field = code, row, field


def read(
    file_format: str,
    pieces: Iterable[bytes],
    *,
    is_compressed: bool,
    model: type[BaseModel],
    titles: Titles | None = None,
    code_titles: CodeTitles | None = None,
) -> Iterator[Row]:
    """The rows of a file that comes in pieces."""
    plain = _unzipped(pieces) if is_compressed else pieces
    if file_format == "NDJSON":
        yield from _ndjson(_lines(_text(plain)))
        return
    columns = columns_of(model, titles, code_titles)
    if file_format == "XLSX":
        yield from _sheet(plain, columns)
    else:
        yield from _csv(_lines(_text(plain)), columns)


def _unzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unzip, size = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
    try:
        for piece in pieces:
            while piece:
                plain = unzip.decompress(piece, READ_BYTES)
                size += len(plain)
                if size > LARGEST_CONTENT:
                    raise UnreadableFile("TOO_LARGE")
                yield plain
                piece = unzip.unconsumed_tail
                if unzip.eof and unzip.unused_data:  # files that were joined (RFC 1952 §2.2)
                    piece, unzip = unzip.unused_data, zlib.decompressobj(zlib.MAX_WBITS | 16)
        yield unzip.flush()
    except zlib.error as error:
        raise UnreadableFile("FILE_FORMAT") from error
    if not unzip.eof:
        raise UnreadableFile("FILE_FORMAT")


def _text(pieces: Iterable[bytes]) -> Iterator[str]:
    """UTF-8, or GB18030 as older spreadsheet programs write it."""
    decoder: codecs.IncrementalDecoder | None = None
    for piece in pieces:
        if decoder is None:
            decoder = codecs.getincrementaldecoder("utf-8-sig")("strict")
            try:
                yield decoder.decode(piece)
                continue
            except UnicodeDecodeError:
                decoder = codecs.getincrementaldecoder("gb18030")("strict")
        try:
            yield decoder.decode(piece)
        except UnicodeDecodeError as error:
            raise UnreadableFile("ENCODING") from error
    try:
        yield decoder.decode(b"", final=True) if decoder else ""
    except UnicodeDecodeError as error:
        raise UnreadableFile("ENCODING") from error


def _lines(texts: Iterable[str]) -> Iterator[str]:
    rest = ""
    for text in texts:
        lines = (rest + text).split("\n")
        rest = lines.pop()
        if len(rest) > LONGEST_LINE:
            raise UnreadableFile("TOO_LONG")
        yield from (line + "\n" for line in lines)
    if rest:
        yield rest


def _csv(lines: Iterator[str], columns: Mapping[str, Column]) -> Iterator[Row]:
    reader = csv.reader(lines, strict=True)
    try:
        names = _heading(next(reader, []), columns)
        for cells in reader:
            if any(cells):
                cells = [_unquoted(cell) if cell[:1] == "'" else cell for cell in cells]
                yield _row(reader.line_num, names, cells)
    except csv.Error as error:
        raise UnreadableFile("FILE_FORMAT", reader.line_num) from error


def _heading(cells: list[Any], columns: Mapping[str, Column]) -> list[Column]:
    texts = [str(cell).strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    names = [named(text, columns) for text in texts]
    for place, name in enumerate(names, 1):
        # Never repeated: a file without a heading begins with somebody's data.
        if name is None:
            raise UnreadableFile("UNKNOWN_FIELD", 1, f"column_{place}")
        if names.index(name) != place - 1:
            raise UnreadableFile("TOO_MANY", 1, f"column_{place}")
    if not names:
        raise UnreadableFile("REQUIRED", 1)
    return [columns[name] for name in names if name is not None]


def _row(number: int, names: list[Column], cells: list[str]) -> Row:
    if len(cells) > len(names) and any(cells[len(names) :]):
        return Row(
            number, {}, _wrong("", "TOO_MANY", "单元格多于列数", "has more cells than names")
        )
    fields: dict[str, Any] = {}
    for column, cell in zip(names, cells, strict=False):
        if cell := cell.strip():
            value = column.parse(cell) if column.parse else cell
            if "." in column.name:
                _put(fields, column.name, value)
            else:
                fields[column.name] = value
    return Row(number, fields)


def _unquoted(cell: str) -> str:
    """A cell that begins with a quote, without it when it only keeps a formula from being one."""
    return cell[1:] if cell[:1] == "'" and is_formula(cell[1:]) else cell


def _put(fields: dict[str, Any], name: str, value: Any) -> None:
    head, dot, tail = name.partition(".")
    if dot:
        _put(fields.setdefault(head, {}), tail, value)
    else:
        fields[head] = value


def _ndjson(lines: Iterator[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            fields = None
        if isinstance(fields, Mapping):
            yield Row(number, dict(fields))
        else:
            wrong = _wrong("", "JSON", "不是合法的 JSON 对象", "is not a JSON object")
            yield Row(number, {}, wrong)


def _sheet(pieces: Iterable[bytes], columns: Mapping[str, Column]) -> Iterator[Row]:
    content = io.BytesIO(b"".join(pieces))
    try:
        with zipfile.ZipFile(content) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_SHEET:
                raise UnreadableFile("TOO_LARGE")
        content.seek(0)
        book = CalamineWorkbook.from_filelike(content)
        sheet = book.get_sheet_by_index(0)
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableFile("FILE_FORMAT") from error
    names: list[Column] | None = None
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if names is None:
            if any(cell != "" for cell in cells):
                names = _heading(list(cells), columns)
            continue
        if any(cell != "" for cell in cells):
            yield _sheet_row(number, names, cells)


def _sheet_row(number: int, names: list[Column], cells: list[Any]) -> Row:
    texts: list[str] = []
    for column, cell in zip_longest(names, cells, fillvalue=None):
        if cell is None:
            break
        if isinstance(cell, float | int) and abs(cell) >= 10**EXACT_DIGITS:
            wrong = _wrong(
                column.name if column else "",
                "TEXT_CELL",
                "长号码请设为文本格式",
                "a long number must be a text cell",
            )
            return Row(number, {}, wrong)
        texts.append(_cell(cell))
    return _row(number, names, texts)


def _cell(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _wrong(field: str, code: str, message_zh: str, message_en: str) -> FieldError:
    return FieldError(field=field, code=code, message_zh=message_zh, message_en=message_en)
