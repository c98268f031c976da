"""A move: one checklist over five services, done when nothing of it waits."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.inbox import Received, handle_once
from hrss_kit.peers import PeerDown
from hrss_kit.testing import assert_problem
from talent.mobility import barriers
from talent.moves import progress, rules

from .conftest import WANG, TalentOffice
from .test_title_recognitions import answer_of, apply

PATH = "/talent/v1/moves"
FILES = "/talent/v1/file-transfers"
DAY = "2026-05-20T09:00:00+08:00"


def body(**changes: Any) -> dict[str, Any]:
    return {
        "person": {**WANG, "doc_type": "01"},
        "from_city": "420100",
        "employer_uscc": "91420799MAEH00024C",
        **changes,
    }


async def opened(office: TalentOffice, **changes: Any) -> dict[str, Any]:
    answer = await office.desk("cw-talent-ez", "TALENT_MOVE", DAY).post(PATH, body(**changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def states(row: dict[str, Any]) -> dict[str, str]:
    return {item["code"]: item["state"] for item in row["items"]}


async def happens(office: TalentOffice, type_: str, data: dict[str, Any], **more: Any) -> None:
    """An event of another service reaches the worker, twice."""
    app = office.suite.apps["talent"]
    consumer = next(one for one in app.state.service.consumers if one.type == type_)
    event = Received(
        id=uuid4(), type=type_, source=consumer.peer, subject="XX-1", time=DAY, data=data, **more
    )
    for _ in range(2):
        async with app.state.database.transaction() as session:
            await handle_once(session, consumer, event)


@pytest.mark.req("TAL-3b")
async def test_a_move_is_done_when_every_item_is(office: TalentOffice) -> None:
    await answer_of(office, await apply(office))
    journey = str(uuid4())
    row = await opened(office, journey_id=journey)
    assert row["state"] == "CHECKLIST"
    assert states(row) == {
        "CONTRACT": "DONE", "FILE_TRANSFER": "WAITING", "SOCIAL_INSURANCE": "WAITING",
        "CARD": "WAITING", "TITLE_RECOGNITION": "DONE", "TALENT_AWARD": "NOT_NEEDED",
        "EMPLOYMENT_REGISTRATION": "WAITING",
    }  # fmt: skip
    (event,) = await office.suite.events("talent", "talent.move.opened.v1")
    assert (event["data"]["from"], event["data"]["to"]) == ("420100", "420700")
    assert event["data"]["items"]["FILE_TRANSFER"] == "WAITING"
    named = await office.database.value(
        "SELECT journey_id FROM outbox_events WHERE type = 'talent.move.opened.v1'"
    )
    assert named == UUID(journey)
    here = office.desk("cw-talent-ez", "TALENT_MOVE", DAY)
    assert_problem(await here.post(PATH, body()), 409, "DUPLICATE")
    await happens(office, "si.transfer.completed.v1", {"kind": "EMP_INTRA"}, journeyid=journey)
    path = f"{PATH}/{row['id']}"
    row = (await here.get(path)).json()
    assert states(row)["SOCIAL_INSURANCE"] == "DONE"
    row = (await here.act(f"{path}/choose-card", row, {"choice": "KEEP"})).json()
    ref = await office.database.value("SELECT left(encode(id_hash, 'hex'), 24) FROM moves")
    await happens(
        office,
        "employment.referral.hired.v1",
        {"employer_uscc": "91420799MAEH00024C", "work_city": "420700"},
        personref=ref,
    )
    row = (await here.get(path)).json()
    wish = {"item": "FILE_TRANSFER", "state": "DONE", "reference": "TA-1"}
    row = (await here.act(f"{path}/mark-item", row, wish)).json()
    assert (row["state"], row["done_on"]) == ("DONE", "2026-05-20")
    assert_problem(await here.act(f"{path}/mark-item", row, wish), 409, "STATE_CONFLICT")
    (done,) = await office.suite.events("talent", "talent.move.done.v1")
    assert set(done["data"]["items"].values()) == {"DONE", "NOT_NEEDED"}
    settled = await office.suite.events("talent", "talent.move.item_done.v1")
    assert [event["data"]["item"] for event in settled] == [
        "SOCIAL_INSURANCE", "CARD", "EMPLOYMENT_REGISTRATION", "FILE_TRANSFER",
    ]  # fmt: skip


@pytest.mark.req("TAL-3b")
async def test_what_fails_is_taken_up_by_a_supervisor(office: TalentOffice) -> None:
    row = await opened(office)
    ref = await office.database.value("SELECT left(encode(id_hash, 'hex'), 24) FROM moves")
    await happens(
        office, "si.transfer.rejected.v1", {"kind": "EMP_INTRA", "to": "420700"}, personref=ref
    )
    here = office.desk("cw-talent-ez", "TALENT_MOVE", DAY)
    path = f"{PATH}/{row['id']}"
    row = (await here.get(path)).json()
    assert (states(row)["SOCIAL_INSURANCE"], row["state"]) == ("FAILED", "CHECKLIST")
    wish = {"item": "SOCIAL_INSURANCE", "state": "WAITING", "note": "补正后再办"}
    assert_problem(await here.act(f"{path}/mark-item", row, wish), 403, "SCOPE_MISSING")
    head = office.desk("supervisor-ez", "TALENT_MOVE", DAY)
    row = (await head.act(f"{path}/mark-item", row, wish)).json()
    assert states(row)["SOCIAL_INSURANCE"] == "WAITING"


async def test_a_worker_that_dies_leaves_nothing_half_done(
    office: TalentOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the item was settled and before the commit; a peer that is down only waits."""
    row = await opened(office)
    done, here = progress.settle, office.desk("cw-talent-ez", "TALENT_MOVE", DAY)
    said = {"kind": "EMP_INTRA", "to": "420700"}

    async def dies(*args: Any, **more: Any) -> None:
        await done(*args, **more)
        raise SystemExit("killed")

    monkeypatch.setattr(progress, "settle", dies)
    ref = await office.database.value("SELECT left(encode(id_hash, 'hex'), 24) FROM moves")
    # Another journey's id: the person and the city say whose transfer it is.
    told = {"personref": ref, "journeyid": str(uuid4())}
    with pytest.raises(SystemExit):
        await happens(office, "si.transfer.completed.v1", said, **told)
    path = f"{PATH}/{row['id']}"
    assert states((await here.get(path)).json())["SOCIAL_INSURANCE"] == "WAITING"
    assert await office.suite.events("talent", "talent.move.item_done.v1") == []
    monkeypatch.setattr(progress, "settle", done)
    await happens(office, "si.transfer.completed.v1", said, **told)
    assert states((await here.get(path)).json())["SOCIAL_INSURANCE"] == "DONE"
    assert len(await office.suite.events("talent", "talent.move.item_done.v1")) == 1
    with pytest.raises(PeerDown):
        await asyncio.create_task(office.suite.worker("talent").follow("social_insurance"))


async def test_a_card_that_is_replaced_waits_for_the_new_one(office: TalentOffice) -> None:
    row = await opened(office)
    here = office.desk("cw-talent-ez", "TALENT_MOVE", DAY)
    path = f"{PATH}/{row['id']}"
    await here.act(f"{path}/choose-card", row, {"choice": "REPLACE"})
    ref = await office.database.value("SELECT left(encode(id_hash, 'hex'), 24) FROM moves")
    for city, state in (("420100", "WAITING"), ("420700", "DONE")):
        await happens(office, "card.activated.v1", {"issuing_city": city}, personref=ref)
        assert states((await here.get(path)).json())["CARD"] == state, city


@pytest.mark.req("TAL-3b")
async def test_the_file_goes_within_fifteen_working_days_and_never_by_hand(
    office: TalentOffice,
) -> None:
    move = await opened(office)
    here = office.desk("cw-talent-ez", "TALENT_MOVE", DAY)
    asked = {"person": {**WANG, "doc_type": "01"}, "from_city": "420100"}
    carried = await here.post(FILES, {**asked, "carried_by_person": True})
    assert_problem(carried, 422, "SELF_CARRY_FORBIDDEN")
    row = (await here.post(FILES, asked)).json()
    assert (row["state"], row["move_id"]) == ("REQUESTED", move["id"])
    assert row["journey_id"] == move["journey_id"]
    found = (await here.get(FILES, {"journey_id": move["journey_id"]})).json()["items"]
    assert [one["id"] for one in found] == [row["id"]]
    assert row["deadlines"][0]["due_on"] == "2026-06-10"
    assert_problem(await here.post(FILES, asked), 409, "DUPLICATE")
    path = f"{FILES}/{row['id']}"
    sent = {"method": "MACHINE_POST", "pages": 86, "sent_on": "2026-06-03"}
    there = office.desk("cw-talent-wh", "TALENT_MOVE", "2026-06-03T09:00:00+08:00")
    assert_problem(await here.act(f"{path}/check", row), 403, "NOT_YOUR_CITY")
    assert_problem(await there.act(f"{path}/send", row, sent), 409, "STATE_CONFLICT")
    row = (await there.act(f"{path}/check", row)).json()
    by_hand = {**sent, "carried_by_person": True}
    assert_problem(await there.act(f"{path}/send", row, by_hand), 422, "SELF_CARRY_FORBIDDEN")
    row = (await there.act(f"{path}/send", row, sent)).json()
    assert row["deadlines"][0]["status"] == "MET"
    later = office.desk("cw-talent-ez", "TALENT_MOVE", "2026-06-05T09:00:00+08:00")
    wrong = await later.act(f"{path}/receive", row, {"pages": 85})
    assert_problem(wrong, 422, "PAGES_DIFFER")
    lacking = {"items": ["1998年转正定级表"], "reason": "缺材料"}
    row = (await later.act(f"{path}/return", row, lacking)).json()
    assert (row["state"], row["return_list"]) == ("RETURNED", ["1998年转正定级表"])
    row = (await there.act(f"{path}/check", row)).json()
    row = (await there.act(f"{path}/send", row, {**sent, "pages": 87})).json()
    row = (await later.act(f"{path}/receive", row, {"pages": 87})).json()
    assert (row["state"], row["received_on"]) == ("RECEIVED", "2026-06-05")
    assert states((await later.get(f"{PATH}/{move['id']}")).json())["FILE_TRANSFER"] == "DONE"


async def test_a_former_civil_servants_file_does_not_go_by_ems(office: TalentOffice) -> None:
    here = office.desk("cw-talent-ez", "TALENT_MOVE", DAY)
    asked = {
        "person": {**WANG, "doc_type": "01"}, "from_city": "420100", "is_restricted": True,
    }  # fmt: skip
    row = (await here.post(FILES, asked)).json()
    there = office.desk("cw-talent-wh", "TALENT_MOVE", DAY)
    path = f"{FILES}/{row['id']}"
    row = (await there.act(f"{path}/check", row)).json()
    ems = {"method": "EMS", "pages": 10}
    assert_problem(await there.act(f"{path}/send", row, ems), 422, "EMS_FORBIDDEN")
    gone = await there.act(f"{path}/send", row, {**ems, "method": "COURIER"})
    assert gone.json()["state"] == "SENT"


@pytest.mark.req("TAL-3b")
async def test_conditions_on_hukou_region_and_identity_are_refused_by_name(
    office: TalentOffice,
) -> None:
    here = office.desk("cw-talent-ez", "TALENT_MOVE", DAY)
    asked = body(note="须为本市户籍，干部身份优先")
    problem = assert_problem(await here.post(PATH, asked), 422, "MOBILITY_BARRIER")
    told = " ".join(error["message_zh"] for error in problem["errors"])
    assert "本市户籍" in told
    assert "干部身份" in told
    assert (await here.post(PATH, body(note="户籍不限，不看身份"))).status_code == 201
    wrong = await here.post(PATH, body(from_city="420700"))
    assert_problem(wrong, 422, "CITY")


terms = st.sampled_from(("户籍", "户口", "生源地"))


@given(terms, st.text("测试岗位 ", max_size=8), st.text("测试岗位 ", max_size=8))
def test_every_listed_condition_is_found_and_its_denial_is_none(
    term: str, before: str, after: str
) -> None:
    listed = ("户籍", "户口", "生源地")
    spaced = " ".join(term)
    assert list(barriers({"note": f"{before}{spaced}{after}"}, listed))
    assert not list(barriers({"note": f"{before}{term}不限{after}"}, listed))
    assert not list(barriers({"note": f"{before}不限{term}{after}"}, listed))


@given(st.lists(st.sampled_from(("NOT_NEEDED", "WAITING", "DONE", "FAILED")), min_size=1))
def test_a_move_with_anything_waiting_or_failed_is_not_done(found: list[str]) -> None:
    assert rules.is_complete(found) == (not {"WAITING", "FAILED"} & set(found))
