"""/docs, /openapi.json and /openapi/{service}.json: every contract of the suite in one place.

Swagger UI comes out of a package (fastapi-offline); nothing is loaded from elsewhere.
"""

import asyncio
import json
import time
from importlib.resources import files
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from gateway.routes import RoutingTable, Service
from hrss_kit.problems import NotFound, Unavailable

CACHE_SECONDS = 30.0
FETCH_SECONDS = 3.0
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
START = (
    "SwaggerUIBundle({url:'/openapi.json',dom_id:'#docs',deepLinking:true,"
    "validatorUrl:null,persistAuthorization:false});"
)
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>接口文档 - 武汉鄂州人社一体化平台</title>
<link rel="icon" href="/docs/assets/favicon.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"></head>
<body><noscript><p>本页需要 JavaScript；原始契约见 <a href="/openapi.json">/openapi.json</a>。</p>
</noscript><div id="docs"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script></body></html>
"""
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Documentation:
    """Fetches the services' contracts, keeps them for half a minute, and merges them."""

    def __init__(
        self, routes: RoutingTable, own: dict[str, Any], client: httpx.AsyncClient
    ) -> None:
        self._routes, self._own, self._client = routes, own, client
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    async def page(self, _request: Request) -> Response:
        """Swagger UI."""
        return HTMLResponse(PAGE, headers={"Content-Security-Policy": PAGE_POLICY})

    async def asset(self, request: Request) -> Response:
        """The page's own files."""
        name = request.path_params["name"]
        if name == "start.js":
            return Response(START, media_type="text/javascript")
        if name not in ASSETS:
            raise NotFound
        data = files("fastapi_offline").joinpath("static", name).read_bytes()
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(data, media_type=ASSETS[name], headers=headers)

    async def one(self, request: Request) -> Response:
        """One service's contract, as it says it itself."""
        name = request.path_params["service"]
        if name == "gateway":
            return JSONResponse(self._own)
        service = self._routes.named(name)
        if service is None:
            raise NotFound
        document = await self._contract(service)
        if document is None:
            raise Unavailable(origin=service.name)
        return JSONResponse(document)

    async def merged(self, _request: Request) -> Response:
        """All contracts as one; services that do not answer are listed, not hidden."""
        services = self._routes.services
        documents = await asyncio.gather(*(self._contract(service) for service in services))
        made: dict[str, Any] = {
            "openapi": "3.1.0",
            "info": {
                "title": "武汉鄂州人社一体化平台 Wuhan-Ezhou HRSS suite",
                "version": "1",
            },
            "paths": {},
            "components": {
                "schemas": {},
                "securitySchemes": {
                    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
                },
            },
            "security": [{"bearer": []}],
            "x-unavailable": [],
        }
        _merge(made, "gateway", self._own)
        for service, document in zip(services, documents, strict=True):
            if document is None:
                made["x-unavailable"].append(service.name)
            else:
                _merge(made, service.name, document)
        return JSONResponse(made)

    async def _contract(self, service: Service) -> dict[str, Any] | None:
        kept = self._kept.get(service.name)
        now = time.monotonic()
        if kept is not None and now - kept[0] < CACHE_SECONDS:
            return kept[1]
        module = service.name.replace("-", "_")
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                answer = await self._client.get(f"{service.address}/openapi/{module}.json")
            document: dict[str, Any] = answer.raise_for_status().json()
        except (httpx.HTTPError, OSError, TimeoutError, ValueError):
            return None
        self._kept[service.name] = (now, document)
        return document


def _merge(made: dict[str, Any], name: str, document: dict[str, Any]) -> None:
    """Adds a contract; its schemas get the service's name in front, so that none collide."""
    prefix = "".join(word.capitalize() for word in name.split("-"))
    text = json.dumps(document, ensure_ascii=False)
    text = text.replace('"#/components/schemas/', f'"#/components/schemas/{prefix}.')
    renamed: dict[str, Any] = json.loads(text)
    for schema, body in renamed.get("components", {}).get("schemas", {}).items():
        made["components"]["schemas"][f"{prefix}.{schema}"] = body
    for path, operations in renamed.get("paths", {}).items():
        for method in METHODS:
            operation = operations.get(method)
            if operation and "operationId" in operation:
                operation["operationId"] = f"{prefix}.{operation['operationId']}"
            if operation:
                operation["tags"] = [f"{name}: {tag}" for tag in operation.get("tags", [name])]
        made["paths"][path] = operations
