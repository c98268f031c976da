"""One error shape everywhere: application/problem+json (RFC 9457), Chinese and English.

No answer repeats a rejected value. ``code`` is what programs read; when all field errors of a 422
agree on one code it is also the document's code, otherwise that is ``VALIDATION``.
"""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from hrss_kit.context import exchange

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One thing wrong with one field."""

    model_config = ConfigDict(frozen=True)

    field: str
    code: str
    message_zh: str
    message_en: str


class ProblemDocument(BaseModel):
    """RFC 9457 problem details with the suite's extensions."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    errors: list[FieldError] = []
    trace_id: str


class Problem(Exception):
    """Base of every answer that is not a success; one subclass per business problem."""

    status: ClassVar[int] = 500
    code: str = "INTERNAL"
    title_zh: ClassVar[str] = "系统内部错误"
    title_en: ClassVar[str] = "Something went wrong on our side"
    # True when the refusal itself leaves rows behind that must be committed.
    keeps_effects: ClassVar[bool] = False

    def __init__(
        self,
        detail_zh: str = "",
        detail_en: str = "",
        *,
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(self.code)
        self.detail_zh, self.detail_en = detail_zh, detail_en
        self.errors, self.headers, self.extra = list(errors), headers or {}, extra


class BadRequest(Problem):
    status, code = 400, "BAD_REQUEST"
    title_zh, title_en = "请求格式不正确", "The request is malformed"


class Unauthenticated(Problem):
    status, code = 401, "UNAUTHENTICATED"
    title_zh, title_en = "未提供有效的访问令牌", "A valid access token is required"

    def __init__(self, error: str = "") -> None:
        challenge = 'Bearer realm="hrss"' + (f', error="{error}"' if error else "")
        super().__init__(headers={"WWW-Authenticate": challenge})


class Forbidden(Problem):
    status, code = 403, "FORBIDDEN"
    title_zh, title_en = "无权进行此操作", "You may not do this"


class ScopeMissing(Forbidden):
    code = "SCOPE_MISSING"
    title_zh, title_en = "当前角色没有此权限", "Your roles do not grant this permission"


class PurposeNotAllowed(Forbidden):
    code = "PURPOSE_NOT_ALLOWED"
    title_zh, title_en = "该使用目的不允许此查询", "This purpose does not allow this read"


class PurposeRequired(BadRequest):
    code = "PURPOSE_REQUIRED"
    title_zh, title_en = "查询个人信息必须填写使用目的 X-Purpose", "X-Purpose is required here"


class NotYourCity(Forbidden):
    code = "NOT_YOUR_CITY"
    title_zh, title_en = "该事项不属于本市办理", "This belongs to the other city"


class MakerIsChecker(Forbidden):
    code = "MAKER_IS_CHECKER"
    title_zh, title_en = "经办人不得复核本人经办的事项", "Whoever made it may not approve it"


class NotFound(Problem):
    status, code = 404, "NOT_FOUND"
    title_zh, title_en = "未找到", "Not found"


class Conflict(Problem):
    status, code = 409, "CONFLICT"
    title_zh, title_en = "与现有数据冲突", "This conflicts with what is already there"


class Duplicate(Conflict):
    code = "DUPLICATE"
    title_zh, title_en = "重复提交", "This is a duplicate"


class StateConflict(Conflict):
    """The action does not fit the state; says which do (`state`, `allowed`)."""

    code = "STATE_CONFLICT"
    title_zh, title_en = "当前状态不允许此操作", "The present state does not allow this"

    def __init__(self, state: str, allowed: Sequence[str]) -> None:
        super().__init__(state=state, allowed=list(allowed))


class VersionMismatch(Problem):
    status, code = 412, "VERSION_MISMATCH"
    title_zh, title_en = "记录已被他人修改，请刷新后重试", "It has changed since you read it"


class PreconditionRequired(Problem):
    status, code = 428, "IF_MATCH_REQUIRED"
    title_zh, title_en = "缺少 If-Match 请求头", "If-Match is required"


class TooLarge(Problem):
    status, code = 413, "TOO_LARGE"
    title_zh, title_en = "请求内容过大", "The request is too large"


class UnsupportedMediaType(Problem):
    status, code = 415, "MEDIA_TYPE"
    title_zh, title_en = "不支持的内容类型", "This content type is not supported"


class Invalid(Problem):
    """Field errors, all at once (一次性告知)."""

    status, code = 422, "VALIDATION"
    title_zh, title_en = "提交的内容有误", "Some fields are not acceptable"

    def __init__(self, *errors: FieldError, **extra: Any) -> None:
        super().__init__(errors=errors, **extra)
        codes = {error.code for error in errors}
        if len(codes) == 1:
            self.code = codes.pop()


class Unavailable(Problem):
    status, code = 503, "UNAVAILABLE"
    title_zh, title_en = "服务暂时不可用，请稍后重试", "Not available just now, try again"

    def __init__(self, *, origin: str | None = None, retry_after: int = 1) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})
        if origin:
            self.extra["origin"] = origin


def refuse(field: str, code: str, message_zh: str, message_en: str) -> Invalid:
    """A 422 about one field."""
    return Invalid(FieldError(field=field, code=code, message_zh=message_zh, message_en=message_en))


#: A part of a path with a number as long as a telephone's, which is no UUID.
LONG_NUMBER = re.compile(r"(?<=/)(?![0-9a-f]{8}-[0-9a-f]{4}-)[^/]*[0-9]{11}[^/]*")


def instance_of(method: str, path: str) -> str:
    """The path of a request, without the natural key a PUT ends with: that may be personal.

    So may be what a careless caller puts in the place of an id.
    """
    told = path.rpartition("/")[0] if method == "PUT" else path
    return LONG_NUMBER.sub("-", told)


def prefers_english(accept_language: str | None) -> bool:
    """True when the caller ranks English above Chinese; Chinese is the default."""
    best, english = 0.0, False
    for part in (accept_language or "").split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            rank = float(weight) if weight else 1.0
        except ValueError:
            continue
        language = tag.strip().lower()[:2]
        if language in ("zh", "en") and rank > best:
            best, english = rank, language == "en"
    return english


def document(problem: Problem, instance: str, accept_language: str | None) -> dict[str, Any]:
    """The problem as the JSON object that is sent."""
    english = prefers_english(accept_language)
    title = problem.title_en if english else problem.title_zh
    detail = (problem.detail_en if english else problem.detail_zh) or title
    return {
        "type": f"urn:hrss:problem:{problem.code.lower().replace('_', '-')}",
        "title": title,
        "status": problem.status,
        "code": problem.code,
        "detail": detail,
        "instance": instance,
        "errors": [error.model_dump() for error in problem.errors],
        "trace_id": exchange().trace_id,
        **problem.extra,
    }
