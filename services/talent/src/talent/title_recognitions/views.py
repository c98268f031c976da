"""Who sees a title recognition, as what, and who is told of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import deadlines, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.resources import RevealReply, RevealRequest
from talent.casework import allowed, narrowed, tell
from talent.codes import TITLE_SERIES
from talent.recognition_certificates.models import RecognitionCertificate
from talent.recognition_events import RecognitionEvent
from talent.title_recognitions.models import TitleRecognition
from talent.title_recognitions.rules import MACHINE, Facts
from talent.title_recognitions.schemas import TitleRecognitionQuery, TitleRecognitionRead


def visible(caller: Principal) -> Select[TitleRecognition]:
    """The receiving city's applications, and those that ask the caller's city as the issuer."""
    if caller.holds("auditor"):
        return select(TitleRecognition)
    return select(TitleRecognition).where(
        (TitleRecognition.owner_city == caller.city) | (TitleRecognition.issuer_city == caller.city)
    )


def one(caller: Principal, recognition_id: UUID) -> Select[TitleRecognition]:
    """One of them."""
    return visible(caller).where(TitleRecognition.id == recognition_id)


def verifier(row: TitleRecognition) -> str:
    """Who answers: the issuing city; where it is not on the hub, the receiving city for it."""
    return row.issuer_city if row.issuer_city in ACTIVE_CITIES else row.owner_city


SIDES: Any = {"verify": verifier, "acknowledge": verifier}


def facts_of(
    row: TitleRecognition,
    unit_listed: bool,
    status: str | None,
    differences: Sequence[str] | None,
) -> Facts:
    """What the decision table looks at."""
    return Facts(
        path=row.path,
        issuer_kind=row.issuer_kind,
        issuer_city=row.issuer_city,
        series=row.series,
        is_self_review=row.is_self_review,
        unit_listed=unit_listed,
        certificate_status=status,
        differences=differences,
    )


async def find(
    session: AsyncSession, caller: Principal, recognition_id: UUID
) -> TitleRecognitionRead:
    """One recognition."""
    row = await resources.load(session, one(caller, recognition_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return await shown(session, caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: TitleRecognitionQuery
) -> Page[TitleRecognitionRead]:
    """A page of recognitions."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), TitleRecognition, query, ("speciality", "issuer_org")),
        query,
        key=TitleRecognition.id,
        sorts={"applied_on": TitleRecognition.applied_on},
        default="-applied_on",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=await _read(session, caller, rows), next_cursor=cursor)


async def history(
    session: AsyncSession, caller: Principal, recognition_id: UUID
) -> timeline.Timeline:
    """What happened to a recognition."""
    row = await resources.load(session, one(caller, recognition_id))
    return await timeline.of(session, row.id)


async def reveal(
    session: AsyncSession, caller: Principal, recognition_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The applicant in full, to the two cities that decide by name and number."""
    row = await resources.load(session, one(caller, recognition_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


async def shown(
    session: AsyncSession, caller: Principal, row: TitleRecognition
) -> TitleRecognitionRead:
    """The recognition as a reply."""
    return (await _read(session, caller, [row]))[0]


async def _read(
    session: AsyncSession, caller: Principal, rows: Sequence[TitleRecognition]
) -> list[TitleRecognitionRead]:
    ids = [row.id for row in rows]
    clocks = await deadlines.of(session, ids)
    certificate = RecognitionCertificate
    found = await session.execute(
        select(certificate.recognition_id, certificate.no).where(
            certificate.recognition_id.in_(ids)
        )
    )
    numbers = {line.recognition_id: line.no for line in found}
    return [
        resources.shown(
            TitleRecognitionRead,
            row,
            person=row.masked(),
            series_name=TITLE_SERIES[row.series].name_zh,
            receiving_city=row.owner_city,
            certificate_no=numbers.get(row.id),
            allowed_actions=allowed(caller, row, MACHINE, "title_recognition", SIDES),
            deadlines=clocks[row.id],
        )
        for row in rows
    ]


def announce(session: AsyncSession, row: TitleRecognition, event: RecognitionEvent) -> None:
    """Tells the two cities concerned."""
    tell(
        session,
        row,
        event,
        audience=[city for city in (row.owner_city, row.issuer_city) if city in ACTIVE_CITIES],
        person_ref=row.person_ref,
        journey_id=row.journey_id,
    )


def words(row: TitleRecognition) -> dict[str, Any]:
    """What every event of it says."""
    return {
        "recognition_id": row.id,
        "kind": "TITLE",
        "level": row.level,
        "series": row.series,
        "issuer_city": row.issuer_city,
        "receiving_city": row.owner_city,
    }


def ended(row: TitleRecognition, on: date, reason: str | None) -> None:
    """Since when a recognition is over, and why."""
    row.ended_on, row.ended_reason = on, reason
