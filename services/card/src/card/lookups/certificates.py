"""What an e-card opens: the certificates its holder may show, and what a form begins with.

Whoever shows a one-time code asks about themselves; the code is spent, whatever is answered.
"""

from typing import Any

from fastapi import FastAPI

from card.cards.rules import ecard_state
from card.ecards.use import use
from card.lookups import questions
from card.lookups.questions import Found, Kind, Question, Verdict
from card.lookups.schemas import EcardQuestion, PrefillQuestion
from card.verifications.rules import PRESENTED
from card.verifications.schemas import CardVerified
from hrss_kit import masking, sealing

# $1 the place of the question, $2 id_hash. One row for each question.
FIND = """
SELECT asked.place, holder.id_hash, holder.person_name, holder.doc_type, holder.doc_no,
       holder.mobile, holder.residence_division, holder.deceased_on, false AS is_presented,
       card.owner_city, card.card_no, card.generation, card.issued_on, card.valid_to,
       card.social_state, ecard.issue_no, ecard.level, ecard.issued_on AS ecard_issued_on,
       ecard.owner_city AS ecard_city
FROM unnest($1::int[], $2::bytea[]) AS asked (place, id_hash)
LEFT JOIN holders AS holder ON holder.id_hash = asked.id_hash
LEFT JOIN LATERAL (
    SELECT * FROM ecards WHERE ecards.id_hash = holder.id_hash ORDER BY level, id LIMIT 1
) AS ecard ON true
LEFT JOIN cards AS card ON card.id = ecard.bound_card_id
ORDER BY asked.place
"""
LAST = 4


async def certificates(app: FastAPI, asked: EcardQuestion) -> Verdict:
    """The certificates that whoever shows the code may show."""
    return await _ask(app, CERTIFICATES, asked)


async def prefill(app: FastAPI, asked: PrefillQuestion) -> Verdict:
    """What a form begins with, for the suite's own services."""
    return await _ask(app, PREFILL, asked)


async def _ask(app: FastAPI, kind: Kind, asked: EcardQuestion | PrefillQuestion) -> Verdict:
    if asked.ecard_token is not None:
        id_hash = await use(app.state.database, asked.ecard_token)
    else:
        assert isinstance(asked, PrefillQuestion)  # the other one has a code
        assert asked.id_hash is not None
        id_hash = bytes.fromhex(asked.id_hash)
    question = questions.question((), id_hash=id_hash, line=None, keys=((id_hash,),))
    return await questions.ask(app, kind, question)


def judge_certificates(question: Question, found: Found) -> Verdict:
    """The card and the e-card; other services' certificates follow the same shape."""
    return Verdict(
        found.match,
        found.person_ref,
        {
            "match": found.match,
            "certificates": _certificates(found.row) if found.match else [],
            "checked_at": _moment(question),
        },
    )


def _certificates(row: Any) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    state = row["social_state"]
    if state is not None:
        shown.append(
            {
                "kind": "SOCIAL_SECURITY_CARD",
                "title_zh": "社会保障卡",
                "title_en": "Social-security card",
                "number": masking.mask_card_no(_opened(row["card_no"], "cards.card_no")),
                "issuing_city": row["owner_city"],
                "issued_on": row["issued_on"].isoformat(),
                "valid_to": row["valid_to"].isoformat(),
                "state": state,
            }
        )
    if row["issue_no"] is not None:
        number = _opened(row["issue_no"], "ecards.issue_no")
        shown.append(
            {
                "kind": "ECARD",
                "title_zh": "电子社会保障卡",
                "title_en": "Electronic social-security card",
                "number": "*" * (len(number) - LAST) + number[-LAST:],
                "issuing_city": row["ecard_city"],
                "issued_on": row["ecard_issued_on"].isoformat(),
                "valid_to": None,
                "state": ecard_state(state),
            }
        )
    return shown


def judge_prefill(question: Question, found: Found) -> Verdict:
    """Name, number and where to reach them, in full: the form is the person's own."""
    row, match = found.row, found.match
    reply: dict[str, Any] = {
        "verification_id": str(question.id),
        "match": match,
        "person": None,
        "residence_division": row["residence_division"] if match else None,
        "card_state": row["social_state"] if match else None,
        "certificates": _certificates(row) if match else [],
        "checked_at": _moment(question),
    }
    if match:
        mobile = row["mobile"]
        reply["person"] = {
            "name": _opened(row["person_name"], questions.SEALED_NAME),
            "doc_type": row["doc_type"],
            "doc_no": _opened(row["doc_no"], "holders.doc_no"),
            "mobile": None if mobile is None else _opened(mobile, "holders.mobile"),
        }
    event = CardVerified(verification_id=question.id, match=match, assurance=PRESENTED)
    return Verdict(
        match, found.person_ref, reply, assurance=PRESENTED, event=event.model_dump_json()
    )


def _opened(sealed: bytes, context: str) -> str:
    return sealing.ring().open(sealed, context).decode()


def _moment(question: Question) -> str:
    return question.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


CERTIFICATES = Kind("certificate-lookups", FIND, judge_certificates)
PREFILL = Kind("prefill-lookups", FIND, judge_prefill)
