"""Who a matter is for, asked of the card service before the transaction.

A code of an e-card is spent once: when the request is sound, and not again for a repeated one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from fastapi import Request
from pydantic import ValidationError

from gateway.citizens import REFUSALS, TokenExpired
from gateway.matters import catalogue, forms
from gateway.matters.catalogue import Entry
from gateway.matters.schemas import MatterCreate
from hrss_kit import sealing
from hrss_kit.auth import Principal, acting
from hrss_kit.context import exchange
from hrss_kit.divisions import city_of
from hrss_kit.peers import PeerDown, Peers, unavailable
from hrss_kit.persons import PersonIn
from hrss_kit.problems import Conflict, Invalid, Unavailable, refuse
from hrss_kit.routing import OWN_REQUEST

PREFILL: Final = "/card/v1/prefill-lookups"
PURPOSE: Final = {"X-Purpose": OWN_REQUEST}


class VerificationExpired(Conflict):
    """A verification is good for half an hour."""

    code = "VERIFICATION_EXPIRED"
    title_zh, title_en = "身份核验已过期，请重新核验", "The verification has expired: verify again"


class HolderUnknown(Conflict):
    """Whoever has shown the code holds no card any more."""

    code = "HOLDER_UNKNOWN"
    title_zh, title_en = "未找到持卡人", "There is no such holder"


@dataclass(frozen=True, slots=True)
class Known:
    """The person in full, and what is known besides; `is_verified` by the card service."""

    entry: Entry
    person: PersonIn
    is_verified: bool
    verification_id: str | None = None
    division: str | None = None
    certificates: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def prefill(self) -> dict[str, Any]:
        """What the form may be filled in with."""
        city = city_of(self.division) if self.division else None
        return {"residence_division": self.division, "residence_city": city}


def entry_of(code: str) -> Entry:
    """The matter in force today, or a 422."""
    entry = catalogue.find(code)
    if entry is None:
        raise refuse("code", "MATTER_UNKNOWN", "事项目录中没有此事项", "is no matter on offer")
    return entry


async def who(request: Request) -> Known | None:
    """Before the transaction; None for a body that the endpoint will refuse."""
    try:
        wish = MatterCreate.model_validate_json(await request.body())
    except ValidationError:
        return None
    entry = entry_of(wish.code)
    if wrong := forms.wrong(entry, wish.form):
        raise Invalid(*wrong)
    caller = exchange().principal
    assert caller is not None  # the route has let somebody in
    peers: Peers = request.app.state.peers
    if caller.id_hash is not None and wish.person is not None:
        raise refuse(
            "person", "FIXED", "本人办理无需填写身份信息", "is known from who has signed in"
        )
    if wish.ecard_token is not None:
        known = await _prefilled(peers, caller, entry, {"ecard_token": wish.ecard_token})
        if caller.id_hash not in (None, sealing.blind(known.person.doc_no)):
            raise refuse(
                "ecard_token", "OTHER_PERSON", "动态码不是本人的", "is the code of somebody else"
            )
        return known
    if caller.id_hash is not None:
        return await _prefilled(peers, caller, entry, {"id_hash": caller.id_hash.hex()})
    if wish.person is None:
        raise refuse(
            "ecard_token",
            "REQUIRED",
            "请出示电子社保卡动态码，或填写身份信息",
            "is required, or the person",
        )
    return await _named(peers, caller, entry, wish.person, wish.verification_id)


def _headers(caller: Principal) -> dict[str, str]:
    named = acting(caller.city, caller.actor, caller.org_id) if caller.city else {}
    return {**PURPOSE, **named}


async def _prefilled(peers: Peers, caller: Principal, entry: Entry, asked: dict[str, str]) -> Known:
    try:
        answer = await peers.ask("card", "POST", PREFILL, json=asked, headers=_headers(caller))
    except PeerDown as error:
        raise unavailable("card") from error
    if answer.status_code == 429:
        raise Unavailable(origin="card", retry_after=60)
    if answer.status_code != 200:
        raise REFUSALS.get(str(answer.json().get("code")), TokenExpired)
    told = answer.json()
    if not told["match"]:
        raise HolderUnknown
    return Known(
        entry=entry,
        person=PersonIn.model_validate(told["person"]),
        is_verified=True,
        verification_id=told["verification_id"],
        division=told["residence_division"],
        certificates=told["certificates"],
    )


async def _named(
    peers: Peers, caller: Principal, entry: Entry, person: PersonIn, verification_id: str | None
) -> Known:
    """A person that a counter has written down: taken also while the card service is down."""
    is_verified = False
    if verification_id is not None:
        path = f"/card/v1/verifications/{verification_id}"
        try:
            answer: httpx.Response | None = await peers.ask(
                "card", "GET", path, headers=_headers(caller)
            )
        except PeerDown:
            answer = None
        if answer is not None:
            is_verified = _verifies(answer, sealing.person_ref(sealing.blind(person.doc_no)))
    return Known(
        entry=entry, person=person, is_verified=is_verified, verification_id=verification_id
    )


def _verifies(answer: httpx.Response, person_ref: str) -> bool:
    if answer.status_code == 409:
        raise VerificationExpired
    told = answer.json() if answer.status_code == 200 else {}
    if told.get("expired"):
        raise VerificationExpired
    if told.get("person_ref") not in (None, person_ref) or answer.status_code != 200:
        raise refuse(
            "verification_id",
            "VERIFICATION_UNKNOWN",
            "没有此人的该次核验",
            "is no verification of this person",
        )
    return bool(told.get("match")) and told.get("person_ref") == person_ref
