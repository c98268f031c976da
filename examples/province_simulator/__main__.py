"""A stand-in for the provincial system: `python examples/province_simulator --port 9099`.

It answers what the social insurance service asks over its port (HRSS_PROVINCE_URL): it knows the
people of a JSON file, takes results over once each, and writes what it took to `--kept FILE`, so
that it may be killed and started again. Nobody in it is real.
"""

import argparse
import hashlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

LARGEST_BODY = 64 * 1024


class Province:
    """What is known of people, and the results that were handed over."""

    def __init__(self, people: Path | None, kept: Path | None) -> None:
        self.people: dict[str, Any] = json.loads(people.read_text("utf-8")) if people else {}
        self.kept, self.lock = kept, Lock()
        known = kept is not None and kept.exists()
        self.results: dict[str, Any] = json.loads(kept.read_text("utf-8")) if known and kept else {}

    def pull(self, reference: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What is known of somebody by number and name; an unknown person has no relation."""
        person = asked["person"]
        found = self.people.get(person["doc_no"], {})
        if found and found.get("name") != person["name"]:
            return 422, {"code": "IDENTITY_CONFLICT"}
        told = {name: found[name] for name in ("receiving_pension", "sheet") if name in found}
        return 200, {"province_ref": self._number("Q", reference), **told}

    def push(self, reference: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Takes a result over; the same reference again changes nothing."""
        with self.lock:
            result = {name: value for name, value in asked.items() if name != "person"}
            self.results.setdefault(reference, result)
            if self.kept is not None:
                self.kept.write_text(json.dumps(self.results, indent=1), "utf-8")
        return 200, {"province_ref": self._number("R", reference)}

    @staticmethod
    def _number(letter: str, reference: str) -> str:
        return f"HB-{letter}-{hashlib.sha256(reference.encode()).hexdigest()[:12].upper()}"


def handler(province: Province) -> type[BaseHTTPRequestHandler]:
    """The two questions over HTTP."""
    routes = {"/participations/pull": province.pull, "/transfer-results": province.push}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, {"results": len(province.results)})

        def do_POST(self) -> None:
            route = routes.get(self.path)
            reference = self.headers.get("Idempotency-Key")
            length = int(self.headers.get("Content-Length") or 0)
            if route is None or not reference or length > LARGEST_BODY:
                self._answer(404, {"code": "NOT_FOUND"})
                return
            try:
                self._answer(*route(reference, json.loads(self.rfile.read(length))))
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
    parser = argparse.ArgumentParser(prog="province_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=9099)
    parser.add_argument("--people", type=Path, help="JSON: number to what the province knows")
    parser.add_argument("--kept", type=Path, help="where results are kept over a restart")
    given = parser.parse_args()
    server = ThreadingHTTPServer(
        ("127.0.0.1", given.port), handler(Province(given.people, given.kept))
    )
    print(f"the province listens on http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


main()
