"""Demonstration data: the four employers of the scenarios and some jobs. Nobody in it is real."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from employment import seed_cooperation
from employment.employers.models import VERIFIED, Employer
from employment.job_seekers.models import JobSeeker, SeekerConsent
from employment.matching.profiles import refresh
from employment.postings import checks, models, rules
from employment.postings.models import Posting
from hrss_kit import clock, numbering
from hrss_kit.divisions import ACTIVE_CITIES, city_of
from hrss_kit.identifiers import resident_id_check_digit
from hrss_kit.ids import new_id
from hrss_kit.persons import PersonIn

SOURCE = "demo"
EMPLOYERS = (
    ("91420799MAEH00016H", "鄂州测试建设", "420799", "420704", "E4710", "ENTERPRISE", "MEDIUM"),
    ("91420799MAEH00024C", "鄂州测试物流", "420799", "420704", "G5920", "ENTERPRISE", "SMALL"),
    ("91420199MAWH00019J", "武汉测试科技", "420199", "420111", "I6513", "ENTERPRISE", "LARGE"),
    ("92420199MAWH00027A", "武汉测试经营部", "420199", "420106", "F5211", "INDIVIDUAL", "MICRO"),
)
# employer, title, occupation, headcount, place, from, to, education, years, skills, groups
POSTINGS: tuple[Any, ...] = (
    (1, "物流服务师", "4-02-06-03", 3, "420704", "4800", "6500", "40", 1, ["WMS"], ["GRAD"]),
    (1, "叉车仓储员", "4-02-06-01", 6, "420703", "4500", "6000", None, 1, ["叉车"], ["MIGRANT"]),
    (0, "钢筋工", "6-29-01-04", 12, "420704", "6500", "9000", None, 2, ["绑扎"], ["MIGRANT"]),
    (0, "砌筑工", "6-29-01-01", 10, "420702", "6000", "8500", None, 1, [], ["MIGRANT", "FISHER"]),
    (0, "电焊工", "6-18-02-04", 4, "420704", "6500", "8800", None, 3, ["焊工证"], ["VETERAN"]),
    (2, "人工智能算法工程师", "2-02-10-09", 2, "420111", "15000", "30000", "14", 3, ["Python"], []),
    (
        2,
        "大数据开发工程师",
        "2-02-10-11",
        3,
        "420111",
        "12000",
        "22000",
        "21",
        2,
        ["SQL"],
        ["GRAD"],
    ),
    (2, "机场航站楼布线电工", "6-31-01-03", 5, "420704", "6000", "8000", None, 2, ["电工证"], []),
    (3, "中式烹调师", "4-03-02-01", 1, "420106", "5000", "7000", None, 2, [], ["HARDSHIP"]),
    (3, "快递员", "4-02-07-08", 4, "420106", "5500", "9000", None, None, [], ["POVERTY"]),
)

# name, first seventeen digits, city, place, education, skills, wants, pay, cities, months
SEEKERS: tuple[Any, ...] = (
    ("王试甲", "42019919900101901", "420100", "420111", "30", ["电工证"],
     "6-31-01-03", "6500", ("420100", "420700"), 60),
    ("李试乙", "42079919990520902", "420700", "420704", "20", ["Python", "SQL"],
     "2-02-10-11", "9000", ("420100", "420700"), 12),
    ("周试丙", "42079919750818903", "420700", "420702", "70", ["焊工证"],
     "6-18-02-04", "6000", ("420700",), 96),
)  # fmt: skip


async def seed(session: AsyncSession) -> None:
    """Loads what is not there yet."""
    today = clock.today()
    for uscc, name, reg, place, industry, kind, size in EMPLOYERS:
        city = city_of(reg)
        assert city is not None
        row = {
            "biz_no": await numbering.next_number(session, "EM", city, today),
            "owner_city": city, "uscc": uscc, "name": name, "reg_division": reg,
            "work_divisions": [place], "industry": industry, "size": size, "kind": kind,
            "state": VERIFIED, "source_system": SOURCE, "source_ref": f"employer-{uscc}",
        }  # fmt: skip
        await session.execute(insert(Employer).values(row).on_conflict_do_nothing())
    known = {one.uscc: one.id for one in await session.scalars(select(Employer))}
    for reference, values in _postings():
        values["employer_id"] = known[EMPLOYERS[values["employer_id"]][0]]
        city = values["owner_city"]
        values["biz_no"] = await numbering.next_number(session, "EM", city, today)
        values |= {"source_system": SOURCE, "source_ref": reference}
        await session.execute(insert(Posting).values(values).on_conflict_do_nothing())
    await seed_cooperation.seed(session, known)
    await _seekers(session)


async def _seekers(session: AsyncSession) -> None:
    known = set(await session.scalars(select(JobSeeker.source_ref)))
    today = clock.today()
    for name, head, city, place, edu, skills, wants, pay, cities, months in SEEKERS:
        reference = f"seeker-{wants}"
        if reference in known:
            continue
        others = [other for other in cities if other != city]
        row = JobSeeker(
            id=new_id(), biz_no=await numbering.next_number(session, "EM", city, today),
            owner_city=city, state="SEEKING", residence_division=place, edu=edu, skills=skills,
            licences=[], experience=[{"occupation": wants, "months": months}],
            experience_months=months, expected_occupations=[wants],
            expected_salary_min=Decimal(pay), accept_cities=list(cities), accept_districts=[],
            match_cities=others, help_cities=[], source_system=SOURCE, source_ref=reference,
        )  # fmt: skip
        doc_no = head + resident_id_check_digit(head)
        row.take_person(PersonIn(name=name, doc_no=doc_no, mobile="14400000034"))
        session.add(row)
        await session.flush()  # consents refer to it
        for other in others:
            session.add(
                SeekerConsent(
                    seeker_id=row.id,
                    purpose="EMP_MATCH",
                    city=other,
                    notice_id="emp-consent-v1",
                    given_by=SOURCE,
                )
            )
        await refresh(session, row)


def _postings() -> Iterator[tuple[str, dict[str, Any]]]:
    today = clock.today()
    for index, one in enumerate(POSTINGS):
        employer, title, occupation, headcount, place, low, high, edu, years, skills, groups = one
        city = city_of(place)
        assert city is not None
        yield f"posting-{index:03d}", {
            "employer_id": employer, "title": title, "title_key": rules.title_key(title),
            "occupation": occupation, "headcount": headcount, "emp_type": "FULL",
            "work_division": place, "owner_city": city, "work_address": "测试路1号",
            "duties": f"{title}，按岗位规范完成日常工作", "edu_req": edu, "edu_mandatory": False,
            "monthly_min": Decimal(low), "monthly_max": Decimal(high),
            "match_keys": checks.match_keys(occupation, place, skills),
            "exp_years_req": years, "skills_req": skills, "salary_min": Decimal(low),
            "salary_max": Decimal(high), "salary_unit": "MONTH", "target_groups": groups,
            "contact": "测试公司人事部", "valid_from": today,
            "valid_to": today + timedelta(days=30),
            "share_with": [other for other in ACTIVE_CITIES if other != city],
            "origin_channel": "PUBLIC", "lawful_terms": [], "state": models.PUBLISHED,
            "made_in": city, "published_at": clock.now(), "public_version": 1,
        }  # fmt: skip
