"""What must hold between a holder's particulars. Pure functions."""

from datetime import date

from hrss_kit import identifiers

#: GB/T 3304-1991: fifty-six peoples, others, foreign descent.
ETHNICITIES = frozenset(f"{number:02d}" for number in (*range(1, 57), 97, 98))
NOT_STATED = ("0", "9")
# Documents built like a resident ID carry birth date and gender.
WITH_BIRTH = ("01", "02", "03", "04")


def _number(doc_type: str, doc_no: str, today: date) -> str | None:
    if doc_type not in WITH_BIRTH:
        return None
    return identifiers.check_document(doc_type, doc_no, today=today).value


def gender_agrees(gender: object, doc_type: str, doc_no: str, *, today: date) -> bool:
    """False when a stated gender is not the one of the number's 17th digit (domain §0.4)."""
    number = _number(doc_type, doc_no, today)
    if gender is None or gender in NOT_STATED or number is None:
        return True
    return identifiers.gender(number) == gender


def death_is_possible(died: date, doc_type: str, doc_no: str, *, today: date) -> bool:
    """True for a day from birth to today."""
    number = _number(doc_type, doc_no, today)
    return died <= today and (number is None or identifiers.birth_date(number) <= died)
