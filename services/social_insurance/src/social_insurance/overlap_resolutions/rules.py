"""Overlaps settled: who keeps what, what is refunded (domain C-4). Pure.

Sources: 人社部发〔2009〕187号 三, 人社部发〔2010〕70号 十 (transfer first, then clear),
人社部发〔2014〕17号 arts 7-8 (employees' and residents' pension).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from hrss_kit.money import round_fen

ZERO: Final = Decimal("0.00")
MONTHS_OF_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Refund:
    """What goes back to the person; the employer's part and the subsidy never do."""

    principal: Decimal
    interest: Decimal = ZERO
    subsidy_kept: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """Everything that is paid back."""
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Year:
    """A resident's payment of a year."""

    amount: Decimal
    collective: Decimal = ZERO
    subsidy: Decimal = ZERO


def account_refund(
    months: Iterable[tuple[str, Decimal | None, Decimal | None]],
    rates: Mapping[int, Decimal],
    interest: Decimal,
) -> Refund:
    """The personal account of the cleared months: (month, base, personal part as recorded)."""
    total = ZERO
    for month, base, personal in months:
        computed = (base or ZERO) * rates.get(int(month[:4]), ZERO)
        total += computed if personal is None else personal
    return Refund(round_fen(total), interest)


def resident_refund(paid: Mapping[int, Year], months: Iterable[str]) -> Refund:
    """A twelfth of the year's personal and collective money per month; the subsidy stays."""
    by_year: dict[int, int] = {}
    for month in set(months):
        year = int(month[:4])
        by_year[year] = by_year.get(year, 0) + 1
    back, kept = ZERO, ZERO
    for year, count in sorted(by_year.items()):
        found = paid.get(year)
        if found is None:
            continue
        share = (found.amount + found.collective) * count / MONTHS_OF_A_YEAR
        back += round_fen(share)
        kept += found.subsidy
    return Refund(back, subsidy_kept=kept)


@dataclass(frozen=True, slots=True)
class DoublePension:
    """An employees' and a residents' pension at once: the residents' one ends."""

    refund: Decimal
    claim: Decimal
    offset: Decimal

    @property
    def to_person(self) -> Decimal:
        """What is left for the person once the claim is set off."""
        return self.refund - self.offset

    @property
    def to_claim(self) -> Decimal:
        """What is still claimed back once the refund is used up."""
        return self.claim - self.offset


def double_pension(personal: Decimal, collective: Decimal, base_paid: Decimal) -> DoublePension:
    """The account without the subsidy goes to the person, the base pension paid is claimed."""
    refund = round_fen(personal + collective)
    claim = round_fen(base_paid)
    return DoublePension(refund, claim, min(refund, claim))
