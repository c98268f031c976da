"""What counts as a discriminating condition. No database."""

import pytest

from employment.postings import rules

TERMS = ("限男", "户口", "本地户口", "乙肝", "未婚")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("限男，鄂州户口", [("限男", 0), ("户口", 5)]),
        ("须本地户口", [("本地户口", 1)]),
        ("限 男", [("限 男", 0)]),
        ("性别不限男女均可", []),
        ("户口不限", []),
        ("不看户口", []),
        ("不限户口", []),
        ("乙肝携带者勿扰", [("乙肝", 0)]),
        ("男女不限", []),
    ],
)
def test_terms_are_found_and_denials_are_not(text: str, found: list[tuple[str, int]]) -> None:
    matches = rules.find_terms("duties", text, TERMS)
    assert [(one.term, one.position) for one in matches] == found


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        ("35岁以下", True),
        ("18至40周岁", True),
        ("18-45岁", True),
        ("年龄不超过50岁", True),
        ("年满18周岁", False),
        ("18周岁以上", False),
        ("负责35台设备", False),
    ],
)
def test_upper_age_limits_are_found(text: str, limited: bool) -> None:
    assert bool(rules.find_age_limits("duties", text)) is limited


def test_titles_are_compared_without_width_case_and_punctuation() -> None:
    assert rules.title_key("Ｊａｖａ 工程师（急聘）") == rules.title_key("java工程师-急聘")
