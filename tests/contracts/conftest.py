"""A member behind a real socket of this process, for tools that speak HTTP by themselves."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

import pytest
import uvicorn
from joserfc.jwk import KeySet

from hrss_kit.app import create_app
from hrss_kit.testing import Suite, TestDatabase, Tokens

Started = Callable[[str], str]


@contextmanager
def serving(member: str, tokens: Tokens, directory: Path) -> Iterator[str]:
    """Serves a member from a thread on a free loopback port; yields its address."""
    database = TestDatabase(member)
    asyncio.run(database.create())
    service = import_module(f"{member}.main").SERVICE
    app = create_app(service, Suite(tokens, directory).settings(member, database))
    app.state.verifier._keys = KeySet.import_key_set(tokens.jwks)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError(f"{member} did not start")
        threading.Event().wait(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        asyncio.run(database.drop())


@pytest.fixture
def start(tokens: Tokens, tmp_path: Path) -> Iterator[Started]:
    """Starts members; they stop with the test."""
    with ExitStack() as stack:
        yield lambda member: stack.enter_context(serving(member, tokens, tmp_path))
