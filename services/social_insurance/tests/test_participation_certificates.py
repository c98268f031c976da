"""Certificates: issued of both cities' months, checked by anybody, never guessed."""

import pytest

from hrss_kit.testing import EZHOU, assert_problem
from hrss_kit.testing_pdf import text_of

from .conftest import LI, PATH, SocialInsurance, stretch

CERTIFICATES = "/social-insurance/v1/participation-certificates"


@pytest.mark.req("SI-1b")
async def test_a_certificate_is_issued_printed_and_checked(insurance: SocialInsurance) -> None:
    await insurance.both_cities()
    state = insurance.suite.apps["social_insurance"].state
    told = {"public_url": "https://hrss.example", "issuer": "https://tokens.example"}
    state.settings = state.settings.model_copy(update=told)
    window = insurance.desk("window-ez", "SI_TRANSFER")
    answer = await window.post(CERTIFICATES, {"person": LI})
    row = answer.json()
    assert (answer.status_code, row["months_total"], row["state"]) == (201, 72, "ISSUED")
    assert [(line["city"], line["months"]) for line in row["lines"]] == [
        ("420100", 30),
        ("420700", 45),
    ]
    payload = row["qr_payload"]
    assert payload.startswith("https://hrss.example/social-insurance/v1/")
    assert payload.endswith(f"check-page#number={row['biz_no']}&code={row['verify_code']}")
    assert LI["doc_no"] not in payload
    pdf = await window.get(f"{CERTIFICATES}/{row['id']}/pdf")
    again = await window.get(f"{CERTIFICATES}/{row['id']}/pdf")
    assert pdf.content == again.content
    printed = "".join(text_of(pdf.content).split())
    for text in ("李测甲", LI["doc_no"], row["biz_no"], row["verify_code"], "72个月"):
        assert text in printed
    stranger = insurance.suite.client()
    asked = {"number": row["biz_no"], "verify_code": row["verify_code"].lower()}
    found = (await stranger.post(f"{CERTIFICATES}/checks", json=asked)).json()
    assert found == {
        "genuine": True, "state": "ISSUED", "issued_on": "2026-03-02", "months_total": 72,
    }  # fmt: skip
    wrong = await stranger.post(f"{CERTIFICATES}/checks", json={**asked, "verify_code": "X" * 12})
    unknown = await stranger.post(f"{CERTIFICATES}/checks", json={**asked, "number": "SI-EZ-1"})
    nothing = {"genuine": False, "state": None, "issued_on": None, "months_total": None}
    assert wrong.json() == unknown.json() == nothing
    page = await stranger.get(f"{CERTIFICATES}/check-page")
    assert (page.status_code, page.headers["content-type"][:9]) == (200, "text/html")
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    head = insurance.desk("supervisor-ez", "SI_TRANSFER")
    revoked = await head.act(f"{CERTIFICATES}/{row['id']}/revoke", row, {"reason": "记录有误"})
    assert revoked.json()["state"] == "REVOKED"
    found = (await stranger.post(f"{CERTIFICATES}/checks", json=asked)).json()
    assert (found["genuine"], found["state"]) == (True, "REVOKED")
    prints = "SELECT count(*) FROM audit_entries WHERE operation LIKE '%/pdf' AND result = 'OK'"
    assert await insurance.database.value(prints) == 2


async def test_no_certificate_for_another_name_no_months_or_a_name_that_cannot_be_drawn(
    insurance: SocialInsurance,
) -> None:
    nobody = await insurance.clerk.post(CERTIFICATES, {"person": LI})
    assert_problem(nobody, 409, "NOT_INSURED")
    await insurance.both_cities()
    wrong = await insurance.clerk.post(CERTIFICATES, {"person": {**LI, "name": "李测钾"}})
    assert_problem(wrong, 409, "IDENTITY_CONFLICT")
    rare = {"name": "王\ue123乙", "doc_no": "420199199207151022", "doc_type": "01"}
    await insurance.ezhou.post(PATH, stretch(person=rare))
    problem = assert_problem(
        await insurance.clerk.post(CERTIFICATES, {"person": rare}), 422, "GLYPH_MISSING"
    )
    assert [one["field"] for one in problem["errors"]] == ["person.name"]
    count = "SELECT count(*) FROM participation_certificates"
    assert await insurance.database.value(count) == 0
    only = await insurance.clerk.post(CERTIFICATES, {"person": LI, "schemes": ["RES"]})
    assert_problem(only, 409, "NOT_INSURED")
    assert EZHOU == "420700"
