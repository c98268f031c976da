"""Verifying who somebody is: yes or no, and nothing else about anybody.

This is the service's main job; how a look-up is asked stands in `card.lookups.questions`.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from card import numbers
from card.cards.rules import ecard_state
from card.ecards.use import use
from card.lookups import questions
from card.lookups.factors import PlainPair, plain_pair
from card.lookups.questions import Found, Kind, Question, Verdict
from card.verifications import rules
from card.verifications.models import Verification
from card.verifications.schemas import CardVerified, VerificationRead, VerificationRequest
from hrss_kit import clock, policy, resources, sealing
from hrss_kit.auth import Principal
from hrss_kit.problems import Conflict

# $1 the place of the question, $2 id_hash, $3 identification_hash: one of the two is NULL when
# it was not given. One row comes back for each question, known or not, so that both cost the
# same.
FIND = """
SELECT asked.place, holder.id_hash, holder.person_name, holder.deceased_on,
       presented.card_no_hash, presented.spec_version, presented.issued_on, presented.valid_to,
       presented.owner_city, presented.id IS NOT NULL AS is_presented, card.social_state,
       EXISTS (
           SELECT FROM cards WHERE cards.id_hash = holder.id_hash AND social_state = 'ACTIVE'
       ) AS has_active_card
FROM unnest($1::int[], $2::bytea[], $3::bytea[])
    AS asked (place, id_hash, identification_hash)
LEFT JOIN cards AS presented ON presented.identification_hash = asked.identification_hash
LEFT JOIN holders AS holder ON holder.id_hash = coalesce(presented.id_hash, asked.id_hash)
LEFT JOIN LATERAL (
    SELECT social_state FROM cards WHERE cards.id_hash = holder.id_hash
    ORDER BY cards.id = presented.id DESC, social_state = 'ACTIVE' DESC,
             social_state = 'CANCELLED', issued_on DESC, id
    LIMIT 1
) AS card ON true
ORDER BY asked.place
"""


class VerificationExpired(Conflict):
    """Longer ago than `card.verification_ttl_min`."""

    code = "VERIFICATION_EXPIRED"
    title_zh, title_en = "核验已过期，请重新核验", "The verification has expired, verify again"


def visible(caller: Principal) -> Select[Verification]:
    """The suite's own services may follow up any verification, others what they made."""
    mine = (Verification.client_id == caller.client_id) & (Verification.sub == caller.sub)
    return select(Verification) if caller.is_service else select(Verification).where(mine)


def read_plain(given: Any) -> PlainPair | None:
    """A name and a number and nothing else, when there is nothing wrong with them."""
    return plain_pair(given, clock.today())


async def verify(app: FastAPI, asked: VerificationRequest | PlainPair) -> Verdict:
    """The answer, once it is on record."""
    line = await questions.read_line(app.state.database, asked.reader_line)
    number = asked.doc_no if line is None else line.doc_no
    id_hash = None if number is None else sealing.blind(number)
    if asked.ecard_token is not None:
        id_hash = await use(app.state.database, asked.ecard_token)
    code = None if line is None else numbers.identification_hash(line.identification_code)
    question = questions.question(
        (asked.name, line.name if line else None),
        id_hash=id_hash,
        line=line,
        keys=((id_hash, code),),
    )
    return await questions.ask(app, VERIFICATION, question)


async def read(session: AsyncSession, caller: Principal, verification_id: UUID) -> VerificationRead:
    """A verification that is still good; 409 once its time is over."""
    found = await resources.load(session, visible(caller).where(Verification.id == verification_id))
    minutes = await policy.get(
        session, "card.verification_ttl_min", on=clock.date_of(found.checked_at)
    )
    expires_at = found.checked_at + timedelta(minutes=int(minutes))
    if clock.now() > expires_at:
        raise VerificationExpired
    return VerificationRead(
        verification_id=found.id,
        match=found.match,
        checked_at=found.checked_at,
        expires_at=expires_at,
        expired=False,
        person_ref=found.person_ref,
    )


def judge(question: Question, found: Found) -> Verdict:
    """What a verification answers: the state of the card, to whom the factors fit."""
    row, match = found.row, found.match
    state = row["social_state"] if match else None
    reply: dict[str, Any] = {
        "verification_id": str(question.id),
        "match": match,
        "card_state": state,
        "ecard_state": ecard_state(
            state, has_active_successor=row["has_active_card"] and state != "ACTIVE"
        )
        if state
        else None,
        "checked_at": question.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    if question.present.purpose in questions.TOLD_OF_DEATH:
        reply["deceased"] = row["deceased_on"] is not None if match else None
    assurance = rules.KNOWN if question.line is None else rules.PRESENTED
    event = CardVerified(verification_id=question.id, match=match, assurance=assurance)
    return Verdict(
        match,
        found.person_ref,
        reply,
        assurance=assurance,
        event=event.model_dump_json(),
        g1_city=row["owner_city"] if match and row["spec_version"] == rules.FIRST_SPEC else None,
    )


VERIFICATION = Kind("verifications", FIND, judge)
