"""Job seekers: one a person, tags with evidence, consent, what the other city sees."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from employment.job_seekers.consumers import CONSUMERS
from hrss_kit import clock, sealing
from hrss_kit.identifiers import resident_id_check_digit
from hrss_kit.inbox import Received, handle_once
from hrss_kit.testing import Desk, assert_problem

from .conftest import NOW, Employment

PATH = "/employment/v1/job-seekers"
TAGS = "/employment/v1/group-tags"
DOC = "420199198809090074"
# Sixteen on the day after the day of the scenario.
YOUNG = "42019920101013001" + resident_id_check_digit("42019920101013001")


def desk(employment: Employment, user: str, purpose: str = "EMP_MATCH") -> Desk:
    return employment.desk(user, purpose, NOW)


@pytest.mark.req("EMP-2c")
async def test_the_other_city_sees_what_the_purpose_opens(employment: Employment) -> None:
    made = await employment.seeker(
        groups=[{"group": "VETERAN", "evidence_type": "退役证", "evidence_no": "TY-20200001"}]
    )
    path = f"{PATH}/{made['id']}"
    own = (await desk(employment, "cw-emp-wh").get(path)).json()
    assert own["person"] == {
        "name": "孙**", "doc_type": "01", "doc_no": "420***********0074", "mobile": "144****0034",
    }  # fmt: skip
    assert (own["gender"], own["expected_salary_min"], own["groups"]) == ("1", "5500.00", [])
    seen = (await desk(employment, "cw-emp-ez").get(path)).json()
    assert seen["person"] == {"name": "孙**", "doc_type": None, "doc_no": None, "mobile": None}
    assert (seen["edu"], seen["skills"], seen["experience_months"]) == (
        "30", ["WMS", "盘点", "Excel"], 36,
    )  # fmt: skip
    hidden = ("gender", "expected_salary_min", "groups", "consents", "source_ref")
    assert [seen[name] for name in hidden] == [None] * 5
    assert seen["allowed_actions"] == []
    change = await employment.clerk.patch(path, seen, {"edu": "20"})
    assert_problem(change, 403, "NOT_YOUR_CITY")
    helped = desk(employment, "cw-emp-ez", "EMP_GROUP_HELP")
    assert_problem(await helped.get(path), 404, "NOT_FOUND")
    assert_problem(await employment.clerk.get(path), 400, "PURPOSE_REQUIRED")
    other = await employment.seeker(doc_no="420199199207151022", consents=[])
    unseen = await desk(employment, "cw-emp-ez").get(f"{PATH}/{other['id']}")
    assert_problem(unseen, 404, "NOT_FOUND")
    listed = (await desk(employment, "cw-emp-ez").get(PATH, {"occupation": "4-02"})).json()
    assert [one["id"] for one in listed["items"]] == [made["id"]]


@pytest.mark.req("EMP-2c")
async def test_sharing_needs_consent_or_a_duty(employment: Employment) -> None:
    made = await employment.seeker(
        consents=[], groups=[{"group": "FISHER", "evidence_type": "证明", "evidence_no": "F-1"}]
    )
    path = f"{PATH}/{made['id']}/share"
    for purpose in ("EMP_MATCH", "EMP_GROUP_HELP"):
        wish = {"city": "420700", "purpose": purpose}
        refused = await employment.wuhan_clerk.act(path, made, wish)
        assert_problem(refused, 403, "CONSENT_REQUIRED")
    wuhan = desk(employment, "cw-emp-wh")
    (tag,) = (await wuhan.get(TAGS)).json()["items"]
    assert (tag["state"], tag["evidence_no"]) == ("CLAIMED", "***")
    tag = (await wuhan.act(f"{TAGS}/{tag['id']}/verify", tag)).json()
    assert (tag["state"], tag["verified_by"]) == ("VERIFIED", "cw-emp-wh")
    wish = {"city": "420700", "purpose": "EMP_GROUP_HELP"}
    shared = await employment.wuhan_clerk.act(path, made, wish)
    assert shared.status_code == 200, shared.text
    helped = desk(employment, "cw-emp-ez", "EMP_GROUP_HELP")
    seen = (await helped.get(f"{PATH}/{made['id']}")).json()
    assert (seen["groups"], seen["person"]["mobile"]) == (["FISHER"], "144****0034")
    copy = json.loads(await employment.database.value("SELECT snapshot FROM seeker_mirrors"))
    assert "person_name" not in copy
    assert copy["groups"] == ["FISHER"]


@pytest.mark.req("EMP-2c")
async def test_a_withdrawal_hides_at_once_and_deletes_the_copies(employment: Employment) -> None:
    made = await employment.seeker()
    path = f"{PATH}/{made['id']}"
    wish = {"city": "420700", "purpose": "EMP_MATCH"}
    made = (await employment.wuhan_clerk.act(f"{path}/share", made, wish)).json()
    count = "SELECT count(*) FROM seeker_mirrors"
    assert await employment.database.value(count) == 1
    copies = "/employment/v1/seeker-mirrors"
    ezhou = desk(employment, "cw-emp-ez")
    (copy,) = (await ezhou.get(copies)).json()["items"]
    assert (copy["seeker_id"], copy["city"], copy["stale"]) == (made["id"], "420700", False)
    assert not {"person_name", "doc_no", "mobile"} & set(copy["snapshot"])
    for other in (desk(employment, "cw-emp-ez", "EMP_GROUP_HELP"),):
        assert (await other.get(copies)).json()["items"] == []
        assert_problem(await other.get(f"{copies}/{copy['id']}"), 404, "NOT_FOUND")
    assert_problem(await employment.clerk.get(copies), 400, "PURPOSE_REQUIRED")
    assert len((await desk(employment, "cw-emp-wh").get(copies)).json()["items"]) == 1
    gone = await employment.wuhan_clerk.act(f"{path}/withdraw-consent", made, {})
    assert gone.json()["consents"][0]["withdrawn_at"]
    assert_problem(await desk(employment, "cw-emp-ez").get(path), 404, "NOT_FOUND")
    assert await employment.database.value(count) == 0
    assert (await ezhou.get(copies)).json()["items"] == []
    types = {one["type"]: one for one in await employment.suite.events("employment")}
    told = types["employment.seeker.consent_withdrawn.v1"]
    assert told["data"]["cities"] == ["420700"]
    # Whatever way it went, the timer leaves no copy behind.
    await employment.database.fetch(
        "INSERT INTO seeker_mirrors (id, seeker_id, city, purpose, origin_version, snapshot, "
        "received_at) VALUES ($1, $2, '420700', 'EMP_MATCH', 1, '{}', now())",
        uuid4(), UUID(made["id"]),
    )  # fmt: skip
    ops = employment.desk("ops", now="2026-10-12T09:30:00+08:00")
    done = (await ops.post("/employment/v1/timers/run")).json()
    assert await employment.database.value(count) == 0, done


async def test_one_person_is_registered_once_in_both_cities(employment: Employment) -> None:
    body = {
        "person": {"name": "孙测庚", "doc_no": DOC}, "edu": "30", "accept_cities": ["420100"],
        "expected_occupations": ["4-02-06-03"],
    }  # fmt: skip
    desks = (employment.wuhan_clerk, employment.clerk)
    answers = await asyncio.gather(*(desks[n % 2].post(PATH, body) for n in range(12)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 11
    assert await employment.database.value("SELECT count(*) FROM job_seekers") == 1
    made = next(one.json() for one in answers if one.status_code == 201)
    own, other = ("wh", "ez") if made["owner_city"] == "420100" else ("ez", "wh")
    assert await employment.database.value("SELECT count(*) FROM seeker_claims") == 1
    refused = await employment.desk(f"cw-emp-{other}").post(PATH, body)
    problem = assert_problem(refused, 409, "DUPLICATE")
    claim = (await employment.desk(f"cw-emp-{own}").get(problem["claim"])).json()
    late = await employment.desk(f"cw-emp-{other}").act(f"{problem['claim']}/accept", claim)
    assert_problem(late, 403, "NOT_YOUR_CITY")
    done = await employment.desk(f"cw-emp-{own}").act(f"{problem['claim']}/accept", claim)
    assert done.json()["state"] == "ACCEPTED", done.text
    moved = await desk(employment, f"cw-emp-{other}").get(f"{PATH}/{made['id']}")
    assert moved.json()["owner_city"] == claim["claiming_city"]


async def test_a_closed_registration_makes_room_for_a_new_one(employment: Employment) -> None:
    made = await employment.seeker()
    await employment.wuhan_clerk.act(f"{PATH}/{made['id']}/close", made)
    again = await employment.seeker(at=employment.clerk)
    assert (again["owner_city"], again["id"] != made["id"]) == ("420700", True)
    unseen = await desk(employment, "cw-emp-ez").get(f"{PATH}/{made['id']}")
    assert_problem(unseen, 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person": {"name": "测", "doc_no": YOUNG}}, "UNDER_16"),
        ({"gender": "2"}, "GENDER_ID_MISMATCH"),
        ({"expected_occupations": []}, "TOO_FEW"),
        ({"expected_occupations": ["4-02-06-01"] * 4}, "TOO_MANY"),
        ({"accept_cities": ["110000"]}, "CITY_UNKNOWN"),
        ({"expected_salary_max": "1.00"}, "SALARY_RANGE"),
        ({"groups": [{"group": "WOMEN", "evidence_type": "x"}]}, "CODE"),
        ({"hukou": "420199"}, "UNKNOWN_FIELD"),
    ],
)
async def test_what_is_wrong_is_refused(
    employment: Employment, changes: dict[str, Any], code: str
) -> None:
    body = {
        "person": {"name": "孙测庚", "doc_no": DOC}, "edu": "30", "accept_cities": ["420100"],
        "expected_occupations": ["4-02-06-03"], "expected_salary_min": "5500.00", **changes,
    }  # fmt: skip
    assert_problem(await employment.wuhan_clerk.post(PATH, body), 422, code)
    assert await employment.database.value("SELECT count(*) FROM job_seekers") == 0


@pytest.mark.req("X-1")
async def test_graduates_without_work_stand_in_a_register(employment: Employment) -> None:
    tag = {"group": "GRAD", "evidence_type": "毕业证", "graduated_on": "2026-06-30"}
    await employment.seeker(groups=[tag])
    wuhan = desk(employment, "cw-emp-wh")
    register = {"group": "GRAD", "status": "LEFT_UNEMPLOYED"}
    (row,) = (await wuhan.get(TAGS, register)).json()["items"]
    assert row["valid_to"] == "2028-12-31"
    row = (await wuhan.act(f"{TAGS}/{row['id']}/verify", row)).json()
    row = (await wuhan.patch(f"{TAGS}/{row['id']}", row, {"status": "EMPLOYED"})).json()
    assert (await wuhan.get(TAGS, register)).json()["items"] == []
    twice = await wuhan.post(TAGS, {**tag, "seeker_id": row["seeker_id"]})
    assert_problem(twice, 409, "DUPLICATE")
    ops = employment.desk("ops", now="2029-01-01T00:30:00+08:00")
    await ops.post("/employment/v1/timers/run")
    assert (await wuhan.get(f"{TAGS}/{row['id']}")).json()["state"] == "EXPIRED"


@pytest.mark.parametrize(
    ("kind", "data", "state"),
    [
        ("card.holder.deceased.v1", {"verified_by": "x", "deceased_on": "2026-10-11"}, "CLOSED"),
        ("si.unemp.reemployed.v1", {"month": "2026-10"}, "EMPLOYED"),
    ],
)
async def test_a_death_or_new_work_ends_the_search(
    employment: Employment, kind: str, data: dict[str, Any], state: str
) -> None:
    made = await employment.seeker()
    consumer = next(one for one in CONSUMERS if one.type == kind)
    event = Received(
        id=uuid4(), type=kind, source="x", subject="x", time=clock.now(), data=data,
        personref=sealing.person_ref(sealing.blind(DOC)),
    )  # fmt: skip
    database = employment.suite.apps["employment"].state.database
    for _ in range(2):
        async with database.transaction() as session:
            await handle_once(session, consumer, event)
    row = (await desk(employment, "cw-emp-wh").get(f"{PATH}/{made['id']}")).json()
    assert row["status"] == state
    assert await employment.database.value("SELECT count(*) FROM seeker_profiles") == 0


@pytest.mark.req("X-16")
async def test_a_place_in_a_competition_raises_the_skill_level_and_lowers_none(
    employment: Employment,
) -> None:
    made = await employment.seeker(skill_level="4")
    consumer = next(one for one in CONSUMERS if one.type.startswith("talent.competition."))
    database = employment.suite.apps["employment"].state.database
    for level, held in (("2", "2"), ("3", "2")):
        event = Received(
            id=uuid4(), type=consumer.type, source="talent", subject="TA-1", time=clock.now(),
            data={"skill_level": level}, personref=sealing.person_ref(sealing.blind(DOC)),
        )  # fmt: skip
        async with database.transaction() as session:
            await handle_once(session, consumer, event)
        row = (await desk(employment, "cw-emp-wh").get(f"{PATH}/{made['id']}")).json()
        assert row["skill_level"] == held


async def test_full_values_are_shown_to_who_serves_the_person(employment: Employment) -> None:
    made = await employment.seeker()
    wish = {"fields": ["person.name", "person.mobile"], "reason": "电话联系"}
    path = f"{PATH}/{made['id']}/reveal"
    own = await desk(employment, "cw-emp-wh").post(path, wish)
    assert own.json()["fields"] == {"person.name": "孙测庚", "person.mobile": "14400000034"}
    early = await desk(employment, "cw-emp-ez").post(path, wish)
    assert_problem(early, 403, "NOT_YOUR_CITY")
    posting = await employment.published()
    pair = {"seeker_id": made["id"], "posting_id": posting["id"]}
    row = (await employment.clerk.post("/employment/v1/referrals", pair)).json()
    for step in ("send", "interview"):
        act = f"/employment/v1/referrals/{row['id']}/{step}"
        row = (await employment.clerk.act(act, row)).json()
    assert (await desk(employment, "cw-emp-ez").post(path, wish)).status_code == 200


async def test_many_persons_leave_with_a_supervisor_or_for_a_case(
    employment: Employment,
) -> None:
    for doc in (DOC, "420199199207151022"):
        await employment.seeker(doc_no=doc)
    await employment.database.fetch(
        "UPDATE policy_parameters SET value = '1' WHERE key = 'common.persons_without_ticket'"
    )
    wuhan = desk(employment, "cw-emp-wh")
    assert_problem(await wuhan.get(f"{PATH}/export"), 403, "TICKET_REQUIRED")
    answer = await wuhan.get(f"{PATH}/export", headers={"X-Case-No": "EM-WH-1"})
    assert answer.status_code == 200
    assert "孙**" in answer.text
    assert DOC not in answer.text
    assert (await desk(employment, "supervisor-wh").get(f"{PATH}/export")).status_code == 200
    refs = await employment.database.value(
        "SELECT cardinality(person_refs) FROM audit_entries "
        "WHERE operation LIKE '%export' AND result = 'OK' LIMIT 1"
    )
    assert refs == 2


async def test_job_seekers_come_by_the_file(employment: Employment) -> None:
    heading = (
        "person.name,person.doc_no,edu,expected_occupations,accept_cities,skills,group,"
        "match_consent_cities"
    )
    lines = [
        heading,
        f"孙测庚,{DOC},30,4-02-06-03;4-02-06-01,420100;420700,WMS;盘点,VETERAN 退役军人,420700",
        f"孙测庚,{DOC},30,4-02-06-03,420100,,,",
        "王测乙,420199199207151023,30,4-02-06-03,420100,,,",
    ]
    headers = {**employment.wuhan_clerk._headers(None), "Idempotency-Key": str(uuid4())}
    sent = await employment.wuhan_clerk.http.post(
        f"{PATH}/imports", files={"file": ("s.csv", "\n".join(lines).encode())}, headers=headers
    )
    with clock.at(clock.datetime.fromisoformat(NOW)):
        await asyncio.create_task(employment.suite.worker("employment").run_imports())
    done = (await employment.wuhan_clerk.get(sent.headers["location"])).json()
    assert (done["done"], done["failed"]) == (1, 2)
    errors = (await employment.wuhan_clerk.get(f"{sent.headers['location']}/errors")).json()
    assert [(one["row"], one["code"]) for one in errors["items"]] == [
        (3, "DUPLICATE"),
        (4, "ID_CHECKSUM"),
    ]
    found = (await desk(employment, "cw-emp-ez").get(PATH)).json()["items"]
    assert [one["skills"] for one in found] == [["WMS", "盘点"]]


async def test_a_stretch_of_a_file_says_what_single_registrations_say(
    employment: Employment,
) -> None:
    """Registered at once: numbers, tags, consents, events and profiles, and once however often."""
    await employment.seeker(at=employment.clerk)  # 孙 is registered in Ezhou
    lines = ["person.name,person.doc_no,edu,expected_occupations,accept_cities,skills,group,"
             "match_consent_cities,source_ref,gender"]  # fmt: skip
    for number in range(60):
        head = f"42019919900307{number * 2:03}"
        doc = head + resident_id_check_digit(head)
        lines.append(f"试测甲,{doc},30,4-02-06-03,420100;420700,WMS,VETERAN,420700,S-{number},2")
    lines += [
        f"孙测庚,{DOC},30,4-02-06-03,420100,,,,S-90,",
        f"幼测甲,{YOUNG},30,4-02-06-03,420100,,,,S-91,",
        lines[1].replace("S-0,2", "S-92,1"),
    ]
    for _ in range(2):
        headers = {**employment.wuhan._headers(None), "Idempotency-Key": str(uuid4())}
        files = {"file": ("s.csv", "\n".join([*lines, ""]).encode())}
        sent = await employment.wuhan.http.post(f"{PATH}/imports", files=files, headers=headers)
        with clock.at(clock.datetime.fromisoformat(NOW)):
            await asyncio.create_task(employment.suite.worker("employment").run_imports())
        done = (await employment.wuhan.get(sent.headers["location"])).json()
        assert (done["state"], done["done"], done["failed"]) == ("DONE", 60, 3), done
        found = (await employment.wuhan.get(f"{sent.headers['location']}/errors")).json()["items"]
        assert [(one["row"], one["code"]) for one in found] == [
            (62, "DUPLICATE"), (63, "UNDER_16"), (64, "GENDER_ID_MISMATCH"),
        ]  # fmt: skip
        lines.append("")  # the same again, in a file of its own
    counts = [
        await employment.database.value(f"SELECT count(*) FROM {table}")
        for table in ("job_seekers", "group_tags", "seeker_consents", "seeker_profiles",
                      "seeker_claims")
    ]  # fmt: skip
    assert counts == [61, 60, 61, 61, 1]
    shared = await employment.suite.events("employment", "employment.seeker.shared.v1")
    assert (len(shared), shared[-1]["audience"]) == (61, ["420100", "420700"])
    wuhan = desk(employment, "cw-emp-wh")
    row = (await wuhan.get(PATH, {"limit": 1, "sort": "biz_no"})).json()["items"][0]
    assert (row["person"]["name"], row["gender"], row["state"]) == ("试**", "2", "SEEKING")
    history = (await wuhan.get(f"{PATH}/{row['id']}/timeline")).json()["items"]
    assert {one["action"] for one in history} == {"register", "give-consent"}
    opened = await wuhan.post(f"{PATH}/{row['id']}/reveal",
                              {"fields": ["person.name"], "reason": "电话回访"})  # fmt: skip
    assert "试测甲" in opened.text


async def test_a_referral_that_comes_to_nothing_lapses(employment: Employment) -> None:
    posting, made = await employment.published(), await employment.seeker()
    pair = {"seeker_id": made["id"], "posting_id": posting["id"]}
    answers = await asyncio.gather(
        *(employment.clerk.post("/employment/v1/referrals", pair) for _ in range(6))
    )
    assert sorted(one.status_code for one in answers) == [201] + [409] * 5
    row = next(one.json() for one in answers if one.status_code == 201)
    path = f"/employment/v1/referrals/{row['id']}"
    assert row["lapses_on"] == "2026-11-11"
    skip = await employment.clerk.act(f"{path}/interview", row)
    assert_problem(skip, 409, "STATE_CONFLICT")
    for now, state in (("2026-11-11T23:00", "CREATED"), ("2026-11-12T00:20", "LAPSED")):
        ops = employment.desk("ops", now=f"{now}:00+08:00")
        await ops.post("/employment/v1/timers/run")
        assert (await employment.clerk.get(path)).json()["state"] == state
