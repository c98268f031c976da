"""Recognition certificates over HTTP: for the cities, for the holder, for whoever is shown one."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.access import public
from hrss_kit.auth import Caller
from hrss_kit.certificate_checks import CertificateCheck, CheckPage, check_page
from hrss_kit.certificates import CertificatePaper, paper
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.routing import Router
from hrss_kit.signatures import Signatures
from talent.recognition_certificates import papers, rules, service
from talent.recognition_certificates.schemas import (
    RecognitionCertificateQuery,
    RecognitionCertificateRead,
    RecognitionCheckReply,
)

router = Router(prefix="/recognition-certificates", tags=["recognition certificates"])
credential_status = Router(prefix="/credential-status", tags=["recognition certificates"])
did = Router(prefix="/did.json", tags=["recognition certificates"])
CHECKS = "/talent/v1/recognition-certificates/checks"


class SignedCredential(Response):
    """A credential or a status list, secured with JOSE."""

    media_type = "application/vc+jwt"


class DidDocument(BaseModel):
    """The issuer of credentials and its keys (DID Core 1.0)."""

    model_config = ConfigDict(populate_by_name=True)

    context: list[str] = Field(alias="@context")
    id: str
    verification_method: list[dict[str, Any]] = Field(alias="verificationMethod")
    assertion_method: list[str] = Field(alias="assertionMethod")


def _origin(request: Request) -> str:
    """The suite's one address, under which everybody reaches this service."""
    origin: str = request.app.state.settings.origin
    return origin


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


@router.read(
    "/{no}/document",
    permission="recognition_certificate:issue",
    reply=None,
    personal=True,
    problems=(NotYourCity, StateConflict),
    response_class=CertificatePaper,
)
async def recognition_certificate_document(
    session: Session, caller: Caller, request: Request, no: str
) -> CertificatePaper:
    """The certificate as PDF with a code for its check; of the city that made it only."""
    return paper(await papers.pdf(session, caller, no, _origin(request)), no)


@router.read(
    "/{no}/credential",
    permission="recognition_certificate:issue",
    reply=None,
    personal=True,
    problems=(NotYourCity, StateConflict),
    response_class=SignedCredential,
)
async def recognition_certificate_credential(
    session: Session, caller: Caller, request: Request, signatures: Signatures, no: str
) -> SignedCredential:
    """The certificate as a W3C verifiable credential, for the holder's wallet."""
    return SignedCredential(
        await papers.credential(session, caller, no, _origin(request), signatures)
    )


@credential_status.read(
    "/{list_id}", permission=public(), reply=None, response_class=SignedCredential
)
async def credential_status_list(
    session: Session, request: Request, signatures: Signatures, list_id: str
) -> SignedCredential:
    """Which credentials hold no longer (Bitstring Status List): bits, and nobody's name."""
    made = await papers.status_list(session, list_id, _origin(request), signatures)
    return SignedCredential(made, headers={"Cache-Control": "public, max-age=300"})


@did.read("", permission=public(), reply=DidDocument)
async def issuer_did_document(request: Request, signatures: Signatures) -> DidDocument:
    """The issuer of credentials: ``did:web`` of the suite's address, with its keys."""
    made = rules.did_document(_origin(request), signatures.public_keys().keys)
    return DidDocument.model_validate(made)
