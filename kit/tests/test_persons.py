"""The person block of requests and replies."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from hrss_kit import clock
from hrss_kit.persons import DivisionCode, Mobile, Month, PersonIn, PersonMasked, Uscc
from hrss_kit.validation import RequestModel

ZHANG = {"name": "张测甲", "doc_no": "420799198003120038"}


class Body(BaseModel):
    worker: PersonIn


class Place(BaseModel):
    uscc: Uscc = "91420799MAEH00016H"
    division: DivisionCode = "420704"
    mobile: Mobile = "14400000012"
    month: Month = "2026-09"


def refused(model: type[BaseModel], given: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as error:
        model.model_validate(given)
    return {".".join(map(str, e["loc"])): e["type"] for e in error.value.errors()}


def test_a_person_is_brought_to_normal_form() -> None:
    person = PersonIn.model_validate(
        {"name": " 张测甲 ", "doc_no": "４２０７９９８００３１２００３", "mobile": "14400000012"}
    )
    assert (person.name, person.doc_type, person.doc_no) == ("张测甲", "01", "420799198003120038")
    assert person.doc_original == "420799800312003"
    assert person.warnings == ()
    assert person.model_dump() == {
        "name": "张测甲",
        "doc_type": "01",
        "doc_no": "420799198003120038",
        "mobile": "14400000012",
    }


def test_a_checked_person_may_stand_in_another_request() -> None:
    class Move(RequestModel):
        person: PersonIn

    person = PersonIn(name="张测甲", doc_no="420799800312003")
    assert Move(person=person).person.doc_original == "420799800312003"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"doc_no": "420799198003120039"}, "doc_no", "ID_CHECKSUM"),
        ({"doc_no": "420799198002300037"}, "doc_no", "ID_BIRTH"),
        ({"doc_no": "1" * 41}, "doc_no", "string_too_long"),
        ({"doc_type": "77"}, "doc_type", "DOC_TYPE"),
        ({"doc_type": "05"}, "doc_no", "ID_FORMAT"),
        ({"name": "张\u202e测"}, "name", "NAME_FORMAT"),
        ({"name": "张\n测"}, "name", "NAME_FORMAT"),
        ({"name": "   "}, "name", "string_too_short"),
        ({"name": "测" * 51}, "name", "string_too_long"),
        ({"mobile": "110"}, "mobile", "MOBILE_FORMAT"),
        ({"gender": "1"}, "gender", "extra_forbidden"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_code(
    change: dict[str, str], field: str, code: str
) -> None:
    assert refused(PersonIn, ZHANG | change) == {field: code}
    assert refused(Body, {"worker": ZHANG | change}) == {f"worker.{field}": code}


def test_everything_wrong_is_told_at_once_and_never_repeated() -> None:
    given = {"name": "张\t测", "doc_no": "420799198003120039", "mobile": "19"}
    with pytest.raises(ValidationError) as error:
        PersonIn.model_validate(given)
    assert error.value.error_count() == 3
    assert "420799198003120039" not in str(error.value)


def test_today_is_the_clock_s() -> None:
    born_2030 = {"name": "张测甲", "doc_no": "420799203001010031"}
    assert refused(PersonIn, born_2030) == {"doc_no": "ID_BIRTH"}
    with clock.at(datetime(2030, 1, 1, tzinfo=UTC)):
        assert PersonIn.model_validate(born_2030).doc_no == "420799203001010031"


def test_a_person_prints_no_personal_data() -> None:
    printed = repr(PersonIn.model_validate(ZHANG | {"mobile": "14400000012"}))
    assert printed == "PersonIn(doc_type='01')"


def test_a_reply_is_masked() -> None:
    masked = PersonMasked.of("张测甲", "01", "420799198003120038", "14400000012")
    assert masked.model_dump() == {
        "name": "张**",
        "doc_type": "01",
        "doc_no": "420***********0038",
        "mobile": "144****0012",
    }
    assert PersonMasked.of("张测甲", "01", "420799198003120038", None).mobile is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("uscc", "91420799MAEZ00016H", "USCC_FORMAT"),
        ("uscc", "91420799MAEH00016J", "USCC_CHECKSUM"),
        ("division", "420198", "DIVISION_UNKNOWN"),
        ("mobile", "12345678901", "MOBILE_FORMAT"),
        ("month", "2026-13", "MONTH_FORMAT"),
        ("month", "2026-9", "MONTH_FORMAT"),
        ("month", "２０26-09", "MONTH_FORMAT"),
    ],
)
def test_field_types_refuse_by_code(field: str, value: str, code: str) -> None:
    assert refused(Place, {field: value}) == {field: code}


def test_field_types_normalise() -> None:
    place = Place.model_validate({"uscc": " 91420799maeh00016h", "division": " WH-EHD "})
    assert (place.uscc, place.division) == ("91420799MAEH00016H", "WH-EHD")
