"""Two matters of the demonstration: a draft with a form that is nearly full, and a national one.

Neither asks a service for anything by itself; nobody in them is real (domain §7 cast).
"""

import json
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.matters import catalogue, forms, rules
from gateway.matters.models import Matter
from gateway.matters.service import submitted
from hrss_kit import clock, numbering, timeline
from hrss_kit.persons import PersonIn

PEOPLE: Final = (
    ("SI_TRANSFER", "420100", "王测乙", "420199199207151022", {"from_city": "420100"}),
    (
        "NAT_PENSION_TRANSFER",
        "420700",
        "赵测丙",
        "420799196611052017",
        {"from_city": "330100", "to_city": "420700"},
    ),
)


async def load(session: AsyncSession) -> None:
    """Writes them once."""
    if await session.scalar(select(func.count()).select_from(Matter)):
        return
    for code, city, name, doc_no, form in PEOPLE:
        await _one(session, code, city, PersonIn(name=name, doc_no=doc_no), form)


async def _one(
    session: AsyncSession, code: str, city: str, person: PersonIn, given: dict[str, Any]
) -> None:
    entry = catalogue.find(code)
    assert entry is not None, "the demonstration follows the catalogue"
    form = forms.filled(entry, given, {})
    row = Matter(
        biz_no=await numbering.next_number(session, "GW", city, clock.today()),
        owner_city=city,
        code=code,
        entry_from=entry.effective_from,
        scope=entry.scope,
        state=rules.DRAFT,
        channel="ONLINE",
        is_once=entry.once,
        is_confidential=entry.confidential,
        has_visit=entry.visit,
        cities=[city],
        form=json.dumps(form, ensure_ascii=False),
        missing=forms.missing(entry, form),
        materials=[],
        is_verified=False,
        actor="demo",
    )
    row.take_person(person)
    session.add(row)
    await session.flush()  # its id is part of the timeline
    timeline.add(session, row.id, "start", caller=None, to_state=row.state)
    if not row.missing:
        await submitted(session, None, row)
