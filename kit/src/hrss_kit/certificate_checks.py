"""The public check of a certificate 证明查验: number and code, no questions asked of whoever asks.

A wrong code and an unknown number are answered alike and cost the same. The page sends what was
typed by POST; a code that was scanned brings both in the fragment of its address, which no server
and no log ever sees.
"""

import base64
import hashlib
import hmac
from html import escape
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Response
from pydantic import StringConstraints

from hrss_kit.validation import RequestModel

NOBODY: Final = "-" * 12

CertificateNumber = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z-]+$")
]
CheckCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class CertificateCheck(RequestModel):
    """What is printed on the certificate."""

    number: CertificateNumber
    verify_code: CheckCode


def is_same_code(given: str, kept: str | None) -> bool:
    """True when the code is the one on the certificate; as long for no certificate at all."""
    one, other = given.strip().upper().encode(), (kept or NOBODY).encode()
    return hmac.compare_digest(one, other) and kept is not None


def check_address(origin: str, path: str, number: str, code: str) -> str:
    """What the QR code says: the page, with number and code where only a browser sees them."""
    return f"{origin.rstrip('/')}{path}#{urlencode({'number': number, 'code': code})}"


SCRIPT: Final = """
const form = document.querySelector("form"), answer = document.querySelector("output");
const given = new URLSearchParams(location.hash.slice(1));
form.number.value = given.get("number") || "";
form.code.value = given.get("code") || "";
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.textContent = "…";
  const asked = { number: form.number.value.trim(), verify_code: form.code.value.trim() };
  try {
    const reply = await fetch(form.dataset.action, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    const found = await reply.json();
    if (!reply.ok && reply.status !== 422) throw new Error();
    answer.className = found.genuine ? "yes" : "no";
    answer.textContent = found.genuine
      ? "真实有效 Genuine · " + [found.state, found.issued_on].filter(Boolean).join(" · ")
      : "未查到此证明 No such certificate";
  } catch {
    answer.className = "no";
    answer.textContent = "暂时无法查验，请稍后重试 Not available just now, try again";
  }
});
if (form.number.value && form.code.value) form.requestSubmit();
"""
STYLE: Final = """
body{font:16px/1.6 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1c2430;
background:#fff;max-width:30rem;margin:3rem auto;padding:0 1rem}
label{display:block;margin:1rem 0 .3rem}
input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #5b6675;
border-radius:4px}
button{font:inherit;margin:1.2rem 0;padding:.5rem 1.4rem;border:0;border-radius:4px;
background:#0b5cad;color:#fff}
input:focus-visible,button:focus-visible{outline:3px solid #f0a202;outline-offset:2px}
output{display:block;font-weight:600}.yes{color:#0a6b3c}.no{color:#a32020}
"""


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


POLICY: Final = (
    f"default-src 'none'; script-src {_hash(SCRIPT)}; style-src {_hash(STYLE)}; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class CheckPage(Response):
    """The page where anybody checks a certificate: no cookie, nothing kept, nothing loaded."""

    media_type = "text/html"


def check_page(title_zh: str, title_en: str, action: str) -> CheckPage:
    """The page; `action` is the path that answers the check."""
    title = f"{escape(title_zh)} {escape(title_en)}"
    page = f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>{STYLE}</style></head><body><main>
<h1>{escape(title_zh)}</h1><p lang="en">{escape(title_en)}</p>
<form data-action="{escape(action)}">
<label for="number">证明编号 Number</label>
<input id="number" name="number" required maxlength="60" autocomplete="off">
<label for="code">查验码 Code</label>
<input id="code" name="code" required maxlength="40" autocomplete="off">
<button>查验 Check</button></form>
<output role="status" aria-live="polite"></output>
</main><script>{SCRIPT}</script></body></html>"""
    return CheckPage(
        page,
        headers={
            "Content-Security-Policy": POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )
