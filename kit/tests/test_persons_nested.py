"""A person who was checked may be part of another request."""

from hrss_kit.persons import PersonIn
from hrss_kit.validation import RequestModel


class Wish(RequestModel):
    """Somebody's wish."""

    person: PersonIn


def test_a_checked_person_becomes_part_of_another_request() -> None:
    person = PersonIn(name="周测己", doc_no="420799750818005")
    wish = Wish(person=person)
    assert wish.person.doc_no == person.doc_no
    assert wish.person.doc_original == "420799750818005"
