"""One-time codes 动态码 of e-cards: shown once, kept as a digest."""

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from card.cards import rules
from card.cards.models import Card
from card.ecards import service
from card.ecards.models import ECard, EcardToken
from card.ecards.schemas import (
    TokenCreate,
    TokenPresented,
    TokenRead,
    TokenRedeemed,
    TokenShown,
)
from card.ecards.use import EcardAuthorisation, digest, use
from hrss_kit import clock, policy, sealing
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.db import Database
from hrss_kit.ids import new_id
from hrss_kit.problems import NotFound

TOKEN_BYTES: Final = 24


async def issue(session: AsyncSession, caller: Principal, wish: TokenCreate) -> TokenShown:
    """A fresh code, for as long as `card.ecard_qr_ttl_s` says."""
    ecard = await session.scalar(service.visible(caller).where(ECard.id == wish.ecard_id))
    if ecard is None:
        raise NotFound
    exchange().note(subject=ecard.biz_no, person_refs=[ecard.person_ref])
    bound = await session.get_one(Card, ecard.bound_card_id)
    if needs_authorisation(bound.social_state) and not wish.authorised:
        raise EcardAuthorisation
    now = clock.now()
    seconds = await policy.get(
        session, "card.ecard_qr_ttl_s", on=clock.today(), city=ecard.owner_city
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = EcardToken(
        id=new_id(),
        ecard_id=ecard.id,
        token_hash=digest(token),
        authorised=wish.authorised,
        issued_at=now,
        issued_by=caller.actor,
        expires_at=now + timedelta(seconds=int(seconds)),
    )
    session.add(row)
    return TokenShown(
        id=row.id,
        ecard_id=ecard.id,
        token=token,
        authorised=row.authorised,
        issued_at=now,
        expires_at=row.expires_at,
    )


async def redeem(database: Database, presented: TokenPresented) -> TokenRedeemed:
    """Spends a code and says whose it was; of several at once one is the first."""
    id_hash = await use(database, presented.ecard_token)
    person_ref = sealing.person_ref(id_hash)
    exchange().note(person_refs=[person_ref], fields=["person_ref"])
    return TokenRedeemed(person_ref=person_ref, id_hash=id_hash.hex(), redeemed_at=clock.now())


async def read(session: AsyncSession, caller: Principal, token_id: UUID) -> TokenRead:
    """What became of a code."""
    row = await session.scalar(
        select(EcardToken).where(
            EcardToken.id == token_id,
            EcardToken.ecard_id.in_(service.visible(caller).with_only_columns(ECard.id)),
        )
    )
    if row is None:
        raise NotFound
    ecard = await session.get_one(ECard, row.ecard_id)
    exchange().note(subject=ecard.biz_no, person_refs=[ecard.person_ref], fields=["state"])
    return TokenRead(
        id=row.id,
        ecard_id=row.ecard_id,
        state="USED" if row.used_at else "EXPIRED" if row.expires_at < clock.now() else "GOOD",
        authorised=row.authorised,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )


def needs_authorisation(social_state: str) -> bool:
    """Whether the holder has to authorise each use of an e-card bound to such a card."""
    return rules.ecard_state(social_state) == rules.WITH_AUTHORISATION


async def forget(session: AsyncSession) -> int:
    """Timer: drops codes a day after their time."""
    rows = await session.scalars(
        select(EcardToken).where(EcardToken.expires_at < clock.hours_ago(24)).limit(1000)
    )
    stale = list(rows)
    for row in stale:
        await session.delete(row)
    return len(stale)
