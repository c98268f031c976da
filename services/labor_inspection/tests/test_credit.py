"""Employers' credit: events with the acts of cases, yearly grades, yearly publications."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem
from labor_inspection.credit import rules

LI = "/labor-inspection/v1"
USCC = "91420799MAEH00016H"
P = rules.PUNISHED


@pytest.mark.req("LI-3b")
@pytest.mark.parametrize(
    ("kinds", "grade", "reasons"),
    [
        ([], "A", []),
        ([P, rules.CORRECTED], "B", [P]),
        ([P, P], "B", [P]),
        ([P, P, P], "C", [rules.REPEATED]),
        ([P, rules.DISOBEYED, rules.REFUSED_ORDER], "C", [rules.REFUSED_ORDER]),
        ([rules.TRANSFERRED_POLICE, rules.CONVICTED], "C", [rules.CONVICTED]),
        ([rules.TRANSFERRED_POLICE], "A", []),
        ([P, rules.CHILD_OR_FORCED], "C", [rules.CHILD_OR_FORCED]),
        ([rules.RESISTED], "C", [rules.RESISTED]),
        ([rules.INCIDENT], "C", [rules.INCIDENT]),
    ],
)
def test_v4_the_grade_follows_the_year(kinds: list[str], grade: str, reasons: list[str]) -> None:
    assert rules.grade(kinds, 3) == (grade, reasons)


def test_both_cities_display_the_worse_grade() -> None:
    assert rules.joint("A", ["C"], "WORST") == "C"
    assert rules.joint("B", ["A"], "WORST") == "B"
    assert rules.joint("A", ["C"], "OWN") == "A"


def test_the_red_list_takes_three_years_of_a() -> None:
    assert rules.is_red_listed(["A", "A", "A"], 3)
    assert not rules.is_red_listed(["A", "B", "A"], 3)
    assert not rules.is_red_listed(["A", None, "A"], 3)
    assert not rules.is_red_listed(["A", "A"], 3)


def head(suite: Suite, city: str, on: str) -> Any:
    return suite.desk(f"supervisor-{city}", now=f"{on}T09:00:00+08:00")


async def graded(suite: Suite, city: str, year: int, on: str) -> Any:
    answer = await head(suite, city, on).post(f"{LI}/credit-grades", {"year": year})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def grades(suite: Suite, **query: Any) -> list[dict[str, Any]]:
    answer = await head(suite, "wh", "2027-02-01").get(f"{LI}/credit-grades", query)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def kinds(suite: Suite) -> list[str]:
    rows = await suite.databases["labor_inspection"].fetch(
        "SELECT kind FROM credit_events WHERE annulled_on IS NULL ORDER BY id"
    )
    return [row["kind"] for row in rows]


async def test_a_decision_is_one_punished_act_and_enforcement_makes_a_c(casework: Any) -> None:
    suite = casework.suite
    case = await casework.until("lapse")
    assert await kinds(suite) == ["PUNISHED", "DISOBEYED"]
    made = await graded(suite, "ez", 2026, "2026-11-24")
    assert made == {"year": 2026, "city": EZHOU, "employers": 1, "grades": {"B": 1}}
    await casework.done("supervisor-ez", case, "enforce", {}, on="2026-11-25")
    assert await kinds(suite) == ["PUNISHED", "DISOBEYED", "REFUSED_ORDER"]
    for _ in range(2):
        made = await graded(suite, "ez", 2026, "2027-01-05")
        assert made["grades"] == {"C": 1}
    told = await suite.events("labor_inspection", "li.grade.published.v1")
    assert [one["data"]["grade"] for one in told] == ["B", "C"]
    assert told[-1]["data"]["reasons"] == ["REFUSED_ORDER"]
    assert told[-1]["audience"] == [WUHAN, EZHOU]
    noted = await suite.events("labor_inspection", "li.credit.recorded.v1")
    assert {one["data"]["uscc"] for one in noted} == {USCC}


async def test_the_other_city_sees_the_grade_and_displays_the_worst(inspection: Suite) -> None:
    new = {
        "employer_uscc": USCC,
        "employer_name": "鄂州测试建设有限公司",
        "kind": "CONVICTED",
        "occurred_on": "2026-10-01",
        "document_no": "测试刑初1号",
    }
    path = f"{LI}/employer-credit"
    answer = await head(inspection, "ez", "2026-11-02").post(path, new)
    assert answer.status_code == 201, answer.text
    late = {**new, "occurred_on": "2026-11-03"}
    assert_problem(await head(inspection, "ez", "2026-11-02").post(path, late), 422, "DATE")
    await inspection.databases["labor_inspection"].fetch(
        "INSERT INTO credit_grades (id, biz_no, owner_city, version, created_at, created_by, "
        "updated_at, updated_by, employer_uscc, employer_name, year, grade, reasons, "
        "punished_acts, is_red_listed, graded_on) VALUES (gen_random_uuid(), 'X', '420100', 1, "
        "now(), 'x', now(), 'x', $1, '测试', 2026, 'A', '{}', 0, false, '2026-11-01')",
        USCC,
    )
    await graded(inspection, "ez", 2026, "2027-01-05")
    found = await grades(inspection, employer_uscc=USCC, year=2026)
    assert {(one["owner_city"], one["grade"], one["joint_grade"]) for one in found} == {
        (WUHAN, "A", "C"),
        (EZHOU, "C", "C"),
    }
    one = await head(inspection, "wh", "2027-02-01").get(f"{LI}/credit-grades/{found[0]['id']}")
    assert one.json()["joint_grade"] == "C"
    future = await head(inspection, "ez", "2026-11-02").post(f"{LI}/credit-grades", {"year": 2027})
    assert_problem(future, 422, "YEAR")
    clerk = inspection.desk("cw-li-ez", now="2026-11-02T09:00:00+08:00")
    assert_problem(await clerk.post(f"{LI}/credit-grades", {"year": 2026}), 403, "SCOPE_MISSING")


@pytest.mark.req("X-20")
async def test_a_list_is_published_once_a_year_and_a_missing_one_is_an_alert(
    casework: Any,
) -> None:
    suite, path = casework.suite, f"{LI}/grade-publications"
    case = await casework.until("lapse")
    await casework.done("supervisor-ez", case, "enforce", {}, on="2026-11-25")
    await graded(suite, "ez", 2026, "2027-01-05")
    desk = head(suite, "ez", "2027-03-01")
    published = await desk.post(path, {"kind": "C_LIST", "year": 2027})
    assert published.status_code == 201, published.text
    assert [one["uscc"] for one in published.json()["employers"]] == [USCC]
    again = await desk.post(path, {"kind": "C_LIST", "year": 2027})
    assert_problem(again, 409, "DUPLICATE")

    assert (await casework.timers("2027-11-30"))["publications"] == 0
    assert (await casework.timers("2027-12-01"))["publications"] == 3
    assert (await casework.timers("2027-12-02"))["publications"] == 0
    warned = await suite.events("labor_inspection", "common.deadline.warned.v1")
    codes = [(one["city"], one["data"]["code"]) for one in warned if "PUBL" in one["data"]["code"]]
    assert codes == [
        (WUHAN, "RED_LIST_PUBLICATION"),
        (WUHAN, "C_LIST_PUBLICATION"),
        (EZHOU, "RED_LIST_PUBLICATION"),
    ]
    red = await head(suite, "ez", "2027-12-03").post(path, {"kind": "RED_LIST", "year": 2027})
    assert (red.json()["state"], red.json()["employers"]) == ("PUBLISHED", [])
    assert (await casework.timers("2028-01-02"))["publications"] == 2
    shown = await head(suite, "wh", "2028-01-03").get(path, {"year": 2027})
    assert sorted(one["state"] for one in shown.json()["items"]) == [
        "OVERDUE", "OVERDUE", "PUBLISHED", "PUBLISHED",
    ]  # fmt: skip
