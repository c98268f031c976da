"""Comparisons and snapshots: taken of the standards in force on a day, and kept as they were."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.money import money_text
from hrss_kit.pagination import Page, page_of, select_page
from hrss_kit.policy import EVERY_CITY, PolicyParameter
from hrss_kit.problems import Conflict, NotYourCity
from social_insurance.convergence import rules
from social_insurance.convergence.models import (
    ConvergencePlan,
    ConvergenceSnapshot,
    PolicyComparison,
)
from social_insurance.convergence.rules import Tiers, Weights
from social_insurance.convergence.schemas import (
    Compare,
    ComputedQuery,
    ItemQuery,
    PolicyItem,
    SnapshotCreate,
)
from social_insurance.figures import figure
from social_insurance.resident_policy.models import DEMO, ResidentBasePension, ResidentTier
from social_insurance.resident_policy.service import holding

FORMULA_VERSION: Final = 1
Kind = TypeVar("Kind", PolicyComparison, ConvergenceSnapshot, ConvergencePlan)


class StandardMissing(Conflict):
    code = "STANDARD_MISSING"
    title_zh, title_en = "该日缺少某市的基础养老金标准", "A city has no base pension on that day"


# ── the standards of both cities on a day ───────────────────────────────────────────────────


async def freeze(session: AsyncSession, on: date) -> dict[str, Any]:
    """What was in force on a day in each city, with the source of every figure."""
    cities: dict[str, Any] = {
        city: {"base_pension": None, "tiers": []} for city in sorted(ACTIVE_CITIES)
    }
    bases = select(ResidentBasePension).where(*holding(ResidentBasePension, on))
    for base in await session.scalars(bases):
        if base.owner_city in cities:
            cities[base.owner_city]["base_pension"] = {
                "amount": money_text(base.amount),
                "effective_from": base.effective_from.isoformat(),
                "source": base.source,
            }
    tiers = select(ResidentTier).where(*holding(ResidentTier, on)).order_by(ResidentTier.tier)
    for tier in await session.scalars(tiers):
        if tier.owner_city in cities:
            cities[tier.owner_city]["tiers"].append(
                {
                    "tier": money_text(tier.tier),
                    "subsidy": money_text(tier.subsidy),
                    "source": tier.source,
                }
            )
    return {"as_of": on.isoformat(), "cities": cities}


def hashed(inputs: dict[str, Any]) -> str:
    """The hash of inputs, whatever order their keys came in."""
    plain = json.dumps(inputs, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def source_of(*inputs: dict[str, Any]) -> str:
    """DEMO as soon as one figure is invented; else the sources, each once."""
    found: dict[str, None] = {}
    for one in inputs:
        for city in one["cities"].values():
            if city["base_pension"]:
                found[city["base_pension"]["source"]] = None
            found |= dict.fromkeys(tier["source"] for tier in city["tiers"])
    return DEMO if DEMO in found else "; ".join(found)[:1000]


def tiers_of(inputs: dict[str, Any], city: str) -> Tiers:
    """The tiers of a city in frozen inputs."""
    rows = inputs["cities"][city]["tiers"]
    return {Decimal(row["tier"]): Decimal(row["subsidy"]) for row in rows}


def base_of(inputs: dict[str, Any], city: str) -> Decimal:
    """The base pension of a city in frozen inputs; 409 when nobody has loaded it."""
    found = inputs["cities"][city]["base_pension"]
    if found is None:
        raise StandardMissing(city=city, as_of=inputs["as_of"])
    return Decimal(found["amount"])


async def weights_on(session: AsyncSession, on: date) -> Weights:
    """The weights of the index on a day."""
    table = await figure(session, "si.convergence_weights", on=on)
    return Weights(**{name: Decimal(str(value)) for name, value in table.items()})


def converged(inputs: dict[str, Any], weights: Weights) -> rules.Convergence:
    """C-9 of frozen inputs."""
    one, two = inputs["cities"]
    return rules.convergence(
        (base_of(inputs, one), base_of(inputs, two)),
        (tiers_of(inputs, one), tiers_of(inputs, two)),
        weights,
    )


# ── comparisons ─────────────────────────────────────────────────────────────────────────────


async def compare(session: AsyncSession, caller: Principal, wish: Compare) -> PolicyComparison:
    """What differs between the cities on a day."""
    on = wish.as_of or clock.today()
    inputs = await freeze(session, on)
    inputs["parameters"] = await _own_parameters(session, on)
    return await keep(
        session,
        caller,
        PolicyComparison(as_of=on, source=source_of(inputs), result=_differing(inputs)),
        inputs,
    )


def _differing(inputs: dict[str, Any]) -> dict[str, Any]:
    one, two = inputs["cities"]
    here, there = tiers_of(inputs, one), tiers_of(inputs, two)
    only_here, only_there, differing = rules.differences(here, there)
    bases = {
        city: found["base_pension"]["amount"] if found["base_pension"] else None
        for city, found in inputs["cities"].items()
    }
    amounts = [Decimal(amount) for amount in bases.values() if amount is not None]
    return {
        "base_pensions": bases,
        "gap": money_text(max(amounts) - min(amounts)) if len(amounts) == len(bases) else None,
        "tiers_only_in": [
            {"city": city, "tiers": [money_text(tier) for tier in tiers]}
            for city, tiers in ((one, only_here), (two, only_there))
        ],
        "subsidies_differ": [
            {
                "tier": money_text(tier),
                "subsidies": {one: money_text(here[tier]), two: money_text(there[tier])},
                "difference": money_text(abs(here[tier] - there[tier])),
            }
            for tier in differing
        ],
        "parameters_differ": [
            {"key": key, "values": values}
            for key, values in inputs["parameters"].items()
            if len({json.dumps(value, sort_keys=True) for value in values.values()}) > 1
        ],
    }


async def _own_parameters(session: AsyncSession, on: date) -> dict[str, dict[str, Any]]:
    """Parameters of social insurance for which a city has a row of its own."""
    rows = await _parameters(session, on)
    keys = sorted({row.key for row in rows if row.city != EVERY_CITY})
    common = {row.key: row.value for row in rows if row.city == EVERY_CITY}
    own = {(row.key, row.city): row.value for row in rows}
    return {
        key: {city: own.get((key, city), common.get(key)) for city in sorted(ACTIVE_CITIES)}
        for key in keys
    }


async def _parameters(session: AsyncSession, on: date) -> Sequence[PolicyParameter]:
    until = PolicyParameter.effective_to
    rows = await session.scalars(
        select(PolicyParameter)
        .where(PolicyParameter.key.startswith("si."), PolicyParameter.status == "ACTIVE")
        .where(PolicyParameter.effective_from <= on, (until.is_(None)) | (until > on))
        .order_by(PolicyParameter.key, PolicyParameter.city)
    )
    return rows.all()


async def items(session: AsyncSession, query: ItemQuery) -> Page[PolicyItem]:
    """Every rule and figure of social insurance in force in a city on a day."""
    on = query.as_of or clock.today()
    cities = [query.city] if query.city else sorted(ACTIVE_CITIES)
    tiers = await session.scalars(select(ResidentTier).where(*holding(ResidentTier, on)))
    bases = await session.scalars(
        select(ResidentBasePension).where(*holding(ResidentBasePension, on))
    )
    found = [_item(row) for row in (*tiers, *bases) if row.owner_city in cities]
    parameters = await _parameters(session, on)
    for city in cities:
        own = {row.key for row in parameters if row.city == city}
        found += [
            _parameter(row, city)
            for row in parameters
            if row.city == city or (row.city == EVERY_CITY and row.key not in own)
        ]
    rows_, cursor = page_of(found, query, key="key", words=("name", "source"))
    return Page(items=rows_, next_cursor=cursor)


def _item(row: ResidentTier | ResidentBasePension) -> PolicyItem:
    shared: dict[str, Any] = {
        "city": row.owner_city,
        "unit": "yuan",
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "source": row.source,
        "confidence": None,
    }
    if isinstance(row, ResidentTier):
        tier = money_text(row.tier)
        value: Any = {"tier": tier, "subsidy": money_text(row.subsidy)}
        key = f"{row.owner_city}:RESIDENT_TIER:{row.tier:014.2f}"
        return PolicyItem(key=key, item="RESIDENT_TIER", name=tier, value=value, **shared)
    key, value = f"{row.owner_city}:RESIDENT_BASE_PENSION", money_text(row.amount)
    name = "基础养老金标准"
    return PolicyItem(key=key, item="RESIDENT_BASE_PENSION", name=name, value=value, **shared)


def _parameter(row: PolicyParameter, city: str) -> PolicyItem:
    return PolicyItem(
        key=f"{city}:PARAMETER:{row.key}",
        city=city,
        item="PARAMETER",
        name=row.key,
        value=row.value,
        unit=row.unit,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source_doc,
        confidence=row.confidence,
    )


# ── snapshots ───────────────────────────────────────────────────────────────────────────────


async def take(
    session: AsyncSession, caller: Principal, wish: SnapshotCreate
) -> ConvergenceSnapshot:
    """Gap, index and trend on a day, with everything they were computed from."""
    on = wish.as_of or clock.today()
    weights = await weights_on(session, on)
    inputs = await freeze(session, on)
    found = converged(inputs, weights)
    row = ConvergenceSnapshot(
        as_of=on,
        compared_to=wish.compared_to,
        gap=found.gap,
        ratio=rules.four(found.ratio),
        tier_alignment=rules.four(found.alignment),
        subsidy_gap=rules.four(found.subsidy_gap),
        convergence_index=rules.four(found.index),
        source=source_of(inputs),
    )
    inputs["weights"] = {name: str(getattr(weights, name)) for name in weights.__slots__}
    if wish.compared_to is not None:
        before = await freeze(session, wish.compared_to)
        gap = converged(before, weights).gap
        pace = rules.trend((wish.compared_to, gap), (on, found.gap))
        row.gap_closed, row.months_between = pace.closed, pace.months
        row.months_to_parity = pace.months_to_parity
        inputs["compared_to"] = before
        row.source = source_of(inputs, before)
    return await keep(session, caller, row, inputs)


# ── what all three do ───────────────────────────────────────────────────────────────────────


async def keep(session: AsyncSession, caller: Principal, row: Kind, inputs: dict[str, Any]) -> Kind:
    """Writes what was computed with its inputs, once and for all."""
    if caller.city is None:
        raise NotYourCity
    row.biz_no = await numbering.next_number(session, "SI", caller.city, clock.today())
    row.owner_city, row.formula_version = caller.city, FORMULA_VERSION
    row.inputs, row.inputs_hash = inputs, hashed(inputs)
    session.add(row)
    await session.flush()  # the answer carries its version
    timeline.add(session, row.id, "compute", caller=caller)
    return row


def visible(model: type[Kind]) -> Select[Kind]:
    """Both cities read what either has computed: no person is in it."""
    return select(model)


async def find(session: AsyncSession, model: type[Kind], row_id: UUID) -> Kind:
    """One of them."""
    return await resources.load(session, visible(model).where(model.id == row_id))


async def history(session: AsyncSession, model: type[Kind], row_id: UUID) -> timeline.Timeline:
    """When it was computed, and by whom."""
    return await timeline.of(session, (await find(session, model, row_id)).id)


async def page(
    session: AsyncSession, model: type[Kind], query: ComputedQuery
) -> tuple[list[Kind], str | None]:
    """A page of them, the newest first."""
    wanted = visible(model)
    if query.owner_city:
        wanted = wanted.where(model.owner_city == query.owner_city)
    if query.as_of:
        wanted = wanted.where(model.as_of == query.as_of)
    if query.as_of_from:
        wanted = wanted.where(model.as_of >= query.as_of_from)
    if query.as_of_to:
        wanted = wanted.where(model.as_of <= query.as_of_to)
    if query.q:
        wanted = wanted.where(model.biz_no.startswith(query.q, autoescape=True))
    return await select_page(
        session,
        wanted,
        query,
        key=model.id,
        sorts={"as_of": model.as_of},
        default="-created_at",
    )
