"""The card check of a complainant: right, wrong, expired, and the card service being down."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI, Response
from sqlalchemy import text

from hrss_kit import sealing
from hrss_kit.testing import Desk, Suite, assert_problem

PATH = "/labor-inspection/v1/complaints"
NOW = "2026-09-23T09:00:00+08:00"
GIVEN = "01970000-0000-7000-8000-000000000077"
Make = Callable[..., dict[str, Any]]


class CardStub:
    """A card service that knows what a test tells it."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.asked = 0
        self.app = FastAPI()
        self.app.get("/card/v1/verifications/{verification_id}")(self.verification)

    async def verification(self, verification_id: str, response: Response) -> dict[str, Any]:
        self.asked += 1
        found = self.known.get(verification_id)
        if found is None:
            response.status_code = 404
        elif found.get("expired"):
            response.status_code = 409
        return found or {}

    def knows(self, doc_no: str, *, match: bool = True, expired: bool = False) -> None:
        self.known[GIVEN] = {
            "verification_id": GIVEN,
            "match": match,
            "checked_at": "2026-09-23T08:50:00+08:00",
            "expires_at": "2026-09-23T09:20:00+08:00",
            "expired": expired,
            "person_ref": sealing.person_ref(sealing.blind(doc_no)),
        }


@pytest.fixture
def card(inspection: Suite) -> CardStub:
    stub = CardStub()
    inspection.apps["card"] = stub.app
    return stub


def desk(suite: Suite, user: str = "window-ez") -> Desk:
    return suite.desk(user, purpose="LI_COMPLAINT", now=NOW)


async def seen(suite: Suite, row: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = (await desk(suite, "cw-li-ez").get(f"{PATH}/{row['id']}")).json()
    return body


async def test_a_verification_of_the_complainant_is_noted(
    inspection: Suite, card: CardStub, filing: Make, person: Make
) -> None:
    card.knows(person(1)["doc_no"])
    row = (await desk(inspection).post(PATH, filing(verification_id=GIVEN))).json()
    assert row["card_verified"] is True
    without = filing(complainant=person(2), workers=[], amount_claimed=...)
    assert (await desk(inspection).post(PATH, without)).json()["card_verified"] is False


async def test_a_verification_of_somebody_else_or_of_nobody_is_refused(
    inspection: Suite, card: CardStub, filing: Make, person: Make
) -> None:
    body = filing(verification_id=GIVEN)
    assert_problem(await desk(inspection).post(PATH, body), 422, "VERIFICATION_UNKNOWN")
    card.knows(person(2)["doc_no"])
    assert_problem(await desk(inspection).post(PATH, body), 422, "VERIFICATION_UNKNOWN")


async def test_an_expired_verification_is_made_again(
    inspection: Suite, card: CardStub, filing: Make, person: Make
) -> None:
    card.knows(person(1)["doc_no"], expired=True)
    answer = await desk(inspection).post(PATH, filing(verification_id=GIVEN))
    assert_problem(answer, 409, "VERIFICATION_EXPIRED")


async def test_a_card_that_does_not_match_is_no_reason_to_refuse(
    inspection: Suite, card: CardStub, filing: Make, person: Make
) -> None:
    card.knows(person(1)["doc_no"], match=False)
    row = (await desk(inspection).post(PATH, filing(verification_id=GIVEN))).json()
    assert row["card_verified"] is False


async def test_while_cards_are_down_the_complaint_is_taken_and_the_check_made_later(
    inspection: Suite, card: CardStub, filing: Make, person: Make
) -> None:
    inspection.down.add("card")
    answer = await desk(inspection).post(PATH, filing(verification_id=GIVEN))
    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert row["card_verified"] is False
    database = inspection.databases["labor_inspection"]
    worker = inspection.worker("labor_inspection")
    assert await worker.run_errands() == 1
    waiting = await database.fetch(
        "SELECT status, attempts, next_at > now() AS later FROM verification_checks"
    )
    assert [tuple(check) for check in waiting] == [("PENDING", 1, True)]
    assert await worker.run_errands() == 0

    inspection.down.discard("card")
    card.knows(person(1)["doc_no"])
    await _wait_no_longer(inspection)
    assert await worker.run_errands() == 1
    after = await seen(inspection, row)
    assert after["card_verified"] is True
    assert after["version"] == row["version"] + 1
    assert await database.value("SELECT status FROM verification_checks") == "VERIFIED"
    history = await desk(inspection).get(f"{PATH}/{row['id']}/timeline")
    assert history.json()["items"][-1]["action"] == "card-verified"
    assert await worker.run_errands() == 0


async def test_a_check_answered_late_counts_if_it_was_good_when_the_complaint_was_taken(
    inspection: Suite, card: CardStub, filing: Make, person: Make
) -> None:
    inspection.down.add("card")
    row = (await desk(inspection).post(PATH, filing(verification_id=GIVEN))).json()
    inspection.down.discard("card")
    card.knows(person(1)["doc_no"])
    card.known[GIVEN]["expired"] = True
    await inspection.worker("labor_inspection").run_errands()
    assert (await seen(inspection, row))["card_verified"] is True


async def test_a_check_that_expired_meanwhile_leaves_the_complaint_unverified(
    inspection: Suite, card: CardStub, filing: Make, person: Make
) -> None:
    inspection.down.add("card")
    row = (await desk(inspection).post(PATH, filing(verification_id=GIVEN))).json()
    inspection.down.discard("card")
    card.knows(person(1)["doc_no"], expired=True)
    card.known[GIVEN]["expires_at"] = "2026-09-23T08:59:59+08:00"
    await inspection.worker("labor_inspection").run_errands()
    assert (await seen(inspection, row))["card_verified"] is False
    status = await inspection.databases["labor_inspection"].value(
        "SELECT status FROM verification_checks"
    )
    assert status == "EXPIRED"


async def test_a_repeated_request_asks_for_no_second_verification(
    inspection: Suite, card: CardStub, filing: Make, person: Make
) -> None:
    card.knows(person(1)["doc_no"])
    body, key = filing(verification_id=GIVEN), "01970000-0000-4000-8000-000000000001"
    first = await desk(inspection).post(PATH, body, key=key)
    again = await desk(inspection).post(PATH, body, key=key)
    assert again.text == first.text
    assert card.asked == 1


async def test_the_card_service_itself_answers_as_expected(
    suite: Suite, filing: Make, person: Make
) -> None:
    await suite.start("card", "labor_inspection")
    counter = suite.desk("window-ez", purpose="LI_COMPLAINT", now=NOW)
    unknown = filing(verification_id=GIVEN)
    assert_problem(await counter.post(PATH, unknown), 422, "VERIFICATION_UNKNOWN")
    one = person(1)
    asked = {"name": one["name"], "doc_no": one["doc_no"]}
    made = (await counter.post("/card/v1/verifications", asked)).json()
    assert made["match"] is False
    body = filing(verification_id=made["verification_id"])
    counter.now = "2026-09-23T09:31:00+08:00"
    assert_problem(await counter.post(PATH, body), 409, "VERIFICATION_EXPIRED")
    counter.now = "2026-09-23T09:29:00+08:00"
    answer = await counter.post(PATH, body)
    assert (answer.status_code, answer.json()["card_verified"]) == (201, False)


async def _wait_no_longer(inspection: Suite) -> None:
    async with inspection.apps["labor_inspection"].state.database.transaction() as session:
        await session.execute(text("UPDATE verification_checks SET next_at = now()"))
