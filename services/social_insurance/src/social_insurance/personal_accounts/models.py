"""Personal accounts 个人账户 as the city that keeps them records them; amounts sealed."""

from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from social_insurance.db import Base

ONE_ACCOUNT: Final = "uq_personal_accounts_person"
EMPLOYEES: Final = ("balance_pre1998", "balance_since1998")
RESIDENTS: Final = ("personal_part", "collective_part", "subsidy_part")


class PersonalAccount(Resource, PersonColumns, Base):
    """What has been saved in somebody's name in one scheme and city."""

    __tablename__ = "personal_accounts"
    __table_args__ = (
        CheckConstraint("scheme IN ('EMP', 'INST', 'RES')", name="scheme"),
        CheckConstraint(
            "interest_credited_to ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$'", name="interest"
        ),
        UniqueConstraint("id_hash", "scheme", "owner_city", name=ONE_ACCOUNT),
    )

    scheme: Mapped[str] = mapped_column(String(5))
    balance_pre1998: Mapped[str | None] = mapped_column(Sealed("personal_accounts.balance_pre1998"))
    balance_since1998: Mapped[str | None] = mapped_column(
        Sealed("personal_accounts.balance_since1998")
    )
    personal_part: Mapped[str | None] = mapped_column(Sealed("personal_accounts.personal_part"))
    collective_part: Mapped[str | None] = mapped_column(Sealed("personal_accounts.collective_part"))
    subsidy_part: Mapped[str | None] = mapped_column(Sealed("personal_accounts.subsidy_part"))
    interest_credited_to: Mapped[str | None] = mapped_column(String(7))

    @property
    def city(self) -> str:
        """The city that keeps it."""
        return self.owner_city

    def amount(self, name: str) -> Decimal:
        """A part of it; what was never recorded is nothing."""
        return Decimal(getattr(self, name) or "0")

    @property
    def balance(self) -> Decimal:
        """Everything in it."""
        return sum((self.amount(name) for name in (*EMPLOYEES, *RESIDENTS)), Decimal(0))
