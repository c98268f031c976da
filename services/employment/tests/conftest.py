"""The desks of both cities at the employment service, and an employer to recruit for."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite

from .cooperation import Cities

NOW = "2026-10-12T09:00:00+08:00"
LOGISTICS = {
    "uscc": "91420799MAEH00024C",
    "name": "鄂州测试物流",
    "reg_division": "420799",
    "industry": "G5920",
    "kind": "ENTERPRISE",
    "contact_name": "测试联系人",
    "contact_phone": "14400000012",
}


class Employment:
    """The service under test."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.database = suite.databases["employment"]
        self.ezhou = self.desk("partner.ezhou")
        self.wuhan = self.desk("partner.wuhan")
        self.clerk = self.desk("cw-emp-ez")
        self.wuhan_clerk = self.desk("cw-emp-wh")
        self.supervisor = self.desk("supervisor-ez")

    def desk(self, user: str, purpose: str | None = None, now: str = NOW) -> Desk:
        """A desk on the day of the scenario."""
        return self.suite.desk(user, purpose, now)

    async def employer(self, *, verified: bool = True, **changes: Any) -> dict[str, Any]:
        """A registered employer."""
        answer = await self.ezhou.post("/employment/v1/employers", {**LOGISTICS, **changes})
        assert answer.status_code == 201, answer.text
        row: dict[str, Any] = answer.json()
        if verified:
            desk = self.clerk if row["owner_city"] == "420700" else self.wuhan_clerk
            answer = await desk.act(f"/employment/v1/employers/{row['id']}/verify", row)
            assert answer.status_code == 200, answer.text
            row = answer.json()
        return row

    async def act(
        self, desk: Desk, row: dict[str, Any], action: str, json: Any = None
    ) -> dict[str, Any]:
        """An action that succeeds."""
        answer = await desk.act(f"/employment/v1/postings/{row['id']}/{action}", row, json)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def submitted(self, **changes: Any) -> dict[str, Any]:
        """A posting that the partner of Ezhou has pushed."""
        employer = changes.pop("employer_id", None) or (await self.employer())["id"]
        answer = await self.ezhou.post("/employment/v1/postings", job(employer, **changes))
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def published(self, **changes: Any) -> dict[str, Any]:
        """A posting on offer."""
        return await self.act(self.clerk, await self.submitted(**changes), "publish")

    async def seeker(
        self,
        *,
        doc_no: str = "420199198809090074",
        at: Desk | None = None,
        **changes: Any,
    ) -> dict[str, Any]:
        """Somebody registered in Wuhan who agrees to be seen by Ezhou."""
        body = {
            "person": {"name": "孙测庚", "doc_no": doc_no, "mobile": "14400000034"},
            "residence_division": "420111",
            "edu": "30",
            "skills": ["WMS", "盘点", "Excel"],
            "expected_occupations": ["4-02-06-03"],
            "expected_salary_min": "5500.00",
            "accept_cities": ["420100", "420700"],
            "experience": [{"occupation": "4-02-06-03", "months": 36}],
            "consents": [{"purpose": "EMP_MATCH", "cities": ["420700"]}],
            **changes,
        }
        answer = await (at or self.wuhan_clerk).post("/employment/v1/job-seekers", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


def job(employer_id: str, **changes: Any) -> dict[str, Any]:
    """The posting of the scenario."""
    return {
        "employer_id": employer_id,
        "title": "仓储管理员",
        "occupation": "4-02-06-01",
        "headcount": 5,
        "emp_type": "FULL",
        "work_division": "420704",
        "work_address": "临空大道1号",
        "duties": "货物收发与盘点，操作叉车",
        "edu_req": "60",
        "exp_years_req": 2,
        "skills_req": ["叉车", "WMS", "盘点"],
        "salary_min": "5000.00",
        "salary_max": "7000.00",
        "salary_unit": "MONTH",
        "target_groups": ["MIGRANT", "VETERAN"],
        "contact": "人事部 0711-0000000",
        "valid_from": "2026-10-12",
        "valid_to": "2026-11-11",
        "share_with": ["420100"],
        **changes,
    }


@pytest.fixture
async def employment(suite: Suite) -> Employment:
    """The service, started."""
    await suite.start("employment")
    return Employment(suite)


@pytest.fixture
async def cities(suite: Suite) -> Cities:
    """The service, started, with desks of both cities."""
    await suite.start("employment")
    return Cities(suite)


async def follow(employment: Employment) -> None:
    """The worker reads the service's own feed to its end."""
    while await asyncio.create_task(employment.suite.worker("employment").follow("employment")):
        pass


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hrss_kit.worker.FEED_WAIT_SECONDS", 0)
