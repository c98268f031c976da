"""Title certificates over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.access import public
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.files import each, leaves_as_file
from talent.title_certificates import service
from talent.title_certificates.bulk import IMPORTER
from talent.title_certificates.models import TitleCertificate
from talent.title_certificates.schemas import (
    CertificateCheck,
    CertificateCheckReply,
    TitleCertificateCreate,
    TitleCertificateQuery,
    TitleCertificateRead,
)

router = Router(prefix="/title-certificates", tags=["title certificates"])


@router.create(
    "",
    permission="title_certificate:create",
    reply=TitleCertificateRead,
    problems=(Duplicate, NotYourCity),
)
async def register_title_certificate(
    session: Session, caller: Caller, new: TitleCertificateCreate
) -> TitleCertificateRead:
    """Register a certificate that one's own city has issued."""
    return await service.register(session, caller, new)


@router.list(
    "",
    permission="title_certificate:read",
    reply=Page[TitleCertificateRead],
    personal=True,
)
async def list_title_certificates(
    session: Session, caller: Caller, query: Annotated[TitleCertificateQuery, Query()]
) -> Page[TitleCertificateRead]:
    """One's own city's certificates, holders masked."""
    return await service.search(session, caller, query)


router.bulk_in("/imports", permission="title_certificate:create", importer=IMPORTER)


@router.lookup("/checks", permission=public(), reply=CertificateCheckReply, personal=False)
async def check_title_certificate(
    session: Session, wish: CertificateCheck
) -> CertificateCheckReply:
    """Whether an e-certificate is genuine and still valid; asks nobody who they are."""
    return await service.check(session, wish)


@router.read(
    "/{certificate_id}",
    permission="title_certificate:read",
    reply=TitleCertificateRead,
    personal=True,
)
async def read_title_certificate(
    session: Session, caller: Caller, certificate_id: UUID
) -> TitleCertificateRead:
    """One certificate, its holder masked."""
    return await service.find(session, caller, certificate_id)


@router.history(
    "/{certificate_id}/timeline", permission="title_certificate:history", reply=Timeline
)
async def title_certificate_timeline(
    session: Session, caller: Caller, certificate_id: UUID
) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, certificate_id)


@router.act(
    "/{certificate_id}/revoke",
    permission="title_certificate:revoke",
    reply=TitleCertificateRead,
    problems=(NotYourCity, StateConflict),
)
async def revoke_title_certificate(
    session: Session, caller: Caller, certificate_id: UUID, body: WithReason
) -> TitleCertificateRead:
    """Take it back; the supervisor of the issuing city only."""
    return await service.revoke(session, caller, certificate_id, body.reason)


@router.reveal("/{certificate_id}/reveal", permission="title_certificate:reveal", reply=RevealReply)
async def reveal_title_certificate(
    session: Session, caller: Caller, certificate_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The holder in full."""
    return await service.reveal(session, caller, certificate_id, wish)


leaves_as_file(
    router, "title_certificate:read", TitleCertificate, TitleCertificateQuery,
    TitleCertificateRead, service.visible, each(service.shown), ("speciality",),
)  # fmt: skip
