"""Rows out of CSV, NDJSON and XLSX."""

import gzip
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from hrss_kit import import_rows
from hrss_kit.import_rows import UnreadableFile, read
from hrss_kit.table_columns import columns_of
from hrss_kit.testing_files import spreadsheet


class Person(BaseModel):
    name: str
    doc_no: str


class Thing(BaseModel):
    code: str
    holder: Person | None = None
    issued_on: date | None = None


def pieces(content: bytes, size: int = 7) -> Iterator[bytes]:
    yield from (content[place : place + size] for place in range(0, len(content), size))


def rows(content: bytes, kind: str = "CSV", **options: Any) -> list[tuple[int, Any]]:
    packed = options.pop("is_compressed", False)
    found = read(kind, pieces(content, **options), is_compressed=packed, model=Thing)
    return [(row.number, row.error.code if row.error else row.fields) for row in found]


TABLE = 'code,holder.name,issued_on\r\nA,"张,测\n甲",2026-01-02\r\n\r\n B ,,\r\n'
FOUND = [
    (3, {"code": "A", "holder": {"name": "张,测\n甲"}, "issued_on": "2026-01-02"}),
    (5, {"code": "B"}),
]


def test_columns_are_the_fields_of_the_model() -> None:
    assert set(columns_of(Thing)) == {"code", "holder.name", "holder.doc_no", "issued_on"}


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_any_pieces_and_either_encoding(size: int, encoding: str) -> None:
    content = TABLE.encode(encoding)
    if encoding == "gb18030":
        size = 1000  # the first piece tells which it is
    assert rows(content, size=size) == FOUND


def test_a_compressed_table_is_unpacked_as_it_comes() -> None:
    assert rows(gzip.compress(TABLE.encode()), is_compressed=True) == FOUND
    two = gzip.compress(TABLE.encode()[:20]) + gzip.compress(TABLE.encode()[20:])
    assert rows(two, is_compressed=True) == FOUND


def test_a_bomb_is_put_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_rows, "LARGEST_CONTENT", 1_000_000)
    bomb = gzip.compress(b"code\n" + b"A\n" * 2_000_000)
    with pytest.raises(UnreadableFile, match="TOO_LARGE"):
        rows(bomb, is_compressed=True)


def test_a_cut_off_file_is_not_taken_for_a_whole_one() -> None:
    with pytest.raises(UnreadableFile, match="FILE_FORMAT"):
        rows(gzip.compress(TABLE.encode())[:-9], is_compressed=True)
    with pytest.raises(UnreadableFile, match="FILE_FORMAT"):
        rows(b'code\nA\n"B')
    with pytest.raises(UnreadableFile, match="ENCODING"):
        rows(b"code\nA\n" + "张".encode()[:2])


@pytest.mark.parametrize(
    ("heading", "code", "field"),
    [
        (b"code,420799198003120038\n", "UNKNOWN_FIELD", "column_2"),
        (b"code,code\n", "TOO_MANY", "column_2"),
        (b"\n", "REQUIRED", ""),
    ],
)
def test_a_heading_names_columns_and_is_not_repeated(heading: bytes, code: str, field: str) -> None:
    with pytest.raises(UnreadableFile) as told:
        rows(heading)
    assert (told.value.code, told.value.row, told.value.field) == (code, 1, field)


def test_lines_of_json_are_objects() -> None:
    content = b'{"code": "A", "holder": {"name": "N"}}\n\n[1]\n{"code"\n{"code": "B"}'
    assert rows(content, "NDJSON") == [
        (1, {"code": "A", "holder": {"name": "N"}}),
        (3, "JSON"),
        (4, "JSON"),
        (5, {"code": "B"}),
    ]


def test_a_line_without_an_end_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="TOO_LONG"):
        rows(b'{"code": "' + b"A" * 200_000, "NDJSON", size=70_000)


def test_a_sheet_is_read_with_its_dates_and_texts() -> None:
    content = spreadsheet(
        [
            ["code", "holder.doc_no", "issued_on"],
            ["A", "420799198003120038", date(2026, 1, 2)],
            [],
            [7, None, "2026-01-03"],
            ["B", 420799198003120038, None],
            ["C", "1", None, "too", "many"],
        ]
    )
    assert rows(content, "XLSX", size=1000) == [
        (2, {"code": "A", "holder": {"doc_no": "420799198003120038"}, "issued_on": "2026-01-02"}),
        (4, {"code": "7", "issued_on": "2026-01-03"}),
        (5, "TEXT_CELL"),
        (6, "TOO_MANY"),
    ]
    with pytest.raises(UnreadableFile, match="FILE_FORMAT"):
        rows(content[:-300], "XLSX", size=1000)
