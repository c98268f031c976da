"""POST /social-insurance/v1/participations/imports: a city's months by the file."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from hrss_kit import clock, import_worker
from hrss_kit.testing import Desk, assert_problem
from hrss_kit.testing_files import spreadsheet

from .conftest import LI, LOOKUPS, NOW, PATH, SocialInsurance, stretch

COLUMNS = ("person.name", "person.doc_no", "scheme", "city", "employer_uscc", "person_kind",
           "from_month", "to_month", "status", "monthly_base", "source_ref")  # fmt: skip
WANG = ("王测乙", "420199199207151022")
SUN = ("孙测庚", "420199198809090074")


def line(person: Sequence[str], first: str, last: str, ref: str, **changes: str) -> list[str]:
    given = dict(
        zip(
            COLUMNS,
            (*person, "EMP", "420700", "91420799MAEH00024C", "STAFF", first, last, "STOPPED",
             "4000.00", ref),
            strict=True,
        )
    )  # fmt: skip
    return [{**given, **changes}[name] for name in COLUMNS]


def table(*rows: Sequence[str]) -> bytes:
    return "\n".join(",".join(row) for row in [COLUMNS, *rows]).encode()


async def send(desk: Desk, content: bytes, name: str = "months.csv") -> httpx.Response:
    headers = {**desk._headers(None), "Idempotency-Key": str(uuid4())}
    return await desk.http.post(f"{PATH}/imports", files={"file": (name, content)}, headers=headers)


async def take(insurance: SocialInsurance, content: bytes, name: str = "m.csv") -> dict[str, Any]:
    """Sends a file, lets the worker take it over, and reads the job."""
    answer = await send(insurance.ezhou, content, name)
    assert answer.status_code == 202, answer.text
    with clock.at(datetime.fromisoformat(NOW)):
        while await insurance.suite.worker("social_insurance").run_imports():
            pass
    job = (await insurance.ezhou.get(answer.headers["location"])).json()
    errors = await insurance.ezhou.get(f"{answer.headers['location']}/errors")
    return {**job, "errors": errors.json()["items"]}


@pytest.mark.req("SI-1b")
async def test_a_file_of_ranges_becomes_months_and_may_be_sent_twice(
    insurance: SocialInsurance,
) -> None:
    rows = [
        line(("李测甲", LI["doc_no"]), "2020-04", "2023-12", "R1"),
        line(WANG, "2016-07", "2026-02", "R2"),
        line(WANG, "2016-07", "2026-02", "R3", scheme="UNEMP"),
    ]
    job = await take(insurance, table(*rows))
    assert (job["state"], job["done"], job["failed"], job["errors"]) == ("DONE", 3, 0, [])
    count = "SELECT count(*) FROM contribution_months"
    assert await insurance.database.value(count) == 45 + 116 + 116
    told = (await insurance.clerk.post(LOOKUPS, LI)).json()
    assert told["counted"] == [{"scheme": "EMP", "months": 45}]
    row = (await insurance.clerk.get(PATH, {"employer_uscc": "91420799MAEH00024C"})).json()
    detail = await insurance.clerk.get(f"{PATH}/{row['items'][-1]['id']}")
    assert {one["base"] for one in detail.json()["months"]} == {"4000.00"}
    assert detail.json()["biz_no"].startswith("SI-EZ-2020")
    again = await take(insurance, table(*rows, line(SUN, "2020-01", "2020-02", "R4")))
    assert (again["done"], again["failed"]) == (4, 0)
    assert await insurance.database.value(count) == 45 + 116 + 116 + 2
    sealed = await insurance.database.fetch(
        "SELECT base, person_name FROM contribution_months AS months "
        "JOIN participations ON participations.id = months.participation_id"
    )
    assert not any(b"4000" in one["base"] or "李".encode() in one["person_name"] for one in sealed)


async def test_what_is_wrong_is_told_row_by_row_and_the_rest_is_taken(
    insurance: SocialInsurance,
) -> None:
    await insurance.ezhou.post(PATH, stretch(from_month="2025-01", to_month="2025-06"))
    person = ("李测甲", LI["doc_no"])
    rows = [
        line(("李测甲", "420799198003120039"), "2024-01", "2024-02", "B1"),
        line(person, "1991-12", "2024-02", "B2"),
        line(person, "2024-05", "2024-02", "B3"),
        line(person, "2025-06", "2025-09", "B4"),
        line(("李测钾", LI["doc_no"]), "2024-01", "2024-02", "B5"),
        line(person, "2024-01", "2024-02", "B6", city="420100"),
        line(person, "2024-01", "2024-02", "B7", monthly_base="0.00"),
        line(person, "2026-03", "2026-04", "B8"),
        line(person, "2024-01", "2024-03", "G1"),
        line(person, "2024-03", "2024-04", "B9"),
    ]
    job = await take(insurance, table(*rows))
    assert (job["done"], job["failed"]) == (1, 9)
    codes = {error["row"]: error["code"] for error in job["errors"]}
    assert codes == {
        2: "ID_CHECKSUM", 3: "MONTH_RANGE", 4: "MONTH_RANGE", 5: "DUPLICATE",
        6: "IDENTITY_CONFLICT", 7: "NOT_YOUR_CITY", 8: "BASE_RANGE", 9: "MONTH_RANGE",
        11: "DUPLICATE",
    }  # fmt: skip
    assert LI["doc_no"] not in json.dumps(job)
    assert await insurance.database.value("SELECT count(*) FROM contribution_months") == 9


async def test_objects_with_ranges_and_a_spreadsheet_say_the_same(
    insurance: SocialInsurance,
) -> None:
    ranges = [
        {"from_month": "2019-07", "to_month": "2019-12", "base": "3800.00"},
        {"from_month": "2020-01", "to_month": "2020-12", "base": "4200.00", "late": True},
        {"from_month": "2021-01", "to_month": "2021-12", "base": "4800.00",
         "lump_sum_batch": "B1", "paid_on": "2022-03-01"},
    ]  # fmt: skip
    one = stretch(from_month="2019-07", to_month="2021-12", monthly_base=None, ranges=ranges)
    job = await take(insurance, json.dumps(one, ensure_ascii=False).encode(), "m.ndjson")
    assert (job["done"], job["errors"]) == (1, [])
    row = (await insurance.clerk.get(PATH)).json()["items"][0]
    months = (await insurance.clerk.get(f"{PATH}/{row['id']}")).json()["months"]
    assert len(months) == 30
    assert sum(float(month["base"]) for month in months) == 130800
    assert [sum(month[name] is not None and month[name] is not False for month in months)
            for name in ("late", "lump_sum_batch", "paid_on")] == [12, 12, 12]  # fmt: skip
    sheet = spreadsheet([COLUMNS, line(WANG, "2020-01", "2020-12", "X1")])
    assert (await take(insurance, sheet, "m.xlsx"))["done"] == 1


async def test_a_stretch_that_goes_on_gets_its_new_months(insurance: SocialInsurance) -> None:
    person = ("李测甲", LI["doc_no"])
    await take(insurance, table(line(person, "2025-01", "2025-12", "S1", status="ACTIVE")))
    longer = line(person, "2025-01", "2026-02", "S1", status="ACTIVE")
    assert (await take(insurance, table(longer)))["failed"] == 0
    assert await insurance.database.value("SELECT count(*) FROM contribution_months") == 14
    other = line(WANG, "2025-01", "2026-02", "S1")
    assert (await take(insurance, table(other)))["errors"][0]["code"] == "DUPLICATE"
    row = (await insurance.clerk.get(PATH)).json()["items"][0]
    added = await insurance.clerk.act(
        f"{PATH}/{row['id']}/add-months", row, {"months": [{"month": "2026-02"}]}
    )
    assert_problem(added, 409, "DUPLICATE")


async def test_files_of_the_same_months_at_the_same_time_leave_each_month_once(
    insurance: SocialInsurance,
) -> None:
    rows = [line(who, "2020-01", "2021-12", f"P{at}") for at, who in enumerate((WANG, SUN))]
    first = await send(insurance.ezhou, table(*rows))
    second = await send(insurance.ezhou, table(*([*row[:-1], f"{row[-1]}x"] for row in rows)))
    workers = [insurance.suite.worker("social_insurance") for _ in range(2)]
    with clock.at(datetime.fromisoformat(NOW)):
        await asyncio.gather(*(worker.run_imports() for worker in workers))
        await workers[0].run_imports()
    assert await insurance.database.value("SELECT count(*) FROM contribution_months") == 48
    jobs = [(await insurance.ezhou.get(one.headers["location"])).json() for one in (first, second)]
    assert sorted((job["done"], job["failed"]) for job in jobs) == [(0, 2), (2, 0)]
    assert await insurance.database.value("SELECT count(*) FROM participations") == 2


@pytest.mark.req("SI-2b")
async def test_a_resident_pays_a_tier_of_that_city_and_day_and_each_year_once(
    insurance: SocialInsurance,
) -> None:
    tier = {"city": "420700", "tier": "500.00", "subsidy": "66.00",
            "effective_from": "2020-01-01", "source": "DEMO"}  # fmt: skip
    editor = insurance.desk("policy-editor-ez")
    made = await editor.post("/social-insurance/v1/resident-tiers", tier)
    assert made.status_code == 201, made.text

    def resident(*payments: dict[str, Any]) -> dict[str, Any]:
        return stretch(
            scheme="RES", person_kind="RESIDENT", employer_uscc=None, monthly_base=None,
            from_month="2019-01", to_month="2021-12", annual_payments=list(payments),
        )  # fmt: skip

    wrong = await insurance.ezhou.post(
        PATH, resident({"year": 2020, "amount": "450.00"}, {"year": 2019, "amount": "500.00"})
    )
    problem = assert_problem(wrong, 422, "TIER_UNKNOWN")
    assert [error["field"] for error in problem["errors"]] == [
        "annual_payments.0.amount",
        "annual_payments.1.amount",
    ]
    right = await insurance.ezhou.post(PATH, resident({"year": 2020, "amount": "500.00"}))
    row = right.json()
    assert row["annual_payments"] == [
        {"year": 2020, "amount": "500.00", "collective": None, "subsidy": "66.00", "paid_on": None}
    ]
    again = {"annual_payments": [{"year": 2020, "amount": "500.00"}]}
    path = f"{PATH}/{row['id']}/add-months"
    assert_problem(await insurance.clerk.act(path, row, again), 409, "DUPLICATE")
    later = {"annual_payments": [{"year": 2021, "amount": "500.00"}]}
    added = await insurance.clerk.act(path, row, later)
    assert (added.status_code, added.json()["version"]) == (200, row["version"] + 1), added.text
    emp = await insurance.ezhou.post(
        PATH, stretch(annual_payments=[{"year": 2025, "amount": "500.00"}])
    )
    assert_problem(emp, 422, "NOT_RESIDENT")


async def test_a_temporary_account_is_noticed_where_no_pooling_prevents_it(
    insurance: SocialInsurance,
) -> None:
    zhou = {"name": "周测己", "doc_no": "420799197508180058", "doc_type": "01"}
    early = stretch(
        person={**zhou, "doc_no": "420799195508180059"}, from_month="2010-01", to_month="2010-06",
        hukou_division="420111",
    )  # fmt: skip
    made = await insurance.ezhou.post(PATH, early)
    assert [one["code"] for one in made.json()["warnings"]] == ["TEMP_ACCOUNT"], made.text
    pooled = stretch(person=zhou, from_month="2025-09", to_month="2025-12", hukou_division="420111")
    assert (await insurance.ezhou.post(PATH, pooled)).json()["warnings"] == []


@pytest.mark.req("SI-1b")
async def test_a_killed_worker_leaves_whole_stretches_and_the_next_goes_on(
    insurance: SocialInsurance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each month is there once, and nothing of the stretch in which the worker died."""
    monkeypatch.setattr(import_worker, "ROWS_AT_ONCE", 2)
    people = (WANG, SUN, ("李测甲", LI["doc_no"]))
    rows = [
        line(person, f"20{20 + year}-01", f"20{20 + year}-12", f"{year}-{person[1][-4:]}")
        for year in range(2)
        for person in people
    ]
    write, calls = import_worker._Run._write, 0

    async def killed(run: Any, *arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise ConnectionError("killed")
        await write(run, *arguments)

    answer = await send(insurance.ezhou, table(*rows))
    worker = insurance.suite.worker("social_insurance")
    monkeypatch.setattr(import_worker._Run, "_write", killed)
    with pytest.raises(ConnectionError, match="killed"):
        await asyncio.create_task(worker.run_imports())
    count = "SELECT count(*) FROM contribution_months"
    assert await insurance.database.value(count) == 2 * 12
    job = (await insurance.ezhou.get(answer.headers["location"])).json()
    assert (job["state"], job["done"]) == ("RUNNING", 2)
    monkeypatch.setattr(import_worker._Run, "_write", write)
    with clock.at(datetime.fromisoformat(NOW)):
        await insurance.suite.worker("social_insurance").run_imports()
    job = (await insurance.ezhou.get(answer.headers["location"])).json()
    assert (job["state"], job["done"], job["failed"]) == ("DONE", 6, 0)
    assert await insurance.database.value(count) == 6 * 12
