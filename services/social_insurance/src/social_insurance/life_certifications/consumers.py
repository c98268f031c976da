"""What the card service tells: a card was used face to face; a holder has died."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.inbox import Consumer, Received
from social_insurance.figures import figure
from social_insurance.life_certifications import rules, service

HIGH = "HIGH"
REF_LENGTH = 24


class CardUsed(BaseModel):
    """Of `card.used.v1`: what for, and how sure it was who held the card."""

    model_config = ConfigDict(extra="ignore")

    use_code: str
    assurance: str


class HolderDeceased(BaseModel):
    """Of `card.holder.deceased.v1` nothing but that it happened."""

    model_config = ConfigDict(extra="ignore")


async def take_card_use(session: AsyncSession, event: Received, data: CardUsed) -> None:
    """J-3: a use with high assurance and a use code of policy shows that somebody lives."""
    if data.assurance != HIGH or len(event.personref or "") != REF_LENGTH:
        return
    on = clock.date_of(event.time)
    codes = await figure(session, "si.lifecert_use_codes", on=on)
    if data.use_code not in codes:
        return
    for row in await service.of_person_ref(session, event.personref or ""):
        await service.take(
            session,
            row,
            method="CARD_USE",
            result=rules.ALIVE,
            confidence=HIGH,
            on=on,
            source="CARD",
            evidence_ref=str(event.id),
            caller=None,
        )


async def take_death(session: AsyncSession, event: Received, data: HolderDeceased) -> None:
    """A death that the card service knows of is one source; a head verifies it."""
    if len(event.personref or "") != REF_LENGTH:
        return
    for row in await service.of_person_ref(session, event.personref or ""):
        await service.take(
            session,
            row,
            method="DATA_MATCH",
            result=rules.DECEASED,
            confidence="MEDIUM",
            on=clock.date_of(event.time),
            source="CARD",
            evidence_ref=str(event.id),
            caller=None,
        )


CONSUMERS = (
    Consumer("card", "card.used.v1", CardUsed, take_card_use),
    Consumer("card", "card.holder.deceased.v1", HolderDeceased, take_death),
)
