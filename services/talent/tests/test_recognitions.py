"""Awards of the other city: by the mapping of the day, or by both supervisors."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import assert_problem
from talent.recognitions import rules

from .conftest import NOW, WANG, TalentOffice, Treaty
from .test_awards import award

PATH = "/talent/v1/recognitions"
BENEFITS = "/talent/v1/benefits"


class Case:
    """Wang's award of Wuhan, applied for in Ezhou."""

    def __init__(self, office: TalentOffice) -> None:
        self.office = office
        self.here = office.desk("cw-talent-ez", "TALENT_RECOG")

    async def award(self, **changes: Any) -> dict[str, Any]:
        answer = await self.office.wuhan.post("/talent/v1/awards", award(**changes))
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def applied(self, origin: dict[str, Any], now: str = NOW) -> dict[str, Any]:
        desk = self.office.desk("cw-talent-ez", "TALENT_RECOG", now)
        answer = await desk.post(PATH, {"award_id": origin["id"]})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def verified(self, row: dict[str, Any], **body: Any) -> dict[str, Any]:
        answer = await self.office.clerk.act(f"{PATH}/{row['id']}/verify", row, body)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def granted(self, origin: dict[str, Any]) -> dict[str, Any]:
        row = await self.verified(await self.applied(origin))
        answer = await self.here.act(f"{PATH}/{row['id']}/grant", row)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def read(self, row: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = (await self.here.get(f"{PATH}/{row['id']}")).json()
        return made


@pytest.fixture
def case(office: TalentOffice) -> Case:
    return Case(office)


@pytest.mark.req("TAL-2a")
@pytest.mark.req("TAL-3a")
async def test_a_mapping_that_one_city_has_not_approved_is_not_used(
    office: TalentOffice, treaty: Treaty, case: Case
) -> None:
    origin = await case.award()
    mapping = await treaty.draft()
    half = (await treaty.approve(mapping, "supervisor-wh")).json()
    asked = await case.here.post(PATH, {"award_id": origin["id"]})
    assert_problem(asked, 409, "MAPPING_NOT_ACTIVE")
    await treaty.approve(half, "supervisor-ez")
    row = await case.applied(origin)
    assert (row["state"], row["route"], row["mapping_id"]) == ("VERIFYING", "MAPPED", mapping["id"])
    assert row["deadlines"][0]["due_on"] == "2026-05-18"
    early = office.desk("cw-talent-ez", "TALENT_RECOG", "2026-04-30T09:00:00+08:00")
    other = await case.award(certificate_no="WH-IND-2")
    assert_problem(await early.post(PATH, {"award_id": other["id"]}), 409, "MAPPING_NOT_ACTIVE")


@pytest.mark.req("TAL-3a")
async def test_the_status_is_granted_and_the_second_benefit_is_not(
    office: TalentOffice, treaty: Treaty, case: Case
) -> None:
    await treaty.active()
    housing = {
        "person": {**WANG, "doc_type": "01"},
        "kind": "HOUSING",
        "period_from": "2025-01-01",
        "period_to": "2026-12-31",
        "amount": "36000.00",
    }
    paid = await office.wuhan.post(BENEFITS, housing)
    assert paid.status_code == 201, paid.text
    row = await case.granted(await case.award())
    assert (row["state"], row["granted_level"], row["valid_to"]) == ("GRANTED", "B", "2028-12-31")
    assert row["certificate_no"] == "HR-42014207-20260511-000001"
    drawn = {"city": "420100", "kind": "HOUSING", "period_from": "2025-01-01",
             "period_to": "2026-12-31"}  # fmt: skip
    assert row["benefit_check"] == {"result": "DUPLICATE", "items": [drawn]}
    mine = {**housing, "period_from": "2026-06-01", "period_to": "2027-05-31"}
    problem = assert_problem(await case.here.post(BENEFITS, mine), 409, "BENEFIT_DUPLICATE")
    assert problem["duplicates"] == [drawn]
    other = {**mine, "kind": "RESEARCH"}
    assert (await case.here.post(BENEFITS, other)).status_code == 201
    after = {**mine, "period_from": "2027-01-01"}
    assert (await case.here.post(BENEFITS, after)).status_code == 201
    asked = await case.here.post(PATH, {"award_id": row["award_id"]})
    assert_problem(asked, 409, "DUPLICATE")


async def test_one_of_fifty_benefits_at_once_is_recorded(office: TalentOffice) -> None:
    body = {"person": {**WANG, "doc_type": "01"}, "kind": "LIVING",
            "period_from": "2026-01-01", "period_to": "2026-12-31"}  # fmt: skip
    desks = [office.wuhan, office.ezhou]
    answers = await asyncio.gather(*(desks[n % 2].post(BENEFITS, body) for n in range(50)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49


@pytest.mark.req("TAL-3a")
async def test_an_unmapped_award_goes_to_both_supervisors(
    office: TalentOffice, treaty: Treaty, case: Case
) -> None:
    origin = await case.award(category="WH-YTH", certificate_no="WH-YTH-1")
    row = await case.verified(await case.applied(origin))
    assert row["route"] == "CASE_BY_CASE"
    path = f"{PATH}/{row['id']}"
    problem = assert_problem(await case.here.act(f"{path}/grant", row), 409, "REVIEWS_OPEN")
    assert problem["missing"] == ["420100", "420700"]
    over = {"granted_level": "C", "reason": "x"}
    assert_problem(await office.supervisor.act(f"{path}/review", row, over), 422, "MAPPING_LEVEL")
    said = {"granted_level": "D", "reason": "相当"}
    row = (await office.supervisor.act(f"{path}/review", row, said)).json()
    assert_problem(await office.supervisor.act(f"{path}/review", row, said), 409, "STATE_CONFLICT")
    far = office.desk("supervisor-ez", "TALENT_RECOG")
    lower = {"granted_level": "E", "reason": "略低"}
    row = (await far.act(f"{path}/review", row, lower)).json()
    assert {city: one["granted_level"] for city, one in row["reviews"].items()} == {
        "WH": "D", "EZ": "E",
    }  # fmt: skip
    row = (await case.here.act(f"{path}/grant", row)).json()
    assert (row["state"], row["granted_level"]) == ("GRANTED", "E")


async def test_what_the_treaty_does_not_recognise_is_refused_on_record(
    office: TalentOffice, treaty: Treaty
) -> None:
    await treaty.active(
        from_category="EZ-QYH", to_category=None, to_city="420100", kind="NOT_RECOGNISED"
    )
    body = award(category="EZ-QYH", certificate_no="EZ-QYH-1")
    origin = (await office.ezhou.post("/talent/v1/awards", body)).json()
    row = await office.clerk.post(PATH, {"award_id": origin["id"]})
    assert row.json()["state"] == "REFUSED_NOT_RECOGNISED", row.text


@pytest.mark.req("TAL-3a")
async def test_a_recognition_is_suspended_the_day_its_award_is_revoked(
    office: TalentOffice, treaty: Treaty, case: Case
) -> None:
    await treaty.active()
    origin = await case.award()
    row = await case.granted(origin)
    path, why = f"/talent/v1/awards/{origin['id']}", {"reason": "核查"}
    origin = (await office.supervisor.act(f"{path}/suspend", origin, why)).json()
    assert (await case.read(row))["state"] == "SUSPENDED"
    origin = (await office.supervisor.act(f"{path}/reinstate", origin, why)).json()
    assert (await case.read(row))["state"] == "GRANTED"
    await office.supervisor.act(f"{path}/revoke", origin, why)
    row = await case.read(row)
    assert row["state"] == "SUSPENDED"
    states = await office.database.value("SELECT state FROM recognition_certificates")
    assert states == "SUSPENDED"
    assert_problem(
        await office.supervisor.act(f"{PATH}/{row['id']}/revoke", row, why), 403, "NOT_YOUR_CITY"
    )
    far = office.desk("supervisor-ez", "TALENT_RECOG")
    gone = (await far.act(f"{PATH}/{row['id']}/revoke", row, why)).json()
    assert gone["state"] == "REVOKED"
    events = await office.suite.events("talent", "talent.recognition.revoked.v1")
    assert [event["data"]["state"] for event in events] == ["SUSPENDED", "SUSPENDED", "REVOKED"]


async def test_an_award_that_is_over_is_not_recognised(
    office: TalentOffice, treaty: Treaty, case: Case
) -> None:
    await treaty.active()
    over = await case.award(valid_to="2026-05-12")
    row = await case.verified(await case.applied(over))
    late = office.desk("cw-talent-ez", "TALENT_RECOG", "2026-05-13T09:00:00+08:00")
    assert_problem(await late.act(f"{PATH}/{row['id']}/grant", row), 409, "AWARD_EXPIRED")
    other = await case.award(certificate_no="WH-IND-9", valid_to="2026-05-12")
    assert_problem(await late.post(PATH, {"award_id": other["id"]}), 409, "AWARD_EXPIRED")
    body = {"person": {**WANG, "doc_type": "01"}, "category": "WH-IND", "certificate_no": "WH-NO"}
    assert_problem(await case.here.post(PATH, body), 422, "AWARD_UNKNOWN")


async def test_a_recognition_ends_with_its_term(
    office: TalentOffice, treaty: Treaty, case: Case
) -> None:
    await treaty.active()
    row = await case.granted(await case.award(valid_to="2026-06-30"))
    ops = office.desk("ops", now="2026-07-01T00:10:00+08:00")
    await ops.post("/talent/v1/timers/run")
    assert (await case.read(row))["state"] == "EXPIRED"


@pytest.mark.req("TAL-2a")
async def test_a_change_of_the_treaty_says_whom_it_concerns_and_what_they_keep(
    office: TalentOffice, treaty: Treaty, case: Case
) -> None:
    await treaty.categories(("EZ-C", "C"))
    old = await treaty.active()
    row = await case.granted(await case.award())
    waiting = await case.applied(await case.award(certificate_no="WH-IND-2"))
    new = await treaty.draft(
        to_category="EZ-C",
        kind="LOWER",
        effective_from="2026-09-01",
        supersedes=old["id"],
        grandfathering="UNTIL",
        grandfather_until="2027-08-31",
    )
    listed = await case.here.get(f"{Treaty.PATH}/{new['id']}/affected")
    found = {one["recognition_id"]: one for one in listed.json()["items"]}
    assert set(found) == {row["id"], waiting["id"]}
    assert (found[row["id"]]["granted_level"], found[row["id"]]["level_under_new"]) == ("B", "C")
    assert found[row["id"]]["person"]["name"] == "王**"
    for user in ("supervisor-wh", "supervisor-ez"):
        new = (await treaty.approve(new, user)).json()
    kept = await case.read(row)
    assert (kept["state"], kept["granted_level"]) == ("GRANTED", "B")
    assert (kept["grandfathered_by"], kept["valid_to"]) == (new["id"], "2027-08-31")
    # Who applied before keeps the mapping of that day; who applies later has the new one.
    late = office.desk("cw-talent-ez", "TALENT_RECOG", "2026-09-02T09:00:00+08:00")
    done = await case.verified(waiting)
    done = (await late.act(f"{PATH}/{done['id']}/grant", done)).json()
    assert done["granted_level"] == "B"
    third = await case.applied(
        await case.award(certificate_no="WH-IND-3"), "2026-09-02T09:00:00+08:00"
    )
    assert third["mapping_id"] == new["id"]


levels = st.lists(st.sampled_from("ABCDEF"), min_size=1)


@given(levels)
def test_the_lowest_level_counts(given_levels: list[str]) -> None:
    found = rules.lowest(given_levels)
    assert all(found >= level for level in given_levels)
    assert found in given_levels
