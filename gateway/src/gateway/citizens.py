"""Citizens 个人: let in by a one-time code of their electronic card (电子社保卡动态码).

The card service says whose code it is and spends it; the code is good once, whichever way it
comes: in a header of one request, or exchanged for an access token (RFC 8693).
"""

from dataclasses import dataclass
from typing import Final

from fastapi import Request

from hrss_kit import sealing
from hrss_kit.auth import Principal, authenticate
from hrss_kit.peers import PeerDown, Peers, unavailable
from hrss_kit.problems import Conflict, Unauthenticated
from hrss_kit.routing import OWN_REQUEST

HEADER: Final = "X-Ecard-Token"
ROLE: Final = "citizen"
SCOPE: Final = "hrss"
CLIENT: Final = "ecard"
LONGEST: Final = 200
SHORTEST: Final = 8
REDEMPTIONS: Final = "/card/v1/ecard-token-redemptions"


class TokenExpired(Conflict):
    """The code is too old; one that never was looks the same."""

    code = "TOKEN_EXPIRED"
    title_zh, title_en = "电子社保卡动态码已失效", "The e-card token has expired"


class TokenUsed(Conflict):
    """A code is good once."""

    code = "TOKEN_USED"
    title_zh, title_en = "电子社保卡动态码已使用", "The e-card token has been used"


class EcardAuthorisation(Conflict):
    """While the card is lost, locked or expired the holder authorises each use."""

    code = "ECARD_AUTHORISATION"
    title_zh = "须由持卡人对本次使用授权"
    title_en = "The holder has to authorise this use"


REFUSALS: Final = {one.code: one for one in (TokenExpired, TokenUsed, EcardAuthorisation)}


@dataclass(frozen=True, slots=True)
class Citizen:
    """Who showed a code, by the blind key that every service knows a person by."""

    id_hash: bytes

    @property
    def person_ref(self) -> str:
        """What tokens, logs and audit rows may carry."""
        return sealing.person_ref(self.id_hash)

    def principal(self, client_id: str) -> Principal:
        """The caller of one request."""
        return Principal.from_claims(
            {
                "sub": self.person_ref,
                "client_id": client_id,
                "roles": [ROLE],
                "scope": SCOPE,
                "exp": 0,
                "id_hash": self.id_hash.hex(),
            }
        )


async def redeem(peers: Peers, token: str) -> Citizen:
    """Whose code it is, spent with that; 409 when it is not good, 503 when nobody can say."""
    if not SHORTEST <= len(token) <= LONGEST or not token.isprintable():
        raise TokenExpired
    try:
        answer = await peers.ask(
            "card",
            "POST",
            REDEMPTIONS,
            json={"ecard_token": token},
            headers={"X-Purpose": OWN_REQUEST},
        )
    except PeerDown as error:
        raise unavailable("card") from error
    if answer.status_code != 200:
        raise REFUSALS.get(str(answer.json().get("code")), TokenExpired)
    return Citizen(bytes.fromhex(answer.json()["id_hash"]))


async def identify(request: Request) -> Principal:
    """The caller: whoever shows a code in `X-Ecard-Token`, else whose access token it is."""
    token = request.headers.get(HEADER)
    if token is None:
        return await authenticate(request)
    if request.headers.get("authorization") is not None:
        raise Unauthenticated("invalid_request")  # two ways at once: who is meant?
    return (await redeem(request.app.state.peers, token)).principal(CLIENT)
