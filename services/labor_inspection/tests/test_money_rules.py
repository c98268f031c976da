"""Money rules of wages, contributions and fines, as they are asked over HTTP."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hrss_kit.testing import assert_problem
from labor_inspection.money_rules import rules

ROOT = "/labor-inspection/v1"


@pytest.mark.parametrize(
    ("payday", "paid_on", "due_on", "days"),
    [
        ("2026-10-05", None, "2026-09-30", 8),  # V3a, asked on 2026-10-08
        ("2026-08-16", "2026-08-14", "2026-08-14", 0),
        ("2026-08-16", "2026-08-15", "2026-08-14", 1),
        ("2026-05-09", "2026-05-09", "2026-05-09", 0),
    ],
)
async def test_wages_are_late_without_grace(
    casework: Any, payday: str, paid_on: str | None, due_on: str, days: int
) -> None:
    desk = casework.desk("window-ez", "2026-10-08")
    answer = await desk.post(f"{ROOT}/wage-lateness", {"payday": payday, "paid_on": paid_on})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "payday": payday, "due_on": due_on, "is_late": days > 0, "days_late": days,
        "grace_days": 0,
    }  # fmt: skip


async def test_what_an_overdue_order_adds(casework: Any) -> None:
    answer = await casework.desk("cw-li-ez").post(
        f"{ROOT}/compensation-ranges", {"amount": "186400.00"}
    )
    assert answer.json() == {  # V3
        "amount": "186400.00",
        "compensation_from": "93200.00",
        "compensation_to": "186400.00",
    }


async def test_contributions_that_come_late(casework: Any) -> None:
    answer = await casework.desk("cw-li-ez").post(
        f"{ROOT}/late-fees", {"amount": "12000.00", "days": 45}
    )
    assert (answer.json()["fee"], answer.json()["daily_rate"]) == ("270.00", "0.0005")


def fine(**changes: Any) -> dict[str, Any]:
    return {
        "basis": "MIGRANT_WAGES", "target": "EMPLOYER", "amount": "20000.00",
        "fined_on": "2026-11-04", "document_ref": "鄂人社罚〔2026〕1号", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({}, 201, ""),
        ({"amount": "50000.00"}, 201, ""),
        ({"amount": "19999.99"}, 422, "FINE_RANGE"),
        ({"amount": "50000.01"}, 422, "FINE_RANGE"),
        ({"target": "RESPONSIBLE", "amount": "30000.00"}, 201, ""),
        ({"target": "RESPONSIBLE", "amount": "30000.01"}, 422, "FINE_RANGE"),
        ({"basis": "OBSTRUCTION", "amount": "2000.00"}, 201, ""),
        ({"basis": "OBSTRUCTION", "target": "RESPONSIBLE", "amount": "2000.00"}, 422, "CODE"),
        ({"basis": "CHILD_LABOUR", "children": 2, "months": 3, "amount": "30000.00"}, 201, ""),
        (
            {"basis": "CHILD_LABOUR", "children": 2, "months": 3, "amount": "5.00"},
            422,
            "FINE_RANGE",
        ),
        ({"basis": "CHILD_LABOUR", "amount": "5000.00"}, 422, "REQUIRED"),
        ({"children": 1}, 422, "NOT_APPLICABLE"),
        ({"fined_on": "2026-11-25"}, 422, "DATE"),
        ({"order_id": "01890000-0000-7000-8000-000000000000"}, 422, "ORDER"),
    ],
)
async def test_a_fine_lies_inside_what_its_basis_allows(
    casework: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    case = await casework.until("assign")
    head, path = casework.desk("supervisor-ez"), f"{ROOT}/cases/{case['id']}/fines"
    answer = await head.post(path, fine(**changes))
    if code:
        assert_problem(answer, status, code)
    else:
        assert answer.status_code == 201, answer.text
    listed = (await head.get(path)).json()["items"]
    assert len(listed) == (status == 201)


async def test_fines_are_recorded_by_the_head_of_the_competent_city(casework: Any) -> None:
    case = await casework.until("assign", window="window-wh")
    path = f"{ROOT}/cases/{case['id']}/fines"
    assert_problem(await casework.desk("cw-li-ez").post(path, fine()), 403, "SCOPE_MISSING")
    assert_problem(await casework.desk("supervisor-wh").post(path, fine()), 403, "NOT_YOUR_CITY")


@given(some.decimals(0, 9_999_999, places=2), some.integers(0, 3650))
def test_a_late_fee_grows_with_every_day(amount: Decimal, days: int) -> None:
    rate = Decimal("0.0005")
    assert rules.late_fee(amount, days, rate) <= rules.late_fee(amount, days + 1, rate)
