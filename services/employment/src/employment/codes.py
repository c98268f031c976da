"""Code lists that employers and postings share (domain §0.5)."""

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

EMPLOYMENT_TYPES: Final = (
    "FULL",
    "PART",
    "DISPATCH",
    "FLEX",
    "NEWFORM",
    "INTERN",
    "GIG",
    "PUBWELFARE",
)
EmploymentType = Literal[
    "FULL", "PART", "DISPATCH", "FLEX", "NEWFORM", "INTERN", "GIG", "PUBWELFARE"
]
#: 重点群体 (domain §0.4).
KeyGroup = Literal[
    "GRAD", "MIGRANT", "VETERAN", "POVERTY", "FISHER", "DISABLED", "HARDSHIP", "ZEROFAM"
]
#: GB/T 4658-2006.
Education = Literal[
    "10", "11", "14", "20", "21", "30", "31", "40", "41", "44", "47",
    "60", "61", "70", "71", "80", "81", "90",
]  # fmt: skip
#: 职业技能等级, the new eight grades.
SkillLevel = Literal["1", "2", "3", "4", "5", "6", "0T", "0C"]
#: 职业分类大典: major-middle-minor-fine.
Occupation = Annotated[
    str,
    StringConstraints(pattern=r"^[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}$"),
    Field(description="职业分类代码", examples=["4-02-06-01"]),
]

# GB/T 4754-2017: the divisions (first two digits) that each section holds.
SECTIONS: Final[dict[str, range]] = {
    "A": range(1, 6), "B": range(6, 13), "C": range(13, 44), "D": range(44, 47),
    "E": range(47, 51), "F": range(51, 53), "G": range(53, 61), "H": range(61, 63),
    "I": range(63, 66), "J": range(66, 70), "K": range(70, 71), "L": range(71, 73),
    "M": range(73, 76), "N": range(76, 80), "O": range(80, 83), "P": range(83, 84),
    "Q": range(84, 86), "R": range(86, 91), "S": range(91, 97), "T": range(97, 98),
}  # fmt: skip
_INDUSTRY: Final = re.compile(r"[A-T][0-9]{4}")


def _industry(code: str) -> str:
    if not _INDUSTRY.fullmatch(code) or int(code[1:3]) not in SECTIONS[code[0]]:
        raise PydanticCustomError(
            "INDUSTRY",
            "{message_en}",
            {
                "message_zh": "行业代码应为门类字母加四位数字，且与门类相符",
                "message_en": "An industry is a section letter and four digits that belong to it",
            },
        )
    return code


Industry = Annotated[
    str,
    StringConstraints(max_length=5),
    AfterValidator(_industry),
    Field(description="GB/T 4754-2017", examples=["G5920"]),
]
