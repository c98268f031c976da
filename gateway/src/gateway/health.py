"""/readyz of the whole suite: asks every service, says by name which one is down."""

import asyncio

import httpx
import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.routes import RoutingTable, Service

SECONDS = 1.5
OWN = "gateway"


class Health:
    """Asks the services' own /readyz."""

    def __init__(self, routes: RoutingTable, own: httpx.AsyncClient, client: httpx.AsyncClient):
        self._routes, self._own, self._client = routes, own, client

    async def livez(self, _request: Request) -> Response:
        """Alive: touches nothing."""
        return Response(b'{"status":"alive"}', media_type="application/json")

    async def readyz(self, _request: Request) -> Response:
        """200 when the gateway and every service are ready, otherwise 503; names each."""
        services = self._routes.services
        states = await asyncio.gather(
            self._is_up(self._own, "http://gateway"),
            *(self._is_service_up(service) for service in services),
        )
        names = (OWN, *(service.name for service in services))
        body = {
            "status": "ready" if all(states) else "degraded",
            "services": {
                name: "up" if is_up else "down" for name, is_up in zip(names, states, strict=True)
            },
        }
        return Response(
            orjson.dumps(body), 200 if all(states) else 503, media_type="application/json"
        )

    async def _is_service_up(self, service: Service) -> bool:
        return await self._is_up(self._client, service.address)

    async def _is_up(self, client: httpx.AsyncClient, address: str) -> bool:
        try:
            async with asyncio.timeout(SECONDS):
                answer = await client.get(f"{address}/readyz")
        except (httpx.HTTPError, OSError, TimeoutError):
            return False
        return answer.status_code == 200
