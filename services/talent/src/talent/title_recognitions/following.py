"""A recognition follows its certificate: what the issuer takes back falls the same day."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.auth import Principal
from talent.casework import move
from talent.recognition_certificates import service as certificates
from talent.recognition_events import RecognitionRevoked
from talent.title_certificates.models import TitleCertificate
from talent.title_recognitions import rules
from talent.title_recognitions.models import TitleRecognition
from talent.title_recognitions.views import announce, ended, words


async def follow_revocation(
    session: AsyncSession, caller: Principal, certificate: TitleCertificate, reason: str
) -> None:
    """Every recognition of a revoked certificate is revoked with it, in the same transaction."""
    today = clock.today()
    rows = await session.scalars(
        select(TitleRecognition)
        .where(TitleRecognition.certificate_id == certificate.id)
        .where(TitleRecognition.state.in_((rules.GRANTED, rules.SUSPENDED)))
        .order_by(TitleRecognition.id)
        .with_for_update()
    )
    for row in rows.all():
        move(session, caller, row, "follow-revocation", rules.REVOKED, reason)
        ended(row, today, reason)
        await certificates.follow(session, row.id, rules.REVOKED, caller=caller)
        announce(session, row, RecognitionRevoked(**words(row), state="REVOKED", on=today))
