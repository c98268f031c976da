"""Who sees a delegated case: the two cities between which it goes, for the purpose it has."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import deadlines, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.deadlines import DeadlineRead
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import PurposeNotAllowed
from hrss_kit.resources import load
from social_insurance.delegation import rules
from social_insurance.delegation.models import DelegatedCase
from social_insurance.delegation.rules import MACHINE
from social_insurance.delegation.schemas import (
    DelegatedCaseQuery,
    DelegatedCaseRead,
    MainCase,
    SupplementRead,
)
from social_insurance.injuries.models import InjuryDetermination
from social_insurance.life_certifications.models import LifeCertification

CLERK, HEAD = "cw.si", "supervisor.si"
HANDLERS: Final = (CLERK, HEAD, "partner")
ACKNOWLEDGE, ACCEPT, REPLY = "DELEGATED_ACK", "DELEGATED_ACCEPT", "DELEGATED_REPLY"
SUPPLEMENT, CLOSE = "DELEGATED_SUPPLEMENT", "DELEGATED_CLOSE"


def visible(caller: Principal) -> Select[DelegatedCase]:
    """A city's own cases, and those that were sent to it."""
    if caller.holds("auditor"):
        return select(DelegatedCase)
    return select(DelegatedCase).where(
        or_(
            DelegatedCase.owner_city == caller.city,
            and_(
                DelegatedCase.executing_city == caller.city,
                DelegatedCase.sent_on.is_not(None),
            ),
        )
    )


def turn_of(row: DelegatedCase, action: str) -> str:
    """Whose move an action is."""
    return row.owner_city if action in rules.OF_REQUESTER else row.executing_city


def may(caller: Principal, row: DelegatedCase, action: str) -> bool:
    """True for somebody of the city whose turn it is, in the right role."""
    roles = (HEAD,) if action in rules.OF_HEAD else HANDLERS
    if caller.city != turn_of(row, action) or not caller.holds(*roles):
        return False
    if action == "reopen":
        return row.reopened_count == 0
    if action == "decide-difference":
        return row.needs_supervisor and row.supervisor_decision is None
    return action != "receive"


def _told(
    caller: Principal, row: DelegatedCase, clocks: list[DeadlineRead], main: MainCase | None
) -> DelegatedCaseRead:
    due = [one.due_on for one in clocks if one.code == REPLY]
    is_shown = row.state not in rules.AT_WORK or caller.city == row.executing_city
    return resources.shown(
        DelegatedCaseRead,
        row,
        person=row.masked(),
        requesting_city=row.owner_city,
        main_case=main,
        due_on=due[-1] if due else None,
        supplements=[SupplementRead.model_validate(one) for one in row.supplements],
        # A draft of the answer is the executing city's own.
        reply=row.reply if is_shown else None,
        allowed_actions=MACHINE.allowed(row.state, lambda action: may(caller, row, action)),
        deadlines=clocks,
    )


async def main_cases(
    session: AsyncSession, refs: Sequence[str]
) -> dict[str, InjuryDetermination | LifeCertification]:
    """The main cases that this service keeps, by number."""
    found: dict[str, InjuryDetermination | LifeCertification] = {}
    for row in await session.scalars(
        select(InjuryDetermination).where(InjuryDetermination.biz_no.in_(refs))
    ):
        found[row.biz_no] = row
    for one in await session.scalars(
        select(LifeCertification).where(LifeCertification.biz_no.in_(refs))
    ):
        found[one.biz_no] = one
    return found


async def _many(
    session: AsyncSession, caller: Principal, rows: Sequence[DelegatedCase]
) -> list[DelegatedCaseRead]:
    mains = await main_cases(session, [row.main_case_ref for row in rows])
    clocks = await deadlines.of(
        session, [*(row.id for row in rows), *(main.id for main in mains.values())]
    )
    told = []
    for row in rows:
        main, beside = mains.get(row.main_case_ref), None
        if main is not None:
            is_injury = isinstance(main, InjuryDetermination)
            beside = MainCase(
                ref=main.biz_no,
                resource="injury-determinations" if is_injury else "life-certifications",
                state=main.state,
                deadlines=[one.model_dump(mode="json") for one in clocks[main.id]],
            )
        told.append(_told(caller, row, clocks[row.id], beside))
    return told


async def show(session: AsyncSession, caller: Principal, row: DelegatedCase) -> DelegatedCaseRead:
    """One case as the caller reads it."""
    await session.flush()  # the answer carries the new version
    exchange().note(person_refs=[row.person_ref], fields=["person", "questions", "reply"])
    return (await _many(session, caller, [row]))[0]


async def read(session: AsyncSession, caller: Principal, case_id: UUID) -> DelegatedCaseRead:
    """One case, for the purpose of its kind."""
    row = await load(session, visible(caller).where(DelegatedCase.id == case_id))
    if exchange().purpose not in (row.purpose_code, "AUDIT"):
        raise PurposeNotAllowed
    return await show(session, caller, row)


async def history(session: AsyncSession, caller: Principal, case_id: UUID) -> timeline.Timeline:
    """What happened to a case."""
    row = await load(session, visible(caller).where(DelegatedCase.id == case_id))
    return await timeline.of(session, row.id)


async def page(
    session: AsyncSession, caller: Principal, query: DelegatedCaseQuery
) -> Page[DelegatedCaseRead]:
    """A page of the cases of both cities that the purpose opens."""
    wanted = visible(caller)
    if exchange().purpose != "AUDIT":
        wanted = wanted.where(DelegatedCase.purpose_code == exchange().purpose)
    for name in ("kind", "state", "owner_city", "executing_city", "main_case_ref"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(DelegatedCase, name) == value)
    if query.needs_supervisor is not None:
        wanted = wanted.where(DelegatedCase.needs_supervisor == query.needs_supervisor)
    if query.is_overdue is not None:
        on_time = DelegatedCase.overdue_on.is_(None)
        wanted = wanted.where(~on_time if query.is_overdue else on_time)
    if query.sent_on_from:
        wanted = wanted.where(DelegatedCase.sent_on >= query.sent_on_from)
    if query.sent_on_to:
        wanted = wanted.where(DelegatedCase.sent_on <= query.sent_on_to)
    if query.q:
        wanted = wanted.where(DelegatedCase.biz_no.startswith(query.q, autoescape=True))
    sorts: dict[str, Any] = {"state": DelegatedCase.state}
    rows, cursor = await select_page(
        session, wanted, query, key=DelegatedCase.id, sorts=sorts, default="-created_at"
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=await _many(session, caller, rows), next_cursor=cursor)
