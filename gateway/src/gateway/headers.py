"""What passes the edge: hop-by-hop and reserved headers are dropped, the trace is continued.

RFC 9110 §7.6.1 (hop-by-hop), W3C Trace Context (traceparent), RFC 7239 and X-Forwarded-*.
"""

import random
import re
from dataclasses import dataclass

Headers = list[tuple[bytes, bytes]]

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Only the gateway itself may say these; from a caller they are dropped.
RESERVED = frozenset({b"forwarded", b"x-real-ip", b"x-client-cert", b"x-original-url"})
RESERVED_PREFIXES = (b"x-forwarded-", b"x-user-", b"x-hrss-", b"x-rewrite-")
# `expect` is answered by the server in front of us; host and length are set anew.
NOT_FORWARDED = HOP_BY_HOP | RESERVED | {b"host", b"content-length", b"expect"}
NOT_RETURNED = HOP_BY_HOP | {b"date", b"server", b"x-request-id", b"traceparent"}

_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_PURPOSE = re.compile(rb"[A-Z_]{1,40}")
# Identifiers of spans need to be distinct, not secret: seeded once from the operating system.
_random = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311


@dataclass(slots=True)
class Inbound:
    """What the edge needs of a request's headers, and the headers that go onward."""

    onward: Headers
    trace_id: str
    traceparent: bytes
    request_id: bytes
    token: str | None = None
    is_malformed: bool = False
    content_length: int | None = None
    is_chunked: bool = False
    purpose: str | None = None
    accept_language: str | None = None
    forwarded_for: bytes = b""
    forwarded_proto: bytes = b""


def read(headers: Headers, *, keep_test_now: bool) -> Inbound:
    """Reads a request's headers in one pass; names are lower case, as ASGI requires."""
    onward: Headers = []
    trace = request_id = None
    named: set[bytes] = set()
    found = Inbound(onward, "", b"", b"")
    for header in headers:
        name, value = header
        if name in NOT_FORWARDED:
            _note_dropped(found, name, value, named)
            continue
        if name.startswith(b"x-"):
            if name.startswith(RESERVED_PREFIXES):
                _note_forwarded(found, name, value)
                continue
            if name == b"x-request-id":
                if _REQUEST_ID.fullmatch(value):
                    request_id = value
                continue
            if name == b"x-test-now" and not keep_test_now:
                continue
            if name == b"x-purpose" and _PURPOSE.fullmatch(value):
                found.purpose = value.decode("ascii")
        elif name == b"authorization":
            _read_authorization(found, value)
        elif name == b"traceparent":
            trace = _TRACEPARENT.fullmatch(value)
            continue
        elif name == b"accept-language":
            found.accept_language = value.decode("latin-1")
        onward.append(header)
    if named:
        onward[:] = [header for header in onward if header[0] not in named]
    if trace is None:
        # A tracestate without a valid parent belongs to nobody (Trace Context §3.3).
        onward[:] = [header for header in onward if header[0] != b"tracestate"]
    trace_id = trace[1].decode() if trace else f"{_random.getrandbits(128) | 1:032x}"
    flags = trace[2].decode() if trace else "01"
    found.trace_id = trace_id
    found.traceparent = f"00-{trace_id}-{_random.getrandbits(64) | 1:016x}-{flags}".encode()
    found.request_id = request_id or trace_id.encode()
    onward.append((b"traceparent", found.traceparent))
    onward.append((b"x-request-id", found.request_id))
    return found


def _note_dropped(found: Inbound, name: bytes, value: bytes, named: set[bytes]) -> None:
    if name == b"connection":
        named.update(token.strip().lower() for token in value.split(b","))
        named.discard(b"")
    elif name == b"transfer-encoding":
        found.is_chunked = True
    elif name == b"content-length":
        found.content_length = int(value) if value.isdigit() else None


def _note_forwarded(found: Inbound, name: bytes, value: bytes) -> None:
    if name == b"x-forwarded-for":
        found.forwarded_for = value.rsplit(b",", 1)[-1].strip()
    elif name == b"x-forwarded-proto":
        found.forwarded_proto = value.strip().lower()


def _read_authorization(found: Inbound, value: bytes) -> None:
    if value[:7].lower() == b"bearer " and found.token is None:
        try:
            found.token = value[7:].strip().decode("ascii")
        except UnicodeDecodeError:
            found.is_malformed = True
    else:
        found.is_malformed = True
