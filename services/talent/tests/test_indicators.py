"""The indicators of talent, and its register by the file."""

import json
from typing import Any

import pytest

from hrss_kit.testing import assert_problem

from .conftest import TalentOffice, certificate
from .test_moves import body as move_of
from .test_secondments import active
from .test_talent_demands import published
from .test_title_recognitions import apply

PATH = "/talent/v1/indicators"
CERTIFICATES = "/talent/v1/title-certificates"


async def read(office: TalentOffice, period: str = "2026", city: str = "420700") -> dict[str, Any]:
    answer = await office.desk("supervisor-ez").get(PATH, {"period": period, "city": city})
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["items"]}


async def test_recognitions_are_counted_with_their_median(office: TalentOffice) -> None:
    rows = [await apply(office, cert_no=f"WH-{n}", speciality=f"光{n}") for n in range(6)]
    assert (await read(office))["I-TAL-1"]["suppressed"] is True  # nobody is granted: a small cell
    later = office.desk("cw-talent-wh", "TALENT_RECOG", "2026-05-13T09:00:00+08:00")
    for place, row in enumerate(rows[:5]):
        desk = later if place < 3 else office.clerk
        await desk.act(f"/talent/v1/title-recognitions/{row['id']}/verify", row, {})
    found = (await read(office))["I-TAL-1"]
    assert found["inputs"] == {"applied": 6, "granted": 5, "median_wd": 2.0}
    assert found["value"] == 0.8333
    assert (await read(office, "2026-06"))["I-TAL-1"]["suppressed"] is True


@pytest.mark.req("TAL-2c")
async def test_one_secondment_each_way_is_balanced(office: TalentOffice) -> None:
    await active(office)
    assert (await read(office))["I-TAL-3"]["value"] == 0.0
    person = {"name": "王测乙", "doc_type": "01", "doc_no": "420199199207151022"}
    await active(office, "wh", "ez", person=person)
    found = (await read(office))["I-TAL-3"]
    assert (found["value"], found["inputs"]) == (1.0, {"out": 1, "in": 1})


async def test_demands_and_postdocs(office: TalentOffice) -> None:
    row = await published(office)
    assert (await read(office, "2026-Q2"))["I-TAL-2"]["value"] == 0.0
    desk = office.desk("cw-talent-ez")
    row = (await desk.act(f"/talent/v1/talent-demands/{row['id']}/contact", row)).json()
    await desk.act(f"/talent/v1/talent-demands/{row['id']}/sign", row)
    assert (await read(office, "2026-Q2"))["I-TAL-2"]["value"] == 1.0
    moving = office.desk("cw-talent-ez", "TALENT_MOVE")
    await moving.post("/talent/v1/moves", move_of(category="POSTDOC"))
    assert (await read(office))["I-TAL-5"]["suppressed"] is True


async def send(office: TalentOffice, lines: list[dict[str, Any]], key: str) -> dict[str, Any]:
    content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    answer = await office.wuhan.http.post(
        f"{CERTIFICATES}/imports",
        files={"file": ("register.ndjson", content, "application/x-ndjson")},
        headers={"Idempotency-Key": key, "X-Test-Now": office.wuhan.now or ""},
    )
    assert answer.status_code == 202, answer.text
    await office.suite.worker("talent").run_imports()
    job: dict[str, Any] = (await office.wuhan.get(answer.headers["location"])).json()
    return job


async def test_a_register_comes_in_by_the_file_and_again_changes_nothing(
    office: TalentOffice,
) -> None:
    lines = [certificate(cert_no=f"WH-{number:06d}") for number in range(600)]
    lines.append(certificate(cert_no="WH-X", level="3"))  # the code says level 2
    lines.append(certificate(cert_no="WH-000001", speciality="别的"))
    job = await send(office, lines, "6f1c6f0a-3a34-4a53-9a53-000000000001")
    assert (job["state"], job["total"], job["failed"]) == ("DONE", 602, 2), job
    errors = (await office.wuhan.get(f"/talent/v1/jobs/{job['id']}/errors")).json()["items"]
    assert [(one["row"], one["code"]) for one in errors] == [
        (601, "TITLE_CODE"), (602, "DUPLICATE"),
    ]  # fmt: skip
    assert await office.database.value("SELECT count(*) FROM title_certificates") == 600
    again = await send(office, lines[:600], "6f1c6f0a-3a34-4a53-9a53-000000000002")
    assert (again["state"], again["failed"]) == ("DONE", 0)
    assert await office.database.value("SELECT count(*) FROM title_certificates") == 600
    entries = await office.database.value("SELECT count(*) FROM timeline_entries")
    assert entries == 600
    found = await office.clerk.get(CERTIFICATES, {"cert_no": "WH-000007"})
    assert found.json()["items"][0]["person"]["name"] == "王**"
    far = office.desk("ops")
    assert_problem(await far.get(f"/talent/v1/jobs/{job['id']}"), 403, "SCOPE_MISSING")


async def test_the_demonstration_tells_the_treaty_and_is_told_once(office: TalentOffice) -> None:
    from talent.seed import seed

    for _ in range(2):
        async with office.suite.apps["talent"].state.database.transaction() as session:
            await seed(session)
    counts = {
        table: await office.database.value(f"SELECT count(*) FROM {table}")
        for table in ("categories", "category_mappings", "recognitions", "secondments")
    }
    assert counts == {
        "categories": 8, "category_mappings": 6, "recognitions": 1, "secondments": 2,
    }  # fmt: skip
    states = await office.database.fetch("SELECT state FROM title_recognitions ORDER BY state")
    assert [one["state"] for one in states] == ["GRANTED", "REFUSED_REVOKED"]
    clerk = office.desk("cw-talent-wh", now="2026-12-01T09:00:00+08:00")
    for day, level in (("2026-12-31", None), ("2027-01-01", "E")):
        query = {"from_category": "WH-YTH", "as_of": day}
        (found,) = (await clerk.get("/talent/v1/category-mappings", query)).json()["items"]
        assert found["ladder_level"] == level, day
