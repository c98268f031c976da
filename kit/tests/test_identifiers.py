"""Identifiers: every published vector, and what no single slip of a finger may pass."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.field_messages import refusal
from hrss_kit.identifiers import (
    MESSAGES,
    age,
    birth_date,
    check_bank_card,
    check_document,
    check_mobile,
    check_resident_id,
    check_uscc,
    gender,
    luhn_digit,
    resident_id_check_digit,
    upgrade_15,
    uscc_check_digit,
)

TODAY = date(2026, 9, 23)
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

births = st.dates(date(1900, 1, 1), TODAY)


@st.composite
def first_seventeen(draw: st.DrawFn) -> str:
    division = draw(st.sampled_from(["420799", "420199", "110105", "653101", "810000", "910000"]))
    return f"{division}{draw(births):%Y%m%d}{draw(st.integers(0, 999)):03d}"


resident_ids = first_seventeen().map(lambda p17: p17 + resident_id_check_digit(p17))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        ("420799198003120038", "420799198003120038"),
        ("420199199207151022", "420199199207151022"),
        ("  420799198003120038\n", "420799198003120038"),
        ("４２０７９９１９８００３１２００３８", "420799198003120038"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("\u3000420799198003120038", "420799198003120038"),
        ("420799800312003", "420799198003120038"),
        ("420799661105202", "420799196611052025"),
    ],
)
def test_a_valid_resident_id_is_brought_to_eighteen_characters(text: str, value: str) -> None:
    checked = check_resident_id(text, today=TODAY)
    assert (checked.value, checked.code) == (value, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ID_FORMAT"),
        ("42079919800312003", "ID_FORMAT"),
        ("4207991980031200388", "ID_FORMAT"),
        ("42079919800312 038", "ID_FORMAT"),
        ("X20799198003120038", "ID_FORMAT"),
        ("٤٢٠٧٩٩١٩٨٠٠٣١٢٠٠٣٨", "ID_FORMAT"),
        ("420799198003120039", "ID_CHECKSUM"),
        ("420799198002300037", "ID_BIRTH"),
        ("420799203001010031", "ID_BIRTH"),
        ("420799185001010035", "ID_BIRTH"),
        ("990799198003120039", "ID_PROVINCE"),
        ("990799198002300030", "ID_PROVINCE"),
        ("420799800230003", "ID_BIRTH"),
        ("990799800312003", "ID_PROVINCE"),
    ],
)
def test_a_wrong_resident_id_is_refused_by_the_first_rule_it_breaks(text: str, code: str) -> None:
    checked = check_resident_id(text, today=TODAY)
    assert (checked.value, checked.code) == (None, code)


def test_birth_today_is_accepted_and_tomorrow_is_not() -> None:
    for day, code in ((TODAY, None), (date(2026, 9, 24), "ID_BIRTH")):
        first17 = f"420799{day:%Y%m%d}001"
        checked = check_resident_id(first17 + resident_id_check_digit(first17), today=TODAY)
        assert checked.code == code


def test_the_province_prefixes_are_those_of_the_standard() -> None:
    known = {f"{prefix:02d}" for prefix in range(100)}
    for prefix in sorted(known):
        first17 = f"{prefix}079919800312003"
        number = first17 + resident_id_check_digit(first17)
        if check_resident_id(number, today=TODAY).code == "ID_PROVINCE":
            known.remove(prefix)
    assert len(known) == 36
    assert {"11", "15", "42", "54", "65", "71", "83", "91"} <= known
    assert not {"00", "10", "16", "20", "24", "38", "47", "55", "66", "80", "84", "90"} & known


def test_an_unknown_division_is_a_warning_and_a_reserved_one_is_known() -> None:
    first17 = "42999919800312003"
    unknown = check_resident_id(first17 + resident_id_check_digit(first17), today=TODAY)
    assert unknown.is_valid
    assert unknown.warnings == ("ID_DIVISION_UNKNOWN",)
    assert check_resident_id("420799198003120038", today=TODAY).warnings == ()


def test_the_fifteen_digit_original_is_kept() -> None:
    assert check_resident_id("420799800312003", today=TODAY).original == "420799800312003"
    assert check_resident_id("420799198003120038", today=TODAY).original is None


def test_gender_and_birth_date_are_read_from_the_number() -> None:
    assert gender("420799198003120038") == "1"
    assert gender("420199199207151022") == "2"
    assert birth_date("420799198003120038") == date(1980, 3, 12)


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(1980, 3, 12), date(2026, 3, 11), 45),
        (date(1980, 3, 12), date(2026, 3, 12), 46),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_age_counts_birthdays_and_a_leap_day_child_waits_for_march(
    birth: date, on: date, years: int
) -> None:
    assert age(birth, on) == years


@pytest.mark.parametrize(
    ("doc_type", "prefix", "code"),
    [
        ("01", "420799", None),
        ("02", "810000", None),
        ("02", "820000", None),
        ("02", "830000", "ID_PROVINCE"),
        ("03", "830000", None),
        ("03", "810000", "ID_PROVINCE"),
        ("04", "911156", None),
        ("04", "942156", None),
        ("04", "420799", "ID_PROVINCE"),
        ("09", "420799", "DOC_TYPE"),
        ("", "420799", "DOC_TYPE"),
    ],
)
def test_each_document_type_has_its_prefixes(doc_type: str, prefix: str, code: str | None) -> None:
    first17 = f"{prefix}19800312003"
    number = first17 + resident_id_check_digit(first17)
    checked = check_document(doc_type, number, today=TODAY)
    assert checked.code == code
    assert checked.value == (None if code else number)


def test_a_passport_is_five_to_nine_letters_and_digits() -> None:
    assert check_document("05", " e12345678 ", today=TODAY).value == "E12345678"
    for wrong in ("E123", "E123456789", "E1234-678", "护照12345"):
        assert check_document("05", wrong, today=TODAY).code == "ID_FORMAT"


@pytest.mark.parametrize(
    "code",
    [
        "91420799MAEH00016H",
        "91420799MAEH00024C",
        "91420199MAWH00019J",
        "92420199MAWH00027A",
        "91110000600037341L",
    ],
)
def test_published_credit_codes_are_valid_without_warning(code: str) -> None:
    assert (check_uscc(code).value, check_uscc(code).warnings) == (code, ())


def test_a_credit_code_is_trimmed_and_upper_cased() -> None:
    assert check_uscc(" ９１420799maeh00016h ").value == "91420799MAEH00016H"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91420799MAEZ00016H", "USCC_FORMAT"),
        ("91420799MAEH00016", "USCC_FORMAT"),
        ("9142A799MAEH00016H", "USCC_FORMAT"),
        ("91420799MAEH00016J", "USCC_CHECKSUM"),
        ("", "USCC_FORMAT"),
    ],
)
def test_a_wrong_credit_code_is_refused(text: str, code: str) -> None:
    assert (check_uscc(text).value, check_uscc(text).code) == (None, code)


def test_a_failing_organisation_code_inside_is_only_a_warning() -> None:
    first17 = "91420799MAEH00017"
    checked = check_uscc(first17 + uscc_check_digit(first17))
    assert checked.is_valid
    assert checked.warnings == ("USCC_ORG_CHECK",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9999994207000000011", None),
        ("9999994201000000014", None),
        ("9999994207000000012", "BANKCARD_LUHN"),
        ("999999420700001", "BANKCARD_FORMAT"),
        ("99999942070000000111", "BANKCARD_FORMAT"),
        ("9999 9942 0700 0000 011", "BANKCARD_FORMAT"),
    ],
)
def test_a_bank_card_number_ends_in_its_luhn_digit(text: str, code: str | None) -> None:
    assert check_bank_card(text).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("14400000012", None),
        ("１４４００００００１２", None),
        ("12400000012", "MOBILE_FORMAT"),
        ("1440000001", "MOBILE_FORMAT"),
        ("+8614400000012", "MOBILE_FORMAT"),
    ],
)
def test_a_mobile_number_has_eleven_digits(text: str, code: str | None) -> None:
    assert check_mobile(text).code == code


def test_a_check_never_prints_the_number() -> None:
    assert "198003120038" not in repr(check_resident_id("420799198003120038", today=TODAY))


def test_every_message_is_given_in_both_languages() -> None:
    for code, (message_zh, message_en) in MESSAGES.items():
        assert code.isupper()
        assert message_zh
        assert message_en.isascii()
        assert refusal(code).message() == message_en


@given(resident_ids)
def test_seventeen_sound_digits_and_the_computed_one_are_valid(number: str) -> None:
    assert check_resident_id(number, today=TODAY).value == number


@given(resident_ids, st.data())
def test_changing_one_character_of_a_resident_id_is_detected(
    number: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([c for c in "0123456789X" if c != number[place]]))
    changed = number[:place] + other + number[place + 1 :]
    assert not check_resident_id(changed, today=TODAY).is_valid


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_a_fifteen_digit_number_makes_the_round_trip(birth: date, sequence: int) -> None:
    old = f"420799{birth:%y%m%d}{sequence:03d}"
    new = upgrade_15(old)
    assert new[:6] + new[8:17] == old
    assert check_resident_id(old, today=TODAY).value == new
    assert check_resident_id(new, today=TODAY).value == new


@given(
    st.text(USCC_ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
    st.data(),
)
def test_changing_one_character_of_a_credit_code_is_detected(
    kind: str, division: str, organisation: str, data: st.DataObject
) -> None:
    first17 = kind + division + organisation
    code = first17 + uscc_check_digit(first17)
    assert check_uscc(code).value == code
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([c for c in USCC_ALPHABET if c != code[place]]))
    assert not check_uscc(code[:place] + other + code[place + 1 :]).is_valid


@given(st.text("0123456789", min_size=15, max_size=18), st.data())
def test_changing_one_digit_of_a_bank_card_is_detected(digits: str, data: st.DataObject) -> None:
    number = digits + luhn_digit(digits)
    assert check_bank_card(number).value == number
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    changed = number[:place] + other + number[place + 1 :]
    assert check_bank_card(changed).code == "BANKCARD_LUHN"


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    for checked in (
        check_resident_id(text, today=TODAY),
        check_uscc(text),
        check_bank_card(text),
        check_mobile(text),
        check_document("05", text, today=TODAY),
    ):
        assert (checked.value is None) is (checked.code is not None)
        assert checked.code is None or checked.code in MESSAGES
