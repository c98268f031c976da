"""I-EMP-5, 6, 7 and 9, counted from what the desks have done."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN

from .cooperation import V1, Cities, Row, slot
from .test_brand_programmes import SUN, enrolled
from .test_job_fairs import FIGURES, closed
from .test_labour_projects import worker
from .test_public_services import published
from .test_startup_spaces import offer, space


async def indicator(cities: Cities, name: str, city: str = EZHOU, period: str = "2026-Q4") -> Row:
    query = {"period": period, "city": city}
    answer = await cities.desk("supervisor-ez", "2026-12-01").get(f"{V1}/indicators", query)
    assert answer.status_code == 200, answer.text
    [found] = [one for one in answer.json()["items"] if one["id"] == name]
    row: Row = found
    return row


@pytest.mark.req("EMP-1a")
async def test_visits_for_the_other_city_are_counted(cities: Cities) -> None:
    item = await published(cities)
    for home in [WUHAN] * 6 + [EZHOU] * 5:
        await cities.made("window-ez", "service-visits", {"item_id": item["id"], "home_city": home})
    mistaken = await cities.made(
        "window-ez", "service-visits", {"item_id": item["id"], "home_city": WUHAN}
    )
    await cities.done("cw-emp-ez", "service-visits", mistaken, "void", {"reason": "重复"})
    found = await indicator(cities, "I-EMP-5")
    assert (found["value"], found["inputs"]) == (6, {"visits": 11, "cross_city": 6})
    assert (await indicator(cities, "I-EMP-5", period="2026-09"))["suppressed"] is True


@pytest.mark.req("EMP-2f")
async def test_joint_fairs_and_what_came_of_them_are_counted(cities: Cities) -> None:
    fair = await closed(cities)
    await cities.done("cw-emp-wh", "job-fairs", fair, "report", FIGURES, on="2026-11-03")
    found = await indicator(cities, "I-EMP-6", WUHAN)
    assert (found["value"], found["inputs"]) == (1, {"fairs": 1, "intents": 40, "hired_30d": 10})


async def test_subsidised_training_is_counted_when_it_is_completed(cities: Cities) -> None:
    course = await cities.course()
    rows = [
        await enrolled(cities, course_id=course["id"], person=worker(number)["person"], groups=[])
        for number in range(6)
    ]
    await enrolled(cities, course_id=course["id"], person=SUN)
    for row in rows:
        result = {"result": "PASS" if row is not rows[0] else "FAIL"}
        await cities.done("cw-emp-ez", "enrolments", row, "assess", result, on="2026-11-20")
    found = await indicator(cities, "I-EMP-7")
    assert (found["value"], found["unit"]) == (6, "person-times")


@pytest.mark.req("EMP-3a")
@pytest.mark.req("EMP-4a")
async def test_used_slots_are_a_share_of_those_offered(cities: Cities) -> None:
    course = await cities.course(slots=[slot(), slot("2026-11-03"), slot("2026-11-04")])
    made = await offer(cities, await space(cities), kind="EQUIPMENT", capacity=1, slots=[slot()])
    for path, one in (("resource-bookings", course), ("space-bookings", made)):
        body: dict[str, Any] = {"slot_id": one["slots"][0]["id"], "purpose": "x"}
        row = await cities.made("cw-emp-wh", path, body)
        await cities.done("cw-emp-ez", path, row, "confirm")
    await cities.timers("2026-11-02T09:00:00+08:00")
    found = await indicator(cities, "I-EMP-9")
    assert (found["value"], found["inputs"]) == (0.5, {"used": 2, "offered": 4})
    assert {one["group"]: one["value"] for one in found["groups"]} == {
        "TRAINING": 0.3333, "SPACE": 1.0,
    }  # fmt: skip


async def test_the_demonstration_shows_what_the_cities_share(cities: Cities) -> None:
    from employment.seed import seed

    for _ in range(2):
        async with cities.suite.apps["employment"].state.database.transaction() as session:
            await seed(session)
    desk = cities.desk("cw-emp-wh")
    for path, count in {
        "training-resources": 2, "brand-programmes": 2, "startup-spaces": 1, "space-offers": 1,
        "demo-bases": 1, "base-reviews": 2, "institutions": 1, "programmes": 2, "service-items": 8,
        "gig-markets": 2, "job-fairs": 1, "booths": 2, "fair-postings": 4, "labour-projects": 1,
        "exchange-activities": 1,
    }.items():  # fmt: skip
        items = (await desk.get(f"{V1}/{path}")).json()["items"]
        assert len(items) == count, path
