"""Requests/s through the gateway ÷ nginx as a plain reverse proxy, and ÷ the obvious proxy.

The gateway does all of its work: token, rate limit, audit line, trace, metrics; one worker. The
three sides take turns on one core, with the load and the upstream on the other.
"""

import json
import shutil
import statistics
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from hrss_cli.bench.load import CONNECTIONS, drive, loader
from hrss_cli.bench.plain_upstream import BODY
from hrss_cli.bench.programs import Bench, a_port, bench

ROUNDS = 5
SECONDS = 3.0
BAR_NGINX = 0.20
BAR_OBVIOUS = 15.0
PATH = "/card/v1/cards"
NGINX_CONF = """
daemon off; worker_processes 1; pid {home}/nginx-{port}.pid; error_log stderr error;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000;
  client_body_temp_path {home}/b{port}; proxy_temp_path {home}/p{port};
  fastcgi_temp_path {home}/f{port}; uwsgi_temp_path {home}/u{port}; scgi_temp_path {home}/s{port};
  {upstream}
  server {{ listen 127.0.0.1:{port} reuseport backlog=4096; {location} }}
}}
"""


def run() -> dict[str, Any]:
    """Measures and returns the figures."""
    with bench() as place, place.postgres() as cluster:
        empty = place.home / "empty.lua"
        empty.touch()
        upstream = _upstream(place)
        environment = place.member_environment(cluster, "gateway") | {
            "HRSS_UPSTREAMS": json.dumps({"card": f"http://127.0.0.1:{upstream}"}),
            "HRSS_RATE_LIMIT_PER_MINUTE": "600000000",
            "HRSS_ACCESS_LOG": str(place.home / "access.log"),
            "HRSS_MAX_IN_FLIGHT": "1024",
        }
        place.run_member("gateway", "migrate", environment)
        sides = {"gateway": a_port(), "obvious": a_port()}
        port = {"HRSS_PORT": str(sides["gateway"])}
        place.start(
            [sys.executable, "-m", "gateway", "serve"], sides["gateway"], environment | port
        )
        words = [sys.executable, "-m", "uvicorn", "hrss_cli.bench.obvious_gateway:app"]
        words += ["--host", "127.0.0.1", "--port", str(sides["obvious"]), "--no-access-log"]
        place.start(words, sides["obvious"], {"UPSTREAM": f"http://127.0.0.1:{upstream}"})
        if shutil.which("nginx"):
            sides["nginx"] = _nginx(place, upstream)
        token = _token(place)
        headers = {"Authorization": f"Bearer {token}", "X-Purpose": "CARD_SERVICE"}
        rates: dict[str, list[float]] = {name: [] for name in sides}
        refused = 0
        for number in range(ROUNDS + 1):
            for name, listening in sides.items():
                url = f"http://127.0.0.1:{listening}{PATH}"
                reading = drive(url, empty, seconds=SECONDS if number else 1.0, headers=headers)
                refused += reading.not_2xx
                if number:  # the first round warms up
                    rates[name].append(reading.per_second)
        audit_lines = sum(1 for _ in (place.home / "access.log").open("rb"))
    return _figures(rates, refused, audit_lines)


def _figures(rates: dict[str, list[float]], refused: int, audit_lines: int) -> dict[str, Any]:
    medians = {name: round(statistics.median(found), 1) for name, found in rates.items()}
    figures: dict[str, Any] = {f"{name}_per_s": rate for name, rate in medians.items()}
    if "nginx" in rates:
        pairs = zip(rates["gateway"], rates["nginx"], strict=True)
        figures["ratio_nginx"] = round(statistics.median(a / b for a, b in pairs), 3)
        figures["ratio_nginx_bar"] = BAR_NGINX
    else:
        figures["ratio_nginx"] = "skipped: nginx is not installed (apt-get install nginx)"
    pairs = zip(rates["gateway"], rates["obvious"], strict=True)
    figures["ratio_obvious"] = round(statistics.median(a / b for a, b in pairs), 1)
    figures["ratio_obvious_bar"] = BAR_OBVIOUS
    return figures | {
        "not_2xx": refused,
        "audit_lines": audit_lines,
        "rounds": ROUNDS,
        "connections": CONNECTIONS,
        "loader": loader(),
    }


def _upstream(place: Bench) -> int:
    port = a_port()
    if shutil.which("nginx"):
        answer = f"location / {{ default_type application/json; return 200 '{BODY.decode()}'; }}"
        _start_nginx(place, port, "", answer, core=1)
    else:
        words = [sys.executable, "-m", "uvicorn", "hrss_cli.bench.plain_upstream:app"]
        words += ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--loop", "uvloop"]
        place.start(words, port, core=1)
    return port


def _nginx(place: Bench, upstream: int) -> int:
    port = a_port()
    pool = f"upstream u {{ server 127.0.0.1:{upstream}; keepalive 64; }}"
    location = (
        "location / { proxy_pass http://u; proxy_http_version 1.1; "
        'proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr; }'
    )
    _start_nginx(place, port, pool, location, core=0)
    return port


def _start_nginx(place: Bench, port: int, upstream: str, location: str, core: int) -> None:
    conf = place.home / f"nginx-{port}.conf"
    conf.write_text(
        NGINX_CONF.format(home=place.home, port=port, upstream=upstream, location=location)
    )
    place.start(["nginx", "-e", "stderr", "-p", str(place.home), "-c", str(conf)], port, core=core)


def _token(place: Bench) -> str:
    """A token as the gateway issues it, good for the time of the measurement."""
    keys = KeySet.import_key_set(json.loads(Path(place.secrets, "signing_keys.json").read_text()))
    key = keys.keys[0]
    now = int(time.time())
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}
    claims = {
        "iss": "http://127.0.0.1:8080", "aud": "hrss", "sub": "partner.wuhan",
        "client_id": "partner.wuhan", "iat": now, "exp": now + 3600, "jti": uuid.uuid4().hex,
        "scope": "hrss", "roles": ["partner.wuhan"], "city": "420100",
    }  # fmt: skip
    return jwt.encode(header, claims, key, algorithms=["ES256"])
