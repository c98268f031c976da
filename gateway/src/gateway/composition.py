"""Puts the gateway together: edge, built-in issuer, documentation, health, own resources."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, Router

from gateway import contract
from gateway import routes as routing
from gateway.access_log import AccessLog
from gateway.citizens import Citizen, redeem
from gateway.console.app import Console
from gateway.documentation import Documentation
from gateway.edge import Edge, Quotas, Receive, Scope, Send
from gateway.health import Health
from gateway.limits import InFlight, PostgresLessor, RateLimiter
from gateway.main import SERVICE
from gateway.metrics import Metrics
from gateway.oauth.clients import ClientCheck
from gateway.oauth.endpoints import OAuthEndpoints
from gateway.oauth.issuer import Issuer
from gateway.oauth.keys import OutsideVerifier, OwnVerifier, SigningKeys
from gateway.oauth.models import Client
from gateway.oauth.tokens import TokenMint
from gateway.settings import GatewaySettings
from gateway.upstream import HttpUpstream, Upstream
from hrss_kit import sealing
from hrss_kit.app import create_app
from hrss_kit.auth import TokenVerifier
from hrss_kit.db import Database

QUOTA_SECONDS = 10.0


class Gateway:
    """The ASGI application that is served."""

    def __init__(self, settings: GatewaySettings, *, upstream: Upstream | None = None) -> None:
        self.settings = settings
        self.own: FastAPI = create_app(SERVICE, settings)
        self.database: Database = self.own.state.database
        self.routes = routing.load(settings.upstreams)
        self.metrics = Metrics()
        self.access_log = AccessLog(settings.access_log)
        self.quotas = Quotas(
            settings.rate_limit_per_minute, settings.anonymous_rate_limit_per_minute
        )
        self.limiter = RateLimiter(
            PostgresLessor(self.database),
            replicas=settings.replicas,
            on_local=lambda is_local: self.metrics.limit_local.set(is_local),
        )
        self.keys = _signing_keys(settings)
        self.verifier = _verifier(settings, self.keys)
        self.own.state.verifier = self.verifier
        self.upstream = upstream or HttpUpstream(self.routes.connect_seconds)
        self._outside = httpx.AsyncClient(timeout=3, trust_env=False, verify=_certificates())
        self._inside = httpx.AsyncClient(transport=httpx.ASGITransport(self.own))
        self.console = Console(settings, self.database, self.verifier, self._outside)
        self.edge = Edge(
            Router(self._own_routes(), default=self.own),
            routes=self.routes,
            upstream=self.upstream,
            verifier=self.verifier,
            limiter=self.limiter,
            quotas=self.quotas,
            in_flight=InFlight(settings.max_in_flight),
            long_polls=InFlight(settings.max_long_polls),
            access_log=self.access_log,
            metrics=self.metrics,
            has_test_clock=settings.test_clock,
            trusted_proxies=settings.trusted_proxies,
        )
        self.console.use(self.edge)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self.edge(scope, receive, send)

    def _own_routes(self) -> list[Route]:
        has_issuer = self.keys is not None and self.settings.oidc_issuer is None
        own_contract = contract.document(
            self.own, has_issuer=has_issuer, is_demo=self.settings.demo
        )
        documentation = Documentation(self.routes, own_contract, self._outside)
        health = Health(self.routes, self._inside, self._outside)
        found = [
            Route("/", self._to_console),
            Route("/console", self._to_console),
            *self.console.routes(),
            Route("/docs", documentation.page),
            Route("/docs/assets/{name}", documentation.asset),
            Route("/openapi.json", documentation.merged),
            Route("/openapi/{service}.json", documentation.one),
            Route("/livez", health.livez),
            Route("/readyz", health.readyz),
            Route("/metrics", self._metrics),
        ]
        if self.keys is not None and self.settings.oidc_issuer is None:
            mint = TokenMint(
                self.keys,
                self.settings.issuer,
                self.settings.audience,
                self.settings.user_token_seconds,
            )
            base = self.settings.issuer
            clients = ClientCheck(self.database, (base, f"{base.rstrip('/')}/oauth/token"))
            issuer = Issuer(self.database, mint, clients, self._identify)
            found += OAuthEndpoints(issuer, self.keys, base, is_demo=self.settings.demo).routes()
        return found

    async def _identify(self, token: str) -> Citizen:
        return await redeem(self.own.state.peers, token)

    async def _to_console(self, _request: Request) -> Response:
        return RedirectResponse("/console/", 307)

    async def _metrics(self, _request: Request) -> Response:
        self.metrics.in_flight.set(self.edge.in_flight.count)
        self.metrics.log_lines_dropped.set(self.access_log.dropped)
        own = generate_latest(self.own.state.metrics.registry)
        return Response(self.metrics.text() + own, media_type=CONTENT_TYPE_LATEST)

    # --- starting and stopping --------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Gateway"]:
        """Everything that has to be started, started; and stopped again."""
        if self.settings.key_ring_file is not None:
            sealing.use(sealing.KeyRing.load(self.settings.key_ring_file))
        following = asyncio.create_task(self._follow_quotas())
        try:
            yield self
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await self.limiter.close()
            await self.access_log.close()
            await self.upstream.close()
            await self._outside.aclose()
            await self._inside.aclose()
            await self.own.state.peers.close()
            await self.database.close()

    async def _follow_quotas(self) -> None:
        """Keeps the clients' own limits at hand; a change holds within ten seconds."""
        while True:
            with contextlib.suppress(Exception):
                await self.read_quotas()
            await asyncio.sleep(QUOTA_SECONDS)

    async def read_quotas(self) -> None:
        """Reads the clients that have a limit of their own."""
        async with self.database.sessions() as session:
            rows = await session.execute(
                select(Client.client_id, Client.rate_limit_per_minute).where(
                    Client.rate_limit_per_minute.is_not(None)
                )
            )
            self.quotas.by_client = {client_id: int(limit or 0) for client_id, limit in rows}

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        async with self.running():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


@cache
def _certificates() -> ssl.SSLContext:
    # Read once a process: it takes longer than starting everything else.
    return httpx.create_ssl_context()


def _signing_keys(settings: GatewaySettings) -> SigningKeys | None:
    if settings.oidc_issuer is not None or settings.signing_key_file is None:
        return None
    return SigningKeys(settings.signing_key_file)


def _verifier(settings: GatewaySettings, keys: SigningKeys | None) -> TokenVerifier:
    if settings.oidc_issuer is not None:
        return OutsideVerifier(settings.oidc_issuer, settings.audience)
    if keys is not None:
        return OwnVerifier(settings.issuer, settings.audience, keys)
    return TokenVerifier(settings.issuer, settings.audience, settings.jwks_file, settings.jwks_url)


def create_gateway(settings: GatewaySettings | None = None, **parts: Any) -> Gateway:
    """The gateway as it is served."""
    return Gateway(settings or GatewaySettings(), **parts)
