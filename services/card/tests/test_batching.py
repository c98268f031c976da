"""Micro-batches, without any database."""

import asyncio
from collections.abc import Sequence

import pytest

from card.batching import Batches


async def test_questions_of_one_tick_share_a_batch() -> None:
    seen: list[list[int]] = []

    async def double(questions: Sequence[int]) -> Sequence[int]:
        seen.append(list(questions))
        await asyncio.sleep(0)
        return [2 * question for question in questions]

    batches = Batches(double, largest=4, lanes=1)
    answers = await asyncio.gather(*(batches.ask(number) for number in range(10)))
    assert answers == [2 * number for number in range(10)]
    assert seen == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


async def test_a_bad_question_fails_alone() -> None:
    async def strict(questions: Sequence[int]) -> Sequence[int]:
        if 3 in questions:
            raise ValueError
        return questions

    batches = Batches(strict, unanswerable=(ValueError,))
    answers = await asyncio.gather(
        *(batches.ask(number) for number in range(5)), return_exceptions=True
    )
    assert [answer for answer in answers if not isinstance(answer, ValueError)] == [0, 1, 2, 4]
    assert isinstance(answers[3], ValueError)


async def test_a_failure_is_told_to_all_and_the_next_batch_is_served() -> None:
    broken = True

    async def flaky(questions: Sequence[int]) -> Sequence[int]:
        if broken:
            raise OSError
        return questions

    batches = Batches(flaky)
    answers = await asyncio.gather(*(batches.ask(1) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(answer, OSError) for answer in answers)
    broken = False
    assert await batches.ask(7) == 7


async def test_whoever_hangs_up_disturbs_nobody() -> None:
    go = asyncio.Event()

    async def slow(questions: Sequence[int]) -> Sequence[int]:
        await go.wait()
        return questions

    batches = Batches(slow)
    gone, stays = (asyncio.create_task(batches.ask(number)) for number in (1, 2))
    await asyncio.sleep(0.01)
    gone.cancel()
    go.set()
    assert await stays == 2
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_nobody_is_left_waiting_however_questions_arrive() -> None:
    sizes: list[int] = []

    async def slow(questions: Sequence[int]) -> Sequence[int]:
        sizes.append(len(questions))
        await asyncio.sleep(0.001 * (questions[0] % 3))
        return questions

    batches = Batches(slow, lanes=2, worth_a_lane=4, largest=8)

    async def one(number: int) -> int:
        await asyncio.sleep(0.0007 * (number % 11))
        return await batches.ask(number)

    answers = await asyncio.wait_for(asyncio.gather(*map(one, range(300))), 10)
    assert answers == list(range(300))
    assert sum(sizes) == 300
    assert await asyncio.wait_for(batches.ask(1), 1) == 1
