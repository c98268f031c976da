"""The desks of both cities at the social insurance service, and the insured of the scenario."""

from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite

NOW = "2026-03-02T09:00:00+08:00"
PATH = "/social-insurance/v1/participations"
LOOKUPS = "/social-insurance/v1/participation-lookups"
LI = {"name": "李测甲", "doc_no": "420799198003120038"}


class SocialInsurance:
    """The service under test."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.database = suite.databases["social_insurance"]
        self.ezhou = self.desk("partner.ezhou", "SI_TRANSFER")
        self.wuhan = self.desk("partner.wuhan", "SI_TRANSFER")
        self.clerk = self.desk("cw-si-ez", "SI_TRANSFER")

    def desk(self, user: str, purpose: str | None = None, now: str = NOW) -> Desk:
        """A desk on the day of the scenario."""
        return self.suite.desk(user, purpose, now)

    async def both_cities(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Li: Wuhan 2018-01 to 2020-06, Ezhou 2020-04 to 2023-12; three months overlap."""
        wuhan = await self.wuhan.post(
            PATH, stretch(city="420100", from_month="2018-01", to_month="2020-06")
        )
        ezhou = await self.ezhou.post(
            PATH,
            stretch(employer_uscc="91420799MAEH00024C", from_month="2020-04", to_month="2023-12"),
        )
        assert (wuhan.status_code, ezhou.status_code) == (201, 201), wuhan.text + ezhou.text
        return wuhan.json(), ezhou.json()


def stretch(**changes: Any) -> dict[str, Any]:
    """A stretch of insurance in Ezhou."""
    return {
        "person": {**LI, "doc_type": "01", "mobile": "14400000012"},
        "scheme": "EMP",
        "city": "420700",
        "employer_uscc": "91420199MAWH00019J",
        "person_kind": "STAFF",
        "from_month": "2025-01",
        "to_month": "2025-06",
        "status": "STOPPED",
        "monthly_base": "4000.00",
        **changes,
    }


@pytest.fixture
async def insurance(suite: Suite) -> SocialInsurance:
    """The service, started."""
    await suite.start("social_insurance")
    return SocialInsurance(suite)
