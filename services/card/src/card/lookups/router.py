"""/card/v1/status-lookups and /card/v1/profile-lookups."""

from fastapi import Request, Response

from card.direct import answering
from card.lookups import service
from card.lookups.generations import GenerationStopped
from card.lookups.schemas import LookupRequest, ProfileReply, StatusReply
from hrss_kit.routing import Router

router = Router(tags=["look-ups"])
answer_status = answering(LookupRequest, service.status)
answer_profile = answering(LookupRequest, service.profile)


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
