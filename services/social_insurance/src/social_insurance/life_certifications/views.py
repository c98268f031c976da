"""Who sees a certification: the city that pays, and the one where the person lives."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.resources import RevealReply, RevealRequest, load
from social_insurance.life_certifications import rules
from social_insurance.life_certifications.models import (
    BenefitHold,
    LifeCertification,
    LifeCheck,
    Overpayment,
    OverpaymentInstalment,
)
from social_insurance.life_certifications.rules import MACHINE
from social_insurance.life_certifications.schemas import (
    CheckRead,
    HoldRead,
    InstalmentRead,
    LifeCertificationQuery,
    LifeCertificationRead,
    OverpaymentRead,
)

CLERK, HEAD, COUNTER = "cw.si", "supervisor.si", "window"
ROLES = {
    "certify": (CLERK, HEAD, COUNTER, "partner"),
    "report-death": (CLERK, HEAD, COUNTER, "partner"),
    "stop": (HEAD,),
    "plan-recovery": (CLERK, HEAD),
    "record-repayment": (CLERK, HEAD),
}


def visible(caller: Principal) -> Select[LifeCertification]:
    """The certifications that a caller may know of."""
    if caller.holds("auditor"):
        return select(LifeCertification)
    return select(LifeCertification).where(
        or_(
            LifeCertification.owner_city == caller.city,
            LifeCertification.residence_city == caller.city,
        )
    )


def may(caller: Principal, row: LifeCertification, action: str) -> bool:
    """What this caller may do; elsewhere a counter may take a certification."""
    if caller.city == row.owner_city:
        return caller.holds(*ROLES[action])
    return action == "certify" and caller.city == row.residence_city and caller.holds(COUNTER)


async def show(
    session: AsyncSession, caller: Principal, rows: Sequence[LifeCertification]
) -> list[LifeCertificationRead]:
    """Certifications as the caller reads them; amounts only to the city that pays."""
    await session.flush()  # what was found out in this transaction is part of the answer
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    ids = [row.id for row in rows]
    checks: dict[UUID, list[LifeCheck]] = defaultdict(list)
    found = select(LifeCheck).where(LifeCheck.certification_id.in_(ids)).order_by(LifeCheck.id)
    for check in await session.scalars(found):
        checks[check.certification_id].append(check)
    holds: dict[UUID, list[HoldRead]] = defaultdict(list)
    held = select(BenefitHold).where(BenefitHold.certification_id.in_(ids))
    for one in await session.scalars(held.order_by(BenefitHold.from_month)):
        holds[one.certification_id].append(HoldRead.model_validate(one))
    overpaid = await _overpayments(session, ids)
    told = []
    for row in rows:
        is_own = caller.city == row.owner_city
        cycle = [one.method for one in checks[row.id] if one.checked_on > row.last_ok_on]
        told.append(
            resources.shown(
                LifeCertificationRead,
                row,
                person=row.masked(),
                monthly_amount=row.monthly_amount if is_own else None,
                next_step=rules.next_step(cycle),
                checks=[CheckRead.model_validate(one) for one in checks[row.id]],
                holds=holds[row.id] if is_own else [],
                overpayment=overpaid.get(row.id) if is_own else None,
                allowed_actions=MACHINE.allowed(row.state, partial(may, caller, row)),
                deadlines=[],
            )
        )
    return told


async def _overpayments(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, OverpaymentRead]:
    rows = (
        await session.scalars(select(Overpayment).where(Overpayment.certification_id.in_(ids)))
    ).all()
    parts: dict[UUID, list[InstalmentRead]] = defaultdict(list)
    found = select(OverpaymentInstalment).where(
        OverpaymentInstalment.overpayment_id.in_([row.id for row in rows])
    )
    for one in await session.scalars(found.order_by(OverpaymentInstalment.month)):
        parts[one.overpayment_id].append(InstalmentRead.model_validate(one))
    return {
        row.certification_id: resources.shown(OverpaymentRead, row, instalments=parts[row.id])
        for row in rows
    }


async def read(session: AsyncSession, caller: Principal, row_id: UUID) -> LifeCertificationRead:
    """One certification."""
    row = await load(session, visible(caller).where(LifeCertification.id == row_id))
    return (await show(session, caller, [row]))[0]


async def history(session: AsyncSession, caller: Principal, row_id: UUID) -> timeline.Timeline:
    """What happened to a certification."""
    row = await load(session, visible(caller).where(LifeCertification.id == row_id))
    return await timeline.of(session, row.id)


async def reveal(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full."""
    row = await load(session, visible(caller).where(LifeCertification.id == row_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


async def page(
    session: AsyncSession, caller: Principal, query: LifeCertificationQuery
) -> Page[LifeCertificationRead]:
    """A page of certifications; sorted by `due_on` it is the list of who is due."""
    wanted = visible(caller)
    for name in ("state", "benefit", "owner_city", "residence_city", "is_end_reported"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(LifeCertification, name) == value)
    if query.due_on_from:
        wanted = wanted.where(LifeCertification.due_on >= query.due_on_from)
    if query.due_on_to:
        wanted = wanted.where(LifeCertification.due_on <= query.due_on_to)
    if query.q:
        wanted = wanted.where(LifeCertification.biz_no.startswith(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=LifeCertification.id,
        sorts={"due_on": LifeCertification.due_on},
        default="-created_at",
    )
    return Page(items=await show(session, caller, rows), next_cursor=cursor)
