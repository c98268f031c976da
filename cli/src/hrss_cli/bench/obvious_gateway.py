"""The gateway as it is usually written: a FastAPI route and an httpx client. Measured against."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request, Response

UPSTREAM = os.environ.get("UPSTREAM", "")
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client for all requests."""
    async with httpx.AsyncClient(base_url=UPSTREAM) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.api_route("/{path:path}", methods=["GET", "POST"])
async def forward(path: str, request: Request) -> Response:
    """Passes a request on."""
    headers = {k: v for k, v in request.headers.items() if k not in HOP_BY_HOP}
    answer = await request.app.state.client.request(
        request.method, f"/{path}", headers=headers, content=await request.body()
    )
    kept = {k: v for k, v in answer.headers.items() if k not in HOP_BY_HOP}
    return Response(answer.content, answer.status_code, kept)
