"""Workbooks that people fill in and take away: every cell a text, no formula, no surprise."""

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final

import xlsxwriter
from pydantic import BaseModel

from hrss_kit.table_columns import CodeTitles, Column, Titles, columns_of

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_A_SHEET: Final = 1_000_000
ROWS_WITH_DROP_DOWN: Final = 20_000
PIECE_BYTES: Final = 64 * 1024
LONGEST_CELL: Final = 32_767
# A text is never taken for a formula, a link or a number.
PLAIN: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
DATA, NOTES, CODES = "数据 data", "说明 notes", "代码 codes"


def template(
    model: type[BaseModel], titles: Titles | None = None, code_titles: CodeTitles | None = None
) -> bytes:
    """A workbook to fill in and send back (模板): text columns, drop-downs, both languages."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, **PLAIN})
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "num_format": "@", "bg_color": "#DDEBF7"})
    data, notes, lists = (book.add_worksheet(name) for name in (DATA, NOTES, CODES))
    data.freeze_panes(1, 0)
    lists.hide()
    for place, head in enumerate(("列 column", "名称 title", "必填 required", "取值 values")):
        notes.write_string(0, place, head, bold)
    notes.set_column(0, 3, 28, text)
    for place, column in enumerate(columns_of(model, titles, code_titles).values()):
        data.set_column(place, place, max(14, len(column.heading) + 6), text)
        data.write_string(0, place, column.heading, bold)
        choices = [column.choice(code) for code in column.codes]
        for row, words in enumerate(_notes(column, choices)):
            notes.write_string(place + 1, row, words, text)
        if not choices:
            continue
        for row, choice in enumerate((column.name, *choices)):
            lists.write_string(row, place, choice, text)
        if not column.is_list:  # a drop-down holds one choice
            letters = xlsxwriter.utility.xl_col_to_name(place, col_abs=True)
            source = f"='{CODES}'!{letters}$2:{letters}${len(choices) + 1}"
            wanted = {"validate": "list", "source": source}
            data.data_validation(1, place, ROWS_WITH_DROP_DOWN, place, wanted)
    book.close()
    return made.getvalue()


def _notes(column: Column, choices: Sequence[str]) -> tuple[str, str, str, str]:
    values = " / ".join(choices)
    if column.is_list:
        values = f"{values}（多个用分号隔开；several: separate with ;）"
    return column.name, column.title, "是 yes" if column.is_required else "", values[:LONGEST_CELL]


def table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """A short table as a workbook."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, **PLAIN})
    _Sheets(book, headings).write(lines)
    book.close()
    return made.getvalue()


async def stream(
    headings: Sequence[str], stretches: AsyncIterator[list[list[str]]]
) -> AsyncIterator[bytes]:
    """A workbook of any length, row by row on disk; its bytes when it is whole."""
    with tempfile.TemporaryFile() as made, tempfile.TemporaryDirectory() as parts:
        options = {"constant_memory": True, "tmpdir": parts, **PLAIN}
        book = xlsxwriter.Workbook(made, options)
        sheets = _Sheets(book, headings)
        async for lines in stretches:
            await asyncio.to_thread(sheets.write, lines)
        await asyncio.to_thread(book.close)
        made.seek(0)
        while piece := await asyncio.to_thread(made.read, PIECE_BYTES):
            yield piece


class _Sheets:
    """Lines on one sheet after the other: a sheet has an end."""

    def __init__(self, book: Any, headings: Sequence[str]) -> None:
        self.book, self.headings, self.row = book, headings, 0
        self.bold = book.add_format({"bold": True})
        self.sheet: Any = None
        self._next()

    def _next(self) -> None:
        self.sheet, self.row = self.book.add_worksheet(), 1
        self.sheet.freeze_panes(1, 0)
        for place, heading in enumerate(self.headings):
            self.sheet.write_string(0, place, heading, self.bold)

    def write(self, lines: Iterable[Sequence[str]]) -> None:
        """Adds lines."""
        for line in lines:
            if self.row >= ROWS_A_SHEET:
                self._next()
            for place, cell in enumerate(line):
                if cell:
                    self.sheet.write_string(self.row, place, cell[:LONGEST_CELL])
            self.row += 1


def attachment(name: str) -> Mapping[str, str]:
    """The header that makes a browser keep an answer as a file."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
