"""The best of a million without looking at a million, and the same that a full scan would find.

Rows fall into cells by what the index knows: how far the occupation agrees, how near the place is,
whether any required skill is there. A cell has a bound that no row in it can beat. Cells are read
from the best bound down, and no further once the rows in hand are better than the next bound.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from employment import keys
from employment.matching.rules import (
    OCCUPATION,
    ONE_RANK_BELOW,
    OTHER_CITY,
    SAME_CITY,
    SAME_DISTRICT,
    Figures,
    Job,
    Seeker,
)

#: Where a float may be on either side of a half, the exact value decides.
DOUBT = "1e-6"
NOTHING = Fraction(0)
#: How much of an occupation code agrees in one that is kindred.
KINDRED = 7


@dataclass(frozen=True, slots=True)
class Side:
    """What is looked through, and how its rows are scored, as SQL."""

    table: str
    key: str
    keys_column: str
    newest: str
    boost: str
    # Whether the caller may see a row; then what makes a pair impossible, whatever its score.
    filters: tuple[str, ...]
    skills_met: str
    skills_asked: str
    edu: str
    pay: tuple[str, str]
    exp: tuple[str, str]


#: Scores are compared as whole hundredths of a point out of a hundred.
SCALE: Final = 100 * 100


@dataclass(frozen=True, slots=True)
class Cell:
    """Some of the rows: what their keys hold and do not hold, and the most they can score."""

    bound: int
    base: int | str
    where: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A row in hand: its id and what it is ordered by."""

    id: Any
    hundredths: int
    boosted: bool
    newest: Any


def cells(
    column: str,
    occupations: Sequence[str],
    districts: Sequence[str],
    cities: Sequence[str],
    skills: Sequence[str],
    figures: Figures,
    *,
    skill_is_split: bool,
) -> list[Cell]:
    """Every cell, the best bound first; together they hold every row exactly once."""
    weight = {name: Fraction(one) * SCALE for name, one in figures.weights.items()}
    rest = weight["edu"] + weight["pay"] + weight["exp"]
    found = []
    by_skill = (True, False) if skill_is_split else (None,)
    for occ, where, has_skill in product(
        _occupations(occupations), _places(districts, cities), by_skill
    ):
        holds, lacks = [*occ[1], *where[1]], [*occ[2], *where[2]]
        values: dict[str, Any] = {}
        conditions = []
        for group in holds:
            values[f"h{len(values)}"] = list(group)
            conditions.append(f"{column} && CAST(:h{len(values) - 1} AS varchar[])")
        if has_skill is True:
            values["skill_keys"] = list(skills)
            conditions.append(f"{column} && CAST(:skill_keys AS varchar[])")
        elif has_skill is False:
            values["skill_keys"] = list(skills)
            conditions.append(f"NOT {column} && CAST(:skill_keys AS varchar[])")
        if lacks:
            values["lacks"] = sorted({key for group in lacks for key in group})
            conditions.append(f"NOT {column} && CAST(:lacks AS varchar[])")
        base = weight["occ"] * occ[0] + weight["place"] * where[0]
        best = base + rest + (NOTHING if has_skill is False else weight["skill"])
        found.append(Cell(_ceiling(best), int(base), " AND ".join(conditions) or "TRUE", values))
    return sorted(found, key=lambda one: -one.bound)


Level = tuple[Fraction, list[Sequence[str]], list[Sequence[str]]]


def _occupations(occupations: Sequence[str]) -> Iterator[Level]:
    better: list[Sequence[str]] = []
    for length, worth in OCCUPATION:
        here = sorted({keys.occupation_key(code, length) for code in occupations})
        yield worth, [here], list(better)
        better.append(here)
    yield NOTHING, [], better


def _places(districts: Sequence[str], cities: Sequence[str]) -> Iterator[Level]:
    near = [f"d:{one}" for one in sorted(districts)]
    around = [f"c:{one}" for one in sorted(cities)]
    if near:
        yield SAME_DISTRICT, [near], []
    yield SAME_CITY, [around], [near] if near else []
    yield OTHER_CITY, [], [near, around] if near else [around]


def _ceiling(value: Fraction) -> int:
    return -((-value.numerator) // value.denominator)


async def best(
    session: AsyncSession,
    side: Side,
    ordered: Sequence[Cell],
    figures: Figures,
    values: Mapping[str, Any],
    limit: int,
) -> list[Found]:
    """The `limit` best rows of all cells, in the order of their rank."""
    found: list[Found] = []
    for cell in ordered:
        if len(found) >= limit and found[limit - 1].hundredths > cell.bound:
            break
        statement = text(_statement(side, cell, figures))
        rows = await session.execute(statement, {**values, **cell.values, "limit": limit})
        found += [Found(one.id, int(one.total), one.boosted, one.newest) for one in rows]
        found.sort(key=rank)
        del found[limit:]
    return found


async def excluded(
    session: AsyncSession,
    side: Side,
    ordered: Sequence[Cell],
    values: Mapping[str, Any],
    limit: int,
) -> list[Any]:
    """Rows of the same or a kindred occupation that a condition keeps out, the newest first."""
    near = f"{side.keys_column} && CAST(:near AS varchar[])"
    occupations = sorted({
        key
        for cell in ordered
        for group in cell.values.values()
        for key in group
        if key.startswith("o:") and len(key) == len("o:") + KINDRED
    })  # fmt: skip
    seen, *conditions = side.filters
    statement = text(f"""
    SELECT {side.key} AS id FROM {side.table}
    WHERE {near} AND {seen} AND NOT ({" AND ".join(conditions)})
    ORDER BY {side.newest} DESC, {side.key} LIMIT :limit
    """)
    given = {**values, "near": occupations, "limit": limit}
    return [one.id for one in await session.execute(statement, given)]


def rank(one: Found) -> tuple[Any, ...]:
    """Best score first; of equal ones whom it is meant for, then the newest, then by id."""
    return (-one.hundredths, not one.boosted, -one.newest.timestamp(), one.id)


def _statement(side: Side, cell: Cell, figures: Figures) -> str:
    weight = {name: int(Fraction(one) * SCALE) for name, one in figures.weights.items()}
    return f"""
    WITH rows AS (
      SELECT {side.key} AS id, {side.newest} AS newest, {side.boost} AS boosted,
        {cell.base} + {_edu(side.edu, weight["edu"])} AS fixed,
        ({side.skills_met})::numeric AS sn, ({side.skills_asked})::numeric AS sd,
        ({side.pay[0]})::numeric AS pn, ({side.pay[1]})::numeric AS pd,
        ({side.exp[0]})::numeric AS xn, ({side.exp[1]})::numeric AS xd
      FROM {side.table} WHERE {cell.where} AND {" AND ".join(side.filters)}
    ), rough AS (
      SELECT *, fixed + {weight["skill"]} * sn::float8 / sd::float8
        + {weight["pay"]} * pn::float8 / pd::float8
        + {weight["exp"]} * xn::float8 / xd::float8 AS about
      FROM rows
    ), scored AS (
      SELECT id, newest, boosted, CASE
        WHEN abs(about - floor(about) - 0.5) < {DOUBT} THEN div(
          2 * (fixed * sd * pd * xd + {weight["skill"]} * sn * pd * xd
            + {weight["pay"]} * pn * sd * xd + {weight["exp"]} * xn * sd * pd) + sd * pd * xd,
          2 * sd * pd * xd)::float8
        ELSE floor(about + 0.5) END AS total
      FROM rough
    )
    SELECT id, newest, boosted, total::bigint AS total FROM scored
    ORDER BY total DESC, boosted DESC, newest DESC, id LIMIT :limit
    """


def _edu(condition: str, weight: int) -> str:
    half = int(weight * ONE_RANK_BELOW)
    return f"CASE {condition} WHEN 2 THEN {weight} WHEN 1 THEN {half} ELSE 0 END"


def rank_of(column: str, figures: Figures) -> str:
    """The rank of an education code, as SQL."""
    known = " ".join(
        f"WHEN '{code}' THEN {int(number)}"
        for code, number in sorted(figures.edu_rank.items())
        if code.isalnum()
    )
    return f"(CASE {column} {known} END)"


def seekers_for(job: Job, figures: Figures) -> tuple[Side, list[Cell], dict[str, Any]]:
    """How job seekers are looked through for a posting."""
    skills, licences = sorted(job.skills), sorted(job.licences)
    has = " + ".join(f"(:skill{n} = ANY(skills))::int" for n in range(len(skills))) or "1"
    values: dict[str, Any] = {f"skill{n}": skill for n, skill in enumerate(skills)}
    values |= {
        "work_city": [job.city],
        "licences": licences,
        "target_groups": sorted(job.target_groups),
    }
    mine, filters, edu = rank_of("edu", figures), [_SEEN, _ACCEPTS], "2"
    if licences:
        filters.append("licences @> CAST(:licences AS varchar[])")
    if job.is_hazardous:
        values["starts_on"] = job.starts_on
        filters.append("(adult_from IS NULL OR adult_from <= :starts_on)")
    if job.edu_req is not None:
        wanted = int(figures.edu_rank[job.edu_req])
        close = 0 if job.edu_mandatory else 1
        edu = f"(CASE WHEN {mine} >= {wanted} THEN 2 WHEN {mine} = {wanted - 1} THEN {close} END)"
        if job.edu_mandatory:
            filters.append(f"{mine} >= {wanted}")
    pay = ("1", "1")
    if job.monthly_max is not None:
        values["offered"] = job.monthly_max
        pay = _pay("CAST(:offered AS numeric)", "monthly_min")
    exp = ("1", "1")
    if job.exp_years_req:
        exp = _exp("experience_months", str(int(job.exp_years_req)))
    side = Side(
        table="seeker_profiles",
        key="seeker_id",
        keys_column="keys",
        newest="registered_at",
        boost="(groups && CAST(:target_groups AS varchar[]))",
        filters=tuple(filters),
        skills_met=has,
        skills_asked=str(len(skills) or 1),
        edu=edu,
        pay=pay,
        exp=exp,
    )
    ordered = cells(
        "keys", [job.occupation], [job.district], [job.city], skills, figures,
        skill_is_split=bool(skills),
    )  # fmt: skip
    return side, ordered, values


_SEEN = "(owner_city = :caller_city OR match_cities @> ARRAY[CAST(:caller_city AS varchar)])"
_ACCEPTS = "accept_cities @> CAST(:work_city AS varchar[])"


def postings_for(
    seeker: Seeker, figures: Figures, *, on: Any
) -> tuple[Side, list[Cell], dict[str, Any]]:
    """How postings are looked through for a job seeker."""
    skills = sorted(seeker.skills)
    met = " + ".join(f"(:skill{n} = ANY(match_keys))::int" for n in range(len(skills))) or "0"
    none_asked = f"'{keys.NO_SKILL}' = ANY(match_keys)"
    asked = (
        "(SELECT count(*) FROM unnest(match_keys) one "
        f"WHERE one LIKE 's:%' AND one <> '{keys.NO_SKILL}')"
    )
    values: dict[str, Any] = {f"skill{n}": skill for n, skill in enumerate(skills)}
    values |= {
        "accept_cities": sorted(seeker.accept_cities),
        "licences": sorted(seeker.licences),
        "groups": sorted(seeker.groups),
        "on_day": on,
    }
    mine = int(figures.edu_rank[seeker.edu])
    wanted = rank_of("edu_req", figures)
    edu = (
        f"(CASE WHEN edu_req IS NULL OR {wanted} <= {mine} THEN 2 "
        f"WHEN {wanted} = {mine + 1} AND NOT edu_mandatory THEN 1 END)"
    )
    filters = [
        "state = 'PUBLISHED' AND valid_from <= :on_day AND valid_to >= :on_day AND "
        "(owner_city = :caller_city OR share_with @> ARRAY[CAST(:caller_city AS varchar)])",
        "owner_city = ANY(CAST(:accept_cities AS varchar[]))",
        f"(NOT edu_mandatory OR edu_req IS NULL OR {wanted} <= {mine})",
        "NOT EXISTS (SELECT 1 FROM unnest(match_keys) one WHERE one LIKE 'l:%' "
        "AND one <> ALL(CAST(:licences AS varchar[])))",
    ]
    if seeker.adult_from is not None:
        values["adult_from"] = seeker.adult_from
        filters.append("(NOT is_hazardous OR valid_from >= :adult_from)")
    pay = ("1", "1")
    if seeker.monthly_min is not None:
        values["expected"] = seeker.monthly_min
        pay = _pay("monthly_max", "CAST(:expected AS numeric)")
    side = Side(
        table="postings",
        key="id",
        keys_column="match_keys",
        newest="published_at",
        boost="(target_groups && CAST(:groups AS varchar[]))",
        filters=tuple(filters),
        skills_met=f"CASE WHEN {none_asked} THEN 1 ELSE {met} END",
        skills_asked=f"CASE WHEN {none_asked} THEN 1 ELSE {asked} END",
        edu=edu,
        pay=pay,
        exp=_exp(str(int(seeker.experience_months)), "exp_years_req"),
    )
    ordered = cells(
        "match_keys", seeker.expected_occupations, sorted(seeker.districts),
        sorted(seeker.cities), [*skills, keys.NO_SKILL], figures, skill_is_split=True,
    )  # fmt: skip
    return side, ordered, values


def _pay(offered: str, expected: str) -> tuple[str, str]:
    """1 − ((e − o) / e) / 0.3 is (10·o − 7·e) / (3·e), and never below nothing."""
    enough = f"{offered} IS NULL OR {expected} IS NULL OR {offered} >= {expected}"
    some = f"10 * {offered} > 7 * {expected}"
    return (
        f"CASE WHEN {enough} THEN 1 WHEN {some} THEN 10 * {offered} - 7 * {expected} ELSE 0 END",
        f"CASE WHEN {enough} THEN 1 WHEN {some} THEN 3 * {expected} ELSE 1 END",
    )


def _exp(months: str, years: str) -> tuple[str, str]:
    enough = f"coalesce({years}, 0) = 0 OR {months} >= 12 * {years}"
    return (
        f"CASE WHEN {enough} THEN 1 ELSE {months} END",
        f"CASE WHEN {enough} THEN 1 ELSE 12 * {years} END",
    )
