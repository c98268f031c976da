"""First-generation cards: each city says from when on it takes them no longer (§2.5)."""

from datetime import date
from typing import Final

from hrss_kit import policy
from hrss_kit.db import Database
from hrss_kit.problems import Conflict

FIRST: Final = "G1"
OFFER: Final = "RENEW"


class GenerationStopped(Conflict):
    """Cards of the first generation are no longer taken in their city; `offer` says what is."""

    code = "GENERATION_STOPPED"
    title_zh = "该代社会保障卡已停用，请换领新卡"
    title_en = "Cards of this generation are no longer in use; a new one can be had"


async def is_stopped(database: Database, city: str | None, today: date) -> bool:
    """Whether the city takes no first-generation card today (`card.g1_stop_on`)."""
    async with database.transaction() as session:
        try:
            stopped_on = await policy.get(session, "card.g1_stop_on", on=today, city=city)
        except policy.MissingParameter:
            return False
    return today.isoformat() >= str(stopped_on)
