"""Everything a personal account says over the wire."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Month, PersonIn, PersonMasked
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.participations.schemas import City
from social_insurance.personal_accounts.models import EMPLOYEES, RESIDENTS

AccountScheme = Literal["EMP", "INST", "RES"]


class AccountAmounts(RequestModel):
    """The parts: of an employee before and since 1998, of a resident by who paid."""

    balance_pre1998: Money | None = None
    balance_since1998: Money | None = None
    personal_part: Money | None = None
    collective_part: Money | None = None
    subsidy_part: Money | None = None
    interest_credited_to: Month | None = None


class AccountCreate(AccountAmounts):
    """Whose account, of which scheme and city."""

    person: PersonIn
    scheme: AccountScheme
    city: City

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        wrong = EMPLOYEES if given.get("scheme") == "RES" else RESIDENTS
        for name in wrong:
            if given.get("scheme") is not None and given.get(name) is not None:
                yield CrossError((name,), "NOT_OF_SCHEME", "不属于该险种", "is not of that scheme")


class AccountRead(ResourceRead):
    """An account; amounts only for the city that keeps it."""

    person: PersonMasked
    scheme: AccountScheme
    city: str
    balance_pre1998: str | None
    balance_since1998: str | None
    personal_part: str | None
    collective_part: str | None
    subsidy_part: str | None
    balance: str | None
    interest_credited_to: str | None


class AccountQuery(ListQuery):
    """How a city looks through its accounts."""

    scheme: AccountScheme | None = None
