"""How well a posting and a job seeker fit, part by part (domain §2.1). Pure, and exact.

The inputs are what a job may ask for: occupation, skills, education, pay, place, experience.
Gender, ethnicity, religion, hukou, health and age are no fields of either side (S17 art. 24).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from employment import keys

PARTS: Final = ("occ", "skill", "edu", "pay", "place", "exp")
#: How much of an occupation must agree, and what it is worth: best first.
OCCUPATION: Final = tuple(
    zip((10, 7, 4, 1), (Fraction(1), Fraction(4, 5), Fraction(1, 2), Fraction(1, 5)), strict=True)
)
SAME_DISTRICT, SAME_CITY, OTHER_CITY = Fraction(1), Fraction(4, 5), Fraction(3, 5)
ONE_RANK_BELOW: Final = Fraction(1, 2)
#: Expected pay may be missed by three tenths before it counts for nothing.
TOLERANCE: Final = Fraction(3, 10)
MONTHS: Final = 12
HUNDREDTHS: Final = 100


@dataclass(frozen=True, slots=True)
class Job:
    """The side of the posting."""

    occupation: str
    district: str
    city: str
    skills: frozenset[str]
    licences: frozenset[str]
    edu_req: str | None
    edu_mandatory: bool
    exp_years_req: int | None
    monthly_max: Decimal | None
    is_hazardous: bool
    starts_on: date
    target_groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seeker:
    """The side of the job seeker."""

    expected_occupations: tuple[str, ...]
    districts: frozenset[str]
    cities: frozenset[str]
    accept_cities: frozenset[str]
    skills: frozenset[str]
    licences: frozenset[str]
    edu: str
    experience_months: int
    monthly_min: Decimal | None
    adult_from: date | None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Figures:
    """The policy figures of a date."""

    weights: Mapping[str, Decimal]
    edu_rank: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fit:
    """The parts, each in hundredths of a point and exact, and their sum rounded once."""

    parts: Mapping[str, Fraction]

    @property
    def hundredths(self) -> int:
        """The score in hundredths of a point, half up."""
        return _half_up(sum(self.parts.values(), Fraction(0)))

    @property
    def score(self) -> float:
        """0 to 100 with two decimals."""
        return self.hundredths / 100

    @property
    def detail(self) -> dict[str, float]:
        """Each part as it is shown (PIPL art. 24: an automated decision is explained)."""
        return {name: _half_up(part) / 100 for name, part in self.parts.items()}


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def fit(job: Job, seeker: Seeker, figures: Figures) -> Fit:
    """The score of a pair; whether the pair is allowed is asked of `obstacles`."""
    worth = {
        "occ": occupation(job.occupation, seeker.expected_occupations),
        "skill": skill(job.skills, seeker.skills),
        "edu": education(job, seeker.edu, figures.edu_rank),
        "pay": pay(job.monthly_max, seeker.monthly_min),
        "place": place(job, seeker),
        "exp": experience(job.exp_years_req, seeker.experience_months),
    }
    weight = {name: Fraction(figures.weights[name]) * 100 * HUNDREDTHS for name in PARTS}
    return Fit({name: weight[name] * worth[name] for name in PARTS})


def occupation(wanted: str, expected: Sequence[str]) -> Fraction:
    """The best of what the seeker expects."""
    for length, worth in OCCUPATION:
        if any(one[:length] == wanted[:length] for one in expected):
            return worth
    return Fraction(0)


def skill(required: frozenset[str], has: frozenset[str]) -> Fraction:
    """The share of what is required; all of it when nothing is."""
    return Fraction(len(required & has), len(required)) if required else Fraction(1)


def education(job: Job, edu: str, rank: Mapping[str, int]) -> Fraction:
    """Enough, or one rank short where that is allowed."""
    if job.edu_req is None or rank[edu] >= rank[job.edu_req]:
        return Fraction(1)
    is_close = rank[edu] == rank[job.edu_req] - 1 and not job.edu_mandatory
    return ONE_RANK_BELOW if is_close else Fraction(0)


def pay(offered: Decimal | None, expected: Decimal | None) -> Fraction:
    """What is offered at most a month against what is expected; piece work says nothing."""
    if offered is None or expected is None or offered >= expected:
        return Fraction(1)
    missing = (Fraction(expected) - Fraction(offered)) / Fraction(expected)
    return max(Fraction(0), 1 - missing / TOLERANCE)


def place(job: Job, seeker: Seeker) -> Fraction:
    """The same district, the same city, or the other one that the seeker accepts."""
    if job.district in seeker.districts:
        return SAME_DISTRICT
    if job.city in seeker.cities:
        return SAME_CITY
    return OTHER_CITY if job.city in seeker.accept_cities else Fraction(0)


def experience(required: int | None, months: int) -> Fraction:
    """Years against required years."""
    return min(Fraction(1), Fraction(months, MONTHS * required)) if required else Fraction(1)


def obstacles(job: Job, seeker: Seeker, edu_rank: Mapping[str, int]) -> Iterator[str]:
    """Why the pair is not allowed, whatever its score."""
    if job.city not in seeker.accept_cities:
        yield "CITY_NOT_ACCEPTED"
    if job.edu_req and job.edu_mandatory and edu_rank[seeker.edu] < edu_rank[job.edu_req]:
        yield "EDUCATION"
    if not job.licences <= seeker.licences:
        yield "LICENCE"
    if job.is_hazardous and seeker.adult_from is not None and seeker.adult_from > job.starts_on:
        yield "HAZARDOUS_MINOR"


def is_boosted(job: Job, seeker: Seeker) -> bool:
    """True for a group that the posting is meant for: it goes before equal scores."""
    return not job.target_groups.isdisjoint(seeker.groups)


def skill_keys(skills: Sequence[str]) -> frozenset[str]:
    """Skills as they are compared."""
    return frozenset(keys.skill_key(skill) for skill in skills)
