"""I-LI-1 … 7, each against a fixture that was counted by hand."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Suite
from labor_inspection.seed import STATION_IN_EZHOU, STATION_IN_WUHAN

LI = "/labor-inspection/v1"
Row = dict[str, Any]


async def indicators(
    suite: Suite, period: str, city: str, on: str = "2027-01-05"
) -> dict[str, Row]:
    desk = suite.desk("svc.gateway", now=f"{on}T09:00:00+08:00")
    answer = await desk.get(f"{LI}/indicators", {"period": period, "city": city})
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["items"]}


def worth(row: Row) -> tuple[Any, Row | None]:
    return row["value"], row["inputs"]


async def run(suite: Suite, statement: str, *values: Any) -> None:
    await suite.databases["labor_inspection"].fetch(statement, *values)


async def case(suite: Suite, number: int, *, filed: str, closed: str | None) -> str:
    """A case of Ezhou as the table keeps it; returns its id."""
    case_id: str = await suite.databases["labor_inspection"].value(
        "INSERT INTO cases (id, biz_no, owner_city, version, created_at, created_by, updated_at, "
        "updated_by, state, receiving_city, shared_cities, employer_name, employer_uscc, matter, "
        "is_migrant, workers_count, filed_on, round, inspectors, amount_claimed, amount_paid, "
        "compensation_paid, closed_on) VALUES (gen_random_uuid(), 'C' || $1::int, '420700', 1, "
        "now(), 'x', now(), 'x', CASE WHEN $3::text IS NULL THEN 'FILED' ELSE 'CLOSED' END, "
        "'420700', '{}', '测试', 'U' || $1::int, '{WAGE}', true, 1, $2::text::date, 1, '{}', 0, "
        "0, 0, $3::text::date) RETURNING id",
        number,
        filed,
        closed,
    )
    return case_id


async def clock(
    suite: Suite, subject: Any, code: str, due: str, met: str | None, status: str
) -> None:
    await run(
        suite,
        "INSERT INTO deadlines (id, subject_id, subject_no, owner_city, audience, code, "
        "started_on, unit, length, due_on, provisional, paused_days, extended_by, met_on, status, "
        "basis) VALUES (gen_random_uuid(), $1, 'x', '420700', '420700', $2, '2026-07-01', 'WD', "
        "60, $3::text::date, false, 0, 0, $4::text::date, $5, 'x')",
        subject,
        code,
        due,
        met,
        status,
    )


async def test_i_li_1_closed_within_legal_time_of_what_was_due(inspection: Suite) -> None:
    """Seven closed in the quarter, six of them in time; two late and open: 6 of 9."""
    for number in range(7):
        one = await case(inspection, number, filed="2026-08-03", closed="2026-10-20")
        met, status = ("2026-10-15", "MET") if number else ("2026-10-19", "OVERDUE")
        await clock(inspection, one, "INVESTIGATE", "2026-10-16", met, status)
        await clock(inspection, one, "CLOSE_NOTICE", "2026-10-27", "2026-10-20", "MET")
    for number in (7, 8):
        one = await case(inspection, number, filed="2026-08-03", closed=None)
        await clock(inspection, one, "INVESTIGATE", "2026-11-02", None, "OVERDUE")
    # Open and not due, closed in another quarter, and waiting for an order to be obeyed.
    one = await case(inspection, 9, filed="2026-12-01", closed=None)
    await clock(inspection, one, "INVESTIGATE", "2027-03-10", None, "OPEN")
    one = await case(inspection, 10, filed="2026-06-01", closed="2026-09-01")
    await clock(inspection, one, "INVESTIGATE", "2026-09-10", "2026-08-20", "MET")
    one = await case(inspection, 11, filed="2026-08-03", closed=None)
    await clock(inspection, one, "INVESTIGATE", "2026-11-02", "2026-10-10", "MET")
    found = await indicators(inspection, "2026-Q4", EZHOU)
    assert worth(found["I-LI-1"]) == (66.67, {"due": 9, "in_time": 6})
    other = await indicators(inspection, "2026-Q4", WUHAN)
    assert (other["I-LI-1"]["suppressed"], other["I-LI-1"]["value"]) == (True, None)


class Intake:
    """Complaints filed and accepted on given days."""

    def __init__(self, suite: Suite, filing: Any, person: Any) -> None:
        self.suite, self.filing, self.person, self.number = suite, filing, person, 0

    def desk(self, user: str, on: str) -> Any:
        return self.suite.desk(user, "LI_COMPLAINT", now=f"{on}T09:00:00+08:00")

    async def file(self, user: str, on: str, **changes: Any) -> Row:
        self.number += 1
        worker = {"person": self.person(self.number), "amount": "9000.00", "months": 2}
        body = self.filing(
            complainant=self.person(self.number),
            workers=[worker],
            amount_claimed="9000.00",
            **{
                "work_place": {"division": "420704", "address": f"测试路{self.number}号"},
                **changes,
            },
        )
        answer = await self.desk(user, on).post(f"{LI}/complaints", body)
        assert answer.status_code == 201, answer.text
        row: Row = answer.json()
        return row

    async def accept(self, row: Row, on: str) -> None:
        desk = self.desk("cw-li-ez", on)
        seen = (await desk.get(f"{LI}/complaints/{row['id']}")).json()
        answer = await desk.act(f"{LI}/complaints/{row['id']}/accept", seen)
        assert answer.status_code == 200, answer.text


@pytest.fixture
def intake(inspection: Suite, filing: Any, person: Any) -> Intake:
    return Intake(inspection, filing, person)


@pytest.mark.req("LI-2a")
@pytest.mark.req("LI-2b")
async def test_i_li_2_and_3_accepted_in_time_and_linked_once(intake: Intake) -> None:
    """Seven complaints of Ezhou, two of them about one site: six matters, two of both cities.

    Accepted in time are six of seven; one is accepted after its fifth working day.
    """
    own = [await intake.file("window-ez", "2026-10-12") for _ in range(4)]
    site = {"division": "420704", "address": "工地", "project_name": "测试项目"}
    crossed = await intake.file("window-wh", "2026-10-12", work_place=site)
    again = await intake.file("window-ez", "2026-10-13", work_place=site)
    assert crossed["linkage_id"] == again["linkage_id"]
    station = {"station_id": str(STATION_IN_EZHOU), "channel": "STATION"}
    helped = await intake.file("station-wh", "2026-10-12", **station)
    for row in (*own[:3], crossed, helped):
        await intake.accept(row, "2026-10-19")
    await intake.accept(own[3], "2026-10-20")
    # Another quarter's, and one that is Wuhan's.
    await intake.file("window-ez", "2026-09-28")
    in_wuhan = {"division": "420111", "address": "洪山区"}
    await intake.file("window-ez", "2026-10-12", work_place=in_wuhan)
    found = await indicators(intake.suite, "2026-Q4", EZHOU)
    assert worth(found["I-LI-2"]) == (85.71, {"received": 7, "in_time": 6})
    assert found["I-LI-3"]["suppressed"], "two matters are a small cell"
    # Seven linked ones can be shown: five more come over from Wuhan.
    for _ in range(5):
        await intake.file("window-wh", "2026-10-12")
    found = await indicators(intake.suite, "2026-Q4", EZHOU)
    assert worth(found["I-LI-3"]) == (
        63.64,
        {"matters": 11, "linked": 7, "at_stations": 1, "forwards": 6, "forwards_in_time": 6},
    )


async def test_i_li_4_counts_wages_and_workers_of_the_period(casework: Any, person: Any) -> None:
    """Five workers are paid 1 000.00 to 5 000.00 in the quarter: 15 000.00; 500.00 came later."""
    amounts = [1000, 2000, 3000, 4000, 5000]
    workers = [
        {"person": person(number), "amount": f"{amount + 500}.00", "months": 3}
        for number, amount in enumerate(amounts, start=1)
    ]
    made = await casework.until("assign", workers=workers, amount_claimed="17500.00")
    rows = {row["amount"]: row["id"] for row in await casework.workers(made)}
    for day, paid in (("2026-11-10", amounts), ("2027-01-04", [500] * 5)):
        payments = [
            {
                "worker_id": rows[f"{amount + 500}.00"],
                "amount": f"{now}.00",
                "paid_on": day,
                "to_own_account": True,
            }
            for amount, now in zip(amounts, paid, strict=True)
        ]
        made = await casework.done(
            "cw-li-ez", made, "record-payment", {"payments": payments}, on=day
        )
    found = await indicators(casework.suite, "2026-Q4", EZHOU)
    assert worth(found["I-LI-4"]) == (15000.0, {"amount": 15000.0, "workers": 5})
    found = await indicators(casework.suite, "2027-01", EZHOU)
    assert worth(found["I-LI-4"]) == (2500.0, {"amount": 2500.0, "workers": 5})


@pytest.mark.req("LI-1b")
async def test_i_li_5_answered_in_time_of_what_was_due(casework: Any) -> None:
    """Three letters to Wuhan: one answered in time, one late, one not due yet: 1 of 2."""
    made = await casework.until("assign")
    letters = []
    for day in ("2026-10-12", "2026-10-12", "2026-12-28"):
        wish = {"case_id": made["id"], "kind": "INVESTIGATE", "questions": ["核查用工"]}
        answer = await casework.desk("cw-li-ez", day).post(f"{LI}/assist-requests", wish)
        assert answer.status_code == 201, answer.text
        letters.append(answer.json())
    for letter, day in zip(letters, ("2026-10-20", "2026-11-10"), strict=False):
        row = letter
        pair = {"inspectors": ["li-wh-01", "li-wh-02"]}
        reply = {"result": "已核查", "answers": ["属实"]}
        for action, json in (("accept", {}), ("assign", pair), ("reply", reply)):
            on = day if action == "reply" else "2026-10-13"
            answer = await casework.desk("cw-li-wh", on).act(
                f"{LI}/assist-requests/{row['id']}/{action}", row, json
            )
            assert answer.status_code == 200, answer.text
            row = answer.json()
    found = await indicators(casework.suite, "2026", WUHAN, "2026-12-29")
    assert worth(found["I-LI-5"]) == (50.0, {"due": 2, "in_time": 1})
    found = await indicators(casework.suite, "2026", EZHOU, "2026-12-29")
    assert worth(found["I-LI-5"]) == (None, {"due": 0, "in_time": 0})


@pytest.mark.req("LI-2a")
async def test_i_li_6_is_red_when_one_side_has_no_station_open(inspection: Suite) -> None:
    await run(inspection, "UPDATE service_stations SET created_at = '2025-12-01'")
    green = {"open_in_420100": 1, "open_in_420700": 1, "is_red": 0}
    found = await indicators(inspection, "2026-10", EZHOU, "2026-10-30")
    assert worth(found["I-LI-6"]) == (1, green)
    desk = inspection.desk("cw-li-ez", now="2026-11-10T09:00:00+08:00")
    path = f"{LI}/service-stations/{STATION_IN_WUHAN}"
    answer = await desk.act(f"{path}/suspend", (await desk.get(path)).json(), {"reason": "装修"})
    assert answer.status_code == 200, answer.text
    for city in (EZHOU, WUHAN):
        found = await indicators(inspection, "2026-11", city, "2026-11-10")
        assert worth(found["I-LI-6"]) == (0, {**green, "open_in_420100": 0, "is_red": 1})
    # October stays what it was.
    found = await indicators(inspection, "2026-10", EZHOU, "2026-12-01")
    assert worth(found["I-LI-6"]) == (1, green)


async def test_i_li_7_graded_of_those_under_inspection(inspection: Suite) -> None:
    """Four employers had a case by the end of the year, three are graded for it: 75 %."""
    for number in range(4):
        await case(inspection, number, filed="2026-08-03", closed=None)
    await case(inspection, 5, filed="2027-01-04", closed=None)
    for number, year in ((0, 2026), (1, 2026), (2, 2026), (3, 2025)):
        await run(
            inspection,
            "INSERT INTO credit_grades (id, biz_no, owner_city, version, created_at, created_by, "
            "updated_at, updated_by, employer_uscc, employer_name, year, grade, reasons, "
            "punished_acts, is_red_listed, graded_on) VALUES (gen_random_uuid(), "
            "gen_random_uuid()::text, '420700', 1, now(), 'x', now(), 'x', 'U' || $1::int, '测试', "
            "$2, 'A', '{}', 0, false, '2027-01-05')",
            number,
            year,
        )
    found = await indicators(inspection, "2026", EZHOU)
    assert worth(found["I-LI-7"]) == (75.0, {"employers": 4, "graded": 3})
