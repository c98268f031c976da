"""Who sees a transfer, and how much of it; who may do what with it."""

from typing import Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import deadlines, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.money import money_text
from hrss_kit.pagination import Page, select_page
from hrss_kit.resources import RevealReply, RevealRequest, load
from social_insurance.transfer_cases import rules
from social_insurance.transfer_cases.models import TransferCase
from social_insurance.transfer_cases.schemas import AmountsRead, TransferQuery, TransferRead

CLERK: Final = ("cw.si", "partner")
HEAD: Final = "supervisor.si"
TO, FROM, EITHER = "TO", "FROM", "EITHER"
#: Which side acts, and which of its roles.
ACTORS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "request-supplement": (TO, CLERK),
    "supplement": (EITHER, (*CLERK, "window")),
    "reject": (TO, CLERK),
    "send-letter": (TO, CLERK),
    "return": (FROM, CLERK),
    "send-out": (FROM, CLERK),
    "complete": (TO, (*CLERK, HEAD)),
    "withdraw": (EITHER, (*CLERK, "window")),
    "dispute": (EITHER, (*CLERK, HEAD)),
    "resolve-dispute": (EITHER, (HEAD, "province")),
}


def visible(caller: Principal) -> Select[TransferCase]:
    """Both cities of a transfer see it; auditor, province and the suite's services see all."""
    wanted = select(TransferCase)
    if caller.holds("auditor", "province", "service"):
        return wanted
    return wanted.where(
        or_(TransferCase.from_city == caller.city, TransferCase.to_city == caller.city)
    )


def acting_city(case: TransferCase, side: str) -> str:
    """Whose desk acts for a side: a place outside is spoken for by the city that keeps the case."""
    city = case.to_city if side == TO else case.from_city
    return city if city in ACTIVE_CITIES else case.owner_city


def is_of_side(caller: Principal, case: TransferCase, side: str) -> bool:
    """True when the caller's city acts for that side."""
    if caller.holds("province"):
        return True
    sides = (TO, FROM) if side == EITHER else (side,)
    return caller.city in {acting_city(case, one) for one in sides}


async def read(session: AsyncSession, caller: Principal, case_id: UUID) -> TransferRead:
    """One transfer."""
    case = await load(session, visible(caller).where(TransferCase.id == case_id))
    exchange().note(person_refs=[case.person_ref], fields=["person", "amounts"])
    return await show(session, caller, case)


async def history(session: AsyncSession, caller: Principal, case_id: UUID) -> timeline.Timeline:
    """What happened to a transfer."""
    case = await load(session, visible(caller).where(TransferCase.id == case_id))
    return await timeline.of(session, case.id)


async def reveal(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full, to the two cities."""
    case = await load(session, visible(caller).where(TransferCase.id == case_id))
    exchange().note(subject=case.biz_no, person_refs=[case.person_ref])
    values = {"name": case.person_name, "doc_no": case.doc_no, "mobile": case.mobile}
    return resources.reveal(caller, case.id, wish, values)


async def page(
    session: AsyncSession, caller: Principal, query: TransferQuery
) -> Page[TransferRead]:
    """A page of the transfers that concern the caller's city."""
    wanted = visible(caller)
    for name in ("state", "kind", "from_city", "to_city"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(TransferCase, name) == value)
    if query.flag is not None:
        wanted = wanted.where(TransferCase.flags.contains([query.flag]))
    if query.applied_on_from is not None:
        wanted = wanted.where(TransferCase.applied_on >= query.applied_on_from)
    if query.applied_on_to is not None:
        wanted = wanted.where(TransferCase.applied_on <= query.applied_on_to)
    if query.q:
        wanted = wanted.where(TransferCase.biz_no == query.q)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=TransferCase.id,
        sorts={"created_at": TransferCase.created_at, "applied_on": TransferCase.applied_on},
        default="-created_at",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person", "amounts"])
    clocks = await deadlines.of(session, [row.id for row in rows])
    return Page(items=[_shown(caller, row, clocks[row.id]) for row in rows], next_cursor=cursor)


async def show(session: AsyncSession, caller: Principal, case: TransferCase) -> TransferRead:
    """One transfer as the caller reads it."""
    await session.flush()  # the answer carries the new version
    return _shown(caller, case, (await deadlines.of(session, [case.id]))[case.id])


def may(caller: Principal, case: TransferCase, action: str) -> bool:
    """True when this caller may do that, as far as role and city go."""
    side, roles = ACTORS[action]
    if not caller.holds(*roles) or not is_of_side(caller, case, side):
        return False
    return action != "complete" or caller.actor not in case.makers


def allowed(case: TransferCase) -> list[str]:
    """What the state allows anybody."""
    actions = rules.MACHINE.allowed(case.state)
    if rules.can_complete(case.state, case.kind, case.steps) and "complete" not in actions:
        actions.append("complete")
    return actions


def _shown(
    caller: Principal, case: TransferCase, clocks: list[deadlines.DeadlineRead]
) -> TransferRead:
    sees_amounts = caller.city in (case.from_city, case.to_city) and caller.holds(*CLERK, HEAD)
    return resources.shown(
        TransferRead,
        case,
        person=case.masked(),
        amounts=_amounts(case) if sees_amounts else None,
        allowed_actions=[one for one in allowed(case) if may(caller, case, one)],
        deadlines=clocks,
    )


def _amounts(case: TransferCase) -> AmountsRead | None:
    account, pool, moved = (case.amount(name) for name in ("account", "pool", "moved"))
    if account is None or pool is None or moved is None:
        return None
    return AmountsRead(
        account=money_text(account),
        account_source=case.account_source,
        pool=money_text(pool),
        total=money_text(account + pool),
        moved=money_text(moved),
        received=case.received,
        is_reference=moved == 0 and account + pool > 0,
    )
