"""Recognition certificates over HTTP: for the cities, for the holder, for whoever is shown one."""

from typing import Annotated

from fastapi import Query

from hrss_kit.access import public
from hrss_kit.auth import Caller
from hrss_kit.certificate_checks import CertificateCheck, CheckPage, check_page
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.routing import Router
from talent.recognition_certificates import service
from talent.recognition_certificates.schemas import (
    RecognitionCertificateQuery,
    RecognitionCertificateRead,
    RecognitionCheckReply,
)

router = Router(prefix="/recognition-certificates", tags=["recognition certificates"])
CHECKS = "/talent/v1/recognition-certificates/checks"


@router.list("", permission="recognition_certificate:read", reply=Page[RecognitionCertificateRead])
async def list_recognition_certificates(
    session: Session, caller: Caller, query: Annotated[RecognitionCertificateQuery, Query()]
) -> Page[RecognitionCertificateRead]:
    """Certificates that one's own city made, or that rest on its titles and awards."""
    return await service.search(session, caller, query)


@router.lookup("/checks", permission=public(), reply=RecognitionCheckReply, personal=False)
async def check_recognition_certificate(
    session: Session, wish: CertificateCheck
) -> RecognitionCheckReply:
    """Whether a certificate is genuine and what it is worth today; names nobody."""
    return await service.check(session, wish)


@router.read("/{no}", permission=public(), reply=None, response_class=CheckPage)
async def recognition_check_page(no: str) -> CheckPage:
    """The page where anybody checks a certificate; it says nothing of whether the number exists."""
    return check_page("人才与职称互认证书查验", "Check of a recognition certificate", CHECKS)
