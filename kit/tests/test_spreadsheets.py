"""Templates that people fill in, the tables they get, and what a cell may not do."""

import io
from collections.abc import AsyncIterator
from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from python_calamine import CalamineWorkbook

from hrss_kit import exports, import_rows, spreadsheets
from hrss_kit.table_columns import columns_of, named


class Person(BaseModel):
    name: str


class Part(BaseModel):
    months: int


class Thing(BaseModel):
    title: str
    kind: Literal["FULL", "PART"]
    groups: list[Literal["A", "B"]] = Field(default_factory=list)
    is_new: bool | None = None
    since: date | None = None
    holder: Person | None = None
    parts: list[Part] = Field(default_factory=list)


TITLES = {"title": "名称", "kind": "类型"}
CODES = {"kind": {"FULL": "全日制", "PART": "非全日制"}}


def read(content: bytes, kind: str = "XLSX") -> list[dict[str, object]]:
    found = import_rows.read(
        kind, iter([content]), is_compressed=False, model=Thing, titles=TITLES, code_titles=CODES
    )
    return [row.fields for row in found]


def test_a_template_that_was_filled_in_is_read_back() -> None:
    made = spreadsheets.template(Thing, TITLES, CODES)
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    heading = book.get_sheet_by_index(0).to_python()[0]
    assert heading == [
        "名称 title *", "类型 kind *", "groups", "is_new", "since", "姓名 holder.name",
    ]  # fmt: skip
    line = ["=1+1", "PART 非全日制", "A；B", "是", "2026/1/5", "张测甲"]
    assert read(spreadsheets.table(heading, [line])) == [
        {
            "title": "=1+1",
            "kind": "PART",
            "groups": ["A", "B"],
            "is_new": "true",
            "since": "2026-01-05",
            "holder": {"name": "张测甲"},
        }
    ]


def test_a_template_offers_the_codes_and_says_what_is_required() -> None:
    made = spreadsheets.template(Thing, TITLES, CODES)
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    notes = book.get_sheet_by_name(spreadsheets.NOTES).to_python()
    assert notes[2] == ["kind", "类型", "是 yes", "FULL 全日制 / PART 非全日制"]
    assert "parts" not in {row[0] for row in notes}


@pytest.mark.parametrize("heading", ["title", "名称", "名称 title *", "名称*", " title "])
def test_a_heading_names_its_column_in_either_language(heading: str) -> None:
    assert named(heading, columns_of(Thing, TITLES)) == "title"


def test_a_heading_that_names_nothing_or_two_is_refused() -> None:
    columns = columns_of(Thing, TITLES)
    assert named("张测甲", columns) is None
    assert named("title kind", columns) is None


@given(st.text(max_size=30))
def test_no_cell_of_a_file_is_ever_a_formula(text: str) -> None:
    made = exports._harmless(text)
    assert not made.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"))
    assert import_rows._unquoted(made) == import_rows._unquoted(text)


async def test_a_workbook_of_any_length_has_texts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "ROWS_A_SHEET", 3)

    async def lines() -> AsyncIterator[list[list[str]]]:
        yield [["=cmd()", "420799198003120038"], ["", "http://a.example"]]
        yield [["三", "3"]]

    made = b"".join([piece async for piece in spreadsheets.stream(["a", "b"], lines())])
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    first, second = (book.get_sheet_by_index(place).to_python() for place in (0, 1))
    assert first == [["a", "b"], ["=cmd()", "420799198003120038"], ["", "http://a.example"]]
    assert second == [["a", "b"], ["三", "3"]]
