"""A request or reply as the columns of a table: their names, titles, codes, and how cells read."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Titles = Mapping[str, str]
CodeTitles = Mapping[str, Titles]

#: What a spreadsheet program would take for a formula (OWASP: CSV injection).
FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
REQUIRED_MARK: Final = "*"
LIST_JOIN: Final = ";"
_LIST_SPLIT: Final = re.compile(r"[;；、,，|\n]+")
_DATE: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NAME: Final = re.compile(r"[a-z][a-z0-9_.]*")
_YES: Final = {"是": "true", "否": "false"}
#: Of every resource and every person; a service adds its own.
COMMON_TITLES: Final[Titles] = {
    "id": "标识",
    "biz_no": "业务编号",
    "owner_city": "所属市",
    "version": "版本",
    "state": "状态",
    "created_at": "登记时间",
    "updated_at": "更新时间",
    "name": "姓名",
    "doc_type": "证件类型",
    "doc_no": "证件号码",
    "mobile": "手机号码",
    "uscc": "统一社会信用代码",
    "source_system": "来源系统",
    "source_ref": "来源编号",
    "reason": "理由",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a field of the model, nested ones with a dot."""

    name: str
    title: str
    is_required: bool = False
    codes: tuple[str, ...] = ()
    code_titles: Titles | None = None
    is_list: bool = False
    #: What turns a cell into what the model takes; None leaves the text as it is.
    parse: Callable[[str], Any] | None = None

    @property
    def heading(self) -> str:
        """What stands over it for people: 岗位名称 title *."""
        marks = (self.title, self.name, REQUIRED_MARK if self.is_required else "")
        return " ".join(mark for mark in marks if mark)

    def choice(self, code: str) -> str:
        """A code as a drop-down shows it: FULL 全日制."""
        return f"{code} {(self.code_titles or {}).get(code, '')}".strip()


def columns_of(
    model: type[BaseModel], titles: Titles | None = None, code_titles: CodeTitles | None = None
) -> dict[str, Column]:
    """The columns that a table of `model` may have; lists of objects have no place in one."""
    known = {**COMMON_TITLES, **(titles or {})}
    found = _fields(model, "", True)
    return {
        name: _column(name, field, known, code_titles or {}, required)
        for name, field, required in found
    }


def named(heading: str, columns: Mapping[str, Column]) -> str | None:
    """The column that a heading names: by its field, its title, or both together."""
    text = heading.strip()
    if text in columns:
        return text
    words: list[str] = [word for word in _NAME.findall(text) if word in columns]
    if len(words) == 1:
        return words[0]
    title = text.rstrip(REQUIRED_MARK + " ")
    same = [name for name, column in columns.items() if column.title == title]
    return same[0] if len(same) == 1 else None


def is_formula(text: str) -> bool:
    """True for a text that a spreadsheet program would carry out."""
    return text.startswith(FORMULA)


def _fields(
    model: type[BaseModel], prefix: str, required: bool
) -> Iterator[tuple[str, FieldInfo, bool]]:
    for name, field in model.model_fields.items():
        needed = required and field.is_required()
        kinds = list(_leaves(field.annotation))
        nested = next((kind for kind in kinds if _is_model(kind)), None)
        if nested is not None:
            yield from _fields(nested, f"{prefix}{name}.", needed)
        elif not any(_holds_models(kind) for kind in kinds):
            yield prefix + name, field, needed


def _column(
    name: str, field: FieldInfo, titles: Titles, code_titles: CodeTitles, is_required: bool
) -> Column:
    last = name.rpartition(".")[2]
    kinds = list(_leaves(field.annotation))
    is_list = any(get_origin(kind) in (list, set, tuple) for kind in kinds)
    if is_list:
        kinds = [leaf for kind in kinds for part in get_args(kind) for leaf in _leaves(part)]
    codes = tuple(str(code) for kind in kinds if get_origin(kind) is Literal
                  for code in get_args(kind))  # fmt: skip
    own = code_titles.get(name) or code_titles.get(last) or {}
    parse: Callable[[str], Any] | None = None
    if codes:
        parse = partial(_code, frozenset(codes), {title: code for code, title in own.items()})
    elif bool in kinds:
        parse = _yes_or_no
    elif date in kinds:
        parse = _date
    if is_list:
        parse = partial(_list, parse)
    title = titles.get(name) or titles.get(last) or field.title or ""
    return Column(name, title, is_required, codes, own, is_list, parse)


def _leaves(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _leaves(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for part in get_args(annotation):
            yield from _leaves(part)
    elif annotation is not NoneType:
        yield annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _holds_models(kind: Any) -> bool:
    if get_origin(kind) not in (list, set, tuple, dict):
        return kind is dict
    leaves = [leaf for part in get_args(kind) for leaf in _leaves(part)]
    return get_origin(kind) is dict or any(_is_model(leaf) or leaf is dict for leaf in leaves)


def _code(codes: frozenset[str], by_title: Titles, cell: str) -> str:
    if cell in codes:
        return cell
    head = cell.split(maxsplit=1)[0]
    return head if head in codes else by_title.get(cell, cell)


def _yes_or_no(cell: str) -> str:
    return _YES.get(cell, cell.lower())


def _date(cell: str) -> str:
    found = _DATE.fullmatch(cell)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else cell


def _list(parse: Callable[[str], Any] | None, cell: str) -> list[Any]:
    parts = [part.strip() for part in _LIST_SPLIT.split(cell)]
    return [parse(part) if parse else part for part in parts if part]
