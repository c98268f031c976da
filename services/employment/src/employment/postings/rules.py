"""What a posting may not say or promise. Pure: the figures of policy come in as arguments."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, Protocol

from hrss_kit.problems import FieldError

HOURS_A_DAY: Final = 8
# The monthly minimum wage binds full-time work; these have an hourly one or none.
WITHOUT_MONTHLY_MINIMUM: Final = frozenset({"PART", "GIG", "INTERN"})

# Upper age limits; "18 years and over" is the law's own and is not matched.
_AGE_LIMIT: Final = re.compile(
    r"\d{2}周?岁?(?:至|到|-|—|–|~|～)\d{2}周?岁"
    r"|(?:不超过|不大于|限)\d{2}周?岁"
    r"|\d{2}周?岁(?:及)?(?:以下|以内|之内|之下)"
)
_DENIED_BEFORE: Final = ("不", "不限", "不得", "不看", "不问", "不分", "无需", "不要求", "不得要求")
_DENIED_AFTER: Final = ("不限", "不作要求", "无要求", "不作限制")
_PUNCTUATION: Final = ("P", "S", "Z", "C")


class Wording(Protocol):
    """The parts of a posting that are free text."""

    @property
    def title(self) -> str: ...
    @property
    def duties(self) -> str: ...
    @property
    def skills_req(self) -> Sequence[str]: ...
    @property
    def working_hours(self) -> str | None: ...


class Offer(Protocol):
    """The parts of a posting that are figures and dates."""

    @property
    def emp_type(self) -> str: ...
    @property
    def salary_min(self) -> Decimal: ...
    @property
    def salary_max(self) -> Decimal: ...
    @property
    def salary_unit(self) -> str: ...
    @property
    def target_groups(self) -> Sequence[str]: ...
    @property
    def headcount(self) -> int: ...
    @property
    def filled(self) -> int: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Figures:
    """The policy figures of a work place on a date."""

    discrimination_terms: Sequence[str]
    fee_terms: Sequence[str]
    posting_max_days: int
    salary_spread: Decimal
    month_days: Decimal
    minimum_wage: Decimal | None
    pubwelfare_groups: Sequence[str] = ("HARDSHIP", "ZEROFAM")


@dataclass(frozen=True, slots=True)
class Match:
    """A term that was found: in which field, and where in it (0 = first character)."""

    field: str
    term: str
    position: int


def title_key(title: str) -> str:
    """The title as duplicates are compared: NFKC, lower case, no spaces or punctuation."""
    plain = unicodedata.normalize("NFKC", title).lower()
    return "".join(one for one in plain if unicodedata.category(one)[0] not in _PUNCTUATION)


def texts(posting: Wording) -> Iterator[tuple[str, str]]:
    """Every free text of a posting with the name of its field."""
    yield "title", posting.title
    yield "duties", posting.duties
    for index, skill in enumerate(posting.skills_req):
        yield f"skills_req.{index}", skill
    if posting.working_hours:
        yield "working_hours", posting.working_hours


def find_terms(field: str, text: str, terms: Iterable[str]) -> list[Match]:
    """The terms in a text, longest first and never overlapping; `户口不限` is no restriction."""
    wanted = _any_of(tuple(terms))
    plain, places = _plain(text)
    return [
        Match(
            field, text[places[found.start()] : places[found.end() - 1] + 1], places[found.start()]
        )
        for found in wanted.finditer(plain)
        if not _denied(plain, found.start(), found.end())
    ]


@lru_cache(maxsize=64)
def _any_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(set(terms), key=len, reverse=True)
    return re.compile("|".join(re.escape(term.lower()) for term in longest_first) or "(?!)")


def find_age_limits(field: str, text: str) -> list[Match]:
    """Upper age limits in a text."""
    plain, places = _plain(text)
    return [
        Match(
            field, text[places[found.start()] : places[found.end() - 1] + 1], places[found.start()]
        )
        for found in _AGE_LIMIT.finditer(plain)
    ]


def discrimination(
    posting: Wording, terms: Sequence[str], lawful: Iterable[str] = ()
) -> list[Match]:
    """Conditions that may not be set (S17 art. 24), less those marked as lawful with a reason."""
    allowed = set(lawful)
    found = [
        match
        for field, text in texts(posting)
        for match in sorted(
            (*find_terms(field, text, terms), *find_age_limits(field, text)),
            key=lambda one: one.position,
        )
    ]
    return [match for match in found if match.term not in allowed]


def fees(posting: Wording, terms: Sequence[str]) -> list[Match]:
    """Deposits and fees asked of the worker."""
    return [match for field, text in texts(posting) for match in find_terms(field, text, terms)]


def monthly(amount: Decimal, unit: str, month_days: Decimal) -> Decimal | None:
    """Pay a month; None for piece work, which says nothing about a month."""
    factors: Mapping[str, Decimal] = {
        "MONTH": Decimal(1),
        "DAY": month_days,
        "HOUR": month_days * HOURS_A_DAY,
    }
    if unit not in factors:
        return None
    return (amount * factors[unit]).quantize(Decimal("0.01"), ROUND_HALF_UP)


def faults(offer: Offer, figures: Figures, today: date) -> Iterator[FieldError]:
    """What is wrong with pay and dates."""
    if offer.salary_max < offer.salary_min:
        yield FieldError(
            field="salary_max",
            code="SALARY_RANGE",
            message_zh="最高薪酬低于最低薪酬",
            message_en="The highest pay is below the lowest",
        )
    least = monthly(offer.salary_min, offer.salary_unit, figures.month_days)
    if (
        figures.minimum_wage is not None
        and offer.emp_type not in WITHOUT_MONTHLY_MINIMUM
        and least is not None
        and least < figures.minimum_wage
    ):
        yield FieldError(
            field="salary_min",
            code="BELOW_MINIMUM_WAGE",
            message_zh="低于用工地最低工资标准",
            message_en="The pay is below the minimum wage of the work place",
        )
    yield from _type_faults(offer, figures)
    if offer.filled > offer.headcount:
        yield FieldError(
            field="filled",
            code="RANGE",
            message_zh="已录用人数不得超过招聘人数",
            message_en="More are hired than are wanted",
        )
    days = (offer.valid_to - offer.valid_from).days
    if offer.valid_to < today or days < 0 or days > figures.posting_max_days:
        yield FieldError(
            field="valid_to",
            code="VALIDITY",
            message_zh=f"有效期不得早于今日，且不超过{figures.posting_max_days}天",
            message_en=f"It may not end in the past, nor last over {figures.posting_max_days} days",
        )


def _type_faults(offer: Offer, figures: Figures) -> Iterator[FieldError]:
    """What a form of employment demands: whom public-welfare jobs are for, how gigs are paid."""
    groups = set(offer.target_groups)
    if offer.emp_type == "PUBWELFARE" and not (groups and groups <= set(figures.pubwelfare_groups)):
        yield FieldError(
            field="target_groups",
            code="PUBWELFARE_GROUP",
            message_zh="公益性岗位仅面向就业困难人员或零就业家庭成员",
            message_en="A public-welfare job is for hardship or zero-employment families only",
        )
    if offer.emp_type == "GIG" and offer.salary_unit not in ("DAY", "HOUR"):
        yield FieldError(
            field="salary_unit",
            code="GIG_PAY",
            message_zh="零工岗位须按日或按小时计酬",
            message_en="A gig is paid by the day or by the hour",
        )


def warnings(offer: Offer, salary_spread: Decimal) -> list[FieldError]:
    """What looks odd about pay but is accepted."""
    if offer.salary_min and offer.salary_max > offer.salary_min * salary_spread:
        return [
            FieldError(
                field="salary_max",
                code="SALARY_SPREAD",
                message_zh="薪酬上下限差距过大，请核对",
                message_en="The range of pay is very wide; please verify",
            )
        ]
    return []


def findings(
    posting: Wording, offer: Offer, figures: Figures, today: date, lawful: Iterable[str]
) -> tuple[list[FieldError], list[Match]]:
    """Everything that is wrong with wording, pay and dates; and the terms that were found."""
    unlawful = discrimination(posting, figures.discrimination_terms, lawful)
    charged = fees(posting, figures.fee_terms)
    errors = [
        *wording_errors(
            unlawful, "DISCRIMINATION", "含有歧视性条件", "sets a condition that discriminates"
        ),
        *wording_errors(
            charged, "FEE_WORDING", "含有向求职者收费的内容", "asks the worker for money"
        ),
        *faults(offer, figures, today),
    ]
    return errors, [*unlawful, *charged]


def wording_errors(
    found: Sequence[Match], code: str, message_zh: str, message_en: str
) -> Iterator[FieldError]:
    """One field error a match; the position is counted from one, as people do."""
    for match in found:
        place = match.position + 1
        yield FieldError(
            field=match.field,
            code=code,
            message_zh=f"{message_zh}（第{place}字）",
            message_en=f"{message_en} (character {place})",
        )


def _plain(text: str) -> tuple[str, list[int]]:
    """Text without spaces and full-width forms, and for each character where it stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, original in enumerate(text):
        for letter in unicodedata.normalize("NFKC", original).lower():
            # 限 男 written with a space, or with a joiner, says the same.
            if not letter.isspace() and unicodedata.category(letter) != "Cf":
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _denied(plain: str, start: int, end: int) -> bool:
    return plain[:start].endswith(_DENIED_BEFORE) or plain[end:].startswith(_DENIED_AFTER)
