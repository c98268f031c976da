"""/card/v1/verifications."""

from uuid import UUID

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from card.verifications import service
from card.verifications.schemas import VerificationRead, VerificationReply, VerificationRequest
from hrss_kit.auth import Caller, get_caller
from hrss_kit.db import Session
from hrss_kit.problems import BadRequest
from hrss_kit.routing import Router

router = Router(prefix="/verifications", tags=["verifications"])


async def answer_directly(request: Request) -> Response:
    """What `verify` promises, without FastAPI's reading of parameters (a third of the time).

    Whoever asks has been let in, the purpose checked and the body measured as on any route.
    """
    try:
        asked = VerificationRequest.model_validate(orjson.loads(await request.body()))
    except orjson.JSONDecodeError as error:
        raise BadRequest("请求体不是合法的 JSON", "The body is not valid JSON") from error
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
    answer = await service.verify(request.app, await get_caller(), asked)
    return Response(answer, media_type="application/json")


@router.lookup(
    "",
    permission="verification:make",
    reply=VerificationReply,
    problems=(service.TokenExpired, service.GenerationStopped),
    # Reads and records in batches of its own; a refused one leaves its audit row as anywhere.
    transactional=False,
    direct=answer_directly,
)
async def verify(request: Request, asked: VerificationRequest) -> Response:
    """Is this the person? Yes or no, and the state of the card; unknown is a no like any other."""
    return await answer_directly(request)


@router.read(
    "/{verification_id}",
    permission="verification:read",
    reply=VerificationRead,
    problems=(service.VerificationExpired,),
)
async def read_verification(
    session: Session, caller: Caller, verification_id: UUID
) -> VerificationRead:
    """A verification for whoever made it and for the suite's services, while it is good."""
    return await service.read(session, caller, verification_id)
