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
