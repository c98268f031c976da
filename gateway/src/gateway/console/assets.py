"""Style sheet and scripts: named after their content, cached for a year, compressed once."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from hrss_kit.problems import NotFound

FOREVER = "public, max-age=31536000, immutable"
KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    name: str
    content: bytes
    zipped: bytes
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """Every asset by its plain name: our own, and htmx from its wheel (0BSD)."""
    own = files("gateway.console").joinpath("static")
    sources = {file.name: file.read_bytes() for file in own.iterdir()}
    htmx = files("js_lib_htmx").joinpath("static/htmx/htmx.min.js")
    sources["htmx.js"] = htmx.read_bytes()
    found = {}
    for name, content in sources.items():
        stem, _, ending = name.rpartition(".")
        if ending in KINDS:
            digest = hashlib.sha256(content).hexdigest()[:12]
            zipped = gzip.compress(content, 9, mtime=0)
            found[name] = Asset(f"{stem}.{digest}.{ending}", content, zipped, KINDS[ending])
    return found


@cache
def _by_hashed_name() -> dict[str, Asset]:
    return {asset.name: asset for asset in assets().values()}


def address(name: str) -> str:
    """Where a page finds an asset."""
    return f"/console/static/{assets()[name].name}"


async def serve(request: Request) -> Response:
    """An asset by its hashed name."""
    asset = _by_hashed_name().get(request.path_params["name"])
    if asset is None:
        raise NotFound
    headers = {
        "Cache-Control": FOREVER,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.zipped, headers=headers, media_type=asset.media_type)
    return Response(asset.content, headers=headers, media_type=asset.media_type)
