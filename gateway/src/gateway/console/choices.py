"""What can be chosen in forms and filters: code lists in words, districts of the two cities."""

from gateway.console.forms import codes
from gateway.console.texts import Texts
from hrss_kit.divisions import ACTIVE_CITIES, DIVISIONS
from hrss_kit.identifiers import DOCUMENT_TYPES as _DOCUMENTS

Choices = list[tuple[str, str]]

# The lists of the interface, in the order in which people look for them. Their words are in
# `texts/choices.toml`, in the table named beside each.
CITIES = codes(*ACTIVE_CITIES)  # city
DOCUMENT_TYPES = codes(*_DOCUMENTS)  # code_doc_type
MATTERS = codes(
    "WAGE.ARREARS", "WAGE.DEDUCT", "WAGE.MINIMUM", "WAGE.OVERTIME", "WAGE.CARD_WITHHELD", "WAGE",
    "CONTRACT", "SOCIAL_INSURANCE", "HOURS", "SEVERANCE", "DISPATCH", "AGENCY", "RULES",
    "FEMALE_MINOR", "CHILD", "OTHER",
)  # code_matter  # fmt: skip
EDUCATION = codes(
    "90", "81", "80", "71", "70", "61", "60", "47", "44", "41", "40", "31", "30", "21", "20",
    "14", "11", "10",
)  # code_edu  # fmt: skip
LEVELS = codes("6", "5", "4", "3", "2", "1", "0T", "0C")  # code_skill_level
EMPLOYMENT_TYPES = codes(
    "FULL", "PART", "DISPATCH", "FLEX", "NEWFORM", "INTERN", "GIG", "PUBWELFARE"
)  # code_emp_type
SALARY_UNITS = codes("MONTH", "DAY", "HOUR", "PIECE")  # code_salary_unit
GROUPS = codes(
    "GRAD", "MIGRANT", "VETERAN", "POVERTY", "FISHER", "DISABLED", "HARDSHIP", "ZEROFAM"
)  # code_target_groups
FIELDS = codes(
    "OPTO", "AVLOG", "BIOMED", "ELEC", "EQUIP", "MATER", "ENERGY", "AUTO", "AGRI", "SERV", "CULT",
    "EDU", "OTHER",
)  # code_fields  # fmt: skip


def cities(t: Texts) -> Choices:
    """Wuhan and Ezhou."""
    return [(value, t.code("city", value)) for value, _ in CITIES]


def worded(table: str, listed: Choices, t: Texts) -> Choices:
    """A code list with the words of its table."""
    return [(value, t.code(f"code_{table}", value)) for value, _ in listed]


def districts(t: Texts) -> Choices:
    """Districts and functional zones of both cities, each behind its city's name."""
    return [
        (code, f"{t.code('city', one.city)} · {t.pick(one.name_zh, one.name_en)}")
        for code, one in DIVISIONS.items()
        if one.city in ACTIVE_CITIES and one.level != "CITY" and not one.is_reserved
    ]


def place(t: Texts, code: object) -> str:
    """The name of a district, zone or city; the code itself when it is not known."""
    found = DIVISIONS.get(str(code))
    return t.pick(found.name_zh, found.name_en) if found else str(code or "")
