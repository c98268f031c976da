"""Certificates over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from hrss_kit.access import public
from hrss_kit.auth import Caller
from hrss_kit.certificate_checks import CertificateCheck, CheckPage, check_page
from hrss_kit.certificates import CertificatePaper, paper
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.participation_certificates import service
from social_insurance.participation_certificates.schemas import (
    CertificateCheckReply,
    CertificateCreate,
    CertificateQuery,
    CertificateRead,
)
from social_insurance.participation_certificates.service import NotInsured, origin_of
from social_insurance.problems import IdentityConflict

router = Router(prefix="/participation-certificates", tags=["participation certificates"])
CHECKS = "/social-insurance/v1/participation-certificates/checks"


@router.create(
    "",
    permission="participation-certificate:create",
    reply=CertificateRead,
    problems=(IdentityConflict, NotInsured, NotYourCity),
)
async def issue_certificate(
    request: Request, session: Session, caller: Caller, new: CertificateCreate
) -> CertificateRead:
    """Issue a certificate of the months both cities know of, with a code to check it by."""
    return await service.create(session, caller, new, origin_of(request))


@router.list(
    "",
    permission="participation-certificate:read",
    reply=Page[CertificateRead],
    personal=True,
)
async def list_certificates(
    request: Request,
    session: Session,
    caller: Caller,
    query: Annotated[CertificateQuery, Query()],
) -> Page[CertificateRead]:
    """Certificates of one's own city, persons masked."""
    return await service.search(session, caller, query, origin_of(request))


@router.lookup("/checks", permission=public(), reply=CertificateCheckReply, personal=False)
async def check_certificate(session: Session, wish: CertificateCheck) -> CertificateCheckReply:
    """Whether a certificate is genuine and still good; asks nobody who they are."""
    return await service.check(session, wish)


@router.listen("/check-page", permission=public(), reply=None, response_class=CheckPage)
async def certificate_check_page() -> CheckPage:
    """The page where anybody checks a certificate by number and code."""
    return check_page("参保缴费凭证查验", "Check of a participation certificate", CHECKS)


@router.read(
    "/{certificate_id}",
    permission="participation-certificate:read",
    reply=CertificateRead,
    personal=True,
)
async def read_certificate(
    request: Request, session: Session, caller: Caller, certificate_id: UUID
) -> CertificateRead:
    """One certificate, its person masked."""
    return await service.find(session, caller, certificate_id, origin_of(request))


@router.read(
    "/{certificate_id}/pdf",
    permission="participation-certificate:print",
    reply=None,
    personal=True,
    response_class=CertificatePaper,
)
async def print_certificate(
    request: Request, session: Session, caller: Caller, certificate_id: UUID
) -> CertificatePaper:
    """The certificate as PDF, the person in full; each print is on record."""
    return paper(*await service.print_out(session, caller, certificate_id, origin_of(request)))


@router.act(
    "/{certificate_id}/revoke",
    permission="participation-certificate:revoke",
    reply=CertificateRead,
    problems=(NotYourCity, StateConflict),
)
async def revoke_certificate(
    request: Request, session: Session, caller: Caller, certificate_id: UUID, wish: WithReason
) -> CertificateRead:
    """Take back a certificate that was issued on a wrong record."""
    return await service.revoke(session, caller, certificate_id, wish.reason, origin_of(request))


@router.history(
    "/{certificate_id}/timeline", permission="participation-certificate:history", reply=Timeline
)
async def certificate_timeline(session: Session, caller: Caller, certificate_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, certificate_id)
