"""What can be done with recognition certificates. Runs in the caller's transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import certificates, clock, resources
from hrss_kit.auth import Principal
from hrss_kit.certificate_checks import CertificateCheck, is_same_code
from hrss_kit.pagination import Page, select_page
from talent.casework import LivingResource, move, narrowed, new_number
from talent.recognition_certificates import models
from talent.recognition_certificates.models import (
    STATUS_PLACES,
    RecognitionCertificate,
    RecognitionNumber,
)
from talent.recognition_certificates.schemas import (
    RecognitionCertificateQuery,
    RecognitionCertificateRead,
    RecognitionCheckReply,
)


def visible(caller: Principal) -> Select[RecognitionCertificate]:
    """Certificates that one's own city made, or that rest on its own titles and awards."""
    wanted = select(RecognitionCertificate)
    if caller.holds("auditor"):
        return wanted
    return wanted.where(
        (RecognitionCertificate.owner_city == caller.city)
        | (RecognitionCertificate.issuer_city == caller.city)
    )


async def issue(
    session: AsyncSession,
    recognition: LivingResource,
    *,
    issuer_city: str,
    kind: str,
    level: str,
    series: str | None,
    valid_to: date | None,
) -> RecognitionCertificate:
    """Makes the certificate of a recognition, numbered `HR-{issuer}{receiver}-{day}-{n}`."""
    today = clock.today()
    pair = issuer_city[:4] + recognition.owner_city[:4]
    prefix = f"HR-{pair}-{today:%Y%m%d}"
    row = RecognitionCertificate(
        biz_no=await new_number(session, recognition.owner_city),
        owner_city=recognition.owner_city,
        state=models.VALID,
        no=f"{prefix}-{await _next(session, prefix):06d}",
        kind=kind,
        recognition_id=recognition.id,
        issuer_city=issuer_city,
        series=series,
        level=level,
        issued_on=today,
        valid_to=valid_to,
        verify_code=certificates.verify_code(),
        status_place=await session.scalar(STATUS_PLACES.next_value()),
    )
    session.add(row)
    await session.flush()
    return row


async def _next(session: AsyncSession, prefix: str) -> int:
    """The day's next number; who comes at the same time waits for the row."""
    counting = insert(RecognitionNumber).values(prefix=prefix, last=1)
    number: int | None = await session.scalar(
        counting.on_conflict_do_update(
            index_elements=[RecognitionNumber.prefix],
            set_={"last": RecognitionNumber.last + 1},
        ).returning(RecognitionNumber.last)
    )
    assert number is not None, "the row was written"
    return number


async def follow(
    session: AsyncSession,
    recognition_id: UUID,
    state: str,
    *,
    caller: Principal | None = None,
    valid_to: date | None = None,
) -> None:
    """The certificate of a recognition goes with it."""
    row = await session.scalar(
        select(RecognitionCertificate)
        .where(RecognitionCertificate.recognition_id == recognition_id)
        .with_for_update()
    )
    if row is None:
        return
    if valid_to is not None:
        row.valid_to = valid_to
    if row.state != state:
        move(session, caller, row, "follow", state)


async def of(session: AsyncSession, recognition_id: UUID) -> RecognitionCertificate | None:
    """The certificate of a recognition."""
    found: RecognitionCertificate | None = await session.scalar(
        select(RecognitionCertificate).where(
            RecognitionCertificate.recognition_id == recognition_id
        )
    )
    return found


async def search(
    session: AsyncSession, caller: Principal, query: RecognitionCertificateQuery
) -> Page[RecognitionCertificateRead]:
    """A page of certificates."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), RecognitionCertificate, query),
        query,
        key=RecognitionCertificate.id,
        sorts={"issued_on": RecognitionCertificate.issued_on, "no": RecognitionCertificate.no},
        default="-issued_on",
    )
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def numbered(session: AsyncSession, caller: Principal, no: str) -> RecognitionCertificate:
    """The certificate of a number, for whoever may see it."""
    return await resources.load(session, visible(caller).where(RecognitionCertificate.no == no))


async def check(session: AsyncSession, wish: CertificateCheck) -> RecognitionCheckReply:
    """Whether number and code belong together, and what the certificate is worth today."""
    row = await session.scalar(
        select(RecognitionCertificate).where(RecognitionCertificate.no == wish.number)
    )
    if not is_same_code(wish.verify_code, row.verify_code if row else None) or row is None:
        return RecognitionCheckReply(genuine=False)
    is_over = row.valid_to is not None and row.valid_to < clock.today()
    return RecognitionCheckReply(
        genuine=True,
        state=models.EXPIRED if is_over and row.state == models.VALID else row.state,
        kind=row.kind,
        series=row.series,
        level=row.level,
        issued_on=row.issued_on,
        valid_to=row.valid_to,
    )


def shown(row: RecognitionCertificate) -> RecognitionCertificateRead:
    """The certificate as a reply."""
    return resources.shown(
        RecognitionCertificateRead,
        row,
        receiving_city=row.owner_city,
        allowed_actions=[],
        deadlines=[],
    )
