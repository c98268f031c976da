"""A posting across the cities, a fair, a referral, a hire: the whole story, its clock injected."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from employment.market_indicators import cross_city_hires
from hrss_kit.indicators import Period
from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import LOGISTICS, Employment, follow

POSTINGS = "/employment/v1/postings"
SEEKERS = "/employment/v1/job-seekers"
MIRRORS = "/employment/v1/posting-mirrors"
REFERRALS = "/employment/v1/referrals"
FAIRS = "/employment/v1/job-fairs"
INDICATORS = "/employment/v1/indicators"
PLANS = {"safety_plan_ref": "AB-2026-01", "emergency_plan_ref": "YJ-2026-01"}
SUN = {"name": "孙测庚", "doc_type": "01", "doc_no": "420199198809090074", "mobile": "14400000034"}


class Story:
    """What the steps pass on to each other."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.employment = Employment(suite)
        self.posting: dict[str, Any] = {}
        self.sun: dict[str, Any] = {}
        self.fair: dict[str, Any] = {}
        self.referral: dict[str, Any] = {}

    def desk(self, user: str, on: str, purpose: str | None = None) -> Desk:
        """Somebody at work on a day of October 2026, or on a full date."""
        day = on if len(on) > 5 else f"2026-{on}"
        return self.suite.desk(user, purpose, f"{day}T09:30:00+08:00")

    async def follow(self) -> None:
        """The worker reads the service's own feed to its end."""
        await follow(self.employment)

    async def timers(self, member: str, at: str) -> None:
        """What falls due at that time."""
        ops = self.suite.desk("ops", now=at)
        answer = await ops.post(f"/{member}/v1/timers/run", {})
        assert answer.status_code == 200, answer.text


def posting(employer_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "employer_id": employer_id, "title": "仓储管理员", "occupation": "4-02-06-01",
        "headcount": 5, "emp_type": "FULL", "work_division": "420704",
        "work_address": "临空大道1号", "duties": "货物收发与盘点，操作叉车", "edu_req": "60",
        "exp_years_req": 2, "skills_req": ["叉车", "WMS", "盘点"], "salary_min": "5000.00",
        "salary_max": "7000.00", "salary_unit": "MONTH", "target_groups": ["MIGRANT", "VETERAN"],
        "contact": "人事部", "valid_from": "2026-10-12", "valid_to": "2026-11-11",
        "share_with": ["420100"], "source_ref": "EZ-P-0001", **changes,
    }  # fmt: skip


def sun() -> dict[str, Any]:
    return {
        "person": SUN, "residence_division": "420111", "edu": "30",
        "skills": ["WMS", "盘点", "Excel"], "expected_occupations": ["4-02-06-03"],
        "expected_salary_min": "5500.00", "accept_cities": ["420100", "420700"],
        "experience": [{"occupation": "4-02-06-03", "months": 36}],
        "consents": [{"purpose": "EMP_MATCH", "cities": ["420700"]}],
    }  # fmt: skip


async def step_1_to_3_a_partner_pushes(story: Story) -> None:
    partner, clerk = story.desk("partner.ezhou", "10-12"), story.desk("cw-emp-ez", "10-12")
    employer = (await partner.post("/employment/v1/employers", LOGISTICS)).json()
    await clerk.act(f"/employment/v1/employers/{employer['id']}/verify", employer)
    body, key = posting(employer["id"]), str(uuid4())
    first = await partner.post(POSTINGS, body, key=key)
    assert first.status_code == 201, first.text
    made = first.json()
    assert made["state"] == "SUBMITTED"
    assert made["biz_no"].startswith("EM-EZ-20261012-")
    again = await partner.post(POSTINGS, body, key=key)
    assert (again.status_code, again.json()["id"]) == (201, made["id"])
    assert again.headers["idempotency-replayed"] == "true"
    count = "SELECT count(*) FROM postings"
    assert await story.employment.database.value(count) == 1

    bad = posting(employer["id"], title="搬运工", duties="限男，鄂州户口", source_ref="EZ-P-0002")
    problem = assert_problem(await partner.post(POSTINGS, bad), 422, "DISCRIMINATION")
    assert [one["term"] for one in problem["matches"]] == ["限男", "户口"]
    assert [one["position"] for one in problem["matches"]] == [0, 5]
    story.posting = made


async def step_4_and_5_published_and_mirrored(story: Story) -> None:
    clerk = story.desk("cw-emp-ez", "10-12")
    row = (await clerk.get(f"{POSTINGS}/{story.posting['id']}")).json()
    assert [(one["code"], one["due_on"]) for one in row["deadlines"]] == [("review", "2026-10-13")]
    row = (await clerk.act(f"{POSTINGS}/{row['id']}/publish", row)).json()
    assert (row["state"], row["public_version"]) == ("PUBLISHED", 1)
    (event,) = await story.suite.events("employment", "employment.posting.published.v1")
    assert event["data"]["occupation"] == "4-02-06-01"
    await story.follow()
    wuhan = story.desk("cw-emp-wh", "10-12")
    (held,) = (await wuhan.get(MIRRORS)).json()["items"]
    assert (held["origin_id"], held["origin_version"]) == (row["id"], 1)
    refused = await wuhan.patch(f"{MIRRORS}/{held['id']}", held, {"headcount": 6})
    assert_problem(refused, 403, "NOT_YOUR_CITY")
    story.posting = row


async def step_6_sun_registers_once(story: Story) -> None:
    wuhan = story.desk("cw-emp-wh", "10-13")
    made = await wuhan.post(SEEKERS, sun())
    assert made.status_code == 201, made.text
    story.sun = made.json()
    assert (story.sun["status"], story.sun["person"]["name"]) == ("SEEKING", "孙**")
    second = await story.desk("cw-emp-ez", "10-13").post(SEEKERS, sun())
    problem = assert_problem(second, 409, "DUPLICATE")
    assert problem["existing_id"] == story.sun["id"]
    claim = (await story.desk("cw-emp-ez", "10-13").get(problem["claim"])).json()
    assert (claim["state"], claim["claiming_city"]) == ("OPEN", "420700")


async def step_7_the_list_explains_itself(story: Story) -> None:
    ezhou = story.desk("cw-emp-ez", "10-13", "EMP_MATCH")
    answer = await ezhou.post("/employment/v1/matches", {"posting_id": story.posting["id"]})
    assert answer.status_code == 200, answer.text
    (match,) = answer.json()["items"]
    assert (match["seeker_id"], match["score"]) == (story.sun["id"], 81.33)
    assert match["score_detail"] == {
        "occ": 24.00, "skill": 13.33, "edu": 15.00, "pay": 15.00, "place": 9.00, "exp": 5.00,
    }  # fmt: skip
    assert match["seeker"]["name"] == "孙**"
    assert "420199198809090074" not in answer.text


async def step_8_a_fair_is_announced_by_both(story: Story) -> None:
    wuhan = story.desk("cw-emp-wh", "10-19")
    new = {
        "title": "武鄂金秋联合招聘会", "mode": "HYBRID", "venue_division": "420704",
        "venue_address": "测试体育馆", "starts_at": "2026-10-24T09:00:00+08:00",
        "ends_at": "2026-10-24T17:00:00+08:00", "expected_attendance": 1000,
    }  # fmt: skip
    row = (await wuhan.post(FAIRS, new)).json()
    path = f"{FAIRS}/{row['id']}"
    row = (await wuhan.act(f"{path}/propose", row)).json()
    row = (await story.desk("supervisor-ez", "10-19").act(f"{path}/cosign", row)).json()
    host = story.desk("cw-emp-wh", "10-20")
    bare = await host.act(f"{path}/announce", row)
    assert assert_problem(bare, 422, "REQUIRED")["errors"][0]["field"] == "safety_plan_ref"
    row = (await host.act(f"{path}/announce", row, PLANS)).json()
    assert (row["state"], row["announced_on"]) == ("ANNOUNCED", "2026-10-20")
    (event,) = await story.suite.events("employment", "employment.fair.announced.v1")
    assert (event["data"]["fair_id"], event["audience"]) == (row["id"], ["420100", "420700"])
    story.fair = row


async def step_9_linked_opened_and_closed(story: Story) -> None:
    clerk, fair = story.desk("cw-emp-ez", "10-21"), story.fair["id"]
    link = {"fair_id": fair, "posting_id": story.posting["id"]}
    assert (await clerk.post("/employment/v1/fair-postings", link)).status_code == 201
    booth = {"fair_id": fair, "employer_id": story.posting["employer_id"], "booth_no": "A-01"}
    assert (await clerk.post("/employment/v1/booths", booth)).status_code == 201
    path = f"{FAIRS}/{fair}"
    early = await clerk.post(REFERRALS, {"seeker_id": story.sun["id"], **link})
    assert_problem(early, 422, "POSTING_NOT_AT_FAIR")
    await story.timers("employment", "2026-10-24T09:00:00+08:00")
    row = (await story.desk("cw-emp-ez", "10-24").get(path)).json()
    assert (row["state"], row["booths"], row["linked_postings"]) == ("OPEN", 1, 1)
    await story.timers("employment", "2026-10-24T17:00:00+08:00")
    row = (await story.desk("cw-emp-wh", "10-26").get(path)).json()
    # Ten working days after 10-24: a Saturday, so that they begin on Monday.
    assert (row["state"], row["deadlines"][0]["due_on"]) == ("CLOSED", "2026-11-06")
    story.fair = row


async def step_10_referred_and_hired(story: Story) -> None:
    pair = {
        "seeker_id": story.sun["id"], "posting_id": story.posting["id"],
        "fair_id": story.fair["id"],
    }  # fmt: skip
    clerk = story.desk("cw-emp-ez", "10-24")
    unknown = await clerk.post(REFERRALS, {**pair, "fair_id": story.sun["id"]})
    assert_problem(unknown, 422, "FAIR_UNKNOWN")
    made = await clerk.post(REFERRALS, pair)
    assert made.status_code == 201, made.text
    row = made.json()
    assert (row["state"], row["score"]) == ("CREATED", 81.33)
    path = f"{REFERRALS}/{row['id']}"
    row = (await clerk.act(f"{path}/send", row)).json()
    row = (await story.desk("cw-emp-ez", "10-26").act(f"{path}/interview", row)).json()
    assert (row["state"], row["interviewed_on"]) == ("INTERVIEWED", "2026-10-26")
    row = (await story.desk("cw-emp-ez", "10-28").act(f"{path}/hire", row)).json()
    assert (row["state"], row["result"], row["hired_on"]) == ("HIRED", "HIRED", "2026-10-28")
    (event,) = await story.suite.events("employment", "employment.referral.hired.v1")
    assert event["data"] == {
        "referral_id": row["id"], "employer_uscc": "91420799MAEH00024C", "work_city": "420700",
        "hired_on": "2026-10-28", "groups": [],
    }  # fmt: skip
    assert event["person_ref"]
    story.referral = row


async def step_11_the_posting_is_filled(story: Story) -> None:
    partner = story.desk("partner.ezhou", "10-29")
    path = f"{POSTINGS}/{story.posting['id']}"
    row = (await partner.get(path)).json()
    assert row["filled"] == 1
    row = (await partner.patch(path, row, {"filled": 5})).json()
    assert row["state"] == "FILLED"
    await story.follow()
    (held,) = (await story.desk("cw-emp-wh", "10-29").get(MIRRORS)).json()["items"]
    assert (held["state"], held["stale"]) == ("FILLED", False)
    ezhou = story.desk("cw-emp-ez", "10-29", "EMP_MATCH")
    answer = (await ezhou.post("/employment/v1/matches", {"posting_id": row["id"]})).json()
    assert (answer["items"], answer["reasons"]) == ([], ["POSTING_NOT_OPEN"])


async def step_12_insured_in_time(story: Story) -> None:
    """Social insurance has read of the hire, and finds him insured by E2 thirty days later."""
    insurance = story.suite.worker("social_insurance")
    while await asyncio.create_task(insurance.follow("employment")):
        pass
    database = story.suite.databases["social_insurance"]
    (waited,) = await database.fetch("SELECT state, due_on::text FROM expected_participations")
    assert tuple(waited) == ("WAITING", "2026-11-27")
    partner = story.desk("partner.ezhou", "11-20", "SI_TRANSFER")
    made = await partner.post("/social-insurance/v1/participations", {
        "person": SUN, "scheme": "EMP", "city": "420700", "employer_uscc": "91420799MAEH00024C",
        "person_kind": "STAFF", "from_month": "2026-11", "status": "ACTIVE",
        "months": [{"month": "2026-11", "base": "5000.00", "paid_on": "2026-11-20"}],
    })  # fmt: skip
    assert made.status_code == 201, made.text
    await story.timers("social-insurance", "2026-11-28T03:00:00+08:00")
    assert await database.value("SELECT state FROM expected_participations") == "MET"
    assert await story.suite.events("social_insurance", "si.participation.missing.v1") == []


async def step_13_the_fair_is_reported_by_both(story: Story) -> None:
    ours, theirs = (
        {"employers": 25, "postings": 60, "headcount": 200, "visitors": 600, "resumes": 210,
         "intents": 40, "hired_30d": 10},
        {"employers": 15, "postings": 36, "headcount": 120, "visitors": 300, "resumes": 100,
         "intents": 21, "hired_30d": 7},
    )  # fmt: skip
    path = f"{FAIRS}/{story.fair['id']}"
    wuhan = story.desk("cw-emp-wh", "11-03")
    one = (await wuhan.act(f"{path}/report", story.fair, ours)).json()
    assert one["state"] == "CLOSED"
    both = (await story.desk("cw-emp-ez", "11-05").act(f"{path}/report", one, theirs)).json()
    assert (both["state"], both["deadlines"][0]["status"]) == ("REPORTED", "MET")
    wanted = {"employers": 40, "headcount": 320, "visitors": 900, "intents": 61, "hired_30d": 17}
    assert {name: both["results"][name] for name in wanted} == wanted
    (told,) = await story.suite.events("employment", "employment.fair.reported.v1")
    assert told["data"]["figures"]["hired_30d"] == 17


async def step_14_sun_withdraws_consent(story: Story) -> None:
    path = f"{SEEKERS}/{story.sun['id']}"
    ezhou = story.desk("cw-emp-ez", "11-30", "EMP_MATCH")
    seen = (await ezhou.get(path)).json()
    assert (seen["person"]["name"], seen["person"]["doc_no"]) == ("孙**", None)
    wuhan = story.desk("cw-emp-wh", "12-01", "EMP_MATCH")
    row = (await wuhan.get(path)).json()
    assert row["status"] == "EMPLOYED"
    gone = await wuhan.act(f"{path}/withdraw-consent", row, {"purpose": "EMP_MATCH"})
    assert gone.status_code == 200, gone.text
    assert gone.json()["consents"][0]["withdrawn_at"]
    later = story.desk("cw-emp-ez", "12-01", "EMP_MATCH")
    assert_problem(await later.get(path), 404, "NOT_FOUND")
    ref = (await story.suite.events("employment", "employment.referral.hired.v1"))[0]["person_ref"]
    looks = await story.employment.database.fetch(
        "SELECT city, purpose, result FROM audit_entries WHERE person_refs @> ARRAY[$1::varchar] "
        "AND operation LIKE 'GET%' ORDER BY id",
        ref,
    )
    assert ("420700", "EMP_MATCH", "OK") in [tuple(one) for one in looks]


async def step_15_the_hire_counts_as_cross_city(story: Story) -> None:
    desk = story.desk("supervisor-ez", "2026-12-31")
    answer = await desk.get(INDICATORS, {"period": "2026-Q4", "city": "420700"})
    assert answer.status_code == 200, answer.text
    found = next(one for one in answer.json()["items"] if one["id"] == "I-EMP-2")
    # One person is a small cell: the figure is told to nobody, and kept for the year.
    assert (found["suppressed"], found["value"]) == (True, None)
    database = story.suite.apps["employment"].state.database
    async with database.transaction() as session:
        made = await cross_city_hires(session, Period.parse("2026-Q4"), "420700")
    assert (dict(made.inputs), made.value) == ({"cross_city": 1, "hired": 1}, 1)


@pytest.mark.req("EMP-2b")
@pytest.mark.req("EMP-2c")
@pytest.mark.req("EMP-2d")
@pytest.mark.req("EMP-2e")
@pytest.mark.req("EMP-2f")
async def test_scenario_7_1(suite: Suite) -> None:
    await suite.start("employment", "social_insurance")
    story = Story(suite)
    await step_1_to_3_a_partner_pushes(story)
    await step_4_and_5_published_and_mirrored(story)
    await step_6_sun_registers_once(story)
    await step_7_the_list_explains_itself(story)
    await step_8_a_fair_is_announced_by_both(story)
    await step_9_linked_opened_and_closed(story)
    await step_10_referred_and_hired(story)
    await step_11_the_posting_is_filled(story)
    await step_12_insured_in_time(story)
    await step_13_the_fair_is_reported_by_both(story)
    await step_14_sun_withdraws_consent(story)
    await step_15_the_hire_counts_as_cross_city(story)
