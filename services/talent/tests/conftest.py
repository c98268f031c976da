"""The desks of both cities at the talent service."""

from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite

NOW = "2026-05-11T09:00:00+08:00"
WANG = {"name": "王测乙", "doc_no": "420199199207151022"}


class TalentOffice:
    """The service under test."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.database = suite.databases["talent"]
        self.wuhan = self.desk("partner.wuhan", "TALENT_RECOG")
        self.ezhou = self.desk("partner.ezhou", "TALENT_RECOG")
        self.clerk = self.desk("cw-talent-wh", "TALENT_RECOG")
        self.supervisor = self.desk("supervisor-wh", "TALENT_RECOG")

    def desk(self, user: str, purpose: str | None = None, now: str = NOW) -> Desk:
        """A desk on the day of the scenario."""
        return self.suite.desk(user, purpose, now)


def professional(**changes: Any) -> dict[str, Any]:
    """Wang as her city enters her."""
    return {
        "person": {**WANG, "doc_type": "01"},
        "home_city": "420100",
        "employer_uscc": "91420199MAWH00019J",
        "edu": "14",
        "degree": "3",
        "major": "光学工程",
        "titles": ["高级工程师"],
        "fields": ["OPTO", "ELEC"],
        "availability": "PROJECT",
        **changes,
    }


def certificate(**changes: Any) -> dict[str, Any]:
    """Wang's certificate of the scenario."""
    return {
        "person": {**WANG, "doc_type": "01"},
        "series": "T05",
        "speciality": "光电子",
        "level": "2",
        "title_code": "082",
        "cert_no": "WH-GJ-2021-0457",
        "issued_on": "2021-12-20",
        "issuer_org": "武汉市人力资源和社会保障局",
        "review_body": "武汉市工程系列高级评审委员会",
        "path": "REVIEW",
        **changes,
    }


@pytest.fixture
async def office(suite: Suite) -> TalentOffice:
    """The service, started."""
    await suite.start("talent")
    return TalentOffice(suite)


class Treaty:
    """Programmes of both cities, and what counts for what between them."""

    PATH = "/talent/v1/category-mappings"

    def __init__(self, office: TalentOffice) -> None:
        self.office = office

    async def categories(self, *codes: tuple[str, str]) -> None:
        """Categories by code and level; the first two letters say whose they are."""
        for letters in sorted({code[:2] for code, _ in codes}):
            desk = self.office.desk(f"cw-talent-{letters.lower()}")
            plan = {"code": f"{letters}-PLAN", "name": "人才计划", "valid_from": "2020-01-01"}
            await desk.post("/talent/v1/programmes", plan)
        for code, level in codes:
            body = {
                "programme": f"{code[:2]}-PLAN",
                "code": code,
                "name_zh": code,
                "ladder_level": level,
                "term_years": 5,
            }
            desk = self.office.desk(f"cw-talent-{code[:2].lower()}")
            answer = await desk.post("/talent/v1/categories", body)
            assert answer.status_code == 201, answer.text

    async def draft(self, now: str = NOW, **changes: Any) -> dict[str, Any]:
        """WH-IND and EZ-333 as equivalents, as in the scenario."""
        body = {
            "from_category": "WH-IND",
            "to_category": "EZ-333",
            "kind": "EQUIVALENT",
            "effective_from": "2026-05-01",
            "basis": "两市人才互认协议",
            **changes,
        }
        body = {name: value for name, value in body.items() if value is not None}
        answer = await self.office.desk("cw-talent-wh", now=now).post(self.PATH, body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def approve(self, row: dict[str, Any], user: str, now: str = NOW) -> Any:
        """One city's approval."""
        desk = self.office.desk(user, now=now)
        return await desk.act(f"{self.PATH}/{row['id']}/approve", row)

    async def active(self, now: str = NOW, **changes: Any) -> dict[str, Any]:
        """A mapping that both cities have approved."""
        row = await self.draft(now, **changes)
        for user in ("supervisor-wh", "supervisor-ez"):
            answer = await self.approve(row, user, now)
            assert answer.status_code == 200, answer.text
            row = answer.json()
        return row


@pytest.fixture
async def treaty(office: TalentOffice) -> Treaty:
    """The categories of the scenario."""
    made = Treaty(office)
    await made.categories(("WH-IND", "B"), ("WH-YTH", "D"), ("EZ-333", "B"), ("EZ-QYH", "F"))
    return made
