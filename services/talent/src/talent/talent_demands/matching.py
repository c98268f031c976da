"""Finding what may answer a demand: resources of both cities, and persons who are available."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy
from hrss_kit.auth import Principal
from talent.awards import models as award_models
from talent.awards.models import Award
from talent.casework import hold, move, new_number
from talent.programmes.models import Category
from talent.science_resources import models as resource_models
from talent.science_resources.models import ScienceResource
from talent.talent_demands import rules
from talent.talent_demands.models import DemandMatch, TalentDemand
from talent.talent_demands.rules import DEMAND, Offered, Wanted
from talent.talent_demands.schemas import MatchReply, MatchRequest
from talent.talent_demands.service import one, shown_match
from talent.talents.models import SHARING, Talent

MOST_LOOKED_AT = 5000


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who or what may answer, without a name."""

    city: str
    offered: Offered
    resource_id: UUID | None = None
    talent_id: UUID | None = None


async def match(session: AsyncSession, caller: Principal, wish: MatchRequest) -> MatchReply:
    """Scores what shares a field with the demand and keeps the best as suggestions."""
    demand, _ = await hold(session, caller, one(caller, wish.demand_id), "match", DEMAND)
    today = clock.today()
    candidates: list[Candidate] = []
    if wish.kind != "PERSON":
        candidates += await _resources(session, demand)
    if wish.kind != "RESOURCE":
        candidates += await _persons(session, demand)
    given = await policy.get(session, "talent.demand_weights", on=today)
    weights = {name: Decimal(weight) for name, weight in given.items()}
    years = int(await policy.get(session, "talent.demand_recent_years", on=today))
    wanted = Wanted(demand.fields, demand.ladder, demand.modes)
    scored = []
    for candidate in candidates:
        found = rules.reasons(
            wanted, candidate.offered, weights=weights, recent_years=years, today=today
        )
        scored.append((rules.score(found), candidate, found))
    scored.sort(key=lambda one: (-one[0], str(one[1].resource_id or one[1].talent_id)))
    rows = await _keep(session, demand, scored[: wish.limit])
    if demand.state == rules.PUBLISHED:
        move(session, caller, demand, "match", rules.MATCHING)
    await session.flush()
    return MatchReply(demand_id=demand.id, items=[shown_match(caller, row) for row in rows])


async def _resources(session: AsyncSession, demand: TalentDemand) -> list[Candidate]:
    rows = await session.scalars(
        select(ScienceResource)
        .where(ScienceResource.state == resource_models.ACTIVE)
        .where(ScienceResource.fields.overlap(demand.fields))
        .limit(MOST_LOOKED_AT)
    )
    return [
        Candidate(
            row.owner_city,
            Offered(row.fields, row.ladder, row.modes, row.last_outcome_on),
            resource_id=row.id,
        )
        for row in rows
    ]


async def _persons(session: AsyncSession, demand: TalentDemand) -> list[Candidate]:
    """Available persons of one's own city, and of the other those who consent to be shared."""
    rows = (
        await session.scalars(
            select(Talent)
            .where(Talent.availability != "NONE", Talent.fields.overlap(demand.fields))
            .where(or_(Talent.owner_city == demand.owner_city, Talent.consents.contains([SHARING])))
            .limit(MOST_LOOKED_AT)
        )
    ).all()
    standing = await session.execute(
        select(Award.id_hash, func.min(Category.ladder_level), func.max(Award.awarded_on))
        .join(Category, Category.id == Award.category_id)
        .where(Award.state == award_models.VALID)
        .where(Award.id_hash.in_([row.id_hash for row in rows]))
        .group_by(Award.id_hash)
    )
    known: dict[bytes, tuple[str, date]] = {line[0]: (line[1], line[2]) for line in standing}
    made = []
    for row in rows:
        ladder, last = known.get(row.id_hash, (None, None))
        offered = Offered(row.fields, ladder, [row.availability], last)
        made.append(Candidate(row.owner_city, offered, talent_id=row.id))
    return made


async def _keep(
    session: AsyncSession,
    demand: TalentDemand,
    scored: Sequence[tuple[Decimal, Candidate, list[rules.Reason]]],
) -> list[DemandMatch]:
    """Keeps suggestions; one that is under way already keeps its state."""
    known = {
        row.resource_id or row.talent_id: row
        for row in await session.scalars(
            select(DemandMatch).where(DemandMatch.demand_id == demand.id)
        )
    }
    rows = []
    for points, candidate, found in scored:
        row = known.get(candidate.resource_id or candidate.talent_id)
        if row is None:
            row = DemandMatch(
                biz_no=await new_number(session, demand.owner_city),
                owner_city=demand.owner_city,
                state=rules.SUGGESTED,
                demand_id=demand.id,
                resource_id=candidate.resource_id,
                talent_id=candidate.talent_id,
                candidate_city=candidate.city,
            )
            session.add(row)
        row.score = points
        row.reasons = [
            {
                "factor": one.factor,
                "weight": float(one.weight),
                "met": float(round(one.met, 4)),
                "points": float(round(one.points, 2)),
                "found": list(one.found),
            }
            for one in found
        ]
        rows.append(row)
    await session.flush()
    return rows
