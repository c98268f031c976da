"""Fair results by the file: the template, a trial, the job, the table of errors."""

import asyncio
import io
from typing import Any
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook

from hrss_kit import clock
from hrss_kit.testing import EZHOU, WUHAN

from .cooperation import V1, Cities, Row
from .test_job_fairs import closed

PATH = f"{V1}/fair-results/imports"
ON = "2026-11-03T09:00:00+08:00"
HEADER = "fair_no,employers,headcount,visitors,intents,hired_30d\n"


async def send(cities: Cities, user: str, content: str, query: str = "") -> tuple[Row, Any]:
    desk = cities.desk(user, ON)
    headers = {**desk._headers(None), "Idempotency-Key": str(uuid4())}
    files = {"file": ("results.csv", content.encode())}
    sent = await desk.http.post(PATH + query, files=files, headers=headers)
    assert sent.status_code == 202, sent.text
    with clock.at(clock.datetime.fromisoformat(ON)):
        await asyncio.create_task(cities.suite.worker("employment").run_imports())
    job = (await desk.get(sent.headers["location"])).json()
    errors = (await desk.get(f"{V1}/jobs/{job['id']}/errors")).json()["items"]
    return job, [(one["row"], one["field"], one["code"]) for one in errors]


@pytest.mark.req("EMP-2e")
async def test_both_cities_file_by_the_file_and_a_second_sending_changes_nothing(
    cities: Cities,
) -> None:
    fair = await closed(cities)
    number = fair["biz_no"]
    trial, _ = await send(
        cities, "cw-emp-wh", f"{HEADER}{number},25,200,600,40,\n", "?dry_run=true"
    )
    assert (trial["state"], trial["is_dry_run"]) == ("DONE", True)
    assert (await cities.read("cw-emp-wh", "job-fairs", fair, on=ON))["results_from"] == []
    job, errors = await send(
        cities, "cw-emp-wh", f"{HEADER}{number},25,200,600,40,\nEM-WH-20260101-000000-0,1,1,1,1,\n"
    )
    assert (job["done"], job["failed"]) == (1, 1)
    assert errors == [(3, "fair_no", "FAIR_UNKNOWN")]
    await send(cities, "cw-emp-ez", f"{HEADER}{number},15,120,300,21,7\n")
    row = await cities.read("cw-emp-ez", "job-fairs", fair, on=ON)
    assert (row["state"], row["results_from"]) == ("REPORTED", [WUHAN, EZHOU])
    assert (row["results"]["headcount"], row["results"]["hired_30d"]) == (320, 7)
    # The hired are known later; what says nothing new tells nothing.
    await send(cities, "cw-emp-wh", f"{HEADER}{number},25,200,600,40,10\n")
    await send(cities, "cw-emp-wh", f"{HEADER}{number},25,200,600,40,\n")
    told = await cities.suite.events("employment", "employment.fair.reported.v1")
    assert [event["data"]["figures"]["hired_30d"] for event in told] == [7, 17]


async def test_the_template_names_the_columns_in_both_languages(cities: Cities) -> None:
    answer = await cities.desk("cw-emp-ez").get(f"{PATH}/template")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    text = str(sheet.to_python()[:2])
    assert "fair_no" in text
    assert "招聘会编号" in text
