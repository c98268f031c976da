"""Server-rendered pages: they work without JavaScript, load nothing, and say so in their CSP."""

import base64
import hashlib
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse

from hrss_kit.problems import prefers_english

CSS = """
:root{color-scheme:light}
body{margin:0;background:#f4f6f9;color:#1d2129;font:1rem/1.6 "PingFang SC","Microsoft YaHei",
"Noto Sans CJK SC",system-ui,sans-serif}
main{max-width:26rem;margin:8vh auto;padding:2rem;background:#fff;border:1px solid #c9cdd4;
border-radius:4px}
h1{font-size:1.5rem;margin:0 0 1rem}h2{font-size:1rem;margin:0}
.suite{margin:0;color:#4e5969}
label{display:block;font-weight:600}.hint,.note{display:block;color:#4e5969;font-size:.875rem}
input{box-sizing:border-box;width:100%;padding:.5rem;font:inherit;border:1px solid #6b7785;
border-radius:2px}
input:focus,button:focus,a:focus{outline:3px solid #0e42d2;outline-offset:2px}
button{padding:.5rem 1.5rem;font:inherit;color:#fff;background:#0e42d2;border:0;border-radius:2px;
cursor:pointer}
a{color:#0e42d2}
.summary{padding:.75rem 1rem;margin-bottom:1rem;border:2px solid #b71d18;border-radius:2px}
.summary a{color:#b71d18}.summary ul{margin:.25rem 0 0;padding-left:1.25rem}
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()

TEXTS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "suite": "武汉鄂州人社一体化平台",
        "title": "登录",
        "error_prefix": "错误：",
        "summary": "登录未成功",
        "username": "用户名",
        "password": "密码",
        "code": "动态验证码",
        "code_hint": "六位数字；未启用动态验证码的账号不必填写。",
        "submit": "登录",
        "notice": "15 分钟内连续 5 次失败，账号将锁定 15 分钟。登录及失败均留有记录。",
        "refused": "用户名、密码或动态验证码不正确，或账号已锁定。",
        "expired": "页面已过期，请重新填写。",
        "bad_request": "无法登录",
        "bad_request_text": "登录请求不完整或来自未登记的应用。请回到应用重新开始。",
    },
    "en": {
        "suite": "Wuhan-Ezhou HRSS suite",
        "title": "Sign in",
        "error_prefix": "Error: ",
        "summary": "You are not signed in",
        "username": "User name",
        "password": "Password",
        "code": "One-time code",
        "code_hint": "Six digits; leave it empty if your account does not use one.",
        "submit": "Sign in",
        "notice": "Five failures in 15 minutes lock the account for 15 minutes. "
        "Signing in and failing to are recorded.",
        "refused": "User name, password or one-time code is wrong, or the account is locked.",
        "expired": "This page had expired, please fill it in again.",
        "bad_request": "Cannot sign in",
        "bad_request_text": "The request is incomplete or comes from an application that is not "
        "registered. Please go back to the application and start again.",
    },
}

_pages = Environment(
    loader=PackageLoader("gateway", "pages"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
)


def language(accept_language: str | None, ui_locales: str | None = None) -> str:
    """The page's language: what the application asks for, then the browser, else Chinese."""
    for wish in (ui_locales or "").split():
        if wish.lower().startswith(("zh", "en")):
            return "en" if wish.lower().startswith("en") else "zh-CN"
    return "en" if prefers_english(accept_language) else "zh-CN"


def render(
    template: str,
    lang: str,
    status: int = 200,
    *,
    form_targets: str = "'self'",
    **values: Any,
) -> HTMLResponse:
    """A page; `form_targets` are the only places its form may lead to, redirects included."""
    # Our own constant: escaped, its quotes would no longer be what the policy has the hash of.
    style = Markup(CSS)  # noqa: S704
    text = _pages.get_template(template).render(lang=lang, t=TEXTS[lang], css=style, **values)
    policy = (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action {form_targets}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Content-Language": lang,
    }
    return HTMLResponse(text, status, headers)
