"""Micro-batches: what is asked in one tick of the event loop is answered by one round of work.

The look-ups of all concurrent callers are read by one statement and recorded by one, so that
they share a round trip and a commit; nobody is answered before that commit. A question never
waits for company: when nothing is under way it starts at once, and whatever arrives meanwhile
makes the next batch. Under light load a batch is one question.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

LANES = 2  # while one batch waits for the disk, the next one is read and judged
LARGEST = 64
WORTH_A_LANE = 16  # small batches beside each other cost more than one after the other


class Batches(Generic[Question, Answer]):
    """Collects questions; `answer` gets a batch and returns the answers in the same order.

    `unanswerable` names the errors that one bad question may cause: then each question of the
    batch is tried alone, so that nobody fails through a neighbour's fault. `answer` must leave
    nothing behind when it raises one of them.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        *,
        unanswerable: tuple[type[Exception], ...] = (),
        lanes: int = LANES,
        largest: int = LARGEST,
        worth_a_lane: int = WORTH_A_LANE,
    ) -> None:
        self._answer, self._unanswerable = answer, unanswerable
        self._lanes, self._largest, self._worth_a_lane = lanes, largest, worth_a_lane
        self._busy = 0
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._working: set[asyncio.Task[None]] = set()

    async def ask(self, question: Question) -> Answer:
        """The answer to one question, once its batch is done."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._busy == 0 or (self._busy < self._lanes and self._is_worth_a_lane()):
            self._busy += 1
            # The task runs after every request of this tick has put its question.
            task = asyncio.create_task(self._work())
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        return await future

    def _is_worth_a_lane(self) -> bool:
        return len(self._waiting) >= self._worth_a_lane

    async def _work(self) -> None:
        # The last lane at work leaves nobody waiting; another one only goes on for a good batch.
        while self._waiting and (self._busy == 1 or self._is_worth_a_lane()):
            size = min(self._largest, len(self._waiting))
            await self._settle([self._waiting.popleft() for _ in range(size)])
        self._busy -= 1

    async def _settle(self, batch: list[tuple[Question, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._answer([question for question, _ in batch])
        except self._unanswerable as error:
            if len(batch) == 1:
                _fail(batch, error)
            for single in batch if len(batch) > 1 else ():
                await self._settle([single])
        except Exception as error:  # everybody in the batch is told
            _fail(batch, error)
        else:
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():  # the caller may have hung up
                    future.set_result(answer)


def _fail(batch: Sequence[tuple[object, "asyncio.Future[Answer]"]], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
