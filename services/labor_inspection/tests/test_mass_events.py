"""Several complaints about one employer in both cities: one suggested joint case."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem
from labor_inspection.mass_events import rules

LI = "/labor-inspection/v1"
PATH = f"{LI}/joint-case-suggestions"
E3 = {"employer_name": "武汉测试科技有限公司", "employer_uscc": "91420199MAWH00019J"}
Row = dict[str, Any]


@given(st.integers(0, 500))
def test_a_band_holds_its_count_and_hides_small_ones(count: int) -> None:
    told = rules.band(count)
    if count < 5:
        assert told == "<5"
    elif count >= 50:
        assert told == "≥50"
    else:
        low, high = (int(one) for one in told.split("–"))
        assert low <= count <= high


def test_both_numbers_of_the_policy_must_be_reached() -> None:
    figures = {"days": 30, "complainants": 3, "cities": 2}
    assert rules.is_mass_event(3, 2, figures)
    assert not rules.is_mass_event(2, 2, figures)
    assert not rules.is_mass_event(9, 1, figures)


def test_it_is_joint_only_when_every_city_accepts() -> None:
    assert rules.overall(["ACCEPTED", "SUGGESTED"]) == "SUGGESTED"
    assert rules.overall(["DISMISSED", "SUGGESTED"]) == "SUGGESTED"
    assert rules.overall(["ACCEPTED", "DISMISSED"]) == "DISMISSED"
    assert rules.overall(["ACCEPTED", "ACCEPTED"]) == "ACCEPTED"


class Square:
    """Complaints about one employer, filed in either city on a day."""

    def __init__(self, suite: Suite, filing: Any, person: Any) -> None:
        self.suite, self.filing, self.person = suite, filing, person

    def desk(self, user: str, on: str = "2026-09-25") -> Any:
        return self.suite.desk(user, "LI_COMPLAINT", now=f"{on}T09:00:00+08:00")

    def body(self, number: int, city: str, **changes: Any) -> Row:
        places = {
            EZHOU: {"division": "420704", "address": f"鄂城区测试路{number}号"},
            WUHAN: {"division": "420111", "address": f"洪山区测试路{number}号"},
        }
        worker = {"person": self.person(number), "amount": "9000.00", "months": 2}
        body: Row = self.filing(
            complainant=self.person(number),
            workers=[worker],
            amount_claimed="9000.00",
            work_place=places[city],
            **{**E3, **changes},
        )
        return body

    async def file(self, number: int, city: str, on: str = "2026-09-25", **changes: Any) -> Row:
        window = "window-ez" if city == EZHOU else "window-wh"
        answer = await self.desk(window, on).post(
            f"{LI}/complaints", self.body(number, city, **changes)
        )
        assert answer.status_code == 201, answer.text
        row: Row = answer.json()
        return row

    async def suggestions(self, user: str, on: str = "2026-09-25", **query: Any) -> list[Row]:
        answer = await self.desk(user, on).get(PATH, query)
        assert answer.status_code == 200, answer.text
        items: list[Row] = answer.json()["items"]
        return items


@pytest.fixture
def square(inspection: Suite, filing: Any, person: Any) -> Square:
    return Square(inspection, filing, person)


@pytest.mark.req("LI-2b")
async def test_complaints_in_both_cities_suggest_one_joint_case_and_expose_nobody(
    square: Square,
) -> None:
    first = await square.file(1, EZHOU)
    second = await square.file(2, EZHOU)
    assert await square.suggestions("cw-li-ez") == []
    third = await square.file(3, WUHAN)
    [seen] = await square.suggestions("cw-li-ez")
    assert (seen["state"], seen["employer_uscc"]) == ("SUGGESTED", E3["employer_uscc"])
    own, other = sorted(seen["cities"], key=lambda one: one["city"] == WUHAN)
    assert (own["city"], own["complaints"], own["workers"]) == (EZHOU, 2, 2)
    assert own["complaint_ids"] == [first["id"], second["id"]]
    assert other == {
        "city": WUHAN,
        "answer": "SUGGESTED",
        "answered_on": None,
        "reason": None,
        "complaints_band": "<5",
        "workers_band": "<5",
        "complaints": None,
        "workers": None,
        "complaint_ids": None,
        "cases": [],
    }
    text = (await square.desk("cw-li-ez").get(f"{PATH}/{seen['id']}")).text
    assert third["id"] not in text
    assert "测" not in text.replace(E3["employer_name"], "")
    [clock] = seen["deadlines"]
    assert (clock["code"], clock["length"]) == ("JOINT_CASE_ANSWER", 5)
    [event] = await square.suite.events("labor_inspection", "li.joint_case.suggested.v1")
    assert event["audience"] == [WUHAN, EZHOU]
    assert (event["data"]["complaints_band"], event["person_ref"]) == ("<5", None)

    fourth = await square.file(4, WUHAN)
    [seen] = await square.suggestions("cw-li-wh")
    own = next(one for one in seen["cities"] if one["city"] == WUHAN)
    assert own["complaint_ids"] == [third["id"], fourth["id"]]
    [overseen] = await square.suggestions("province")
    assert {one["complaints"] for one in overseen["cities"]} == {None}
    assert overseen["allowed_actions"] == []
    assert_problem(await square.desk("window-ez").get(PATH), 403, "SCOPE_MISSING")


async def test_each_city_answers_for_itself(square: Square) -> None:
    await square.file(1, EZHOU)
    await square.file(2, WUHAN)
    [seen] = await square.suggestions("supervisor-ez")
    assert seen["allowed_actions"] == ["accept", "dismiss"]
    path = f"{PATH}/{seen['id']}"
    taken = await square.desk("supervisor-ez").act(f"{path}/accept", seen)
    assert taken.status_code == 200, taken.text
    assert (taken.json()["state"], taken.json()["allowed_actions"]) == ("SUGGESTED", [])
    stale = await square.desk("supervisor-wh").act(f"{path}/accept", seen)
    assert_problem(stale, 412, "VERSION_MISMATCH")
    again = await square.desk("supervisor-ez").act(f"{path}/dismiss", taken.json(), {"reason": "x"})
    assert_problem(again, 409, "STATE_CONFLICT")
    bare = await square.desk("supervisor-wh").act(f"{path}/dismiss", taken.json())
    assert_problem(bare, 422, "REQUIRED")
    done = await square.desk("supervisor-wh").act(f"{path}/accept", taken.json())
    assert (done.json()["state"], done.json()["settled_on"]) == ("ACCEPTED", "2026-09-25")
    assert done.json()["deadlines"][0]["status"] == "MET"
    [event] = await square.suite.events("labor_inspection", "li.joint_case.settled.v1")
    assert event["data"]["state"] == "ACCEPTED"
    told = (await square.desk("cw-li-wh").get(f"{path}/timeline")).json()["items"]
    assert [(one["action"], one["city"]) for one in told] == [
        ("suggest", None),
        ("accept", EZHOU),
        ("accept", WUHAN),
    ]


@given(st.dictionaries(st.sampled_from((EZHOU, WUHAN)), st.integers(1, 60)))
def test_the_city_with_most_workers_leads(workers: dict[str, int]) -> None:
    lead = rules.leading_city(workers, EZHOU)
    assert workers.get(lead, 0) == max(workers.values(), default=0)
    if len(set(workers.values())) <= 1 and workers:
        assert lead == (EZHOU if EZHOU in workers else WUHAN)


@pytest.mark.req("LI-2b")
async def test_what_both_accept_is_one_joint_case_of_both_cities_cases(square: Square) -> None:
    """Filed before or after the agreement: each city sees where the other's part stands."""
    filed = {EZHOU: await square.file(1, EZHOU)}
    await square.file(2, EZHOU)
    filed[WUHAN] = await square.file(3, WUHAN)
    cases: dict[str, Row] = {}

    async def accept(city: str, user: str) -> None:
        desk = square.desk(user)
        row = (await desk.get(f"{LI}/complaints/{filed[city]['id']}")).json()
        done = await desk.act(f"{LI}/complaints/{row['id']}/accept", row, {})
        assert done.status_code == 200, done.text
        found = await desk.get(f"{LI}/cases/{done.json()['case_id']}")
        cases[city] = found.json()

    await accept(EZHOU, "cw-li-ez")
    path = f"{LI}/cases/{cases[EZHOU]['id']}"
    assert_problem(await square.desk("cw-li-wh").get(path), 404, "NOT_FOUND")
    [seen] = await square.suggestions("supervisor-ez")
    for user in ("supervisor-ez", "supervisor-wh"):
        seen = (await square.desk(user).act(f"{PATH}/{seen['id']}/accept", seen)).json()
    assert (seen["state"], seen["lead_city"]) == ("ACCEPTED", EZHOU)
    assert seen["joint_case_no"].startswith("LI-EZ-20260925-")
    await accept(WUHAN, "cw-li-wh")
    for city, user in ((EZHOU, "cw-li-wh"), (WUHAN, "cw-li-ez")):
        other = (await square.desk(user).get(f"{LI}/cases/{cases[city]['id']}")).json()
        assert (other["view"], other["joint_case_no"]) == ("STATUS", seen["joint_case_no"])
        assert other["amount_claimed"] is None
    [now] = await square.suggestions("cw-li-ez")
    assert {one["city"]: [part["case_no"] for part in one["cases"]] for one in now["cities"]} == {
        EZHOU: [cases[EZHOU]["case_no"]], WUHAN: [cases[WUHAN]["case_no"]],
    }  # fmt: skip
    told = (await square.desk("cw-li-ez").get(f"{path}/timeline")).json()["items"]
    assert told[-1]["action"] == "join-joint-case"
    [event] = await square.suite.events("labor_inspection", "li.joint_case.settled.v1")
    assert event["data"]["joint_case_no"] == seen["joint_case_no"]


async def test_a_settled_one_is_suggested_again_only_by_new_complaints(square: Square) -> None:
    await square.file(1, EZHOU)
    await square.file(2, WUHAN)
    [seen] = await square.suggestions("supervisor-ez")
    for user in ("supervisor-ez", "supervisor-wh"):
        why = {"reason": "分属不同项目"}
        answer = await square.desk(user).act(f"{PATH}/{seen['id']}/dismiss", seen, why)
        seen = answer.json()
    assert seen["state"] == "DISMISSED"
    await square.file(3, EZHOU)
    assert await square.suggestions("supervisor-ez", state="SUGGESTED") == []
    await square.file(4, WUHAN)
    assert len(await square.suggestions("supervisor-ez", state="SUGGESTED")) == 1


async def test_what_lies_further_apart_or_comes_from_one_person_is_no_mass_event(
    square: Square,
) -> None:
    await square.file(1, EZHOU, "2026-09-01")
    await square.file(2, WUHAN, "2026-10-02")
    assert await square.suggestions("cw-li-ez", "2026-10-02") == []
    both = [{"division": "420111", "address": "洪山区测试路77号"}]
    other = {"employer_name": "鄂州测试物流有限公司", "employer_uscc": "91420799MAEH00024C"}
    await square.file(3, EZHOU, "2026-10-02", additional_work_places=both, **other)
    assert await square.suggestions("cw-li-ez", "2026-10-02") == []


async def test_an_employer_is_known_by_its_name_where_its_code_is_missing(square: Square) -> None:
    await square.file(1, EZHOU, employer_uscc=None)
    await square.file(2, WUHAN)
    [seen] = await square.suggestions("cw-li-ez")
    assert len(seen["cities"]) == 2


@pytest.mark.slow
async def test_fifty_complaints_at_once_suggest_one_joint_case(square: Square) -> None:
    async def insist(number: int) -> Row:
        """Files until the service has time for it, as a patient caller does."""
        while True:
            city = EZHOU if number % 2 else WUHAN
            window = "window-ez" if number % 2 else "window-wh"
            answer = await square.desk(window).post(f"{LI}/complaints", square.body(number, city))
            if answer.status_code != 503:
                assert answer.status_code == 201, answer.text
                row: Row = answer.json()
                return row

    filed = await asyncio.gather(*(insist(number) for number in range(1, 51)))
    assert len({row["id"] for row in filed}) == 50
    [seen] = await square.suggestions("cw-li-ez")
    own = next(one for one in seen["cities"] if one["city"] == EZHOU)
    assert (own["complaints"], own["complaints_band"]) == (25, "20–49")
    database = square.suite.databases["labor_inspection"]
    assert await database.value("SELECT count(*) FROM joint_case_suggestions") == 1
    assert await database.value("SELECT count(*) FROM joint_case_complaints") == 50
    assert len(await square.suite.events("labor_inspection", "li.joint_case.suggested.v1")) == 1
