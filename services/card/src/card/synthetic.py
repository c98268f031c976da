"""Synthetic holders and cards (domain §6): visibly nobody, and the same on every machine.

Numbers begin with the unassigned divisions 420199 and 420799, names end in 测 or 试 and a
celestial stem, phones begin with 144 and bank cards with 999999.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from card.cards.rules import GENERATIONS, STATES, last_valid_day
from hrss_kit import identifiers

SEED = 420742
WUHAN, EZHOU = "420100", "420700"
PREFIX = {WUHAN: "420199", EZHOU: "420799"}
LETTER = {WUHAN: "W", EZHOU: "E"}
DISTRICTS = {
    WUHAN: ("420102", "420103", "420106", "420107", "420111", "420115", "420116"),
    EZHOU: ("420702", "420703", "420704"),
}
DEMO = {WUHAN: 300, EZHOU: 200}
CARD_YEARS = 10
TODAY = date(2026, 6, 30)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
STEMS = "甲乙丙丁戊己庚辛壬癸"
AGES = ((0, 15, 15), (16, 59, 63), (60, 95, 22))
VERSIONS = (("1.00", 2), ("2.00", 58), ("3.00", 40))
ISSUED = {
    "1.00": (date(2009, 3, 1), date(2011, 12, 31)),
    "2.00": (date(2017, 3, 1), date(2021, 6, 30)),
    "3.00": (date(2020, 1, 1), date(2026, 5, 31)),
}


@dataclass(frozen=True, slots=True)
class SyntheticCard:
    """A card of somebody who does not exist."""

    card_no: str
    identification_code: str
    spec_version: str
    issued_on: date
    bank_account: str
    social_state: str = "ACTIVE"

    @property
    def generation(self) -> str:
        return GENERATIONS[self.spec_version]

    @property
    def valid_to(self) -> date:
        return last_valid_day(self.issued_on, CARD_YEARS)


@dataclass(frozen=True, slots=True)
class SyntheticHolder:
    """Somebody who does not exist."""

    name: str
    doc_no: str
    city: str
    mobile: str
    residence_division: str
    card: SyntheticCard
    doc_original: str | None = None
    ethnicity: str = "01"


def bank_account(city: str, number: int) -> str:
    """A bank card number of the reserved prefix."""
    digits = f"999999{city[:4]}{number:08d}"
    return digits + identifiers.luhn_digit(digits)


def resident_id(prefix: str, born_on: date, sequence: int) -> str:
    """A resident ID with its check digit."""
    first = f"{prefix}{born_on:%Y%m%d}{sequence:03d}"
    return first + identifiers.resident_id_check_digit(first)


def _member(
    number: int,
    name: str,
    doc_no: str,
    city: str,
    *,
    card_no: str = "",
    code: str = "",
    original: str | None = None,
) -> SyntheticHolder:
    """A named person of the acceptance scenarios (domain §7)."""
    card = SyntheticCard(
        card_no=card_no or f"{LETTER[city]}{100 + number:08d}",
        identification_code=code or f"{PREFIX[city]}D15600000500{number:014X}",
        spec_version="3.00",
        issued_on=date(2021, 12, 3),
        bank_account=bank_account(city, number),
    )
    mobile, district = f"144{number:08d}", DISTRICTS[city][0]
    return SyntheticHolder(name, doc_no, city, mobile, district, card, original)


CAST = (
    _member(
        1,
        "周测己",
        "420799197508180058",
        EZHOU,
        card_no="E00000019",
        code="420799D15600000500BF7C7A48FB0001",
    ),
    _member(2, "李测甲", "420799198003120038", EZHOU),
    _member(3, "王测乙", "420199199207151022", WUHAN),
    _member(4, "赵测丙", "420799196611052017", EZHOU),
    _member(5, "陈测丁", "420799199905200031", EZHOU),
    _member(6, "刘测戊", "420199195802030040", WUHAN),
    _member(7, "孙测庚", "420199198809090074", WUHAN),
    # Once had a number of fifteen digits; born on a leap day.
    _member(8, "吴测辛", "420799196611052025", EZHOU, original="420799661105202"),
    _member(9, "郑测壬", resident_id("420799", date(1996, 2, 29), 17), EZHOU),
)


def holders(counts: dict[str, int] | None = None, *, seed: int = SEED) -> Iterator[SyntheticHolder]:
    """The cast, then as many holders of each city; the first ten have a card in each state."""
    yield from CAST
    taken = {one.doc_no for one in CAST}
    for city, count in (counts or DEMO).items():
        choose = random.Random(f"{seed}-{city}")  # noqa: S311  reproducible, not secret
        for number in range(count):
            yield _holder(choose, city, number, taken)


def _holder(choose: random.Random, city: str, number: int, taken: set[str]) -> SyntheticHolder:
    while True:
        youngest, oldest, _ = choose.choices(AGES, [weight for *_, weight in AGES])[0]
        born_on = TODAY - timedelta(days=choose.randint(youngest * 366, (oldest + 1) * 365))
        doc_no = resident_id(PREFIX[city], born_on, choose.randint(1, 999))
        if doc_no not in taken:
            taken.add(doc_no)
            break
    name = choose.choice(SURNAMES) + choose.choice("测试") + choose.choice(STEMS)
    version = choose.choices([name for name, _ in VERSIONS], [share for _, share in VERSIONS])[0]
    first, last = ISSUED[version]
    issued_on = first + timedelta(days=choose.randint(0, (last - first).days))
    card = SyntheticCard(
        card_no=f"{LETTER[city]}{1000 + number:08d}",
        identification_code=f"{PREFIX[city]}{choose.getrandbits(104):026X}",
        spec_version=version,
        issued_on=max(issued_on, min(born_on + timedelta(days=60), TODAY)),
        bank_account=bank_account(city, 1000 + number),
        social_state=_state(version, number),
    )
    return SyntheticHolder(
        name=name,
        doc_no=doc_no,
        city=city,
        mobile=f"144{choose.randint(0, 99_999_999):08d}",
        residence_division=choose.choice(DISTRICTS[city]),
        card=card,
        ethnicity=choose.choice(("01", "01", "01", "01", "01", "01", "01", "15", "06", "03")),
    )


def _state(version: str, number: int) -> str:
    if number < len(STATES):
        return STATES[number]
    return "EXPIRED" if version == "1.00" else "ACTIVE"
