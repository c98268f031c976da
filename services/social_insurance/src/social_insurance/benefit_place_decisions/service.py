"""What can be done about benefit places. Each function runs in the caller's transaction."""

from typing import get_args
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, policy, resources, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, NotYourCity
from social_insurance.benefit_place_decisions import rules
from social_insurance.benefit_place_decisions.models import BenefitPlaceDecision
from social_insurance.benefit_place_decisions.schemas import (
    DecisionCreate,
    DecisionQuery,
    DecisionRead,
    Found,
)
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.problems import IdentityConflict


class NoRelation(Conflict):
    code = "NOT_INSURED"
    title_zh, title_en = "没有养老保险关系", "There is no pension relation to go by"


def visible(caller: Principal) -> Select[BenefitPlaceDecision]:
    """A city's own decisions, and those that make it pay; auditors see all."""
    wanted = select(BenefitPlaceDecision)
    if caller.holds("auditor"):
        return wanted
    own = BenefitPlaceDecision.owner_city == caller.city
    return wanted.where(own | (BenefitPlaceDecision.benefit_city == caller.city))


async def decide(session: AsyncSession, caller: Principal, new: DecisionCreate) -> DecisionRead:
    """Finds the place by the rule in force; the other reading stands beside it."""
    if caller.city is None:
        raise NotYourCity
    id_hash = sealing.blind(new.person.doc_no)
    exchange().note(person_refs=[sealing.person_ref(id_hash)])
    names = await session.scalars(
        select(Participation.person_name).where(Participation.id_hash == id_hash)
    )
    if any(name != new.person.name for name in names):
        raise IdentityConflict
    if new.places is not None:
        held = [
            rules.Relation(one.city, one.months, one.relation_kind == "TEMP") for one in new.places
        ]
    else:
        held = await _relations(session, id_hash)
    if not held:
        raise NoRelation
    today = clock.today()
    least = int(await policy.get(session, "si.benefit_place_min_months", on=today))
    rule = await policy.get(session, "si.intra_province_benefit_place_rule", on=today)
    found = {
        name: rules.benefit_place(new.hukou_city, held, least, name)
        for name in get_args(rules.Rule)
    }
    row = BenefitPlaceDecision(
        biz_no=await numbering.next_number(session, "SI", caller.city, today),
        owner_city=caller.city,
        hukou_city=new.hukou_city,
        benefit_city=found[rule].city,
        rule=rule,
        rule_no=found[rule].rule_no,
        places=[
            {"city": one.city, "months": one.months, "is_temporary": one.is_temporary}
            for one in held
        ],
        compared={
            name: {
                "city": one.city,
                "rule_no": one.rule_no,
                "external": one.city not in ACTIVE_CITIES,
            }
            for name, one in found.items()
        },
        decided_on=today,
    )
    row.take_person(new.person)
    session.add(row)
    await session.flush()  # its id is the subject of its history
    timeline.add(session, row.id, "decide", caller=caller)
    return shown(row)


async def _relations(session: AsyncSession, id_hash: bytes) -> list[rules.Relation]:
    """The employees' relations in the order they were built, deemed months included."""
    months = (
        select(func.count())
        .where(ContributionMonth.participation_id == Participation.id, ContributionMonth.paid)
        .where(~ContributionMonth.overlap)
        .scalar_subquery()
    )
    found = await session.execute(
        select(
            Participation.city,
            months + Participation.deemed_months,
            Participation.relation_kind == "TEMP",
        )
        .where(Participation.id_hash == id_hash, Participation.scheme.in_(("EMP", "INST")))
        .order_by(Participation.from_month, Participation.id)
    )
    return [rules.Relation(city, count, temporary) for city, count, temporary in found]


async def find(session: AsyncSession, caller: Principal, decision_id: UUID) -> DecisionRead:
    """One decision."""
    found = visible(caller).where(BenefitPlaceDecision.id == decision_id)
    row = await resources.load(session, found)
    exchange().note(person_refs=[row.person_ref], fields=["person", "places"])
    return shown(row)


async def search(
    session: AsyncSession, caller: Principal, query: DecisionQuery
) -> Page[DecisionRead]:
    """A page of decisions."""
    wanted = visible(caller)
    if query.benefit_city is not None:
        wanted = wanted.where(BenefitPlaceDecision.benefit_city == query.benefit_city)
    rows, cursor = await select_page(
        session, wanted, query, key=BenefitPlaceDecision.id,
        sorts={"created_at": BenefitPlaceDecision.created_at}, default="-created_at",
    )  # fmt: skip
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person", "places"])
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, decision_id: UUID) -> timeline.Timeline:
    """What happened to a decision."""
    found = visible(caller).where(BenefitPlaceDecision.id == decision_id)
    return await timeline.of(session, (await resources.load(session, found)).id)


def shown(row: BenefitPlaceDecision) -> DecisionRead:
    """A decision as a reply."""
    return resources.shown(
        DecisionRead,
        row,
        person=row.masked(),
        external=row.benefit_city not in ACTIVE_CITIES,
        compared={name: Found.model_validate(one) for name, one in row.compared.items()},
    )
