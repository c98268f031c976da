"""The national list of occupations: loaded by the file, with its edition."""

import asyncio
from typing import Any
from uuid import uuid4

from hrss_kit import clock
from hrss_kit.testing import Desk, assert_problem

from .conftest import NOW, Employment

PATH = "/employment/v1/occupations"
LIST = (
    "code,name,edition\n4-02-06-99,临空仓配员,2022\n4-02-06-99,仓配员,2015\n"
    "6-18-02-04,焊接工,2022\n9-99-99-99,无此大类,2022\n6-18-02-05,旧版,1999\n"
)


async def send(employment: Employment, desk: Desk, content: str) -> Any:
    headers = {**desk._headers(None), "Idempotency-Key": str(uuid4())}
    files = {"file": ("occupations.csv", content.encode())}
    sent = await desk.http.post(f"{PATH}/imports", files=files, headers=headers)
    if sent.status_code == 202:
        with clock.at(clock.datetime.fromisoformat(NOW)):
            await asyncio.create_task(employment.suite.worker("employment").run_imports())
    return sent


async def test_a_city_loads_the_list_and_what_is_not_on_it_is_a_warning(
    employment: Employment,
) -> None:
    listed = (await employment.ezhou.get(PATH, {"limit": 200})).json()["items"]
    assert len(listed) == 15
    row = await employment.submitted(occupation="4-02-06-99")
    assert [one["code"] for one in row["warnings"]] == ["OCCUPATION_UNKNOWN"]
    assert_problem(await send(employment, employment.clerk, LIST), 403, "SCOPE_MISSING")
    sent = await send(employment, employment.supervisor, LIST)
    job = (await employment.supervisor.get(sent.headers["location"])).json()
    assert (job["state"], job["done"], job["failed"]) == ("DONE", 3, 2)
    errors = await employment.supervisor.get(f"{sent.headers['location']}/errors")
    assert {one["field"] for one in errors.json()["items"]} == {"code", "edition"}
    row = (await employment.ezhou.get(f"/employment/v1/postings/{row['id']}")).json()
    assert row["warnings"] == []
    found = (await employment.ezhou.get(PATH, {"q": "仓配"})).json()["items"]
    assert [(one["code"], one["edition"]) for one in found] == [("4-02-06-99", 2022),
                                                              ("4-02-06-99", 2015)]  # fmt: skip
    one = (await employment.ezhou.get(PATH, {"code": "6-18", "edition": "2022"})).json()["items"]
    assert [(row["code"], row["name"]) for row in one] == [("6-18-02-04", "焊接工")]
    await send(employment, employment.supervisor, LIST.replace("临空", "空港"))
    again = (await employment.ezhou.get(PATH, {"q": "空港"})).json()["items"]
    assert len(again) == 1
