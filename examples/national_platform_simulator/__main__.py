"""A stand-in for the national platform 国家政务服务平台, over HTTP.

`python examples/national_platform_simulator --keys FILE`

It takes hand-offs as the gateway sends them (HRSS_NATIONAL_PLATFORM_URL), each number once, gives
each a number of its own, and signs a receipt when it has decided. Its public keys are written to
`--keys FILE` (HRSS_NATIONAL_PLATFORM_KEYS_FILE). What it took is kept in `--kept FILE`, with its
key, so that it may be killed and started again. Nobody in it is real.
"""

import argparse
import hashlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey

LARGEST_BODY = 64 * 1024
NAME = "NATIONAL"
#: What each matter may carry: more would be refused, as the platform's own interface does.
ALLOWED = {
    "NAT_PENSION_TRANSFER": {"name", "doc_type", "doc_no", "from_city", "to_city"},
    "NAT_UNEMPLOYMENT_TRANSFER": {"name", "doc_type", "doc_no", "from_city", "to_city"},
    "NAT_CARD_REPLACE": {"name", "doc_type", "doc_no", "mobile", "issuing_province", "kind"},
    "NAT_TITLE_CHECK": {"name", "doc_type", "doc_last4", "cert_no", "issuer_province"},
}


class Platform:
    """The hand-offs that were taken, and the key that signs receipts."""

    def __init__(self, kept: Path | None, after: int, outcome: str) -> None:
        self.kept, self.after, self.outcome, self.lock = kept, after, outcome, Lock()
        known = json.loads(kept.read_text("utf-8")) if kept and kept.exists() else {}
        self.taken: dict[str, Any] = known.get("taken", {})
        held = known.get("key")
        self.key = ECKey.import_key(held) if held else ECKey.generate_key("P-256")
        self.kid = self.key.thumbprint()

    def take(self, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Takes a hand-off; the same number again changes nothing."""
        number, fields = str(given["handoff_no"]), given["fields"]
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest != given["digest"]:
            return 422, {"code": "DIGEST"}
        if not set(fields) <= ALLOWED.get(given["code"], set()):
            return 422, {"code": "TOO_MUCH"}
        with self.lock:
            one = {"code": given["code"], "fields": sorted(fields), "digest": digest, "looks": 0}
            one = self.taken.setdefault(number, one)
            self._keep()
        if one["digest"] != digest:
            return 409, {"code": "OTHER_CONTENT"}
        return 202, {"platform_ref": self._reference(number)}

    def look(self, number: str) -> tuple[int, dict[str, Any]]:
        """What became of a hand-off: a receipt once it has been looked for often enough."""
        with self.lock:
            one = self.taken.get(number)
            if one is None:
                return 404, {"code": "NOT_FOUND"}
            one["looks"] += 1
            self._keep()
        told = {"platform_ref": self._reference(number)}
        if one["looks"] < self.after:
            return 200, told
        return 200, {**told, "receipt": self.receipt(number, one["digest"])}

    def receipt(self, number: str, digest: str) -> str:
        """The signed end of a hand-off; the same each time but for the signature."""
        said = {
            "iss": NAME,
            "handoff_no": number,
            "digest": digest,
            "platform_ref": self._reference(number),
            "receipt_no": f"HZ-{self._reference(number)[3:]}",
            "outcome": self.outcome,
            "reason_code": None if self.outcome == "COMPLETED" else "NOT_FOUND_THERE",
        }
        header = {"alg": "ES256", "typ": "handoff-receipt+jws", "kid": self.kid}
        return jws.serialize_compact(header, json.dumps(said).encode(), self.key)

    def public_keys(self) -> dict[str, Any]:
        """What receipts are checked with."""
        return {"keys": [{**self.key.as_dict(private=False), "kid": self.kid, "alg": "ES256"}]}

    def _keep(self) -> None:
        if self.kept is not None:
            held = {"taken": self.taken, "key": self.key.as_dict(private=True)}
            self.kept.write_text(json.dumps(held, indent=1), "utf-8")

    @staticmethod
    def _reference(number: str) -> str:
        return f"GJ-{hashlib.sha256(number.encode()).hexdigest()[:12].upper()}"


def handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    """The platform over HTTP."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/keys":
                self._answer(200, platform.public_keys())
            elif self.path.startswith("/handoffs/"):
                self._answer(*platform.look(self.path.rpartition("/")[2]))
            else:
                self._answer(200, {"handoffs": len(platform.taken)})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            is_signed = self.headers.get("X-JWS-Signature") and self.headers.get("Idempotency-Key")
            if self.path != "/handoffs" or not is_signed or length > LARGEST_BODY:
                self._answer(404, {"code": "NOT_FOUND"})
                return
            try:
                self._answer(*platform.take(json.loads(self.rfile.read(length))))
            except (ValueError, KeyError, TypeError):
                self._answer(400, {"code": "BAD_REQUEST"})

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Says nothing: a line could carry somebody's number."""

    return Handler


def main() -> None:
    """Serves until it is stopped."""
    parser = argparse.ArgumentParser(prog="national_platform_simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9098)
    parser.add_argument("--keys", type=Path, help="where its public keys are written")
    parser.add_argument("--kept", type=Path, help="where hand-offs are kept over a restart")
    parser.add_argument("--after", type=int, default=1, help="decides at the n-th look")
    parser.add_argument("--outcome", choices=("COMPLETED", "REJECTED"), default="COMPLETED")
    given = parser.parse_args()
    platform = Platform(given.kept, given.after, given.outcome)
    if given.keys is not None:
        given.keys.write_text(json.dumps(platform.public_keys()), "utf-8")
    server = ThreadingHTTPServer((given.host, given.port), handler(platform))
    print(f"the platform listens on http://{given.host}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


main()
