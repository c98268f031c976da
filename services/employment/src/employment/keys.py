"""What postings and job seekers are found by: beginnings of occupations, places, skills.

A key is short text in an array with a GIN index; matching asks for rows that hold some of them.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from hrss_kit.divisions import DIVISIONS, city_of

#: How much of an occupation code stands for 大类, 中类, 小类 and 细类.
LENGTHS: Final = (1, 4, 7, 10)
NO_SKILL: Final = "s:-"


def district_of(code: str) -> str:
    """The district of GB/T 2260 that a place lies in: a zone has one around it."""
    division = DIVISIONS.get(code)
    return division.gb_parent or code if division else code


def places_within(code: str) -> list[str]:
    """A district and the zones in it; a city and all that it holds."""
    return [
        one.code
        for one in DIVISIONS.values()
        if code in (one.code, one.gb_parent) or (one.city == code and one.code != code)
    ] or [code]


def skill_key(skill: str) -> str:
    """A skill as two of them are compared: NFKC, lower case, no spaces."""
    plain = unicodedata.normalize("NFKC", skill).lower()
    return "s:" + "".join(plain.split())


def licence_key(licence: str) -> str:
    """A licence as two of them are compared."""
    return f"l:{skill_key(licence)[2:]}"


def occupation_key(code: str, length: int = 10) -> str:
    """The key of an occupation, or of its beginning."""
    return f"o:{code[:length]}"


def keys_of(occupations: Iterable[str], places: Iterable[str], skills: Sequence[str]) -> list[str]:
    """Every key of a posting or a job seeker."""
    found = {occupation_key(code, length) for code in occupations for length in LENGTHS}
    for place in places:
        found |= {f"d:{district_of(place)}", f"c:{city_of(place) or place}"}
    found |= {skill_key(skill) for skill in skills}
    return sorted(found)
