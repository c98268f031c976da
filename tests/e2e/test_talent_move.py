"""A talent's move, J-2: one journey through all five services, by what they tell and take."""

from typing import Any

import pytest

from employment.referrals.schemas import ReferralHired
from gateway.journeys import engine
from hrss_kit import context, outbox, sealing
from hrss_kit.ids import new_id
from hrss_kit.members import MEMBERS
from hrss_kit.testing import EZHOU, WUHAN, Suite

WANG = {"name": "王测乙", "doc_type": "01", "doc_no": "420199199207151022"}
EMPLOYER = "91420799MAEH00024C"
CARD = {
    "holder": WANG,
    "card_no": "E00000019",
    "spec_version": "3.00",
    "issued_on": "2021-12-03",
    "valid_to": "2031-12-02",
    "bank_code": "999",
    "bank_account": "9999994207000000011",
}
MOVES, CHOICES = "/talent/v1/moves", "/card/v1/card-choices"
TRANSFERS, AWAITED = "/social-insurance/v1/transfer-cases", "/social-insurance/v1/awaited-moves"
JOURNEYS = "/gateway/v1/journeys"


async def spread(suite: Suite) -> None:
    """Every worker reads what the others have published, and the gateway's calls what is due."""
    for _ in range(2):
        for member in MEMBERS:
            worker = suite.worker(member)
            for peer in sorted({one.peer for one in worker.service.consumers}):
                if await has_news(suite, member, peer):
                    context.begin()
                    await worker.follow(peer)
        context.begin()
        await engine.run(suite.worker("gateway"))


async def has_news(suite: Suite, member: str, peer: str) -> bool:
    """False when a worker would only wait: its cursor stands at the feed's end."""
    cursor = "SELECT after FROM feed_cursors WHERE peer = $1"
    after = await suite.databases[member].value(cursor, peer)
    last = "SELECT id FROM outbox_events ORDER BY position DESC NULLS FIRST LIMIT 1"
    end = await suite.databases[peer].value(last)
    return bool(end is not None and end != after)


async def one(suite: Suite, user: str, path: str, purpose: str | None = None) -> dict[str, Any]:
    answer = await suite.desk(user, purpose).get(path)
    assert answer.status_code == 200, f"{path}: {answer.text}"
    found: dict[str, Any] = answer.json()
    if "items" in found and "next_cursor" in found:
        (found,) = found["items"]
    return found


def states(journey: dict[str, Any]) -> dict[str, str]:
    return {step["code"]: step["state"] for step in journey["steps"]}


@pytest.mark.req("P-0c")
@pytest.mark.req("TAL-3b")
async def test_a_talent_move_creates_linked_items_in_every_service_with_one_journey_id(
    suite: Suite,
) -> None:
    await suite.start(*MEMBERS)
    code = "420799D15600000500BF7C7A48FB0001"
    clerk = suite.desk("cw-card-ez", "CARD_SERVICE")
    kept = await clerk.http.put(
        f"/card/v1/cards/{code}", json=CARD, headers={"X-Purpose": "CARD_SERVICE"}
    )
    assert kept.status_code == 201, kept.text

    # Scenario 7.3 step 9: the move is opened in talent; nobody there knows of journeys.
    wish = {"person": WANG, "from_city": WUHAN, "employer_uscc": EMPLOYER}
    answer = await suite.desk("cw-talent-ez", "TALENT_MOVE").post(MOVES, wish)
    assert answer.status_code == 201, answer.text
    move = answer.json()
    await spread(suite)

    journey = await one(suite, "cw-talent-wh", f"{JOURNEYS}/{move['journey_id']}")
    assert (journey["kind"], journey["subject"], journey["state"]) == (
        "TALENT_MOVE", move["biz_no"], "RUNNING",
    )  # fmt: skip
    linked = f"?journey_id={move['journey_id']}"
    awaited = await one(suite, "cw-si-ez", AWAITED + linked)
    choice = await one(suite, "cw-card-wh", CHOICES + linked)
    assert {awaited["move_no"], choice["move_no"]} == {move["biz_no"]}
    links = {step["code"]: step["resource"] for step in journey["steps"] if step["resource"]}
    assert links == {
        "OPEN_MOVE": f"{MOVES}/{move['id']}",
        "SI_AWAITED": f"{AWAITED}/{awaited['id']}",
        "CARD": f"{CHOICES}/{choice['id']}",
    }
    assert (await one(suite, "cw-card-ez", links["CARD"]))["state"] == "WAITING"
    assert (states(journey)["CONTRACT"], states(journey)["TALENT_AWARD"]) == ("DONE", "NOT_NEEDED")

    # Told again, nothing is made twice.
    await suite.databases["gateway"].fetch("DELETE FROM feed_cursors")
    await spread(suite)
    await one(suite, "cw-card-ez", CHOICES + linked)

    # Social insurance opens the transfer when the first month is paid in the new city.
    person = {**WANG, "mobile": "14400000002"}
    stretch = {
        "person": person, "scheme": "EMP", "person_kind": "STAFF", "monthly_base": "4000.00",
        "city": WUHAN, "employer_uscc": "91420199MAWH00019J", "from_month": "2018-01",
        "to_month": "2026-09", "status": "STOPPED",
    }  # fmt: skip
    month = move["opened_on"][:7]
    here = {"city": EZHOU, "employer_uscc": EMPLOYER, "from_month": month, "to_month": None,
            "status": "ACTIVE"}  # fmt: skip
    participations = "/social-insurance/v1/participations"
    for partner, body in (("wuhan", stretch), ("ezhou", {**stretch, **here})):
        made = await suite.desk(f"partner.{partner}").post(participations, body)
        assert made.status_code == 201, made.text
    await spread(suite)
    transfer = await one(suite, "cw-si-ez", TRANSFERS, "SI_TRANSFER")
    assert transfer["journey_id"] == move["journey_id"]
    journey = await one(suite, "cw-talent-wh", f"{JOURNEYS}/{move['journey_id']}")
    step = next(one for one in journey["steps"] if one["code"] == "SOCIAL_INSURANCE")
    assert (step["state"], step["resource_no"], step["due_on"]) == (
        "RUNNING", transfer["biz_no"], transfer["deadlines"][0]["due_on"],
    )  # fmt: skip
    done = await suite.desk("supervisor-ez").act(f"{TRANSFERS}/{transfer['id']}/complete", transfer)
    assert done.status_code == 200, done.text

    # The card is kept, at a counter of the city that is left; employment has registered the hire.
    choice = await one(suite, "window-wh", links["CARD"])
    answer = await suite.desk("window-wh").act(f"{links['CARD']}/keep", choice)
    assert answer.json()["state"] == "KEPT", answer.text
    context.begin()
    async with suite.apps["employment"].state.database.transaction() as session:
        outbox.publish(
            session,
            ReferralHired(
                referral_id=new_id(), employer_uscc=EMPLOYER, work_city=EZHOU,
                hired_on=move["opened_on"], groups=[],
            ),
            source="employment", subject="EM-1", city=EZHOU, audience=[EZHOU],
            person_ref=sealing.person_ref(sealing.blind(WANG["doc_no"])),
        )  # fmt: skip
    await spread(suite)
    move = await one(suite, "cw-talent-ez", f"{MOVES}/{move['id']}", "TALENT_MOVE")
    told = {item["code"]: (item["state"], item["reference"]) for item in move["items"]}
    assert told["SOCIAL_INSURANCE"] == ("DONE", transfer["biz_no"])
    assert told["CARD"] == ("DONE", choice["biz_no"])
    assert told["EMPLOYMENT_REGISTRATION"] == ("DONE", "EM-1")

    # What is left is talent's own; a failure is a supervisor's, and the end is everybody's.
    head = suite.desk("supervisor-ez", "TALENT_MOVE")
    for item, state in (("FILE_TRANSFER", "FAILED"), ("TITLE_RECOGNITION", "NOT_NEEDED")):
        answer = await head.act(
            f"{MOVES}/{move['id']}/mark-item", move, {"item": item, "state": state}
        )
        assert answer.status_code == 200, answer.text
        move = answer.json()
    await spread(suite)
    journey = await one(suite, "cw-talent-wh", f"{JOURNEYS}/{move['journey_id']}")
    assert (journey["state"], states(journey)["FILE_TRANSFER"]) == ("FAILED", "FAILED")
    await head.act(
        f"{MOVES}/{move['id']}/mark-item", move, {"item": "FILE_TRANSFER", "state": "DONE"}
    )
    await spread(suite)
    journey = await one(suite, "cw-talent-wh", f"{JOURNEYS}/{move['journey_id']}")
    assert journey["state"] == "DONE", states(journey)
    assert set(states(journey).values()) == {"DONE", "NOT_NEEDED"}
    ends = await suite.events("gateway", "gateway.journey.done.v1")
    assert [end["data"]["about"] for end in ends].count(move["biz_no"]) == 1


@pytest.mark.req("P-0c")
async def test_a_move_that_is_called_off_takes_its_part_in_the_card_service_back(
    suite: Suite,
) -> None:
    await suite.start("gateway", "talent", "card", "social_insurance")
    clerk = suite.desk("cw-card-ez", "CARD_SERVICE")
    code = "420799D15600000500BF7C7A48FB0001"
    await clerk.http.put(f"/card/v1/cards/{code}", json=CARD, headers={"X-Purpose": "CARD_SERVICE"})
    answer = await suite.desk("window-ez").post(
        JOURNEYS,
        {"kind": "J-2", "input": {"person": WANG, "from_city": WUHAN, "employer_uscc": EMPLOYER}},
    )
    assert answer.status_code == 201, answer.text
    path = f"{JOURNEYS}/{answer.json()['id']}"
    context.begin()
    await engine.run(suite.worker("gateway"))
    for peer, member in (("talent", "social_insurance"), ("talent", "gateway")):
        context.begin()
        await suite.worker(member).follow(peer)
    await engine.run(suite.worker("gateway"))
    choice = await one(suite, "cw-card-ez", CHOICES)
    assert choice["state"] == "WAITING"
    move = await one(suite, "cw-talent-ez", MOVES, "TALENT_MOVE")
    told = (await suite.desk("cw-talent-ez").get(f"{MOVES}/{move['id']}/timeline")).json()["items"]
    assert told[0]["actor"] == "window-ez"

    journey = await one(suite, "supervisor-ez", path)
    assert journey["allowed_actions"] == ["cancel"]
    suite.down.add("card")
    called = await suite.desk("supervisor-ez").act(f"{path}/cancel", journey, {"reason": "不来了"})
    assert called.json()["state"] == "CANCELLING"
    context.begin()
    await engine.run(suite.worker("gateway"))
    suite.down.clear()
    journey = await one(suite, "supervisor-ez", path)
    assert (states(journey)["OPEN_MOVE"], states(journey)["CARD"]) == ("COMPENSATED", "RUNNING")
    await suite.databases["gateway"].fetch(
        "UPDATE journey_steps SET next_at = now() WHERE next_at IS NOT NULL"
    )
    await engine.run(suite.worker("gateway"))
    journey = await one(suite, "supervisor-ez", path)
    assert (journey["state"], states(journey)["CARD"]) == ("CANCELLED", "COMPENSATED")
    assert (await one(suite, "cw-card-ez", CHOICES))["state"] == "CANCELLED"
    assert (await one(suite, "cw-talent-ez", MOVES, "TALENT_MOVE"))["state"] == "CANCELLED"
