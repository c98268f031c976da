"""Who sees the recognition of an award, as what, and who is told of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import deadlines, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import letters
from hrss_kit.pagination import Page, select_page
from hrss_kit.resources import RevealReply, RevealRequest
from talent.casework import allowed, narrowed, tell
from talent.programmes.models import Category
from talent.recognition_certificates.models import RecognitionCertificate
from talent.recognition_events import RecognitionEvent
from talent.recognitions import rules
from talent.recognitions.models import Recognition, RecognitionReview
from talent.recognitions.rules import MACHINE
from talent.recognitions.schemas import RecognitionQuery, RecognitionRead, Review


def visible(caller: Principal) -> Select[Recognition]:
    """The receiving city's applications, and those that ask the caller's city as the issuer."""
    if caller.holds("auditor"):
        return select(Recognition)
    return select(Recognition).where(
        (Recognition.owner_city == caller.city) | (Recognition.issuer_city == caller.city)
    )


def one(caller: Principal, recognition_id: UUID) -> Select[Recognition]:
    """One of them."""
    return visible(caller).where(Recognition.id == recognition_id)


def verifier(row: Recognition) -> str:
    """The issuing city answers."""
    return row.issuer_city


def both(row: Recognition) -> tuple[str, str]:
    """Both cities have a word where no mapping does."""
    return (row.issuer_city, row.owner_city)


SIDES: Any = {"verify": verifier, "review": both}


async def find(session: AsyncSession, caller: Principal, recognition_id: UUID) -> RecognitionRead:
    """One recognition."""
    row = await resources.load(session, one(caller, recognition_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return await shown(session, caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: RecognitionQuery
) -> Page[RecognitionRead]:
    """A page of recognitions."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), Recognition, query),
        query,
        key=Recognition.id,
        sorts={"applied_on": Recognition.applied_on},
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
    """The person in full."""
    row = await resources.load(session, one(caller, recognition_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


async def reviews_of(
    session: AsyncSession, ids: Sequence[UUID]
) -> dict[UUID, dict[str, RecognitionReview]]:
    """What the cities have said of several cases, by city."""
    await session.flush()  # a review of this transaction counts
    found: dict[UUID, dict[str, RecognitionReview]] = {one: {} for one in ids}
    for row in await session.scalars(
        select(RecognitionReview).where(RecognitionReview.recognition_id.in_(ids))
    ):
        found[row.recognition_id][row.city] = row
    return found


async def shown(session: AsyncSession, caller: Principal, row: Recognition) -> RecognitionRead:
    """The recognition as a reply."""
    return (await _read(session, caller, [row]))[0]


async def _read(
    session: AsyncSession, caller: Principal, rows: Sequence[Recognition]
) -> list[RecognitionRead]:
    ids = [row.id for row in rows]
    clocks = await deadlines.of(session, ids)
    reviews = await reviews_of(session, ids)
    certificate = RecognitionCertificate
    numbered = await session.execute(
        select(certificate.recognition_id, certificate.no).where(
            certificate.recognition_id.in_(ids)
        )
    )
    numbers = {line.recognition_id: line.no for line in numbered}
    named = {one for row in rows for one in (row.category_id, row.granted_category_id) if one}
    coded = await session.execute(select(Category.id, Category.code).where(Category.id.in_(named)))
    codes = {line.id: line.code for line in coded}
    made = []
    for row in rows:
        held = reviews[row.id]
        actions = allowed(caller, row, MACHINE, "recognition", SIDES)
        if row.route == rules.MAPPED or caller.city in held:
            actions = [action for action in actions if action != "review"]
        made.append(
            resources.shown(
                RecognitionRead,
                row,
                person=row.masked(),
                category=codes[row.category_id],
                receiving_city=row.owner_city,
                granted_category=codes.get(row.granted_category_id)
                if row.granted_category_id
                else None,
                reviews={
                    letters(city): Review(
                        granted_level=said.level, reason=said.reason, by=said.reviewed_by
                    )
                    for city, said in held.items()
                },
                certificate_no=numbers.get(row.id),
                allowed_actions=actions,
                deadlines=clocks[row.id],
            )
        )
    return made


def announce(session: AsyncSession, row: Recognition, event: RecognitionEvent) -> None:
    """Tells the two cities concerned."""
    tell(
        session,
        row,
        event,
        audience=both(row),
        person_ref=row.person_ref,
        journey_id=row.journey_id,
    )


def words(row: Recognition) -> dict[str, Any]:
    """What every event of it says; before a level is granted, the origin's."""
    return {
        "recognition_id": row.id,
        "kind": "AWARD",
        "level": row.granted_level or row.origin_level,
        "series": None,
        "issuer_city": row.issuer_city,
        "receiving_city": row.owner_city,
    }
