"""Scenario 7.3: recognition and move, from the treaty to the day the title is revoked."""

from typing import Any

import pytest

from hrss_kit.testing import assert_problem

from .conftest import WANG, TalentOffice, Treaty, certificate
from .test_awards import award
from .test_moves import body as move_of
from .test_moves import happens, states
from .test_secondments import active
from .test_talent_demands import demand, laboratory
from .test_title_recognitions import CHEN, application

BASE = "/talent/v1"


class Day:
    """The desks of both cities on a day."""

    def __init__(self, office: TalentOffice, on: str, purpose: str = "TALENT_RECOG") -> None:
        self.office, self.now, self.purpose = office, f"2026-{on}T09:00:00+08:00", purpose

    def desk(self, user: str) -> Any:
        return self.office.desk(user, self.purpose, self.now)

    async def post(self, user: str, path: str, body: Any, status: int = 201) -> Any:
        answer = await self.desk(user).post(f"{BASE}/{path}", body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def act(self, user: str, path: str, row: Any, action: str, body: Any = None) -> Any:
        answer = await self.desk(user).act(f"{BASE}/{path}/{row['id']}/{action}", row, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def get(self, user: str, path: str) -> Any:
        answer = await self.desk(user).get(f"{BASE}/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.mark.req("TAL-3a")
@pytest.mark.req("TAL-3b")
@pytest.mark.req("TAL-3c")
async def test_recognition_and_move(office: TalentOffice, treaty: Treaty) -> None:
    may = Day(office, "05-11")
    # 1–2: the treaty, and what she holds in Wuhan
    mapping = await treaty.draft()
    mapping = (await treaty.approve(mapping, "supervisor-wh")).json()
    title = await may.post("cw-talent-wh", "title-certificates", certificate())
    prize = await may.post("cw-talent-wh", "awards", award())
    refused = await may.desk("cw-talent-ez").post(f"{BASE}/recognitions", {"award_id": prize["id"]})
    assert_problem(refused, 409, "MAPPING_NOT_ACTIVE")
    assert (await treaty.approve(mapping, "supervisor-ez")).json()["state"] == "ACTIVE"
    # 3–5: the title
    row = await may.post("cw-talent-ez", "title-recognitions", application())
    assert (row["state"], row["deadlines"][0]["due_on"]) == ("VERIFYING", "2026-05-18")
    row = await may.act("cw-talent-wh", "title-recognitions", row, "verify", {})
    assert (row["state"], row["level_received"], row["certificate_no"]) == (
        "GRANTED", "2", "HR-42014207-20260511-000001",
    )  # fmt: skip
    await may.post("cw-talent-ez", "title-recognitions", application(), 409)
    # 6: the award, and the benefit that is paid already
    housing = {
        "person": {**WANG, "doc_type": "01"}, "kind": "HOUSING",
        "period_from": "2025-01-01", "period_to": "2026-12-31",
    }  # fmt: skip
    await may.post("cw-talent-wh", "benefits", housing)
    status = await may.post("cw-talent-ez", "recognitions", {"award_id": prize["id"]})
    status = await may.act("cw-talent-wh", "recognitions", status, "verify", {})
    status = await may.act("cw-talent-ez", "recognitions", status, "grant")
    assert (status["state"], status["valid_to"]) == ("GRANTED", "2028-12-31")
    assert status["benefit_check"]["result"] == "DUPLICATE"
    twice = await may.desk("cw-talent-ez").post(f"{BASE}/benefits", housing)
    assert_problem(twice, 409, "BENEFIT_DUPLICATE")
    # 7–8: what needs no recognition, and what is out of its scope
    exam = application(
        person=CHEN, series="T19", level="3", title_code="123", path="EXAM",
        cert_no="EZ-JJ-2023-0012", issued_on="2023-11-05",
    )  # fmt: skip
    assert (await may.post("cw-talent-ez", "title-recognitions", exam))["state"] == "NOT_REQUIRED"
    far = application(issuer_city="420300", issuer_org="十堰市人社局", cert_no="SY-1")
    assert (await may.post("cw-talent-ez", "title-recognitions", far))["state"] == "REFUSED_SCOPE"
    # 9–12: the move, its file, its insurance, its card
    moving = Day(office, "05-20", "TALENT_MOVE")
    move = await moving.post("cw-talent-ez", "moves", move_of())
    assert list(states(move).values()).count("NOT_NEEDED") == 0  # both recognitions are there
    ask = {"person": {**WANG, "doc_type": "01"}, "from_city": "420100"}
    carried = {**ask, "carried_by_person": True}
    assert_problem(
        await moving.desk("cw-talent-ez").post(f"{BASE}/file-transfers", carried),
        422, "SELF_CARRY_FORBIDDEN",
    )  # fmt: skip
    file = await moving.post("cw-talent-ez", "file-transfers", ask)
    assert file["deadlines"][0]["due_on"] == "2026-06-10"
    sending = Day(office, "06-03", "TALENT_MOVE")
    file = await sending.act("cw-talent-wh", "file-transfers", file, "check")
    by_post = {"method": "MACHINE_POST", "pages": 86}
    file = await sending.act("cw-talent-wh", "file-transfers", file, "send", by_post)
    receiving = Day(office, "06-05", "TALENT_MOVE")
    file = await receiving.act("cw-talent-ez", "file-transfers", file, "receive", {"pages": 86})
    assert (file["state"], file["received_on"]) == ("RECEIVED", "2026-06-05")
    later = Day(office, "06-22", "TALENT_MOVE")
    await happens(
        office, "si.transfer.completed.v1", {"kind": "EMP_INTRA", "from": "420100", "to": "420700"},
        journeyid=move["journey_id"],
    )  # fmt: skip
    move = await later.get("cw-talent-ez", f"moves/{move['id']}")
    move = await later.act("cw-talent-ez", "moves", move, "choose-card", {"choice": "KEEP"})
    mark = {"item": "EMPLOYMENT_REGISTRATION", "state": "DONE", "reference": "EM-1"}
    move = await later.act("cw-talent-ez", "moves", move, "mark-item", mark)
    assert (move["state"], move["done_on"]) == ("DONE", "2026-06-22")
    assert len(await office.suite.events("talent", "talent.move.done.v1")) == 1
    # 13: a demand of Ezhou meets a laboratory of Wuhan
    await later.post("cw-talent-wh", "science-resources", laboratory())
    wanted = await later.post("cw-talent-ez", "talent-demands", demand())
    wanted = await later.act("cw-talent-ez", "talent-demands", wanted, "publish")
    wish = {"demand_id": wanted["id"], "kind": "RESOURCE"}
    found = await later.post("cw-talent-ez", "matches", wish, 200)
    assert found["items"][0]["score"] == 73.33
    match = await later.act("cw-talent-ez", "demand-matches", found["items"][0], "contact")
    assert (await later.act("cw-talent-ez", "demand-matches", match, "sign"))["state"] == "SIGNED"
    # 14: one secondment each way is a balance
    await active(office)
    await active(office, "wh", "ez", person={**WANG, "doc_type": "01"})
    figures = await office.desk("supervisor-ez", None, later.now).get(
        f"{BASE}/indicators", {"period": "2026", "city": "420700"}
    )
    balance = next(one for one in figures.json()["items"] if one["id"] == "I-TAL-3")
    assert (balance["value"], balance["suppressed"]) == (1.0, False)
    # 15: the title was obtained by fraud
    autumn = Day(office, "09-01")
    reason = {"reason": "业绩材料不实"}
    await autumn.act("supervisor-wh", "title-certificates", title, "revoke", reason)
    fallen = await autumn.get("cw-talent-ez", f"title-recognitions/{row['id']}")
    assert (fallen["state"], fallen["ended_on"]) == ("REVOKED", "2026-09-01")
    assert len(await office.suite.events("talent", "talent.recognition.revoked.v1")) == 1
    papers = await autumn.get(
        "cw-talent-ez", f"recognition-certificates?no={row['certificate_no']}"
    )
    (paper,) = papers["items"]
    printed = {"number": paper["no"], "verify_code": paper["verify_code"]}
    employer = await office.suite.client().post(
        f"{BASE}/recognition-certificates/checks", json=printed
    )
    assert employer.json()["state"] == "REVOKED"
