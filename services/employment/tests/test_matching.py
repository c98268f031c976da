"""Matching: the worked examples, what may not count, and the same answer as a full scan."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from employment import keys
from employment.job_seekers.models import JobSeeker
from employment.matching import retrieval, rules
from employment.matching.models import SeekerProfile
from employment.matching.profiles import values_of
from employment.matching.service import side_of
from employment.postings.checks import match_keys
from hrss_kit import bulk, policy_defaults
from hrss_kit.testing import assert_problem

from .conftest import NOW, Employment

PATH = "/employment/v1/matches"
RANK = policy_defaults.default_value("common.edu_rank")
WEIGHTS = policy_defaults.default_value("emp.match_weights")
FIGURES = rules.Figures(
    weights={name: Decimal(str(WEIGHTS[name])) for name in rules.PARTS},
    edu_rank={str(code): int(number) for code, number in RANK.items()},
)
JOB = rules.Job(
    occupation="4-02-06-01", district="420704", city="420700",
    skills=rules.skill_keys(["叉车", "WMS", "盘点"]), licences=frozenset(), edu_req="60",
    edu_mandatory=False, exp_years_req=2, monthly_max=Decimal(7000), is_hazardous=False,
    starts_on=date(2026, 10, 12),
)  # fmt: skip
SEEKER = rules.Seeker(
    expected_occupations=("4-02-06-03",), districts=frozenset({"420111"}),
    cities=frozenset({"420100"}), accept_cities=frozenset({"420100", "420700"}),
    skills=rules.skill_keys(["WMS", "盘点", "Excel"]), licences=frozenset(), edu="30",
    experience_months=36, monthly_min=Decimal(5500), adult_from=None,
)  # fmt: skip


def changed(side: Any, **changes: Any) -> Any:
    names = [name for name in type(side).__slots__]
    return type(side)(**{**{name: getattr(side, name) for name in names}, **changes})


@pytest.mark.req("EMP-2d")
def test_the_first_worked_example() -> None:
    fit = rules.fit(JOB, SEEKER, FIGURES)
    assert fit.score == 81.33
    assert list(fit.detail.values()) == [24.00, 13.33, 15.00, 15.00, 9.00, 5.00]


@pytest.mark.req("EMP-2d")
def test_the_second_worked_example() -> None:
    job = changed(
        JOB, skills=rules.skill_keys(["a", "b", "c", "d"]), edu_req="30", exp_years_req=4,
        monthly_max=Decimal(5000),
    )  # fmt: skip
    seeker = changed(
        SEEKER, expected_occupations=("4-02-07-08",), skills=rules.skill_keys(["a"]), edu="40",
        monthly_min=Decimal(6000), districts=frozenset({"420704"}), experience_months=24,
    )  # fmt: skip
    fit = rules.fit(job, seeker, FIGURES)
    assert fit.score == 51.67
    assert fit.detail["pay"] == 6.67


@given(
    st.integers(0, 20), st.integers(1, 20), st.integers(0, 700), st.integers(1, 50),
    st.integers(1, 10**7), st.integers(1, 10**7),
)  # fmt: skip
def test_a_score_lies_between_nothing_and_a_hundred(
    met: int, asked: int, months: int, years: int, offered: int, expected: int
) -> None:
    wanted = [str(one) for one in range(asked)]
    job = changed(
        JOB, skills=rules.skill_keys(wanted), exp_years_req=years, monthly_max=Decimal(offered)
    )
    seeker = changed(
        SEEKER, skills=rules.skill_keys(wanted[:met]), experience_months=months,
        monthly_min=Decimal(expected),
    )  # fmt: skip
    fit = rules.fit(job, seeker, FIGURES)
    assert 0 <= fit.score <= 100
    assert abs(sum(fit.detail.values()) - fit.score) < 0.04
    more = changed(seeker, skills=job.skills, monthly_min=None)
    assert rules.fit(job, more, FIGURES).hundredths >= fit.hundredths


PROTECTED = st.fixed_dictionaries({
    "person_name": st.text(min_size=1, max_size=10),
    "doc_no": st.from_regex(r"42019919[0-9]{2}0[1-9]1[0-9][0-9]{3}[0-9X]", fullmatch=True),
    "mobile": st.from_regex(r"144[0-9]{8}", fullmatch=True),
    "doc_type": st.sampled_from(["01", "02", "03", "04", "05"]),
    "id_hash": st.binary(min_size=32, max_size=32),
    "major": st.text(max_size=10),
})  # fmt: skip


@pytest.mark.req("EMP-2d")
@given(PROTECTED, PROTECTED)
def test_nothing_protected_reaches_a_match(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Name, document (gender, birth, first registration) and telephone change; nothing moves."""
    made = [
        values_of(
            JobSeeker(
                id=UUID(int=1), owner_city="420100", match_cities=[], created_at=datetime.now(UTC),
                residence_division="420111", edu="30", skills=["WMS"], licences=[],
                experience_months=36, expected_occupations=["4-02-06-03"], accept_cities=["420700"],
                accept_districts=[], expected_salary_min=Decimal(5500), adult_from=None, **person,
            ),
            ["MIGRANT"],
        )
        for person in (one, other)
    ]  # fmt: skip
    for values in made:
        values.pop("registered_at")
    assert made[0] == made[1]
    first, second = (side_of(SeekerProfile(**values)) for values in made)
    assert rules.fit(JOB, first, FIGURES) == rules.fit(JOB, second, FIGURES)
    assert list(rules.obstacles(JOB, first, RANK)) == list(rules.obstacles(JOB, second, RANK))


def test_no_field_of_either_side_is_protected() -> None:
    known = {*rules.Job.__slots__, *rules.Seeker.__slots__, *SeekerProfile.__table__.columns.keys()}
    words = (
        "gender",
        "sex",
        "ethnic",
        "religion",
        "hukou",
        "birth",
        "name",
        "doc",
        "health",
        "age",
    )
    found = {name for name in known if name.split("_")[0] in words or name.split("_")[-1] in words}
    assert not found


# --- the same as a full scan


def drawn(rng: random.Random, count: int) -> list[dict[str, Any]]:
    """Random conditions, thick enough for ties and thin enough for empty cells."""
    codes = ["4-02-06-01", "4-02-06-03", "4-02-07-08", "4-03-02-01", "6-18-02-04", "6-29-01-01"]
    skills = ["WMS", "叉车", "盘点", "Excel", "焊工"]
    places = ["420704", "420702", "420111", "420106"]
    start = datetime(2026, 10, 1, tzinfo=UTC)
    made = []
    for number in range(count):
        place = rng.choice(places)
        made.append(
            {
                "number": number,
                "codes": rng.sample(codes, rng.randint(1, 3)),
                "skills": rng.sample(skills, rng.randint(0, 4)),
                "place": place,
                "city": "420700" if place.startswith("4207") else "420100",
                "edu": rng.choice(["14", "20", "30", "40", "60", "70", "90"]),
                "months": rng.choice([0, 6, 12, 18, 24, 25, 36, 60]),
                "pay": rng.choice([None, 4000, 5000, 5501, 6999, 7001, 9999, 20000]),
                "years": rng.choice([None, 0, 1, 2, 3, 7]),
                "licences": rng.sample(["电工证", "健康证"], rng.choice([0, 0, 0, 1, 2])),
                "cities": rng.choice([["420700"], ["420100"], ["420100", "420700"]]),
                "groups": rng.sample(["MIGRANT", "VETERAN", "GRAD"], rng.randint(0, 2)),
                "mandatory": rng.random() < 0.3,
                "hazardous": rng.random() < 0.2,
                "adult_from": date(2027, 1, 1) if rng.random() < 0.1 else None,
                "at": start + timedelta(hours=rng.randint(0, 200)),
                "shared": rng.choice([[], ["420700"], ["420100"], ["420100", "420700"]]),
            }
        )
    return made  # fmt: skip


async def add_seekers(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[SeekerProfile]:
    made, people = [], []
    for one in rows:
        row = JobSeeker(
            id=uuid4(), owner_city=one["city"], match_cities=one["shared"], created_at=one["at"],
            residence_division=one["place"], edu=one["edu"], skills=one["skills"],
            licences=one["licences"], experience_months=one["months"],
            expected_occupations=one["codes"], accept_cities=one["cities"], accept_districts=[],
            expected_salary_min=None if one["pay"] is None else Decimal(one["pay"]),
            adult_from=one["adult_from"],
        )  # fmt: skip
        made.append(SeekerProfile(**values_of(row, one["groups"])))
        people.append({
            "id": row.id, "biz_no": f"S{one['number']}", "owner_city": one["city"], "version": 1,
            "created_at": one["at"], "created_by": "t", "updated_at": one["at"], "updated_by": "t",
            "edu": "30", "skills": [], "licences": [], "experience": "[]", "experience_months": 0,
            "expected_occupations": ["4-02-06-01"], "accept_cities": [], "accept_districts": [],
            "state": "SEEKING", "match_cities": [], "help_cities": [], "doc_type": "01",
            "id_hash": uuid4().bytes * 2, "person_name": b"", "doc_no": b"",
        })  # fmt: skip
    await bulk.insert_rows(session, JobSeeker, people)
    session.add_all(made)
    await session.flush()
    return made


def jobs(rows: Sequence[dict[str, Any]]) -> list[rules.Job]:
    return [
        rules.Job(
            occupation=one["codes"][0], district=one["place"], city=one["city"],
            skills=rules.skill_keys(one["skills"]),
            licences=frozenset(keys.licence_key(each) for each in one["licences"][:1]),
            edu_req=one["edu"], edu_mandatory=one["mandatory"], exp_years_req=one["years"],
            monthly_max=None if one["pay"] is None else Decimal(one["pay"]),
            is_hazardous=one["hazardous"], starts_on=date(2026, 10, 12),
            target_groups=frozenset(one["groups"]),
        )
        for one in rows
    ]  # fmt: skip


def ranked(pairs: list[tuple[Any, rules.Job, rules.Seeker, datetime]]) -> list[retrieval.Found]:
    """What a full scan finds, by the pure rules."""
    found = [
        retrieval.Found(
            key, rules.fit(job, seeker, FIGURES).hundredths, rules.is_boosted(job, seeker), newest
        )
        for key, job, seeker, newest in pairs
        if not list(rules.obstacles(job, seeker, FIGURES.edu_rank))
    ]
    return sorted(found, key=retrieval.rank)


@pytest.mark.req("EMP-2d")
@pytest.mark.parametrize("seed", [420742, 7])
async def test_the_best_seekers_are_those_of_a_full_scan(employment: Employment, seed: int) -> None:
    rng = random.Random(seed)
    database = employment.suite.apps["employment"].state.database
    async with database.transaction() as session:
        profiles = await add_seekers(session, drawn(rng, 300))
        for job in jobs(drawn(rng, 6)):
            side, ordered, values = retrieval.seekers_for(job, FIGURES)
            values["caller_city"] = "420700"
            seen = [
                one for one in profiles
                if one.owner_city == "420700" or "420700" in one.match_cities
            ]  # fmt: skip
            everything = ranked([(one.seeker_id, job, side_of(one), one.registered_at)
                                 for one in seen])  # fmt: skip
            for limit in (1, 10, 60):
                found = await retrieval.best(session, side, ordered, FIGURES, values, limit)
                assert found == everything[:limit], job
            left_out = await retrieval.excluded(session, side, ordered, values, 500)
            assert not {one.id for one in everything} & set(left_out)


@pytest.mark.req("EMP-2d")
async def test_the_best_postings_are_those_of_a_full_scan(employment: Employment) -> None:
    rng = random.Random(420_742)
    await employment.published()
    columns = await employment.database.value(
        "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
        "WHERE table_name = 'postings' AND column_name <> ALL($1)", CHANGED,
    )  # fmt: skip
    rows = drawn(rng, 120)
    ids = []
    for one, job in zip(rows, jobs(rows), strict=True):
        ids.append(uuid4())
        await employment.database.fetch(
            f"INSERT INTO postings ({', '.join(CHANGED)}, {columns}) "
            f"SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
            f"$18, {columns} FROM postings WHERE title = '仓储管理员'",
            ids[-1], f"P{one['number']}", f"p{one['number']}", f"岗位{one['number']}",
            job.occupation, one["place"], job.city, one["skills"], job.edu_req, job.edu_mandatory,
            job.exp_years_req, job.monthly_max, job.is_hazardous, one["at"], one["shared"],
            match_keys(job.occupation, one["place"], one["skills"], one["licences"][:1]),
            sorted(job.target_groups), one["licences"][:1],
        )  # fmt: skip
    await employment.database.fetch("DELETE FROM postings WHERE title = '仓储管理员'")
    database = employment.suite.apps["employment"].state.database
    async with database.transaction() as session:
        for profile in await add_seekers(session, drawn(rng, 6)):
            seeker = side_of(profile)
            side, ordered, values = retrieval.postings_for(seeker, FIGURES, on=date(2026, 10, 12))
            values["caller_city"] = "420700"
            everything = ranked([
                (key, job, seeker, one["at"])
                for key, one, job in zip(ids, rows, jobs(rows), strict=True)
                if one["city"] == "420700" or "420700" in one["shared"]
            ])  # fmt: skip
            for limit in (1, 10, 60):
                found = await retrieval.best(session, side, ordered, FIGURES, values, limit)
                assert found == everything[:limit]


CHANGED = [
    "id", "biz_no", "title_key", "title", "occupation", "work_division", "owner_city",
    "skills_req", "edu_req", "edu_mandatory", "exp_years_req", "monthly_max", "is_hazardous",
    "published_at", "share_with", "match_keys", "target_groups", "licences_req",
]  # fmt: skip


# --- over HTTP


async def test_a_pair_is_explained_with_its_reasons(employment: Employment) -> None:
    posting = await employment.published(edu_req="20", edu_mandatory=True, licences_req=["叉车证"])
    desk = employment.desk("cw-emp-ez", "EMP_MATCH", NOW)
    seeker = await employment.seeker(accept_cities=["420100"])
    pair = {"posting_id": posting["id"], "seeker_id": seeker["id"]}
    answer = (await desk.post(PATH, pair)).json()
    assert answer["items"] == []
    assert answer["reasons"] == ["CITY_NOT_ACCEPTED", "EDUCATION", "LICENCE"]
    listed = (await desk.post(PATH, {"posting_id": posting["id"]})).json()
    assert listed["items"] == []
    assert [one["reasons"] for one in listed["excluded"]] == [answer["reasons"]]
    refused = await employment.clerk.post("/employment/v1/referrals", pair)
    assert assert_problem(refused, 409, "NOT_MATCHING")["reasons"] == answer["reasons"]
    assert_problem(await desk.post(PATH, {}), 422, "REQUIRED")
    assert_problem(await employment.clerk.post(PATH, pair), 400, "PURPOSE_REQUIRED")


async def test_a_seeker_finds_the_postings_of_both_cities(employment: Employment) -> None:
    here = await employment.published()
    seeker = await employment.seeker()
    desk = employment.desk("cw-emp-wh", "EMP_MATCH", NOW)
    answer = (await desk.post(PATH, {"seeker_id": seeker["id"]})).json()
    assert [(one["posting_id"], one["score"]) for one in answer["items"]] == [(here["id"], 81.33)]
    assert answer["items"][0]["posting"]["employer_name"] == "鄂州测试物流"


async def test_a_group_goes_before_equal_scores_and_changes_none(employment: Employment) -> None:
    posting = await employment.published()
    plain = await employment.seeker(doc_no="420199199207151022")
    meant = await employment.seeker(
        doc_no="420199198809090074", groups=[{"group": "VETERAN", "evidence_type": "退役证"}]
    )
    desk = employment.desk("cw-emp-ez", "EMP_MATCH", NOW)

    async def order() -> list[tuple[str, float]]:
        items = (await desk.post(PATH, {"posting_id": posting["id"]})).json()["items"]
        return [(one["seeker_id"], one["score"]) for one in items]

    before = await order()
    assert {score for _, score in before} == {81.33}
    wuhan = employment.desk("cw-emp-wh", "EMP_MATCH", NOW)
    (tag,) = (await wuhan.get("/employment/v1/group-tags")).json()["items"]
    await wuhan.act(f"/employment/v1/group-tags/{tag['id']}/verify", tag)
    assert await order() == [(meant["id"], 81.33), (plain["id"], 81.33)]
