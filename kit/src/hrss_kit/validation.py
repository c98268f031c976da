"""Requests are strict, and everything wrong with one is told at once (一次性告知)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from hrss_kit.problems import BadRequest, FieldError, Invalid, Problem

# pydantic's error type → our code and what to say; the texts never carry the value.
MESSAGES: dict[str, tuple[str, str, str]] = {
    "missing": ("REQUIRED", "必填", "is required"),
    "extra_forbidden": ("UNKNOWN_FIELD", "不认识的字段", "is not a known field"),
    "string_too_long": ("TOO_LONG", "超过最大长度", "is too long"),
    "too_long": ("TOO_MANY", "数量超过上限", "has too many items"),
    "string_too_short": ("TOO_SHORT", "长度不足", "is too short"),
    "too_short": ("TOO_FEW", "数量不足", "has too few items"),
    "string_pattern_mismatch": ("PATTERN", "格式不正确", "does not have the required format"),
    "enum": ("CODE", "不在代码表中", "is not one of the allowed codes"),
    "literal_error": ("CODE", "不在代码表中", "is not one of the allowed codes"),
    "greater_than": ("RANGE", "超出允许范围", "is out of range"),
    "greater_than_equal": ("RANGE", "超出允许范围", "is out of range"),
    "less_than": ("RANGE", "超出允许范围", "is out of range"),
    "less_than_equal": ("RANGE", "超出允许范围", "is out of range"),
}
SURROGATE = re.compile("[\ud800-\udfff]")
DATES = ("date_", "datetime_", "time_")
# What stands where a field's name should be may be a value; a number of somebody is one.
FIELD_NAME = re.compile(r"(?!.*\d{4})[A-Za-z0-9_-]{1,64}")


class CrossError(NamedTuple):
    """Something wrong between fields: where, which code, what to say."""

    field: tuple[str | int, ...]
    code: str
    message_zh: str
    message_en: str


class RequestModel(BaseModel):
    """Base of every request body: unknown fields refused, all errors at once.

    A subclass lists what must hold between fields in `cross_check`; it sees the body as it was
    sent, so that its findings are told together with those about single fields.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """What is wrong between fields; `given` is raw, keys and types may be anything."""
        return ()

    @model_validator(mode="wrap")
    @classmethod
    def tell_all_at_once(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Runs pydantic and `cross_check` and raises one error with all findings."""
        lines: list[InitErrorDetails] = []
        made: Self | None = None
        try:
            made = handler(given)
        except ValidationError as error:
            lines.extend(_line(details) for details in error.errors(include_url=False))
        if isinstance(given, Mapping):
            for wrong in _found(cls, given, tolerant=made is None):
                kind = PydanticCustomError(
                    wrong.code,
                    "{message_en}",
                    {"message_zh": wrong.message_zh, "message_en": wrong.message_en},
                )
                lines.append({"type": kind, "loc": wrong.field, "input": None})
        if lines or made is None:
            raise ValidationError.from_exception_data(cls.__name__, lines, hide_input=True)
        return made


def _found(
    model: type[RequestModel], given: Mapping[str, Any], *, tolerant: bool
) -> Iterable[CrossError]:
    if not _is_plain(given):
        yield from _unstorable(given, ())
    try:
        yield from list(model.cross_check(given))
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
        if not tolerant:
            raise


def _is_plain(given: Mapping[str, Any]) -> bool:
    """True for what most bodies and all rows of a file are: nothing in it needs a closer look."""
    for value in given.values():
        if isinstance(value, str):
            if "\x00" in value or not (value.isascii() or SURROGATE.search(value) is None):
                return False
        elif isinstance(value, list | tuple):
            return False
    return True


def _unstorable(value: Any, at: tuple[str | int, ...]) -> Iterable[CrossError]:
    """Text PostgreSQL cannot store: NUL and lone surrogates."""
    if isinstance(value, str):
        if "\x00" in value or SURROGATE.search(value):
            yield CrossError(at, "CHARACTER", "含有不允许的字符", "holds a forbidden character")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if not isinstance(item, Mapping):  # nested models look for themselves
                yield from _unstorable(item, (*at, str(name)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            if not isinstance(item, Mapping):
                yield from _unstorable(item, (*at, index))


def _line(details: ErrorDetails) -> InitErrorDetails:
    kind: Any = details["type"]
    context = details.get("ctx", {})
    if kind.isupper() or kind not in MESSAGES:
        text = {"message_zh": context.get("message_zh", ""), "message_en": details["msg"]}
        kind = PydanticCustomError(kind, "{message_en}", {**text})
    else:
        _, message_zh, message_en = MESSAGES[kind]
        kind = PydanticCustomError(
            kind, "{message_en}", {"message_zh": message_zh, "message_en": message_en}
        )
    return {"type": kind, "loc": details["loc"], "input": None}


def field_error(details: Mapping[str, Any]) -> FieldError:
    """One pydantic error in the suite's words; custom errors carry their own code and texts."""
    kind = str(details["type"])
    where = [str(part) for part in details["loc"]]
    where = [part if FIELD_NAME.fullmatch(part) else "?" for part in where]
    if where and where[0] in ("body", "query", "path", "header", "cookie"):
        where = where[1:]
    context = details.get("ctx") or {}
    if kind.isupper():
        code = kind
        message_zh = str(context.get("message_zh") or "内容不正确")
        message_en = str(context.get("message_en") or "is not acceptable")
    elif kind in MESSAGES:
        code, message_zh, message_en = MESSAGES[kind]
    elif kind.startswith(DATES):
        code, message_zh, message_en = "DATE", "日期或时间格式不正确", "is not a date or time"
    else:
        code, message_zh, message_en = "TYPE", "类型或格式不正确", "has the wrong type or format"
    return FieldError(
        field=".".join(where), code=code, message_zh=message_zh, message_en=message_en
    )


def as_problem(errors: Sequence[Any]) -> Problem:
    """The answer to pydantic's findings: 400 for unparsable JSON, else 422 with all of them."""
    if any(details["type"] == "json_invalid" for details in errors):
        return BadRequest("请求体不是合法的 JSON", "The body is not valid JSON")
    return Invalid(*(field_error(details) for details in errors))
