"""The look-up across cities: two factors, a purpose, one line of months."""

import pytest

from hrss_kit.testing import assert_problem

from .conftest import LI, LOOKUPS, PATH, SocialInsurance, stretch


@pytest.mark.req("SI-1b")
async def test_both_cities_months_come_in_one_line(insurance: SocialInsurance) -> None:
    await insurance.both_cities()
    answer = await insurance.clerk.post(LOOKUPS, LI)
    body = answer.json()
    assert (answer.status_code, body["matched"]) == (200, True)
    assert body["person"]["name"] == "李**"
    assert len(body["timeline"]) == 75
    assert body["timeline"][0] == {
        "month": "2018-01",
        "city": "420100",
        "scheme": "EMP",
        "employer_uscc": "91420199MAWH00019J",
        "paid": True,
        "overlap": False,
    }
    overlaps = [(one["month"], one["city"]) for one in body["timeline"] if one["overlap"]]
    assert overlaps == [
        (month, city)
        for month in ("2020-04", "2020-05", "2020-06")
        for city in ("420100", "420700")
    ]
    assert body["totals"] == [
        {"scheme": "EMP", "city": "420100", "months": 30, "paid_months": 30},
        {"scheme": "EMP", "city": "420700", "months": 45, "paid_months": 45},
    ]
    assert body["counted"] == [{"scheme": "EMP", "months": 72}]
    assert body["gaps"] == []
    assert body["counted_by_family"] == [{"family": "PENSION", "months": 72}]
    (overlap,) = body["overlaps"]
    assert (overlap["kind"], overlap["from_month"], overlap["to_month"], overlap["months"]) == (
        "SAME_SCHEME", "2020-04", "2020-06", 3,
    )  # fmt: skip
    assert overlap["explanation_zh"]
    assert "4000" not in answer.text


@pytest.mark.req("SI-1b")
async def test_each_look_leaves_one_audit_row(insurance: SocialInsurance) -> None:
    await insurance.both_cities()
    await insurance.clerk.post(LOOKUPS, LI, headers={"X-Case-No": "SI-EZ-1"})
    await insurance.clerk.post(LOOKUPS, {**LI, "name": "李测钾"})
    await insurance.desk("cw-si-ez").post(LOOKUPS, LI)
    found = await insurance.database.fetch(
        "SELECT purpose, case_no, result, cardinality(person_refs) AS persons FROM audit_entries "
        "WHERE operation LIKE '%lookups' ORDER BY id"
    )
    assert [tuple(one) for one in found] == [
        ("SI_TRANSFER", "SI-EZ-1", "OK", 1),
        ("SI_TRANSFER", None, "OK", 1),
        (None, None, "PURPOSE_REQUIRED", 0),
    ]


async def test_a_wrong_name_looks_like_an_unknown_person(insurance: SocialInsurance) -> None:
    await insurance.both_cities()
    wrong = await insurance.clerk.post(LOOKUPS, {**LI, "name": "李测钾"})
    unknown = await insurance.clerk.post(
        LOOKUPS, {"name": "王测乙", "doc_no": "420199199207151022"}
    )
    assert (
        wrong.json()
        == unknown.json()
        == {
            "matched": False,
            "person": None,
            "timeline": [],
            "totals": [],
            "counted": [],
            "counted_by_family": [],
            "gaps": [],
            "overlaps": [],
        }
    )
    assert_problem(await insurance.clerk.post(LOOKUPS, {"doc_no": LI["doc_no"]}), 422, "REQUIRED")
    bad = await insurance.clerk.post(LOOKUPS, {**LI, "doc_no": "420799198003120039"})
    assert_problem(bad, 422, "ID_CHECKSUM")
    turned = {**LI, "from_month": "2020-06", "to_month": "2020-01"}
    assert_problem(await insurance.clerk.post(LOOKUPS, turned), 422, "MONTH_RANGE")


async def test_fifteen_digits_find_the_same_person(insurance: SocialInsurance) -> None:
    await insurance.both_cities()
    found = await insurance.clerk.post(LOOKUPS, {**LI, "doc_no": "420799800312003"})
    assert found.json()["matched"] is True


async def test_months_gaps_and_schemes_side_by_side(insurance: SocialInsurance) -> None:
    await insurance.ezhou.post(PATH, stretch(from_month="2020-01", to_month="2020-03"))
    await insurance.ezhou.post(PATH, stretch(from_month="2020-07", to_month="2020-08"))
    unemployment = stretch(scheme="UNEMP", from_month="2020-01", to_month="2020-02")
    await insurance.ezhou.post(PATH, unemployment)
    months = [{"month": "2020-02", "paid": False}]
    resident = stretch(
        scheme="RES", city="420100", person_kind="RESIDENT", employer_uscc=None,
        from_month="2020-02", to_month="2020-02", months=months, monthly_base=None,
    )  # fmt: skip
    await insurance.wuhan.post(PATH, resident)
    body = (await insurance.clerk.post(LOOKUPS, LI)).json()
    (gap,) = body["gaps"]
    assert (gap["scheme"], gap["from_month"], gap["to_month"], gap["months"]) == (
        "EMP", "2020-04", "2020-06", 3,
    )  # fmt: skip
    assert "不计入" in gap["explanation_zh"]
    overlapping = {one["scheme"] for one in body["timeline"] if one["overlap"]}
    assert overlapping == {"EMP", "RES"}
    resident_total = next(one for one in body["totals"] if one["scheme"] == "RES")
    assert (resident_total["months"], resident_total["paid_months"]) == (1, 0)
    part = (await insurance.clerk.post(LOOKUPS, {**LI, "from_month": "2020-07"})).json()
    assert [one["month"] for one in part["timeline"]] == ["2020-07", "2020-08"]
    none = (await insurance.clerk.post(LOOKUPS, {**LI, "to_month": "2019-01"})).json()
    assert (none["matched"], none["timeline"]) == (True, [])


@pytest.mark.parametrize(
    ("user", "purpose", "status"),
    [
        ("cw-li-wh", "LI_EVIDENCE", 200),
        ("cw-li-wh", "SI_TRANSFER", 403),
        ("cw-emp-ez", "EMP_GROUP_HELP", 200),
        ("cw-emp-ez", "LI_EVIDENCE", 403),
        ("supervisor-wh", "SI_BENEFIT_EST", 200),
        ("svc.labor-inspection", "LI_EVIDENCE", 200),
        ("partner.wuhan", "LI_EVIDENCE", 200),
        ("cw-card-ez", "SI_TRANSFER", 403),
        ("station-ez", "LI_EVIDENCE", 403),
        ("auditor", "AUDIT", 403),
        ("ops", "SI_TRANSFER", 403),
    ],
)
async def test_who_may_look_for_what(
    insurance: SocialInsurance, user: str, purpose: str, status: int
) -> None:
    await insurance.both_cities()
    answer = await insurance.desk(user, purpose).post(LOOKUPS, LI)
    assert answer.status_code == status, answer.text


async def test_a_counter_only_learns_that_somebody_is_insured(insurance: SocialInsurance) -> None:
    await insurance.both_cities()
    body = (await insurance.desk("window-wh", "SI_TRANSFER").post(LOOKUPS, LI)).json()
    assert (body["matched"], body["timeline"], body["totals"]) == (True, [], [])
