"""The loops of push in the gateway's worker: follow each feed, send what is ready, replay."""

import asyncio
from collections.abc import Sequence
from functools import partial

from gateway.deliveries import fan_out, sending
from hrss_kit.service import Loop
from hrss_kit.settings import ServiceSettings
from hrss_kit.worker import Worker

IDLE_SECONDS = 0.2
REPLAY_SECONDS = 1.0


def loops(settings: ServiceSettings) -> Sequence[Loop]:
    """One for each member's feed, the gateway's own too; one that sends; one that replays."""
    members = sorted({*settings.peers, "gateway"})
    return (
        *(Loop(f"push {name}", partial(_follow, member=name)) for name in members),
        Loop("push", _send),
        Loop("replays", _replay, REPLAY_SECONDS),
    )


async def _follow(worker: Worker, *, member: str) -> int:
    return await fan_out.follow(worker, member)


async def _send(worker: Worker) -> int:
    done = await sending.send_ready(worker)
    if not done:
        await asyncio.sleep(IDLE_SECONDS)
    return done


async def _replay(worker: Worker) -> int:
    return await fan_out.run_replays(worker)
