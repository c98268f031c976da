"""Status and profile of a card, for whoever knows two factors; the purpose decides the fields."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from fastapi import FastAPI

from card import numbers
from card.lookups import generations, questions, rules, statements
from card.lookups.questions import Found, Key, Kind, Question, Verdict
from card.lookups.schemas import LookupRequest, ProfileReply, StatusReply
from hrss_kit import masking, sealing
from hrss_kit.divisions import ACTIVE_CITIES, DIVISIONS

# Six digits and a partner city: under one of these every card of the suite was issued.
ISSUERS = tuple(code for code, one in DIVISIONS.items() if one.city in ACTIVE_CITIES)


async def status(app: FastAPI, asked: LookupRequest) -> Verdict:
    """The status of the card that was asked about."""
    return await _look_up(app, STATUS, asked)


async def profile(app: FastAPI, asked: LookupRequest) -> Verdict:
    """Status, bank and residence."""
    return await _look_up(app, PROFILE, asked)


async def _look_up(app: FastAPI, kind: Kind, asked: LookupRequest) -> Verdict:
    line = await questions.read_line(app.state.database, asked.reader_line)
    number = asked.doc_no if line is None else line.doc_no
    id_hash = None if number is None else sealing.blind(number)
    code = asked.identification_code if line is None else line.identification_code
    question = questions.question(
        (asked.name, line.name if line else None),
        id_hash=id_hash,
        line=line,
        keys=tuple(_keys(asked, id_hash, code)),
    )
    return await questions.ask(app, kind, question)


def _keys(asked: LookupRequest, id_hash: bytes | None, code: str | None) -> Iterator[Key]:
    """One key; of a card number without its division, one for each division there is."""
    if asked.card_no is None:
        yield id_hash, numbers.identification_hash(code) if code else None, None
        return
    for division in (asked.issuing_division,) if asked.issuing_division else ISSUERS:
        yield None, None, numbers.card_no_hash(division, asked.card_no)


def judge_status(question: Question, found: Found) -> Verdict:
    """What a status look-up answers."""
    return _judge(question, found, rules.STATUS, tuple(StatusReply.model_fields))


def judge_profile(question: Question, found: Found) -> Verdict:
    """What a profile look-up answers."""
    return _judge(question, found, rules.PROFILE, tuple(ProfileReply.model_fields))


def _judge(
    question: Question, found: Found, opened: dict[str, tuple[str, ...]], names: tuple[str, ...]
) -> Verdict:
    purpose = question.present.purpose or ""
    allowed = opened[purpose]
    reply: dict[str, Any] = dict.fromkeys(names)
    reply["match"] = found.match
    if "deceased" not in allowed:
        del reply["deceased"]
    if found.match:
        reply.update(_shown(found.row, allowed))
    is_stopped = found.match and found.row["generation"] == generations.FIRST
    return Verdict(
        found.match,
        found.person_ref,
        reply,
        g1_city=found.row["owner_city"] if is_stopped else None,
        is_shown=bool(found.row["is_presented"]),
    )


def _shown(row: Any, allowed: tuple[str, ...]) -> dict[str, Any]:
    """The fields that the purpose opens; nothing is unsealed that is not shown."""
    shown: dict[str, Any] = {
        "generation": row["generation"],
        "state": row["social_state"],
        "issuing_city": row["owner_city"],
        "valid_to": _day(row["card_valid_to"]),
        "has_successor": row["has_successor"] if row["social_state"] else None,
        "bank_code": row["bank_code"],
        "bank_name": rules.bank_name(row["bank_code"]),
        "residence_division": row["residence_division"],
        "deceased": row["deceased_on"] is not None,
    }
    if "card_no" in allowed and row["card_no"] is not None:
        shown["card_no"] = masking.mask_card_no(_opened(row, "card_no"))
    if "bank_last4" in allowed and row["bank_account"] is not None:
        shown["bank_last4"] = _opened(row, "bank_account")[-rules.LAST :]
    return {name: value for name, value in shown.items() if name in allowed}


def _opened(row: Any, column: str) -> str:
    return sealing.ring().open(row[column], f"cards.{column}").decode()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


STATUS = Kind("status-lookups", statements.FIND, judge_status)
PROFILE = Kind("profile-lookups", statements.FIND, judge_profile)
