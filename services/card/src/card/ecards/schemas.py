"""Everything an e-card says over the wire."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

Level = Literal[1, 2]
EcardCode = Annotated[str, Field(min_length=8, max_length=200)]


class ECardCreate(RequestModel):
    """An e-card as the national entry, or an app under it, has issued it."""

    card_id: UUID
    issue_no: Annotated[str, Field(pattern=r"^[0-9A-Z]{8,40}$", repr=False)]
    level: Level = 1
    issued_on: date | None = None
    device_hash: Annotated[
        str | None, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the device's id")
    ] = None


class ECardRead(LivingRead):
    """An e-card, masked; its state follows from the card it is bound to."""

    holder_id: UUID
    person: PersonMasked
    bound_card_id: UUID
    issue_no: str
    level: Level
    issued_on: date


class ECardQuery(ListQuery):
    """Filters of the list of e-cards."""

    holder_id: UUID | None = None
    bound_card_id: UUID | None = None


class TokenCreate(RequestModel):
    """The holder wants to show the e-card."""

    ecard_id: UUID
    authorised: bool = Field(
        default=False,
        description="The holder authorises this one use; needed while the e-card's state is "
        "USABLE_WITH_AUTH",
    )


class TokenShown(BaseModel):
    """A code as it is shown, once."""

    id: UUID
    ecard_id: UUID
    token: str
    authorised: bool
    issued_at: datetime
    expires_at: datetime


class TokenPresented(RequestModel):
    """A code that a person shows to say who they are."""

    ecard_token: EcardCode = Field(repr=False)


class TokenRedeemed(BaseModel):
    """Whose code it was, as the suite's services know a person: blind, and nothing else."""

    person_ref: str
    id_hash: str = Field(description="Hexadecimal; the key of the person in every service")
    redeemed_at: datetime


class TokenRead(BaseModel):
    """What became of a code; the code itself is not kept."""

    id: UUID
    ecard_id: UUID
    state: Literal["GOOD", "USED", "EXPIRED"]
    authorised: bool
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
