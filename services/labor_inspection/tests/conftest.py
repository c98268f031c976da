"""What the tests of labour inspection share: filings, people who are nobody, the two stations."""

from collections.abc import Callable
from typing import Any

import pytest

from hrss_kit.identifiers import resident_id_check_digit
from hrss_kit.testing import Suite
from labor_inspection.seed import seed_stations

COMPLAINTS = "/labor-inspection/v1/complaints"


def resident(number: int, prefix: str = "42079919900101") -> str:
    """The resident ID of the n-th nobody."""
    first = f"{prefix}{number:03d}"
    return first + resident_id_check_digit(first)


def person(number: int = 1, name: str = "测试人") -> dict[str, Any]:
    """The n-th nobody."""
    return {"name": name, "doc_type": "01", "doc_no": resident(number), "mobile": "14400000012"}


def filing(**changes: Any) -> dict[str, Any]:
    """A complaint of one worker in Ezhou about an employer of Ezhou."""
    body: dict[str, Any] = {
        "kind": "COMPLAINT",
        "channel": "WINDOW",
        "complainant": person(1),
        "is_migrant": True,
        "representatives": [],
        "employer_name": "鄂州测试建设有限公司",
        "employer_uscc": "91420799MAEH00016H",
        "work_place": {
            "division": "420704",
            "address": "鄂州市鄂城区测试路9号",
            "project_name": "花湖机场测试项目",
        },
        "matter": ["WAGE.ARREARS"],
        "facts": "自2026年4月起未发工资",
        "period_from": "2026-04",
        "period_to": "2026-08",
        "amount_claimed": "12000.00",
        "workers": [{"person": person(1), "amount": "12000.00", "months": 3}],
        "other_procedure": "NONE",
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not ...}


@pytest.fixture(name="person")
def person_maker() -> Callable[..., dict[str, Any]]:
    """Makes people who are nobody."""
    return person


@pytest.fixture(name="filing")
def filing_maker() -> Callable[..., dict[str, Any]]:
    """Makes filings; a field given as ... is left out."""
    return filing


@pytest.fixture
async def inspection(suite: Suite) -> Suite:
    """Labour inspection running, its stations open; nobody else runs."""
    await suite.start("labor_inspection")
    async with suite.apps["labor_inspection"].state.database.transaction() as session:
        await seed_stations(session)
    return suite


CASES = "/labor-inspection/v1/cases"
#: The days on which a test case is taken from step to step.
DAYS = {
    "assign": "2026-09-30",
    "hear": "2026-10-30",
    "decide": "2026-11-04",
    "serve": "2026-11-06",
    "lapse": "2026-11-21",
}
PAIR = {"inspectors": ["li-ez-01", "li-ez-02"]}
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "assign": ("cw-li-ez", PAIR),
    "hear": ("cw-li-ez", {"heard_on": "2026-10-30", "statement": "资金困难，承认拖欠"}),
    "decide": (
        "supervisor-ez",
        {
            "kind": "ORDER_CORRECT",
            "amount": "20000.00",
            "due_on": "2026-11-20",
            "reason": "拖欠工资属实",
        },
    ),
    "serve": ("cw-li-ez", {"receipt_no": "HZ-2026-001"}),
}


class Casework:
    """Brings cases of Ezhou to where a test begins."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def desk(self, user: str, on: str = "2026-11-24") -> Any:
        """Somebody at work at nine on a day."""
        return self.suite.desk(user, "LI_COMPLAINT", now=f"{on}T09:00:00+08:00")

    async def filed(self, *, window: str = "window-ez", **changes: Any) -> dict[str, Any]:
        """A case of two workers, 20 000.00 together, accepted on 2026-09-29."""
        workers = [
            {"person": person(1), "amount": "12000.00", "months": 3},
            {"person": person(2), "amount": "8000.00", "months": 2},
        ]
        body = filing(**{"workers": workers, "amount_claimed": "20000.00", **changes})
        answer = await self.desk(window, "2026-09-23").post(COMPLAINTS, body)
        assert answer.status_code == 201, answer.text
        inspector = self.desk("cw-li-ez", "2026-09-29")
        complaint = (await inspector.get(f"{COMPLAINTS}/{answer.json()['id']}")).json()
        answer = await inspector.act(f"{COMPLAINTS}/{complaint['id']}/accept", complaint)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = (await inspector.get(f"{CASES}/{answer.json()['case_id']}")).json()
        return made

    async def act(
        self, user: str, case: dict[str, Any], action: str, json: Any = None, *, on: str
    ) -> Any:
        """What the action is answered with."""
        desk = self.desk(user, on)
        return await desk.act(f"{CASES}/{case['id']}/{action}", case, json)

    async def done(
        self, user: str, case: dict[str, Any], action: str, json: Any = None, *, on: str
    ) -> dict[str, Any]:
        """The case after an action that must succeed."""
        answer = await self.act(user, case, action, json, on=on)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def until(self, last: str, **changes: Any) -> dict[str, Any]:
        """A case after the step `last`; `lapse` is the day after the order's limit."""
        case = await self.filed(**changes)
        for step in DAYS:
            if step == "lapse":
                await self.timers(DAYS["lapse"])
                case = await self.read(case)
            else:
                user, json = STEPS[step]
                case = await self.done(user, case, step, json, on=DAYS[step])
            if step == last:
                break
        return case

    async def read(self, case: dict[str, Any], user: str = "cw-li-ez") -> dict[str, Any]:
        """The case as a user sees it."""
        answer = await self.desk(user).get(f"{CASES}/{case['id']}")
        assert answer.status_code == 200, answer.text
        seen: dict[str, Any] = answer.json()
        return seen

    async def workers(self, case: dict[str, Any]) -> list[dict[str, Any]]:
        """The worker list."""
        answer = await self.desk("cw-li-ez").get(f"{CASES}/{case['id']}/workers")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def payments(
        self, case: dict[str, Any], amounts: list[str], on: str, **changes: Any
    ) -> dict[str, Any]:
        """A record of payments to the workers in their order."""
        rows = await self.workers(case)
        return {
            "payments": [
                {
                    "worker_id": row["id"],
                    "amount": amount,
                    "paid_on": on,
                    "to_own_account": True,
                    "account_last4": "0011",
                    **changes,
                }
                for row, amount in zip(rows, amounts, strict=False)
                if amount
            ]
        }

    async def timers(self, on: str) -> dict[str, int]:
        """Runs what is due on a day."""
        answer = await self.desk("ops", on).post("/labor-inspection/v1/timers/run")
        assert answer.status_code == 200, answer.text
        ran: dict[str, int] = answer.json()["timers"]
        return ran


@pytest.fixture
def casework(inspection: Suite) -> Casework:
    """Brings cases to where a test begins."""
    return Casework(inspection)
