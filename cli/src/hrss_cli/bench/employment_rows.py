"""A synthetic market for the benchmark: written by SQL, so that a million rows take minutes."""

import statistics
import time
from datetime import date, timedelta
from fractions import Fraction
from importlib import import_module
from typing import Any

import asyncpg

from hrss_kit.auth import Principal
from hrss_kit.identifiers import resident_id_check_digit, uscc_check_digit

WUHAN = Principal.from_claims({
    "sub": "partner.wuhan", "client_id": "partner.wuhan", "roles": ["partner.wuhan"],
    "city": "420100", "exp": 0,
})  # fmt: skip
CODES = (
    "2-02-10-03", "2-02-10-09", "2-02-10-11", "4-02-04-06", "4-02-06-01", "4-02-06-03",
    "4-02-07-08", "4-02-07-09", "4-02-07-10", "4-03-02-01", "4-10-01-05", "6-18-02-04",
    "6-29-01-01", "6-29-01-04", "6-31-01-03",
)  # fmt: skip
TITLES = (
    "软件工程师", "算法工程师", "大数据工程师", "无人机驾驶员", "仓储管理员", "物流服务师",
    "快递员", "快件处理员", "网约配送员", "中式烹调师", "养老护理员", "电焊工", "砌筑工",
    "钢筋工", "布线电工",
)  # fmt: skip
DUTIES = (
    "负责java系统开发与维护", "夜班值守，协助司机装卸货物", "按岗位规范完成日常工作",
    "货物收发与盘点，操作叉车", "客户接待与现场服务", "设备巡检保养，填写记录",
    "熟悉WMS系统，核对单据",
)  # fmt: skip
DIVISIONS = ("420704", "420702", "420703", "420111", "420106", "420102", "420112", "420115")
SKILLS = ("叉车", "WMS", "盘点", "Excel", "焊工证", "电工证", "Python", "驾驶", "护理", "烹饪")
EMPLOYERS = 200


def uscc(number: int) -> str:
    """A credit code of nobody."""
    head = f"91420799MAEH{number:05d}"
    return head + uscc_check_digit(head)


def feed_row(number: int, first: date, last: date) -> dict[str, Any]:
    """One posting of a feed."""
    kind = number % len(CODES)
    return {
        "employer_uscc": uscc(number % EMPLOYERS), "title": f"{TITLES[kind]}{number}",
        "occupation": CODES[kind], "headcount": 1 + number % 9, "emp_type": "FULL",
        "work_division": DIVISIONS[number % 3], "work_address": "测试路1号",
        "duties": DUTIES[number % len(DUTIES)], "edu_req": "60", "exp_years_req": number % 4,
        "skills_req": [SKILLS[number % 10], SKILLS[(number + 3) % 10]], "salary_min": "5000.00",
        "salary_max": "7000.00", "salary_unit": "MONTH", "target_groups": ["MIGRANT"],
        "contact": "人事部", "valid_from": str(first), "valid_to": str(last),
        "source_ref": f"F-{number:07d}",
    }  # fmt: skip


def seeker_row(number: int) -> dict[str, Any]:
    """One job seeker of a file: nobody, with a tag and a consent."""
    born = date(1970, 1, 1) + timedelta(days=number % 9_000)
    head = f"420199{born:%Y%m%d}{1 + number // 9_000:03d}"
    kind = number % len(CODES)
    return {
        "person": {"name": "试测甲", "doc_no": head + resident_id_check_digit(head)},
        "edu": "30", "skills": [SKILLS[number % 10], SKILLS[(number + 3) % 10]],
        "expected_occupations": [CODES[kind]], "expected_salary_min": "5500.00",
        "accept_cities": ["420100", "420700"], "residence_division": DIVISIONS[number % 8],
        "experience": [{"occupation": CODES[kind], "months": number % 60}],
        "groups": [{"group": "MIGRANT", "evidence_type": "STATEMENT"}],
        "consents": [{"purpose": "EMP_MATCH", "cities": ["420700"]}],
        "source_ref": f"S-{number:07d}",
    }  # fmt: skip


async def employers(dsn: str) -> None:
    """Verified employers."""
    connection = await asyncpg.connect(dsn)
    await connection.executemany(
        "INSERT INTO employers (id, biz_no, owner_city, version, created_at, created_by, "
        "updated_at, updated_by, uscc, name, reg_division, work_divisions, industry, kind, state) "
        "VALUES (gen_random_uuid(), 'E' || $1::text, '420700', 1, now(), 'bench', now(), 'bench', "
        "$2, '测试单位' || $1::text, '420799', '{}', 'G5920', 'ENTERPRISE', 'VERIFIED')",
        [(str(number), uscc(number)) for number in range(EMPLOYERS)],
    )
    await connection.close()


async def copy_rate(dsn: str, rounds: int, table: str = "postings") -> float:
    """Rows a second by COPY into a table with the same indexes, the median of some rounds."""
    connection = await asyncpg.connect(dsn)
    held = await connection.fetch(f"SELECT * FROM {table} WHERE source_ref IS NOT NULL")
    columns, records = list(held[0].keys()), [tuple(one) for one in held]
    rates = []
    for _ in range(rounds):
        await connection.execute("DROP TABLE IF EXISTS copied")
        await connection.execute(f"CREATE TABLE copied (LIKE {table} INCLUDING ALL)")
        begun = time.monotonic()
        await connection.copy_records_to_table(
            "copied", records=records, columns=columns, timeout=1200
        )
        rates.append(len(records) / (time.monotonic() - begun))
    await connection.execute("DROP TABLE copied")
    await connection.close()
    return statistics.median(rates)


async def forget_seekers(dsn: str) -> None:
    """Takes the people of the file out again."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "TRUNCATE job_seekers, seeker_profiles, group_tags, seeker_consents, seeker_claims, "
        "seeker_mirrors CASCADE"
    )
    await connection.close()


POSTINGS = """
INSERT INTO postings (id, biz_no, owner_city, version, created_at, created_by, updated_at,
  updated_by, employer_id, title, title_key, occupation, headcount, emp_type, work_division,
  work_address, duties, edu_req, skills_req, salary_min, salary_max, salary_unit, monthly_min,
  monthly_max, target_groups, contact, valid_from, valid_to, share_with, origin_channel, repost_of,
  lawful_terms, state, published_at, public_version, match_keys, edu_mandatory)
SELECT gen_random_uuid(), 'B' || n, CASE WHEN place LIKE '4207%' THEN '420700' ELSE '420100' END,
  1, at, 'bench', at, 'bench', employer, title, 'b' || n, occupation, 1 + n % 9, 'FULL', place,
  '测试路1号', duties || CASE WHEN n % 50000 = 7 THEN '，稀有岗位' ELSE '' END, '60',
  ARRAY[$4[1 + n % 10]], low, low + 2000 + n % 10007, 'MONTH', low, low + 2000 + n % 10007,
  '{MIGRANT}', '人事部', current_date, current_date + 30, '{420100,420700}', 'PARTNER',
  first, '[]', 'PUBLISHED', at, 1,
  ARRAY['o:' || occupation, 'o:' || left(occupation, 7), 'o:' || left(occupation, 4),
    'o:' || left(occupation, 1), 'd:' || place, 's:' || lower($4[1 + n % 10])], false
FROM (
  SELECT n, 4000 + n % 9000 AS low, now() - n * interval '1 second' AS at,
    $1[1 + h % 15] AS occupation,
    $2[1 + h % 15] || CASE WHEN n % 7 = 0 THEN '（夜班）' ELSE '' END AS title,
    $3[1 + h / 16 % 7] AS duties, $5[1 + h / 128 % 8] AS place, e.id AS employer, p.id AS first
  FROM (SELECT n, abs(hashint8(n)) AS h FROM generate_series($6::bigint, $7::bigint) n) numbers,
    (SELECT id FROM employers LIMIT 1) e, (SELECT id FROM postings ORDER BY biz_no LIMIT 1) p
) drawn
"""


async def postings(dsn: str, first: int, count: int) -> None:
    """Postings on offer; as reposts they pass by the check for duplicates, not by any index."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("SET synchronous_commit = off")
    step = 50_000
    query = POSTINGS.replace("$1[", "($1::text[])[").replace("$2[", "($2::text[])[")
    query = query.replace("$3[", "($3::text[])[").replace("$5[", "($5::text[])[")
    query = query.replace("$4[", "($4::text[])[")
    for start in range(first, first + count, step):
        last = min(start + step, first + count) - 1
        await connection.execute(
            query, list(CODES), list(TITLES), list(DUTIES), list(SKILLS), list(DIVISIONS), start,
            last, timeout=900,
        )  # fmt: skip
    await connection.execute("VACUUM ANALYZE postings", timeout=900)
    await connection.close()


SEEKERS = """
WITH drawn AS (
  SELECT gen_random_uuid() AS id, n, now() - n * interval '1 second' AS at,
    ($1::text[])[1 + h % 15] AS code, ($1::text[])[1 + h / 16 % 15] AS other,
    ($2::text[])[1 + h / 256 % 8] AS place, ($3::text[])[1 + h / 2048 % 10] AS skill,
    ($3::text[])[1 + h / 32768 % 10] AS more, h
  FROM (SELECT n, abs(hashint8(n)) AS h FROM generate_series($4::bigint, $5::bigint) n) numbers
), people AS (
  INSERT INTO job_seekers (id, biz_no, owner_city, version, created_at, created_by, updated_at,
    updated_by, doc_type, id_hash, person_name, doc_no, edu, skills, licences, experience,
    experience_months, expected_occupations, accept_cities, accept_districts, state, match_cities,
    help_cities)
  SELECT id, 'S' || n, '420700', 1, at, 'bench', at, 'bench', '01', sha256(n::text::bytea), '', '',
    '30', '{}', '{}', '[]', 0, ARRAY[code], '{420700}', '{}', 'SEEKING', '{}', '{}' FROM drawn
)
INSERT INTO seeker_profiles (seeker_id, owner_city, match_cities, registered_at, edu, skills,
  licences, experience_months, expected_occupations, monthly_min, accept_cities, city, districts,
  groups, keys)
SELECT id, '420700', '{}', at, (ARRAY['20', '30', '40', '60', '70'])[1 + h % 5],
  ARRAY['s:' || lower(skill), 's:' || lower(more)], '{}', h % 90, ARRAY[code, other],
  4000 + h % 6000, '{420100,420700}', city, ARRAY[place], '{}',
  array(SELECT DISTINCT key FROM unnest(ARRAY[
    'o:' || code, 'o:' || left(code, 7), 'o:' || left(code, 4), 'o:' || left(code, 1),
    'o:' || other, 'o:' || left(other, 7), 'o:' || left(other, 4), 'o:' || left(other, 1),
    'd:' || place, 'c:' || city, 's:' || lower(skill), 's:' || lower(more)]) key)
FROM (SELECT *, CASE WHEN place LIKE '4207%' THEN '420700' ELSE '420100' END AS city FROM drawn) d
"""


async def seekers(dsn: str, count: int) -> None:
    """Job seekers of Ezhou with their profiles."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("SET synchronous_commit = off")
    step = 50_000
    for start in range(0, count, step):
        last = min(start + step, count) - 1
        await connection.execute(
            SEEKERS, list(CODES), list(DIVISIONS), list(SKILLS), start, last, timeout=900
        )
    await connection.execute("VACUUM ANALYZE seeker_profiles", timeout=900)
    await connection.close()


def whole_market(job: Any, figures: Any) -> Any:
    """One cell that holds everybody: what a full scan computes."""
    rules = import_module("employment.matching.rules")
    cell = import_module("employment.matching.retrieval").Cell
    weight = {name: Fraction(one) * 10_000 for name, one in figures.weights.items()}
    levels = " ".join(
        f"WHEN 'o:{job.occupation[:length]}' = ANY(keys) THEN {int(weight['occ'] * worth)}"
        for length, worth in rules.OCCUPATION
    )
    worth = (rules.SAME_DISTRICT, rules.SAME_CITY, rules.OTHER_CITY)
    near, around, far = (int(weight["place"] * one) for one in worth)
    place = (
        f"CASE WHEN 'd:{job.district}' = ANY(keys) THEN {near} "
        f"WHEN 'c:{job.city}' = ANY(keys) THEN {around} ELSE {far} END"
    )
    return cell(10_000, f"(CASE {levels} ELSE 0 END) + ({place})", "TRUE", {})
