"""Masking: the table of what is shown, and that nothing ever shows more."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.masking import (
    mask_address,
    mask_bank_card,
    mask_card_no,
    mask_id,
    mask_identification_code,
    mask_mobile,
    mask_name,
)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张测甲", "张**"),
        ("张测", "张*"),
        ("欧阳测", "欧阳*"),
        ("诸葛测甲", "诸葛**"),
        ("欧阳", "欧*"),
        ("张", "*"),
        ("", ""),
        ("买买提·测试", "买*****"),
        ("John Roe", "J*******"),
    ],
)
def test_only_the_surname_is_shown(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (mask_id, "420799198003120038", "420***********0038"),
        (mask_id, "420799800312003", "420********2003"),
        (mask_id, "E12345678", "E*****678"),
        (mask_id, "AB123", "*****"),
        (mask_mobile, "14400000012", "144****0012"),
        (mask_mobile, "0711", "****"),
        (mask_bank_card, "9999994207000000011", "***************0011"),
        (mask_card_no, "E00000019", "E*****019"),
        (
            mask_identification_code,
            "420799D15600000500BF7C7A48FB0001",
            "420799**********************0001",
        ),
    ],
)
def test_each_number_shows_its_ends(mask: Callable[[str], str], value: str, masked: str) -> None:
    assert mask(value) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("鄂州市鄂城区凤凰街道测试路1号", "鄂州市鄂城区***"),
        ("鄂州市鄂城区", "鄂州市鄂城区***"),
        ("湖北省武汉市洪山区珞喻路1号", "湖北省武汉市洪山区***"),
        ("武汉市东湖新技术开发区高新大道1号", "武汉市东湖新技术开发区***"),
        ("武汉东湖新技术开发区高新大道1号", "武汉东湖新技术开发区***"),
        ("鄂州市葛店开发区创业大道", "鄂州市葛店开发区***"),
        ("鄂城区凤凰路1号", "鄂城区***"),
        ("武汉市中山路小区2栋", "武汉市***"),
        ("黄冈市团风县城北路", "黄冈市团风县***"),
        ("北京市朝阳区建国路1号", "北京市朝阳区***"),
        ("中山路小区1号", "***"),
        ("鄂州大道3号", "***"),
        ("", "***"),
    ],
)
def test_an_address_ends_at_the_district(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@given(st.text(min_size=1, max_size=60))
def test_nothing_shows_more_than_its_rule_allows(text: str) -> None:
    for mask, most in (
        (mask_name, 2),
        (mask_id, 7),
        (mask_mobile, 7),
        (mask_bank_card, 4),
        (mask_card_no, 4),
        (mask_identification_code, 10),
    ):
        masked = mask(text)
        assert len(masked) == len(text)
        shown = sum(kept != "*" for kept in masked)
        assert shown <= most
        assert shown < len(text)
