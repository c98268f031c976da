"""Certificates: what is printed is the data, in glyphs that exist."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hrss_kit import certificates
from hrss_kit.certificate_checks import check_address, check_page, is_same_code
from hrss_kit.problems import Invalid
from hrss_kit.testing_pdf import text_of

ON = date(2026, 3, 2)
TEMPLATE = """
#show: certificate.with(title: data.title)
#facts(("姓名 Name", data.person.name), ("备注", data.note))
#qr-code()
"""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with one template."""
    package = tmp_path / "papers_of_a_test"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "data" / "notice.typ").write_text(TEMPLATE, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "papers_of_a_test/notice"
    certificates._source.cache_clear()


def data(**changes: Any) -> dict[str, Any]:
    return {"title": "参保缴费凭证", "person": {"name": "李测甲"}, "note": "无", **changes}


async def test_what_is_printed_can_be_read_and_is_the_same_each_time(template: str) -> None:
    qr = "https://example.invalid/check#number=SI-EZ-1"
    first = await certificates.render(template, data(), on=ON, qr=qr)
    assert first.startswith(b"%PDF-")
    assert b"pdfuaid" in first
    assert "李测甲" in text_of(first)
    assert first == await certificates.render(template, data(), on=ON, qr=qr)
    assert first != await certificates.render(template, data(note="有"), on=ON, qr=qr)
    assert first != await certificates.render(template, data(), on=date(2026, 3, 3), qr=qr)


async def test_what_looks_like_a_command_is_printed_as_text(template: str) -> None:
    evil = '#evil *b* _i_ $x$ `r` <l> @r \\ "] #read("/etc/passwd") = h'
    text = text_of(await certificates.render(template, data(note=evil), on=ON))
    assert "".join(evil.split()) in "".join(text.split())


async def test_a_character_without_a_glyph_is_refused_by_field_and_never_repeated(
    template: str,
) -> None:
    unknown = data(person={"name": "李\ue000甲"}, note="\u202e无")
    with pytest.raises(Invalid) as refused:
        await certificates.render(template, unknown, on=ON)
    problem = refused.value
    assert (problem.status, problem.code) == (422, "GLYPH_MISSING")
    assert [error.field for error in problem.errors] == ["person.name", "note"]
    assert "\ue000" not in str([error.model_dump() for error in problem.errors])
    await certificates.render(template, data(person={"name": "欧阳·买买提龢"}), on=ON)


async def test_an_unknown_template_is_an_error_of_ours(template: str) -> None:
    with pytest.raises(certificates.MissingTemplate):
        await certificates.render("papers_of_a_test/other", data(), on=ON)


def test_a_code_is_compared_whole_and_unknown_is_never_right() -> None:
    code = certificates.verify_code()
    assert len(code) == 12
    assert not set(code) & set("01IOL")
    assert is_same_code(f" {code.lower()} ", code)
    assert not is_same_code(code[:-1], code)
    assert not is_same_code("-" * 12, None)
    assert certificates.verify_code() != code


def test_the_address_of_a_check_keeps_number_and_code_from_servers() -> None:
    address = check_address("http://h/", "/x/check-page", "SI-EZ-1", "ABC")
    assert address == "http://h/x/check-page#number=SI-EZ-1&code=ABC"
    page = check_page("凭证查验", "Check", "/x/checks")
    body = bytes(page.body).decode()
    assert 'data-action="/x/checks"' in body
    assert "unsafe-inline" not in page.headers["content-security-policy"]
