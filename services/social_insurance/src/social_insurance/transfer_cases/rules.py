"""Transfers of a relation 关系转移: kinds, states, amounts (domain §2.2, C-1). Pure.

Sources: 国办发〔2009〕66号 arts 2-8, 人社部规〔2016〕5号, 人社部发〔2014〕17号,
社会保险经办条例 art. 12.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from hrss_kit.money import round_fen
from hrss_kit.states import Machine, transition

APPLIED, SUPPLEMENT, REJECTED = "APPLIED", "SUPPLEMENT", "REJECTED"
LETTER_SENT, OUT_RETURNED, OUT_SENT = "LETTER_SENT", "OUT_RETURNED", "OUT_SENT"
COMPLETED, WITHDRAWN, DISPUTED = "COMPLETED", "WITHDRAWN", "DISPUTED"
OPEN: Final = (APPLIED, SUPPLEMENT, LETTER_SENT, OUT_RETURNED, OUT_SENT, DISPUTED)
BEFORE_OUT: Final = (APPLIED, SUPPLEMENT, LETTER_SENT, OUT_RETURNED)

MACHINE: Final = Machine(
    transition("request-supplement", APPLIED, SUPPLEMENT),
    transition("supplement", SUPPLEMENT, APPLIED),
    transition("reject", (APPLIED, SUPPLEMENT, OUT_RETURNED), REJECTED),
    transition("send-letter", (APPLIED, OUT_RETURNED), LETTER_SENT),
    transition("return", LETTER_SENT, OUT_RETURNED),
    transition("send-out", LETTER_SENT, OUT_SENT),
    transition("complete", OUT_SENT, COMPLETED),
    transition("withdraw", BEFORE_OUT, WITHDRAWN),
    transition("dispute", tuple(state for state in OPEN if state != DISPUTED), DISPUTED),
    transition("resolve-dispute", DISPUTED, None),
)

#: From which scheme into which; what is one scheme stays in it.
SCHEMES: Final[Mapping[str, tuple[str, str]]] = {
    "EMP_INTRA": ("EMP", "EMP"),
    "EMP_CROSS": ("EMP", "EMP"),
    "INST_EMP": ("INST", "EMP"),
    "EMP_INST": ("EMP", "INST"),
    "RES_MOVE": ("RES", "RES"),
    "RES_TO_EMP": ("RES", "EMP"),
    "EMP_TO_RES": ("EMP", "RES"),
    "UNEMP_MOVE": ("UNEMP", "UNEMP"),
}
#: Whose months add up in the end: resident years never become employee months (trap 6).
COUNTED: Final[Mapping[str, frozenset[str]]] = {
    "EMP_INTRA": frozenset({"EMP"}),
    "EMP_CROSS": frozenset({"EMP"}),
    "INST_EMP": frozenset({"EMP", "INST"}),
    "EMP_INST": frozenset({"EMP", "INST"}),
    "RES_MOVE": frozenset({"RES"}),
    "RES_TO_EMP": frozenset({"EMP"}),
    "EMP_TO_RES": frozenset({"EMP", "RES"}),
    "UNEMP_MOVE": frozenset({"UNEMP"}),
}
LINKS: Final = ("RES_TO_EMP", "EMP_TO_RES")
#: Accounts began, and with them pool money that moves.
POOL_FROM: Final = "1998-01"
ZERO: Final = Decimal("0.00")


def cities_fit(kind: str, from_city: str, to_city: str) -> bool:
    """True when a move of that kind can be between these cities."""
    same_province = from_city[:2] == to_city[:2]
    if kind == "EMP_INTRA":
        return same_province and from_city != to_city
    if kind == "EMP_CROSS":
        return not same_province
    return kind not in ("RES_MOVE", "UNEMP_MOVE") or from_city != to_city


def can_complete(state: str, kind: str, steps: int) -> bool:
    """Fewer than three steps end sooner: one on application, two once the letter is out."""
    sooner = {1: (APPLIED, LETTER_SENT), 2: (LETTER_SENT,)}.get(steps, ())
    return state == OUT_SENT or (kind == "EMP_INTRA" and state in sooner)


@dataclass(frozen=True, slots=True)
class Paid:
    """A month of a list to be moved."""

    month: str
    base: Decimal | None
    paid: bool = True
    personal: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a transfer would carry, and what it does carry."""

    account: Decimal
    pool: Decimal
    moved: Decimal

    @property
    def total(self) -> Decimal:
        """Account and pool together: the reference."""
        return self.account + self.pool


def pool_money(months: Iterable[Paid], rate: Decimal) -> Decimal:
    """C-1: of the months since 1998 that were really paid, each base at the pool's rate."""
    bases = (one.base or ZERO for one in months if one.paid and one.month >= POOL_FROM)
    return round_fen(sum(bases, ZERO) * rate)


def principal(months: Iterable[Paid], rates: Mapping[int, Decimal]) -> Decimal:
    """What was paid into the account: as recorded, else the base at the rate of its year."""
    total = ZERO
    for one in months:
        if one.paid and one.month >= POOL_FROM:
            computed = (one.base or ZERO) * rates.get(int(one.month[:4]), ZERO)
            total += computed if one.personal is None else one.personal
    return round_fen(total)


def moved_amount(
    kind: str, account: Decimal, pool: Decimal, *, same_province: bool, moves_within: bool
) -> Decimal:
    """What really moves: nothing for employees and unemployed inside the province (trap 1)."""
    if kind in ("EMP_INTRA", "UNEMP_MOVE") and same_province and not moves_within:
        return ZERO
    if kind in LINKS or kind == "RES_MOVE":
        return account
    return account + pool


def unemployment_money(monthly: Decimal, months_left: int, multiplier: Decimal) -> Decimal:
    """C-7: monthly benefit, times the months that are left, times a half more."""
    return round_fen(monthly * months_left * multiplier)


def short_of_evidence(
    batches: Mapping[str, tuple[int, date | None]],
    documents: Mapping[str, date | None],
    pledged: frozenset[str],
    *,
    least_months: int,
    pledge_before: date,
) -> list[str]:
    """E5: batches of 36 months or more without a legal document dated before the payment.

    For what was paid before the notice of 2016 a written pledge will do (人社部规〔2016〕5号).
    """
    wanting = []
    for batch, (count, paid_on) in sorted(batches.items()):
        if count < least_months:
            continue
        dated = documents.get(batch)
        has_document = dated is not None and (paid_on is None or dated < paid_on)
        is_old = paid_on is not None and paid_on < pledge_before
        if not has_document and not (is_old and batch in pledged):
            wanting.append(batch)
    return wanting


def are_sound(months: Sequence[str], today_month: str) -> bool:
    """E4: a list of months without one twice and none to come."""
    return len(set(months)) == len(months) and all(month <= today_month for month in months)


def step_days(
    kind: str, step: int, *, standard: Sequence[int], agreed: Sequence[int] | None, unemp_out: int
) -> int:
    """Working days of a step: by national rule, by the cities' pledge where one is in force."""
    if kind == "UNEMP_MOVE" and step == 2:
        return unemp_out
    return (agreed or standard)[step - 1]
