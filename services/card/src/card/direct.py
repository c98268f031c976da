"""Look-ups answered without FastAPI's reading of parameters, a third of their time.

Whoever asks has been let in, the purpose checked and the body measured as on any route.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from card.lookups.questions import Verdict
from hrss_kit.conventions import reply_of
from hrss_kit.problems import BadRequest
from hrss_kit.routing import Handler
from hrss_kit.validation import RequestModel

Asked = TypeVar("Asked", bound=RequestModel)
Plain = TypeVar("Plain")


@contextmanager
def reading() -> Iterator[None]:
    """What is wrong with a body, as the problems of any other route."""
    try:
        yield
    except orjson.JSONDecodeError as error:
        raise BadRequest("请求体不是合法的 JSON", "The body is not valid JSON") from error
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def answering(
    model: type[Asked],
    look_up: Callable[[FastAPI, Asked | Plain], Awaitable[Verdict]],
    plain: Callable[[Any], Plain | None] | None = None,
) -> Handler:
    """The handler of a look-up whose rows are written before it answers, refused ones too.

    `plain` reads what nearly everybody asks, in a tenth of the time, and leaves alone whatever it
    is not sure of: the model reads that, and says all that is wrong with it.
    """

    async def answer(request: Request) -> Response:
        asked: Asked | Plain | None
        with reading():
            given = orjson.loads(await request.body())
            asked = None if plain is None else plain(given)
            if asked is None:
                asked = model.model_validate(given)
        verdict = await look_up(request.app, asked)
        if verdict.problem is not None:
            return reply_of(verdict.problem, request)
        return Response(orjson.dumps(verdict.reply), media_type="application/json")

    return answer
