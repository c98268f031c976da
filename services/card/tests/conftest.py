"""People and cards the tests speak of; all synthetic (domain §7)."""

import asyncio
from typing import Any

import pytest

from card.seed import seed
from hrss_kit.testing import Desk, Suite

NOW = "2026-06-01T09:00:00+08:00"
ZHOU = {"name": "周测己", "doc_type": "01", "doc_no": "420799197508180058"}
CODE = "420799D15600000500BF7C7A48FB0001"


@pytest.fixture
async def card(suite: Suite) -> Suite:
    """The card service, running, with nobody in it."""
    return await suite.start("card")


@pytest.fixture
def clerk(card: Suite) -> Desk:
    """A card clerk of Ezhou."""
    return card.desk("cw-card-ez", purpose="CARD_SERVICE", now=NOW)


@pytest.fixture
def window(card: Suite) -> Desk:
    """A counter in Wuhan."""
    return card.desk("window-wh", purpose="CARD_SERVICE", now=NOW)


@pytest.fixture
def record() -> dict[str, Any]:
    """周测己's card as its owner city sends it."""
    return {
        "holder": dict(ZHOU),
        "card_no": "E00000019",
        "spec_version": "3.00",
        "issued_on": "2021-12-03",
        "valid_to": "2031-12-02",
        "bank_code": "999",
        "bank_account": "9999994207000000011",
    }


async def put(desk: Desk, code: str, record: dict[str, Any]) -> Any:
    """PUT a card; a PUT may be sent again, so a busy server (503) is asked again."""
    for _ in range(10):
        answer = await desk.http.put(
            f"/card/v1/cards/{code}", json=record, headers=desk._headers(None)
        )
        if answer.status_code != 503:
            break
        await asyncio.sleep(float(answer.headers["retry-after"]))
    return answer


@pytest.fixture
async def seeded(card: Suite) -> None:
    """The demonstration's holders and cards."""
    async with card.apps["card"].state.database.transaction() as session:
        await seed(session)
