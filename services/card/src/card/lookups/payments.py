"""Whether wages or a benefit can be paid to somebody's own card, and if not what to ask for.

J-10 (domain §3.1; S03 art. 63): the payer stores `account_ref`, which is the same for the same
account and tells nothing of it.
"""

from typing import Any, Final

from fastapi import FastAPI

from card.lookups import questions, rules
from card.lookups.factors import PlainPair
from card.lookups.questions import Found, Kind, Question, Verdict
from card.lookups.schemas import PaymentQuestion
from hrss_kit import sealing

# $1 the place of the question, $2 id_hash. The card that is live, or the one that was last.
FIND = """
SELECT asked.place, holder.id_hash, holder.person_name, holder.deceased_on,
       false AS is_presented, card.id AS card_id, card.social_state, card.financial_state,
       card.bank_code, card.bank_account
FROM unnest($1::int[], $2::bytea[]) AS asked (place, id_hash)
LEFT JOIN holders AS holder ON holder.id_hash = asked.id_hash
LEFT JOIN LATERAL (
    SELECT * FROM cards WHERE cards.id_hash = holder.id_hash
    ORDER BY social_state = 'ACTIVE' DESC, social_state = 'CANCELLED', issued_on DESC, id
    LIMIT 1
) AS card ON true
ORDER BY asked.place
"""
#: The state of the card -> the request for card service that would make it good.
REMEDIES: Final = {
    "SEALED": "ACTIVATE",
    "TEMP_LOST": "UNDO_TEMP_LOSS",
    "LOST": "REPLACE_LOST",
    "LOCKED": "UNLOCK",
    "EXPIRED": "RENEW",
}
REFERENCE: Final = 24


async def payable(app: FastAPI, asked: PaymentQuestion | PlainPair) -> Verdict:
    """The answer for the person who was named."""
    id_hash = sealing.blind(str(asked.doc_no))
    question = questions.question((asked.name,), id_hash=id_hash, line=None, keys=((id_hash,),))
    return await questions.ask(app, PAYMENT, question)


def judge(_question: Question, found: Found) -> Verdict:
    """Payable to an active card with an account of somebody alive."""
    reply: dict[str, Any] = {
        "match": found.match,
        "payable": False,
        "card_state": None,
        "financial_state": None,
        "account_ref": None,
        "bank_code": None,
        "bank_name": None,
        "bank_last4": None,
        "deceased": None,
        "suggestion": None,
    }
    if found.match:
        reply |= _shown(found.row)
    return Verdict(found.match, found.person_ref, reply)


def _shown(row: Any) -> dict[str, Any]:
    state, is_dead = row["social_state"], row["deceased_on"] is not None
    shown: dict[str, Any] = {
        "card_state": state,
        "financial_state": row["financial_state"],
        "deceased": is_dead,
    }
    sealed = row["bank_account"]
    if sealed is not None and state == "ACTIVE" and not is_dead:
        account = sealing.ring().open(sealed, "cards.bank_account").decode()
        shown |= {
            "payable": True,
            "account_ref": sealing.blind(f"cards.bank_account\0{account}").hex()[:REFERENCE],
            "bank_code": row["bank_code"],
            "bank_name": rules.bank_name(row["bank_code"]),
            "bank_last4": account[-rules.LAST :],
        }
    elif not is_dead:
        shown["suggestion"] = _suggestion(row, state)
    return shown


def _suggestion(row: Any, state: str | None) -> dict[str, Any] | None:
    """What to ask for at any counter; None while a card is being made, or the bank has to act."""
    if state is None or state == "CANCELLED":
        return {"kind": "FIRST_ISSUE", "card_id": None}
    kind = REMEDIES.get(state)
    return None if kind is None else {"kind": kind, "card_id": str(row["card_id"])}


PAYMENT = Kind("payment-account-lookups", FIND, judge)
