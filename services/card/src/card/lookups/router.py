"""/card/v1/status-lookups, /profile-lookups, /batch-verifications, and the log of all of them."""

from typing import Annotated

from fastapi import Query, Request, Response

from card.direct import answering, reading
from card.ecards.use import EcardAuthorisation, TokenExpired, TokenUsed
from card.lookups import batch, certificates, log, payments, service
from card.lookups.generations import GenerationStopped
from card.lookups.limits import LookupLimit
from card.lookups.schemas import (
    BatchReply,
    BatchRequest,
    CertificatesReply,
    EcardQuestion,
    LookupCountQuery,
    LookupCountRead,
    LookupLogQuery,
    LookupLogRead,
    LookupRequest,
    PaymentQuestion,
    PaymentReply,
    PrefillQuestion,
    PrefillReply,
    ProfileReply,
    StatusReply,
)
from card.verifications.service import read_plain
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.routing import Router

router = Router(tags=["look-ups"])
answer_status = answering(LookupRequest, service.status)
answer_profile = answering(LookupRequest, service.profile)
answer_certificates = answering(EcardQuestion, certificates.certificates)
answer_prefill = answering(PrefillQuestion, certificates.prefill)
answer_payment = answering(PaymentQuestion, payments.payable, read_plain)
OF_A_CODE = (TokenExpired, TokenUsed, EcardAuthorisation, LookupLimit)


async def answer_batch(request: Request) -> Response:
    """Yes or no to each pair, written down before it answers."""
    with reading():
        answer = await batch.verify_all(request.app, await request.body())
    return Response(answer, media_type="application/json")


@router.lookup(
    "/status-lookups",
    permission="status:look-up",
    reply=StatusReply,
    problems=(GenerationStopped, LookupLimit),
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
    problems=(GenerationStopped, LookupLimit),
    transactional=False,
    direct=answer_profile,
)
async def look_up_profile(request: Request, asked: LookupRequest) -> Response:
    """A card's status, its bank and the holder's division, as far as the purpose opens them."""
    return await answer_profile(request)


@router.lookup(
    "/certificate-lookups",
    permission="certificate:look-up",
    reply=CertificatesReply,
    problems=OF_A_CODE,
    transactional=False,
    direct=answer_certificates,
)
async def look_up_certificates(request: Request, asked: EcardQuestion) -> Response:
    """电子证明: the certificates that whoever shows a code of their e-card may show."""
    return await answer_certificates(request)


@router.lookup(
    "/prefill-lookups",
    permission="prefill:look-up",
    reply=PrefillReply,
    problems=OF_A_CODE,
    transactional=False,
    direct=answer_prefill,
)
async def look_up_prefill(request: Request, asked: PrefillQuestion) -> Response:
    """What a form begins with, for whoever shows a code: no number is typed again."""
    return await answer_prefill(request)


@router.lookup(
    "/payment-account-lookups",
    permission="payment-account:look-up",
    reply=PaymentReply,
    problems=(LookupLimit,),
    transactional=False,
    direct=answer_payment,
)
async def look_up_payment_account(request: Request, asked: PaymentQuestion) -> Response:
    """Whether money can go to the person's own card, and if not what to ask for first."""
    return await answer_payment(request)


@router.lookup(
    "/batch-verifications",
    permission="verification:batch",
    reply=BatchReply,
    problems=(LookupLimit,),
    transactional=False,
    direct=answer_batch,
)
async def verify_batch(request: Request, asked: BatchRequest) -> Response:
    """Yes or no to at most `card.batch_max` pairs of name and number, in their order."""
    return await answer_batch(request)


@router.list("/lookup-logs", permission="lookup-log:read", reply=Page[LookupLogRead], personal=True)
async def list_lookup_logs(
    session: Session, caller: Caller, query: Annotated[LookupLogQuery, Query()]
) -> Page[LookupLogRead]:
    """查询日志: who asked, when and what for, what was returned; nobody's name or number."""
    return await log.find(session, caller, query)


@router.list("/lookup-counts", permission="lookup-count:read", reply=Page[LookupCountRead])
async def list_lookup_counts(
    session: Session, caller: Caller, query: Annotated[LookupCountQuery, Query()]
) -> Page[LookupCountRead]:
    """How much of a day's limit each caller has used, and who went over it."""
    return await log.count(session, caller, query)
