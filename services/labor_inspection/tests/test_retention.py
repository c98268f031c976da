"""Case files are kept for their term and no longer; a contract's filing number can be cited."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import Suite
from labor_inspection.complaints.retention import kept_since

PATH = "/labor-inspection/v1/complaints"


@given(st.dates(date(2020, 1, 1), date(2090, 12, 31)), st.integers(1, 15))
def test_nothing_is_forgotten_a_day_early(today: date, years: int) -> None:
    first = kept_since(today, years)
    assert first.year == today.year - years
    assert first.replace(year=today.year) <= today or (today.month, today.day) == (2, 29)


@pytest.mark.req("X-17")
@pytest.mark.req("LI-1c")
async def test_after_ten_years_a_complaint_names_nobody(
    inspection: Suite, filing: Any, person: Any
) -> None:
    def desk(user: str, on: str) -> Any:
        return inspection.desk(user, "LI_COMPLAINT", now=f"{on}T09:00:00+08:00")

    workers = [{"person": person(n), "amount": "100.00", "months": 1} for n in (1, 2)]
    body = filing(
        complainant=person(1), workers=workers, amount_claimed="200.00",
        contract_filing_no="EZ-BA-2026-000123",
    )  # fmt: skip
    clerk = desk("cw-li-ez", "2026-09-25")
    row = (await desk("window-ez", "2026-09-25").post(PATH, body)).json()
    assert row["contract_filing_no"] == "EZ-BA-2026-000123"
    refusal = {"reason": "不属于劳动保障监察事项", "where_to_go": "劳动人事争议仲裁委员会"}
    done = await clerk.act(f"{PATH}/{row['id']}/not-accept", row, refusal)
    assert done.status_code == 200, done.text
    database = inspection.databases["labor_inspection"]
    named = (
        "SELECT count(*) FROM complaints c JOIN complaint_workers w ON w.complaint_id = c.id "
        "WHERE c.person_name IS NOT NULL AND c.erased_on IS NULL"
    )
    for on, left in (("2036-09-25", 2), ("2036-09-26", 0)):
        ops = inspection.desk("ops", now=f"{on}T00:10:00+08:00")
        ran = await ops.post("/labor-inspection/v1/timers/run", {})
        assert ran.status_code == 200, ran.text
        assert await database.value(named) == left, on
    clerk = desk("cw-li-ez", "2036-09-26")
    kept = (await clerk.get(f"{PATH}/{row['id']}")).json()
    assert (kept["state"], kept["complainant"]) == ("NOT_ACCEPTED", None)
    assert kept["employer_name"] == row["employer_name"]
    assert {one["person"]["name"][0] for one in kept["workers"]} == {"已"}
    told = (await clerk.get(f"{PATH}/{row['id']}/timeline")).json()["items"]
    assert told[-1]["action"] == "erase"
