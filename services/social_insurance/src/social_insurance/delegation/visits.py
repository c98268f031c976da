"""Who is overdue and lives in the other city: a visit there is prepared by itself (J-4)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.persons import PersonIn
from social_insurance.delegation import asking, rules
from social_insurance.delegation.models import DelegatedCase
from social_insurance.delegation.schemas import DelegatedCaseCreate
from social_insurance.life_certifications.models import LifeCertification
from social_insurance.life_certifications.rules import OVERDUE, SUSPENDED

LIFE = "LIFE"
QUESTION = "该人员是否健在？请注明核实日期与方式。"
MAKER = "system"


async def propose(session: AsyncSession) -> int:
    """Timer: drafts a LIFE case; a caseworker checks and sends it."""
    known = select(DelegatedCase.id).where(
        DelegatedCase.main_case_ref == LifeCertification.biz_no,
        DelegatedCase.kind == LIFE,
        DelegatedCase.state.in_(rules.OPEN),
    )
    wanted = (
        select(LifeCertification)
        .where(LifeCertification.state.in_((OVERDUE, SUSPENDED)))
        .where(LifeCertification.residence_city != LifeCertification.owner_city)
        .where(LifeCertification.visit_proposed_on.is_(None), ~known.exists())
        .order_by(LifeCertification.id)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.scalars(wanted)).all()
    for row in rows:
        person = PersonIn(name=row.person_name, doc_type=row.doc_type, doc_no=row.doc_no)
        new = DelegatedCaseCreate(
            kind=LIFE,
            main_case_ref=row.biz_no,
            executing_city=row.residence_city,
            person=person,
            questions=[QUESTION],
            evidence_asked=[],
            form={},
        )
        await asking.prepare(session, row.owner_city, new, made_by=MAKER, caller=None)
        row.visit_proposed_on = row.due_on
    return len(rows)
