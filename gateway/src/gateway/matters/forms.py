"""Forms of matters: checked against the catalogue's JSON Schema, filled in from the card. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs

from gateway.matters.catalogue import Entry
from hrss_kit.problems import FieldError
from hrss_kit.validation import FIELD_NAME, SURROGATE

#: Keyword of the schema → our code and what to say; the texts never carry the value.
MESSAGES: Final = {
    "required": ("REQUIRED", "必填", "is required"),
    "additionalProperties": ("UNKNOWN_FIELD", "不认识的字段", "is not a known field"),
    "maxLength": ("TOO_LONG", "超过最大长度", "is too long"),
    "minLength": ("TOO_SHORT", "长度不足", "is too short"),
    "maxItems": ("TOO_MANY", "数量超过上限", "has too many items"),
    "minItems": ("TOO_FEW", "数量不足", "has too few items"),
    "pattern": ("PATTERN", "格式不正确", "does not have the required format"),
    "enum": ("CODE", "不在代码表中", "is not one of the allowed codes"),
    "minimum": ("RANGE", "超出允许范围", "is out of range"),
    "maximum": ("RANGE", "超出允许范围", "is out of range"),
    "format": ("DATE", "日期或时间格式不正确", "is not a date or time"),
    "type": ("TYPE", "类型或格式不正确", "has the wrong type or format"),
}
OTHER: Final = ("TYPE", "类型或格式不正确", "has the wrong type or format")
_NUL: Final = re.compile("\x00")
DEEPEST: Final = 8


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def findings(entry: Entry, form: Mapping[str, Any]) -> list[FieldError]:
    """Everything that is wrong with a form, what is missing included."""
    unstorable = list(_unstorable(form, "form", 0))
    if unstorable:
        return unstorable
    found: list[FieldError] = []
    for error in _validator(json.dumps(entry.form, sort_keys=True)).iter_errors(dict(form)):
        keyword = error.kind.name
        where = ["form", *(str(part) for part in error.instance_path)]
        if keyword == "required":
            where.append(error.kind.as_dict()["property"])
        code, message_zh, message_en = MESSAGES.get(keyword, OTHER)
        names = error.kind.as_dict()["unexpected"] if keyword == "additionalProperties" else [None]
        for name in names:
            path = where if name is None else [*where, name if FIELD_NAME.fullmatch(name) else "?"]
            found.append(_error(".".join(path), code, message_zh, message_en))
    return found


def _error(where: str, code: str, message_zh: str, message_en: str) -> FieldError:
    return FieldError(field=where, code=code, message_zh=message_zh, message_en=message_en)


def _unstorable(value: Any, at: str, depth: int) -> Iterable[FieldError]:
    """Text nobody can store, and nesting nobody has asked for."""
    if isinstance(value, str):
        if _NUL.search(value) or SURROGATE.search(value):
            yield _error(at, "CHARACTER", "含有不允许的字符", "holds a forbidden character")
    elif depth >= DEEPEST and isinstance(value, Mapping | list):
        yield _error(at, *OTHER)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            shown = str(name) if FIELD_NAME.fullmatch(str(name)) else "?"
            if shown == "?":
                yield _error(f"{at}.?", *MESSAGES["additionalProperties"])
            yield from _unstorable(item, f"{at}.{shown}", depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unstorable(item, f"{at}.{index}", depth + 1)


def wrong(entry: Entry, form: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with what was given; what is still missing may come later."""
    return [one for one in findings(entry, form) if one.code != "REQUIRED"]


def missing(entry: Entry, form: Mapping[str, Any]) -> list[str]:
    """The fields that are still to be filled in."""
    names = [one.field for one in findings(entry, form) if one.code == "REQUIRED"]
    return [name.removeprefix("form.") for name in names]


def filled(entry: Entry, form: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The form with what the card check knows and with what the schema says by default.

    What somebody has written stays as they wrote it; what the card knows but the form would
    refuse is left out.
    """
    made = dict(form)
    for name, source in entry.prefill.items():
        if made.get(name) is None and known.get(source) is not None:
            trial = {**made, name: known[source]}
            if not wrong(entry, trial):
                made = trial
    for name, rule in entry.form["properties"].items():
        if "default" in rule:
            made.setdefault(name, rule["default"])
    return made
