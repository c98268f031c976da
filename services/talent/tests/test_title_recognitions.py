"""Titles of the other city: recognised without a second review, and gone with their origin."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import assert_problem
from talent.title_recognitions import rules
from talent.title_recognitions.rules import Facts

from .conftest import TalentOffice, certificate

PATH = "/talent/v1/title-recognitions"
CERTIFICATES = "/talent/v1/title-certificates"
CHEN = {"name": "陈测丁", "doc_type": "01", "doc_no": "420799199905200031"}


def application(**changes: Any) -> dict[str, Any]:
    """Wang shows her certificate of Wuhan in Ezhou."""
    shown = {name: value for name, value in certificate().items() if name != "review_body"}
    return {**shown, "issuer_city": "420100", **changes}


async def apply(office: TalentOffice, now: str | None = None, **changes: Any) -> dict[str, Any]:
    desk = office.desk("cw-talent-ez", "TALENT_RECOG", *([now] if now else []))
    answer = await desk.post(PATH, application(**changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def answer_of(office: TalentOffice, row: dict[str, Any], **body: Any) -> Any:
    return await office.clerk.act(f"{PATH}/{row['id']}/verify", row, body)


@pytest.mark.req("TAL-3c")
async def test_the_issuer_verifies_and_the_certificate_is_there_at_once(
    office: TalentOffice,
) -> None:
    origin = (await office.wuhan.post(CERTIFICATES, certificate())).json()
    row = await apply(office)
    assert (row["state"], row["person"]["name"]) == ("VERIFYING", "王**")
    (clock,) = row["deadlines"]
    assert (clock["code"], clock["due_on"]) == ("TITLE_VERIFY", "2026-05-18")
    here = office.desk("cw-talent-ez", "TALENT_RECOG")
    assert_problem(await here.act(f"{PATH}/{row['id']}/verify", row), 403, "NOT_YOUR_CITY")
    seen = (await office.clerk.get(f"{PATH}/{row['id']}")).json()
    assert seen["allowed_actions"] == ["verify"]
    made = (await answer_of(office, row)).json()
    assert (made["state"], made["result"]) == ("GRANTED", "CONFIRMED")
    assert (made["level_received"], made["certificate_no"]) == (
        "2", "HR-42014207-20260511-000001",
    )  # fmt: skip
    again = await here.post(PATH, application())
    assert assert_problem(again, 409, "DUPLICATE")["existing_id"] == row["id"]
    items = (await here.get(f"{PATH}/{row['id']}/timeline")).json()["items"]
    assert [one["to_state"] for one in items] == ["APPLIED", "VERIFYING", "VERIFIED", "GRANTED"]
    kinds = [event["type"].split(".")[2] for event in await office.suite.events("talent")]
    assert kinds == ["applied", "verified", "granted"]
    linked = await office.database.value("SELECT certificate_id::text FROM title_recognitions")
    assert linked == origin["id"]


@pytest.mark.req("TAL-3c")
@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"path": "EXAM"}, "NOT_REQUIRED"),
        ({"issuer_kind": "NATIONAL"}, "NOT_REQUIRED"),
        ({"issuer_city": "420000"}, "NOT_REQUIRED"),
        ({"issuer_city": "420300", "issuer_org": "十堰市人社局"}, "REFUSED_SCOPE"),
        ({"is_self_review": True, "issuer_org": "武汉某研究院"}, "REFUSED_ISSUER"),
    ],
)
async def test_what_needs_no_answer_is_decided_at_once(
    office: TalentOffice, changes: dict[str, Any], result: str
) -> None:
    row = await apply(office, **changes)
    assert (row["state"], row["result"], row["deadlines"]) == (result, result, [])
    assert "verify" not in row["allowed_actions"]


@pytest.mark.req("TAL-3c")
async def test_an_economist_by_national_examination_needs_no_recognition(
    office: TalentOffice,
) -> None:
    row = await apply(
        office, person=CHEN, series="T19", level="3", title_code="123", path="EXAM",
        cert_no="EZ-JJ-2023-0012", issued_on="2023-11-05",
    )  # fmt: skip
    assert row["state"] == "NOT_REQUIRED"


async def test_a_listed_unit_that_reviews_itself_is_asked_like_any_issuer(
    office: TalentOffice,
) -> None:
    unit = {"name": "武汉某研究院", "series": ["T05"], "listed_from": "2020-01-01"}
    listed = await office.desk("cw-talent-wh").post("/talent/v1/self-review-units", unit)
    assert listed.status_code == 201, listed.text
    row = await apply(office, is_self_review=True, issuer_org="武汉某研究院")
    assert row["state"] == "VERIFYING"
    early = await apply(
        office,
        is_self_review=True,
        issuer_org="武汉某研究院",
        issued_on="2019-12-20",
        cert_no="X-1",
    )
    assert early["state"] == "REFUSED_ISSUER"


@pytest.mark.req("TAL-3c")
async def test_a_wrong_digit_is_a_mismatch_that_is_corrected_once(office: TalentOffice) -> None:
    await office.wuhan.post(CERTIFICATES, certificate())
    row = await apply(office, cert_no="WH-GJ-2021-0458")
    wrong = (await answer_of(office, row)).json()
    assert (wrong["state"], wrong["mismatched_fields"]) == ("MISMATCH", ["cert_no"])
    assert wrong["deadlines"][-1]["due_on"] == "2026-05-25"
    here = office.desk("cw-talent-ez", "TALENT_RECOG")
    path = f"{PATH}/{row['id']}"
    again = (await here.act(f"{path}/correct", wrong, {"cert_no": "WH-GJ-2021-0459"})).json()
    assert (again["state"], again["corrections"]) == ("VERIFYING", 1)
    still = (await answer_of(office, again)).json()
    assert still["state"] == "MISMATCH"
    problem = await here.act(f"{path}/correct", still, {"cert_no": "WH-GJ-2021-0457"})
    assert_problem(problem, 409, "CORRECTED_ONCE")
    ops = office.desk("ops", now="2026-05-26T00:10:00+08:00")
    await ops.post("/talent/v1/timers/run")
    assert (await here.get(path)).json()["state"] == "LAPSED"
    assert (await apply(office))["state"] == "VERIFYING"


async def test_a_correction_that_holds_is_granted(office: TalentOffice) -> None:
    await office.wuhan.post(CERTIFICATES, certificate())
    row = await apply(office, cert_no="WH-GJ-2021-0458", issued_on="2021-12-21")
    wrong = (await answer_of(office, row)).json()
    assert wrong["mismatched_fields"] == ["cert_no", "issued_on"]
    here = office.desk("cw-talent-ez", "TALENT_RECOG")
    right = {"cert_no": "WH-GJ-2021-0457", "issued_on": "2021-12-20"}
    again = (await here.act(f"{PATH}/{row['id']}/correct", wrong, right)).json()
    assert (await answer_of(office, again)).json()["state"] == "GRANTED"


@pytest.mark.req("TAL-3c")
async def test_a_revoked_certificate_is_refused_and_reported_to_its_issuer(
    office: TalentOffice,
) -> None:
    origin = (await office.wuhan.post(CERTIFICATES, certificate())).json()
    why = {"reason": "业绩材料不实"}
    await office.supervisor.act(f"{CERTIFICATES}/{origin['id']}/revoke", origin, why)
    row = await apply(office)
    assert row["state"] == "REFUSED_REVOKED"
    task = row["deadlines"][-1]
    assert (task["code"], task["status"]) == ("FRAUD_REVIEW", "OPEN")
    owner = await office.database.value(
        "SELECT owner_city FROM deadlines WHERE code = 'FRAUD_REVIEW'"
    )
    assert owner == "420100"
    done = await office.supervisor.act(f"{PATH}/{row['id']}/acknowledge", row, why)
    assert done.json()["deadlines"][-1]["status"] == "MET"
    # What only the issuer's paper files know is told by its answer.
    other = await apply(office, cert_no="WH-FAKE-1")
    assert (await answer_of(office, other, certificate_status="FAKE")).json()["state"] == (
        "REFUSED_REVOKED"
    )


@pytest.mark.req("TAL-3c")
async def test_a_recognition_falls_with_its_certificate_the_same_day(
    office: TalentOffice,
) -> None:
    row = (await answer_of(office, await apply(office))).json()
    assert row["state"] == "GRANTED"  # from paper: the answer itself made the entry
    (origin,) = (await office.clerk.get(CERTIFICATES)).json()["items"]
    found = await office.desk("cw-talent-ez").get(
        "/talent/v1/recognition-certificates", {"no": row["certificate_no"]}
    )
    (paper,) = found.json()["items"]
    printed = {"number": paper["no"], "verify_code": paper["verify_code"]}
    anybody = office.suite.client()
    checks = "/talent/v1/recognition-certificates/checks"
    shown = (await anybody.post(checks, json=printed)).json()
    assert (shown["genuine"], shown["state"], shown["level"]) == (True, "VALID", "2")
    later = office.desk("supervisor-wh", "TALENT_RECOG", "2026-09-01T10:00:00+08:00")
    why = {"reason": "业绩材料不实"}
    await later.act(f"{CERTIFICATES}/{origin['id']}/revoke", origin, why)
    fallen = (await office.desk("cw-talent-ez", "TALENT_RECOG").get(f"{PATH}/{row['id']}")).json()
    assert (fallen["state"], fallen["ended_on"]) == ("REVOKED", "2026-09-01")
    shown = (await anybody.post(checks, json=printed)).json()
    assert (shown["genuine"], shown["state"]) == (True, "REVOKED")
    wrong = await anybody.post(checks, json={**printed, "verify_code": "AAAAAAAAAAAA"})
    unknown = await anybody.post(checks, json={**printed, "number": "HR-1"})
    assert wrong.json() == unknown.json()
    (event,) = await office.suite.events("talent", "talent.recognition.revoked.v1")
    assert (event["data"]["state"], event["data"]["on"]) == ("REVOKED", "2026-09-01")
    assert "业绩" not in str(event["data"])
    page = await anybody.get(f"/talent/v1/recognition-certificates/{paper['no']}")
    assert page.headers["content-type"].startswith("text/html")
    assert paper["verify_code"] not in page.text


async def test_one_of_fifty_applications_at_once_is_taken(office: TalentOffice) -> None:
    desk = office.desk("cw-talent-ez", "TALENT_RECOG")
    answers = await asyncio.gather(*(desk.post(PATH, application()) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49


async def test_certificates_of_a_day_are_numbered_without_gap(office: TalentOffice) -> None:
    rows = [
        await apply(office, cert_no=f"WH-{number}", speciality=f"光{number}") for number in range(8)
    ]
    answers = await asyncio.gather(*(answer_of(office, row) for row in rows))
    numbers = sorted(answer.json()["certificate_no"][-6:] for answer in answers)
    assert numbers == [f"{number:06d}" for number in range(1, 9)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title_code": "122"}, "TITLE_CODE"),
        ({"series": "T01", "level": "5", "title_code": None}, "TITLE_LEVEL"),
        ({"issued_on": "2026-05-12"}, "ISSUED_ON"),
        ({"issuer_city": "420700"}, "SAME_CITY"),
        ({"issuer_city": None}, "REQUIRED"),
    ],
)
async def test_what_is_wrong_is_refused(
    office: TalentOffice, changes: dict[str, Any], code: str
) -> None:
    desk = office.desk("cw-talent-ez", "TALENT_RECOG")
    assert_problem(await desk.post(PATH, application(**changes)), 422, code)


async def test_third_cities_desks_do_not_see_it(office: TalentOffice) -> None:
    row = await apply(office)
    assert_problem(
        await office.desk("cw-emp-ez", "TALENT_RECOG").get(f"{PATH}/{row['id']}"),
        403,
        "SCOPE_MISSING",
    )
    assert_problem(await office.clerk.get(f"{PATH}/{uuid4()}"), 404, "NOT_FOUND")
    wish = {"fields": ["doc_no"], "reason": "核对"}
    shown = await office.clerk.post(f"{PATH}/{row['id']}/reveal", wish)
    assert shown.json()["fields"]["doc_no"] == "420199199207151022"


AGREED = ("420100", "420200", "420700", "421100")
SERIES = tuple(f"T{number:02d}" for number in range(1, 28))
WHOLE = Facts("REVIEW", "CITY", "420100", "T05", False, True, "VALID", ())


def decided(facts: Facts) -> str | None:
    return rules.decide(facts, agreement_cities=AGREED, covered_series=SERIES[:-1])


@given(
    path=st.sampled_from(("REVIEW", "EXAM", "ASSESS_EXAM", "CONFIRM", "QUAL_MAP")),
    kind=st.sampled_from(("CITY", "PROVINCE", "NATIONAL")),
    city=st.sampled_from((*AGREED, "420300")),
    series=st.sampled_from(SERIES),
    is_self=st.booleans(),
    listed=st.booleans(),
    status=st.sampled_from((None, "VALID", "REVOKED", "FAKE")),
    differences=st.sampled_from((None, (), ("cert_no",))),
)
def test_the_first_row_that_fits_decides(
    path: str,
    kind: str,
    city: str,
    series: str,
    is_self: bool,
    listed: bool,
    status: str | None,
    differences: tuple[str, ...] | None,
) -> None:
    facts = Facts(path, kind, city, series, is_self, listed, status, differences)
    table = (
        (status in ("REVOKED", "FAKE"), "REFUSED_REVOKED"),
        (path == "EXAM", "NOT_REQUIRED"),
        (kind != "CITY", "NOT_REQUIRED"),
        (city not in AGREED, "REFUSED_SCOPE"),
        (series == "T27", "REFUSED_SERIES"),
        (is_self and not listed, "REFUSED_ISSUER"),
        (differences == (), "CONFIRMED"),
        (bool(differences), "MISMATCH"),
        (True, None),
    )
    assert decided(facts) == next(result for holds, result in table if holds)


def test_the_worked_examples() -> None:
    from dataclasses import replace

    assert decided(WHOLE) == "CONFIRMED"  # V1
    assert decided(replace(WHOLE, series="T19", path="EXAM")) == "NOT_REQUIRED"  # V2
    assert decided(replace(WHOLE, issuer_city="420300")) == "REFUSED_SCOPE"  # V3
    assert decided(replace(WHOLE, differences=("cert_no",))) == "MISMATCH"  # V4
