"""/card/v1/status-lookups, /profile-lookups and /batch-verifications."""

from fastapi import Request, Response

from card.direct import answering, reading
from card.lookups import batch, service
from card.lookups.generations import GenerationStopped
from card.lookups.schemas import (
    BatchReply,
    BatchRequest,
    LookupRequest,
    ProfileReply,
    StatusReply,
)
from hrss_kit.routing import Router

router = Router(tags=["look-ups"])
answer_status = answering(LookupRequest, service.status)
answer_profile = answering(LookupRequest, service.profile)


async def answer_batch(request: Request) -> Response:
    """Yes or no to each pair, written down before it answers."""
    with reading():
        answer = await batch.verify_all(request.app, await request.body())
    return Response(answer, media_type="application/json")


@router.lookup(
    "/status-lookups",
    permission="status:look-up",
    reply=StatusReply,
    problems=(GenerationStopped,),
    transactional=False,
    direct=answer_status,
)
async def look_up_status(request: Request, asked: LookupRequest) -> Response:
    """Generation, state, issuing city and validity of a card; unknown is a no like any other."""
    return await answer_status(request)


@router.lookup(
    "/profile-lookups",
    permission="profile:look-up",
    reply=ProfileReply,
    problems=(GenerationStopped,),
    transactional=False,
    direct=answer_profile,
)
async def look_up_profile(request: Request, asked: LookupRequest) -> Response:
    """A card's status, its bank and the holder's division, as far as the purpose opens them."""
    return await answer_profile(request)


@router.lookup(
    "/batch-verifications",
    permission="verification:batch",
    reply=BatchReply,
    transactional=False,
    direct=answer_batch,
)
async def verify_batch(request: Request, asked: BatchRequest) -> Response:
    """Yes or no to at most `card.batch_max` pairs of name and number, in their order."""
    return await answer_batch(request)
