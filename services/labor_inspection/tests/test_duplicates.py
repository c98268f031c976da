"""Told twice by one person, told by many, sent again by the national platform."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite, assert_problem

PATH = "/labor-inspection/v1/complaints"
NOW = "2026-09-23T09:00:00+08:00"
Make = Callable[..., dict[str, Any]]


def desk(suite: Suite, user: str = "window-ez", now: str = NOW) -> Desk:
    return suite.desk(user, purpose="LI_COMPLAINT", now=now)


async def count(suite: Suite) -> int:
    return int(await suite.databases["labor_inspection"].value("SELECT count(*) FROM complaints"))


@pytest.mark.req("LI-1c")
async def test_of_ten_filings_at_once_exactly_one_is_taken(inspection: Suite, filing: Make) -> None:
    users = ["window-ez", "window-wh"] * 5
    answers = await asyncio.gather(*(desk(inspection, user).post(PATH, filing()) for user in users))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] + [409] * 9, [answer.text for answer in answers]
    (first,) = [answer.json() for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "DUPLICATE"
            assert answer.json()["tracking_no"] == first["tracking_no"]
    assert await count(inspection) == 1


async def test_of_many_people_at_once_all_join_one_collective(
    inspection: Suite, filing: Make, person: Make
) -> None:
    bodies = [
        filing(
            complainant=person(number),
            workers=[{"person": person(number), "amount": "100.00", "months": 1}],
            amount_claimed="100.00",
        )
        for number in range(1, 9)
    ]
    answers = await asyncio.gather(*(desk(inspection).post(PATH, body) for body in bodies))
    assert {answer.status_code for answer in answers} == {201}
    row = (await desk(inspection, "cw-li-ez").get(f"{PATH}/{answers[0].json()['id']}")).json()
    assert row["collective"] == {"complaints": 8, "workers_count": 8, "amount_claimed": "800.00"}


async def test_a_collective_accepted_from_two_desks_at_once_is_one_case(
    inspection: Suite, filing: Make, person: Make
) -> None:
    rows = []
    for number in range(1, 5):
        body = filing(complainant=person(number), workers=[], amount_claimed="100.00")
        rows.append((await desk(inspection).post(PATH, body)).json())
    handler = desk(inspection, "cw-li-ez")
    rows = [(await handler.get(f"{PATH}/{row['id']}")).json() for row in rows]
    late = filing(complainant=person(9), workers=[], amount_claimed="100.00")
    *answers, joined = await asyncio.gather(
        *(handler.act(f"{PATH}/{row['id']}/accept", row) for row in rows),
        desk(inspection).post(PATH, late),
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 412, 412, 412], [answer.text for answer in answers]
    assert joined.status_code == 201, joined.text
    database = inspection.databases["labor_inspection"]
    assert await database.value("SELECT count(*) FROM cases") == 1
    states = {row["state"] for row in await database.fetch("SELECT state FROM complaints")}
    assert states <= {"ACCEPTED", "RECEIVED"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 409),
        ({"employer_uscc": ...}, 409),
        ({"employer_name": ...}, 409),
        ({"matter": ["WAGE"]}, 409),
        ({"matter": ["HOURS"]}, 201),
        ({"period_from": "2026-09-01", "period_to": ...}, 201),
        ({"employer_name": "鄂州测试物流", "employer_uscc": "91420799MAEH00024C"}, 201),
        ({"work_place": {"division": "420703", "address": "华容区测试路"}}, 201),
    ],
)
async def test_a_duplicate_is_the_same_employer_place_matter_and_time(
    inspection: Suite, filing: Make, changes: dict[str, Any], status: int
) -> None:
    await desk(inspection).post(PATH, filing())
    answer = await desk(inspection, "window-wh").post(PATH, filing(**changes))
    assert answer.status_code == status, answer.text


async def test_after_ninety_days_it_is_a_complaint_of_its_own(
    inspection: Suite, filing: Make
) -> None:
    await desk(inspection).post(PATH, filing())
    last = await desk(inspection, now="2026-12-22T09:00:00+08:00").post(PATH, filing())
    assert_problem(last, 409, "DUPLICATE")
    after = await desk(inspection, now="2026-12-23T09:00:00+08:00").post(PATH, filing())
    assert after.status_code == 201


async def test_what_was_not_accepted_may_be_filed_again(inspection: Suite, filing: Make) -> None:
    refused = await desk(inspection).post(PATH, filing(other_procedure="ARBITRATION"))
    assert_problem(refused, 409, "OTHER_PROCEDURE")
    assert (await desk(inspection).post(PATH, filing())).status_code == 201


async def test_another_person_after_thirty_days_is_no_longer_of_the_collective(
    inspection: Suite, filing: Make, person: Make
) -> None:
    first = (await desk(inspection).post(PATH, filing())).json()
    assert first["linkage_id"] is None
    other = filing(complainant=person(2), workers=[], amount_claimed="5000.00")
    on_time = (await desk(inspection, now="2026-10-23T09:00:00+08:00").post(PATH, other)).json()
    assert on_time["linkage_id"]
    # The first was linked by the second, so both answer for the collective.
    row = (await desk(inspection, "cw-li-ez").get(f"{PATH}/{first['id']}")).json()
    assert row["linkage_id"] == on_time["linkage_id"]
    assert row["collective"]["amount_claimed"] == "17000.00"
    late = filing(
        complainant=person(3),
        workers=[],
        amount_claimed="5000.00",
    )
    alone = (await desk(inspection, now="2026-11-23T09:00:00+08:00").post(PATH, late)).json()
    assert alone["linkage_id"] is None


async def test_a_worker_named_in_two_complaints_counts_once(
    inspection: Suite, filing: Make, person: Make
) -> None:
    await desk(inspection).post(PATH, filing())
    both = filing(
        complainant=person(2),
        workers=[
            {"person": person(1), "amount": "11000.00", "months": 3},
            {"person": person(2), "amount": "8000.00", "months": 2},
        ],
        amount_claimed="19000.00",
    )
    row = (await desk(inspection).post(PATH, both)).json()
    assert row["collective"] == {
        "complaints": 2,
        "workers_count": 2,
        "amount_claimed": "20000.00",
    }


async def test_an_anonymous_report_is_never_a_duplicate_but_joins_the_collective(
    inspection: Suite, filing: Make
) -> None:
    first = (await desk(inspection).post(PATH, filing())).json()
    report = filing(kind="REPORT", complainant=..., workers=[], amount_claimed=...)
    for _ in range(2):
        row = (await desk(inspection).post(PATH, report)).json()
        assert (row["kind"], row["workers_count"]) == ("REPORT", 0)
        assert row["linkage_id"]
    after = (await desk(inspection, "cw-li-ez").get(f"{PATH}/{first['id']}")).json()
    assert after["linkage_id"] == row["linkage_id"]


async def test_a_clue_of_the_national_platform_sent_again_renews_the_first(
    inspection: Suite, filing: Make
) -> None:
    partner = desk(inspection, "partner.ezhou")
    clue = filing(
        channel="NATIONAL_PLATFORM", source_system="根治欠薪线索", source_ref="XS-2026-0001"
    )
    first = await partner.post(PATH, clue)
    clue["facts"] = "补充：共三人"
    clue["workers"][0]["amount"] = clue["amount_claimed"] = "13000.00"
    second = await partner.post(PATH, clue)
    assert (first.status_code, second.status_code) == (201, 200), second.text
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["version"] > first.json()["version"]
    assert second.headers["etag"] == f'"{second.json()["version"]}"'
    assert second.json()["amount_claimed"] == "13000.00"
    assert await count(inspection) == 1
    foreign = await desk(inspection, "partner.wuhan").post(PATH, clue)
    assert_problem(foreign, 409, "DUPLICATE")


async def test_a_partners_message_is_taken_once(inspection: Suite, filing: Make) -> None:
    partner = desk(inspection, "partner.ezhou")
    message = filing(channel="PARTNER", source_ref="EZ-C-0001")
    answers = await asyncio.gather(*(partner.post(PATH, message) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    other = {**message, "matter": ["HOURS"]}
    assert_problem(await partner.post(PATH, other), 409, "DUPLICATE")


async def test_the_same_key_is_the_same_filing(inspection: Suite, filing: Make) -> None:
    key = "01970000-0000-4000-8000-000000000001"
    first = await desk(inspection).post(PATH, filing(), key=key)
    again = await desk(inspection).post(PATH, filing(), key=key)
    assert again.text == first.text
    assert again.headers["idempotency-replayed"] == "true"
    other = await desk(inspection).post(PATH, filing(facts="别的"), key=key)
    assert_problem(other, 422, "IDEMPOTENCY_REUSE")
