"""/card/v1/verifications."""

from uuid import UUID

from fastapi import Request, Response

from card.direct import answering
from card.ecards.use import EcardAuthorisation, TokenExpired, TokenUsed
from card.lookups.generations import GenerationStopped
from card.lookups.limits import LookupLimit
from card.verifications import service
from card.verifications.schemas import VerificationRead, VerificationReply, VerificationRequest
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.routing import Router

router = Router(prefix="/verifications", tags=["verifications"])
answer_directly = answering(VerificationRequest, service.verify, service.read_plain)


@router.lookup(
    "",
    permission="verification:make",
    reply=VerificationReply,
    problems=(TokenExpired, TokenUsed, EcardAuthorisation, GenerationStopped, LookupLimit),
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
