"""GET /employment/v1/postings as people use it: words, filters, orders, facets, pages."""

from typing import Any

import pytest

from employment import search
from hrss_kit.testing import assert_problem

from .conftest import Employment

PATH = "/employment/v1/postings"


async def offers(employment: Employment) -> None:
    row = await employment.published(title="仓储管理员", duties="货物收发与盘点")
    keep = {"employer_id": row["employer_id"]}
    await employment.published(
        **keep, title="电焊工", occupation="6-18-02-04", edu_req=None, skills_req=[],
        duties="焊接钢结构，持焊工证", salary_min="300.00", salary_max="400.00", salary_unit="DAY",
        work_division="420704401", target_groups=["VETERAN"],
    )  # fmt: skip
    await employment.published(
        **keep, title="Java工程师", occupation="2-02-10-03", edu_req="20", work_division="420702",
        duties="开发WMS系统", salary_min="12000.00", salary_max="20000.00", target_groups=[],
    )  # fmt: skip


async def titles(employment: Employment, **query: Any) -> list[str]:
    answer = await employment.ezhou.get(PATH, {"sort": "created_at", **query})
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


@pytest.mark.parametrize("common", [False, True])
async def test_words_of_title_and_duties_are_found(
    employment: Employment, monkeypatch: pytest.MonkeyPatch, common: bool
) -> None:
    """Both ways, gathered from the index and walked along the list, find the same."""
    await offers(employment)
    if common:
        monkeypatch.setattr(search, "COMMON", -1)
    assert await titles(employment, q="盘点") == ["仓储管理员"]
    assert await titles(employment, q="焊工") == ["电焊工"]
    assert await titles(employment, q="wms") == ["Java工程师"]
    assert await titles(employment, q="java 系统") == ["Java工程师"]
    assert await titles(employment, q="点货") == []


async def test_filters_narrow_the_list(employment: Employment) -> None:
    await offers(employment)
    assert await titles(employment, work_division="420704") == ["仓储管理员", "电焊工"]
    assert await titles(employment, work_division="420704401") == ["电焊工"]
    assert await titles(employment, target_group="VETERAN") == ["仓储管理员", "电焊工"]
    # 400 a day is 8 700 a month.
    assert await titles(employment, salary_from="8000.00") == ["电焊工", "Java工程师"]
    assert await titles(employment, salary_to="6000.00") == ["仓储管理员"]
    assert await titles(employment, edu="30") == ["仓储管理员", "电焊工"]
    assert await titles(employment, edu_req="20") == ["Java工程师"]
    assert await titles(employment, published_to="2026-10-11") == []
    assert len(await titles(employment, published_from="2026-10-12")) == 3


async def test_orders_are_newest_pay_and_distance_and_have_pages(employment: Employment) -> None:
    await offers(employment)

    async def pages(**query: Any) -> list[str]:
        found, cursor = [], None
        while True:
            given = {**query, "limit": "1", **({"cursor": cursor} if cursor else {})}
            answer = await employment.ezhou.get(PATH, given)
            assert answer.status_code == 200, answer.text
            found += [item["title"] for item in answer.json()["items"]]
            cursor = answer.json()["next_cursor"]
            if cursor is None:
                return found

    assert await pages(sort="-published_at") == ["Java工程师", "电焊工", "仓储管理员"]
    assert await pages(sort="-pay", state="PUBLISHED") == ["Java工程师", "电焊工", "仓储管理员"]
    assert await pages(sort="pay", q="员") == ["仓储管理员"]
    near = {"sort": "distance", "near": "420704401"}
    assert await pages(**near) == ["电焊工", "仓储管理员", "Java工程师"]
    assert await pages(sort="distance", near="420702") == ["Java工程师", "电焊工", "仓储管理员"]
    assert_problem(await employment.ezhou.get(PATH, {"sort": "distance"}), 422, "REQUIRED")
    forged = {**near, "cursor": "AAAA"}
    assert_problem(await employment.ezhou.get(PATH, forged), 400, "CURSOR")


async def test_facets_count_what_the_list_could_be_narrowed_to(employment: Employment) -> None:
    await offers(employment)
    body = (await employment.ezhou.get(PATH, {"facets": "true", "state": "PUBLISHED"})).json()
    facets = {
        name: {one["value"]: one["count"] for one in found}
        for name, found in body["facets"].items()
        if isinstance(found, list)
    }
    assert (body["facets"]["total"], body["facets"]["is_exact"]) == (3, True)
    assert facets["occupation"] == {"2-02": 1, "4-02": 1, "6-18": 1}
    assert facets["target_groups"] == {"MIGRANT": 1, "VETERAN": 2}
    assert facets["edu_req"] == {"20": 1, "60": 1}
    assert facets["salary"] == {"5000-8000": 1, "8000-12000": 1, ">=20000": 1}
    only = (await employment.ezhou.get(PATH, {"facets": "true", "q": "焊接"})).json()
    assert only["facets"]["total"] == 1
    assert (await employment.ezhou.get(PATH)).json()["facets"] is None
