"""Whether the one at the counter, or on the telephone, is the holder."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from card.cards.models import Card
from card.holders.models import Holder
from card.numbers import MESSAGES
from card.verifications import service as verifications
from card.verifications.rules import is_same_name
from hrss_kit import clock, sealing
from hrss_kit.auth import Principal
from hrss_kit.identifiers import check_document
from hrss_kit.persons import Mobile, PersonName
from hrss_kit.problems import Conflict, NotFound, refuse
from hrss_kit.validation import RequestModel

#: A verification has compared a name and a number.
FACTS_OF_A_VERIFICATION: Final = 2


class IdentityMismatch(Conflict):
    """Something that was said is not so; which of it stays untold."""

    code = "IDENTITY_MISMATCH"
    title_zh = "身份核对未通过"
    title_en = "What was given does not agree with the holder"


class HolderProof(RequestModel):
    """What somebody says to show that they are the holder (身份核对)."""

    name: PersonName | None = Field(default=None, repr=False)
    doc_no: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
        Field(repr=False, examples=["420799197508180058"]),
    ] = None
    card_no: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, to_upper=True, max_length=20),
        Field(repr=False, examples=["E00000019"]),
    ] = None
    mobile: Mobile | None = Field(default=None, repr=False)
    bank_last4: Annotated[str | None, Field(pattern=r"^[0-9]{4}$", repr=False)] = None
    verification_id: UUID | None = None

    @property
    def facts(self) -> int:
        """How many facts were given."""
        told = (self.name, self.doc_no, self.card_no, self.mobile, self.bank_last4)
        given = sum(fact is not None for fact in told)
        if self.verification_id is None:
            return given
        already = sum(fact is not None for fact in told[:FACTS_OF_A_VERIFICATION])
        return given - already + FACTS_OF_A_VERIFICATION


def need(proof: HolderProof, facts: int, field: str = "") -> None:
    """422 unless that many facts were given."""
    if proof.facts < facts:
        raise refuse(field or "proof", "IDENTITY_FACTS", *MESSAGES["IDENTITY_FACTS"])


async def check(
    session: AsyncSession,
    caller: Principal,
    proof: HolderProof,
    holder: Holder,
    card: Card | None,
    *,
    facts: int,
) -> None:
    """422 when too little was said, 409 when something of it is not the holder's."""
    need(proof, facts)
    number = None
    if proof.doc_no is not None:
        checked = check_document(holder.doc_type, proof.doc_no, today=clock.today())
        number = sealing.blind(checked.value) if checked.value is not None else b""
    account = card.bank_account if card is not None else None
    agrees = (
        proof.name is None or is_same_name(proof.name, holder.person_name),
        number is None or number == holder.id_hash,
        proof.card_no is None or (card is not None and proof.card_no == card.card_no),
        proof.mobile is None or proof.mobile == holder.mobile,
        proof.bank_last4 is None or (account or "")[-4:] == proof.bank_last4,
    )
    if not all(agrees):
        raise IdentityMismatch
    if proof.verification_id is not None:
        await _check_verification(session, caller, proof.verification_id, holder)


async def _check_verification(
    session: AsyncSession, caller: Principal, verification_id: UUID, holder: Holder
) -> None:
    try:
        found = await verifications.read(session, caller, verification_id)
    except NotFound as error:
        raise IdentityMismatch from error
    if not found.match or found.person_ref != holder.person_ref:
        raise IdentityMismatch
