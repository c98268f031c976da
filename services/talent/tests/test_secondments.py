"""Secondments between the cities' HRSS bodies, and whether they are balanced."""

import asyncio
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import assert_problem
from talent.secondments import rules

from .conftest import TalentOffice

POSTS, PATH = "/talent/v1/secondment-posts", "/talent/v1/secondments"
LI = {"name": "李测甲", "doc_type": "01", "doc_no": "420799198003120038"}
ZHOU = {"name": "周测己", "doc_type": "01", "doc_no": "420799197508180058"}
WANG = {"name": "王测乙", "doc_type": "01", "doc_no": "420199199207151022"}
BUREAU = {"wh": "武汉市人力资源和社会保障局", "ez": "鄂州市人力资源和社会保障局"}


async def post(office: TalentOffice, host: str = "wh") -> str:
    body = {"host_org": BUREAU[host], "title": "人才处副处长（挂职）", "months": 12}
    answer = await office.desk(f"cw-talent-{host}").post(POSTS, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def nomination(post_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "post_id": post_id, "person": LI, "home_org": BUREAU["ez"],
        "starts_on": "2026-06-01", "ends_on": "2027-05-31", **changes,
    }  # fmt: skip


async def active(
    office: TalentOffice, home: str = "ez", host: str = "wh", **changes: Any
) -> dict[str, Any]:
    body = nomination(await post(office, host), home_org=BUREAU[home], **changes)
    made = await office.desk(f"cw-talent-{home}").post(PATH, body)
    assert made.status_code == 201, made.text
    row: dict[str, Any] = made.json()
    for user, action in (
        (f"supervisor-{home}", "approve-home"),
        (f"supervisor-{host}", "approve-host"),
        (f"cw-talent-{host}", "start"),
    ):
        answer = await office.desk(user).act(f"{PATH}/{row['id']}/{action}", row)
        assert answer.status_code == 200, answer.text
        row = answer.json()
    return row


@pytest.mark.req("TAL-2c")
async def test_a_secondment_from_nomination_to_its_end(office: TalentOffice) -> None:
    row = await active(office)
    assert (row["state"], row["home_city"], row["host_city"]) == ("ACTIVE", "420700", "420100")
    path = f"{PATH}/{row['id']}"
    home, host = office.desk("supervisor-ez"), office.desk("supervisor-wh")
    longer = {"ends_on": "2028-05-31", "reason": "工作需要"}
    too_long = {**longer, "ends_on": "2028-06-01"}
    assert_problem(await home.act(f"{path}/extend", row, too_long), 422, "SECONDMENT_TERM")
    assert_problem(await host.act(f"{path}/extend", row, longer), 403, "NOT_YOUR_CITY")
    row = (await home.act(f"{path}/extend", row, longer)).json()
    assert (row["state"], row["extended_from"]) == ("EXTENDED", "2027-05-31")
    assert_problem(await home.act(f"{path}/extend", row, longer), 409, "STATE_CONFLICT")
    assert_problem(await home.act(f"{path}/end", row), 409, "STATE_CONFLICT")
    said = {"grade": "EXCELLENT", "note": "表现突出"}
    row = (await host.act(f"{path}/appraise", row, said)).json()
    row = (await home.act(f"{path}/end", row)).json()
    assert (row["state"], row["ended_on"]) == ("ENDED", "2026-05-11")
    names = [
        event["type"]
        for event in await office.suite.events("talent")
        if "secondment" in event["type"]
    ]
    assert names == ["talent.secondment.started.v1", "talent.secondment.ended.v1"]


@pytest.mark.req("TAL-2c")
async def test_one_person_is_in_one_post_at_a_time(office: TalentOffice) -> None:
    await active(office)
    ids = await asyncio.gather(*(post(office) for _ in range(3)))
    desk = office.desk("cw-talent-ez")
    second = nomination(ids[0], starts_on="2027-05-31", ends_on="2027-12-31")
    assert_problem(await desk.post(PATH, second), 409, "SECONDMENT_OVERLAP")
    later = nomination(ids[0], starts_on="2027-06-01", ends_on="2027-12-31")
    answers = await asyncio.gather(*(desk.post(PATH, {**later, "post_id": one}) for one in ids))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


@pytest.mark.req("TAL-2c")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_on": "2026-08-30"}, "SECONDMENT_TERM"),
        ({"ends_on": "2028-06-01"}, "SECONDMENT_TERM"),
        ({"ends_on": "2026-05-31"}, "PERIOD"),
        ({"home_org": "鄂州测试物流"}, "NOT_HRSS_BODY"),
    ],
)
async def test_what_is_wrong_is_refused(
    office: TalentOffice, changes: dict[str, Any], code: str
) -> None:
    body = nomination(await post(office), **changes)
    assert_problem(await office.desk("cw-talent-ez").post(PATH, body), 422, code)


async def test_each_city_approves_its_own_side(office: TalentOffice) -> None:
    own = nomination(await post(office, "ez"))
    assert_problem(await office.desk("cw-talent-ez").post(PATH, own), 422, "SAME_CITY")
    body = nomination(await post(office))
    row = (await office.desk("supervisor-ez").post(PATH, body)).json()
    path = f"{PATH}/{row['id']}"
    mine = await office.desk("supervisor-ez").act(f"{path}/approve-home", row)
    assert_problem(mine, 403, "MAKER_IS_CHECKER")
    far = await office.desk("supervisor-wh").act(f"{path}/approve-home", row)
    assert_problem(far, 403, "NOT_YOUR_CITY")


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_balance_is_one_when_both_send_as_many(out: int, back: int) -> None:
    found = rules.balance(out, back)
    assert found == rules.balance(back, out)
    assert (found == 1) == (out == back > 0)


def test_whole_months_are_counted() -> None:
    start = date(2026, 6, 1)
    assert rules.term_fits(start, date(2026, 8, 31), 3, 24)
    assert not rules.term_fits(start, date(2026, 8, 30), 3, 24)
    assert rules.term_fits(start, date(2028, 5, 31), 3, 24)
    assert not rules.term_fits(start, date(2028, 6, 1), 3, 24)
