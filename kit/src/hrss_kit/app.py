"""create_app: the only place where the pieces meet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from hrss_kit import file_store, migrations, sealing
from hrss_kit.access_entries import access_entries_router
from hrss_kit.audit_entries import audit_entries_router
from hrss_kit.audit_seal import checkpoints_router
from hrss_kit.auth import Caller, TokenVerifier
from hrss_kit.conventions import reply_of
from hrss_kit.db import Database
from hrss_kit.edge import Edge
from hrss_kit.failures import failure
from hrss_kit.feed import feed_router
from hrss_kit.peers import Peers
from hrss_kit.problems import (
    BadRequest,
    NotFound,
    Problem,
    ProblemDocument,
    TooLarge,
    UnsupportedMediaType,
)
from hrss_kit.routing import ConventionRoute, Handler, Router
from hrss_kit.service import Service
from hrss_kit.settings import ServiceSettings
from hrss_kit.signatures import keys_router
from hrss_kit.telemetry import Metrics, configure_traces, log
from hrss_kit.validation import as_problem as validation_problem
from hrss_kit.work_router import work_router
from hrss_kit.worker import run_timers


class TimersRun(BaseModel):
    """What each timer did."""

    timers: dict[str, int]


class MethodNotAllowed(Problem):
    status, code = 405, "METHOD_NOT_ALLOWED"
    title_zh, title_en = "不支持的请求方法", "This method is not supported here"


BY_STATUS: dict[int, type[Problem]] = {
    400: BadRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMediaType,
}


def create_app(service: Service, settings: ServiceSettings) -> FastAPI:
    """The HTTP side of a service."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings.key_ring_file is not None:
            sealing.use(sealing.KeyRing.load(settings.key_ring_file))
        file_store.use(file_store.store_of(settings))
        yield
        await app.state.peers.close()
        await app.state.database.close()

    app = FastAPI(
        title=service.title_en,
        summary=service.title_zh,
        version="1",
        lifespan=lifespan,
        # An address that is wrong by a slash is unknown: a redirect would name this process.
        redirect_slashes=False,
        openapi_url=f"/openapi/{service.name}.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"logs": False, "operation_spans": False}
        if configure_traces(service.name)
        else {"tracing": False, "metrics": False, "logs": False},
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.service, app.state.settings, app.state.metrics = service, settings, metrics
    app.state.database = Database(settings.database_url.get_secret_value(), settings.pool_size)
    app.state.peers = Peers(settings)
    app.state.verifier = TokenVerifier(
        settings.issuer, settings.audience, settings.jwks_file, settings.jwks_url
    )
    timers = _timer_routers(service, settings)
    for router in (*service.routers, *standard_routers(service), *timers):
        app.include_router(router, prefix=service.prefix)
    _add_health(app, service, metrics)
    _add_problems(app)
    _describe(app, service)
    app.add_middleware(
        Edge,
        metrics=metrics,
        max_in_flight=settings.max_in_flight,
        test_clock=settings.test_clock,
        direct=_direct_routes(service),
    )
    return app


def standard_routers(service: Service) -> list[Router]:
    """What every service answers besides its own."""
    work = [work_router()] if service.work else []
    audit = (checkpoints_router(), access_entries_router(), audit_entries_router())
    return [feed_router(), keys_router(), *audit, *work]


def _direct_routes(service: Service) -> dict[tuple[str, str], ASGIApp]:
    """The few routes whose path is looked up, not matched; they live by their convention too."""
    found: dict[tuple[str, str], ASGIApp] = {}
    for route in (route for router in service.routers for route in router.routes):
        if isinstance(route, ConventionRoute) and route.is_direct:
            for method in route.methods or ():
                found[method, service.prefix + route.path] = _answering(route.get_route_handler())
    return found


def _answering(live: Handler) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await live(request)
        except Problem as problem:
            response = reply_of(problem, request)
        except RequestValidationError as error:
            response = reply_of(validation_problem(error.errors()), request)
        await response(scope, receive, send)

    return answer


def _timer_routers(service: Service, settings: ServiceSettings) -> list[Router]:
    if not settings.test_clock:
        return []
    router = Router(prefix="/timers", tags=["operations"])

    @router.operate("/run", permission="timer:run", reply=TimersRun, include_in_schema=False)
    async def run_due_timers(request: Request, caller: Caller) -> TimersRun:
        """Runs what is due at X-Test-Now."""
        return TimersRun(timers=await run_timers(service, request.app.state.database))

    return [router]


def _add_health(app: FastAPI, service: Service, metrics: Metrics) -> None:
    async def livez(_request: Request) -> Response:
        return Response(b'{"status":"alive"}', media_type="application/json")

    async def readyz(request: Request) -> Response:
        database: Database = request.app.state.database
        try:
            async with database.engine.connect() as connection:
                found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            is_ready = found == migrations.head(service.name) and sealing.ring() is not None
        except Exception as error:  # whatever is wrong, the answer is "not ready"
            log().warning("not ready", error=type(error).__name__)
            is_ready = False
        body = {"status": "ready" if is_ready else "not ready", "service": service.name}
        return Response(orjson.dumps(body), 200 if is_ready else 503, media_type="application/json")

    async def show_metrics(_request: Request) -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    app.add_route("/livez", livez, include_in_schema=False)
    app.add_route("/readyz", readyz, include_in_schema=False)
    app.add_route("/metrics", show_metrics, include_in_schema=False)


def _add_problems(app: FastAPI) -> None:
    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return reply_of(error, request)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return reply_of(validation_problem(error.errors()), request)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, StarletteHTTPException)
        problem = BY_STATUS.get(error.status_code, BadRequest)()
        problem.headers = dict(error.headers or {})
        if error.status_code == 405 and (methods := _allowed(request)):
            problem.headers["Allow"] = methods
        return reply_of(problem, request)

    async def on_failure(request: Request, error: Exception) -> Response:
        return reply_of(failure(error), request)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(StarletteHTTPException, on_http)
    app.add_exception_handler(Exception, on_failure)


def _allowed(request: Request) -> str:
    """Every method of an address; each route knows its own only (RFC 9110 §10.2.1)."""
    service: Service = request.app.state.service
    path = request.url.path.removeprefix(service.prefix)
    found: set[str] = set()
    for route in (route for router in service.routers for route in router.routes):
        if isinstance(route, ConventionRoute) and route.path_regex.match(path):
            found |= route.methods or set()
    return ", ".join(sorted(found))


def _describe(app: FastAPI, service: Service) -> None:
    """The contract: bearer tokens on every route that asks who you are, one problem schema."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        document = generate()
        parts = document.setdefault("components", {})
        schemas = parts.setdefault("schemas", {})
        for name, schema in _problem_schemas().items():
            schemas[name] = schema
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        parts["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        document["security"] = [{"bearer": []}]
        app.openapi_schema = document
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _problem_schemas() -> dict[str, Any]:
    schema = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "ProblemDocument": schema}
