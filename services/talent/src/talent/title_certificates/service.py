"""What can be done with title certificates. Each function runs in the caller's transaction."""

import hmac
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, outbox, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, Invalid, NotYourCity
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.translation import constraint_of
from talent.access import ACCESS
from talent.codes import TITLE_SERIES
from talent.title_certificates import models, rules
from talent.title_certificates.models import MACHINE, TitleCertificate
from talent.title_certificates.schemas import (
    CertificateCheck,
    CertificateCheckReply,
    TitleCertificateCreate,
    TitleCertificateQuery,
    TitleCertificateRead,
    TitleCertificateRevoked,
)
from talent.title_recognitions.following import follow_revocation


def visible(caller: Principal) -> Select[TitleCertificate]:
    """A city's own certificates; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(TitleCertificate)
    return select(TitleCertificate).where(TitleCertificate.owner_city == caller.city)


async def register(
    session: AsyncSession, caller: Principal, new: TitleCertificateCreate
) -> TitleCertificateRead:
    """Registers a certificate of one's own city and makes its e-certificate's code."""
    today = clock.today()
    errors = list(
        rules.faults(
            new.series,
            new.level,
            new.title_code,
            issued_on=new.issued_on,
            doc_type=new.person.doc_type,
            doc_no=new.person.doc_no,
            today=today,
        )
    )
    if errors:
        raise Invalid(*errors)
    if caller.city is None:
        raise NotYourCity
    row = TitleCertificate(
        biz_no=await numbering.next_number(session, "TA", caller.city, today),
        owner_city=caller.city,
        state=models.VALID,
        verify_code=rules.new_verify_code(),
        **new.model_dump(exclude={"person"}),
    )
    row.take_person(new.person)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    await _save(session, row)
    timeline.add(session, row.id, "register", caller=caller, to_state=row.state)
    return shown(caller, row)


async def find(
    session: AsyncSession, caller: Principal, certificate_id: UUID
) -> TitleCertificateRead:
    """One certificate."""
    row = await resources.load(session, _one(caller, certificate_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return shown(caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: TitleCertificateQuery
) -> Page[TitleCertificateRead]:
    """A page of a city's own certificates."""
    wanted = visible(caller)
    for name in ("state", "series", "level", "path", "cert_no"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(TitleCertificate, name) == value)
    if query.issued_on_from is not None:
        wanted = wanted.where(TitleCertificate.issued_on >= query.issued_on_from)
    if query.issued_on_to is not None:
        wanted = wanted.where(TitleCertificate.issued_on <= query.issued_on_to)
    if query.q:
        wanted = wanted.where(TitleCertificate.speciality.icontains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=TitleCertificate.id,
        sorts={
            "created_at": TitleCertificate.created_at,
            "issued_on": TitleCertificate.issued_on,
        },
        default="-created_at",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def revoke(
    session: AsyncSession, caller: Principal, certificate_id: UUID, reason: str
) -> TitleCertificateRead:
    """The issuing city takes it back (fraud, error); both cities are told the same day."""
    row = await resources.load(session, _one(caller, certificate_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    before, row.state = row.state, MACHINE.take(row.state, "revoke")
    row.revoked_on, row.revoke_reason = clock.today(), reason
    exchange().note(person_refs=[row.person_ref], reason=reason[:500])
    timeline.add(
        session,
        row.id,
        "revoke",
        caller=caller,
        from_state=before,
        to_state=row.state,
        reason=reason,
    )
    outbox.publish(
        session,
        TitleCertificateRevoked(
            certificate_id=row.id,
            series=row.series,
            level=row.level,
            revoked_on=row.revoked_on,
        ),
        source="talent",
        subject=row.biz_no,
        city=row.owner_city,
        audience=ACTIVE_CITIES,
        person_ref=row.person_ref,
    )
    await session.flush()  # the answer carries the new version
    await follow_revocation(session, caller, row, reason)
    return shown(caller, row)


async def history(
    session: AsyncSession, caller: Principal, certificate_id: UUID
) -> timeline.Timeline:
    """What happened to a certificate."""
    row = await resources.load(session, _one(caller, certificate_id))
    return await timeline.of(session, row.id)


async def reveal(
    session: AsyncSession, caller: Principal, certificate_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The holder in full, to the issuing city."""
    row = await resources.load(session, _one(caller, certificate_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


async def check(session: AsyncSession, wish: CertificateCheck) -> CertificateCheckReply:
    """Whether number and code on an e-certificate belong together; no name either way."""
    wanted = select(
        TitleCertificate.verify_code,
        TitleCertificate.state,
        TitleCertificate.series,
        TitleCertificate.level,
        TitleCertificate.issued_on,
    ).where(TitleCertificate.cert_no == wish.cert_no)
    given = wish.verify_code.upper().encode()
    for row in await session.execute(wanted):
        if hmac.compare_digest(row.verify_code.encode(), given):
            return CertificateCheckReply(
                genuine=True,
                state=row.state,
                series=row.series,
                level=row.level,
                issued_on=row.issued_on,
            )
    return CertificateCheckReply(genuine=False)


def _one(caller: Principal, certificate_id: UUID) -> Select[TitleCertificate]:
    return visible(caller).where(TitleCertificate.id == certificate_id)


async def _save(session: AsyncSession, row: TitleCertificate) -> None:
    same_number = and_(
        TitleCertificate.cert_no == row.cert_no, TitleCertificate.issuer_org == row.issuer_org
    )
    same_source = and_(
        TitleCertificate.source_system == row.source_system,
        TitleCertificate.source_ref == row.source_ref,
    )
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether the number is taken
    except IntegrityError as error:
        match constraint_of(error):
            case models.ONE_PER_NUMBER:
                same = same_number
            case models.ONE_PER_SOURCE:
                same = same_source
            case _:
                raise
        existing = await session.scalar(select(TitleCertificate.id).where(same))
        raise Duplicate(existing_id=str(existing)) from error


def shown(caller: Principal, row: TitleCertificate) -> TitleCertificateRead:
    """The certificate as a reply, masked."""

    def may(action: str) -> bool:
        return row.owner_city == caller.city and ACCESS.allows(
            caller, f"title_certificate:{action}"
        )

    return resources.shown(
        TitleCertificateRead,
        row,
        person=row.masked(),
        series_name=TITLE_SERIES[row.series].name_zh,
        allowed_actions=MACHINE.allowed(row.state, may),
        deadlines=[],
    )
