"""Demonstration data: synthetic holders with a card each, loaded by COPY through the seal.

``python -m card.seed COUNT`` loads COUNT holders beside the cast and prints who they are.
"""

import asyncio
import json
import sys
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from card import numbers, synthetic
from card.cards.models import Card
from card.catalogue.models import ApplicationItem
from card.ecards.models import ECard
from card.holders.models import Holder
from card.settings import Settings
from hrss_kit import clock, identifiers, numbering, sealing
from hrss_kit.business_number import format_number
from hrss_kit.command import use_key_ring
from hrss_kit.db import Database
from hrss_kit.divisions import letters
from hrss_kit.ids import new_id

NUMBERED_ON = date(2026, 1, 1)
ACTOR = "seed"
#: use code, names, domain, how sure the counter has to be
CATALOGUE = (
    ("BENEFIT", "领取社会保险待遇", "drawing insurance benefits", "si", "MEDIUM"),
    ("COUNTER_FACE", "窗口刷脸核身", "being identified by face at a counter", "card", "HIGH"),
    ("SI_QUERY", "社会保险权益查询", "asking about one's insurance record", "si", "LOW"),
    ("JOB_REGISTER", "求职登记", "registering for work", "emp", "LOW"),
    ("TITLE_EXAM", "职称申报与人事考试", "titles and examinations", "talent", "MEDIUM"),
    ("WAGE_PAY", "工资与补贴发放", "drawing wages and subsidies", "li", "MEDIUM"),
)
Row = dict[str, object]


async def seed(session: AsyncSession) -> None:
    """Loads what the demonstration needs and is not there yet."""
    await load(session, synthetic.holders())
    await load_ecards(session)
    await _fill_catalogue(session)


async def load_ecards(session: AsyncSession) -> None:
    """The cast's e-cards, first level, where there is none yet."""
    places = {sealing.blind(one.doc_no): place for place, one in enumerate(synthetic.CAST, 1)}
    known = set(await session.scalars(select(ECard.id_hash).where(ECard.level == 1)))
    cards = await session.scalars(
        select(Card).where(Card.id_hash.in_(set(places) - known), Card.social_state == "ACTIVE")
    )
    for card in cards:
        ecard = ECard(
            biz_no=await numbering.next_number(session, "CA", card.owner_city, NUMBERED_ON),
            owner_city=card.owner_city,
            holder_id=card.holder_id,
            id_hash=card.id_hash,
            bound_card_id=card.id,
            level=1,
            issued_on=card.issued_on,
        )
        ecard.take_issue_no(f"{card.issuing_division}{places[card.id_hash]:012d}")
        session.add(ecard)


async def _fill_catalogue(session: AsyncSession) -> None:
    """What cards are taken for in both cities; entries that are there already stay."""
    columns = select(ApplicationItem.owner_city, ApplicationItem.use_code)
    known = {(city, use_code) for city, use_code in await session.execute(columns)}
    for city in (synthetic.WUHAN, synthetic.EZHOU):
        for use_code, name_zh, name_en, domain, least in CATALOGUE:
            if (city, use_code) in known:
                continue
            session.add(
                ApplicationItem(
                    owner_city=city,
                    biz_no=await numbering.next_number(session, "CA", city, NUMBERED_ON),
                    use_code=use_code,
                    name_zh=name_zh,
                    name_en=name_en,
                    domain=domain,
                    accepts=["CARD", "ECARD"],
                    min_assurance=least,
                    state="OPEN",
                )
            )
    await session.flush()


async def load(session: AsyncSession, people: Iterable[synthetic.SyntheticHolder]) -> int:
    """Loads those who are not known yet; says how many."""
    await session.execute(text("LOCK TABLE holders IN SHARE ROW EXCLUSIVE MODE"))
    known = set(await session.scalars(select(Holder.id_hash)))
    new = [one for one in people if sealing.blind(one.doc_no) not in known]
    count = {"count": 2 * len(new)}
    drawn = await session.scalars(
        text("SELECT nextval('business_numbers') FROM generate_series(1, :count)"), count
    )
    sequence = iter(drawn.all())
    holders, cards = [], []
    for one in new:
        holder = _holder(one, next(sequence))
        holders.append(holder)
        cards.append(_card(one, holder, next(sequence)))
    connection = await (await session.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    for table, rows in ((Holder.__tablename__, holders), (Card.__tablename__, cards)):
        if rows:
            records = [tuple(row.values()) for row in rows]
            await driver.copy_records_to_table(table, records=records, columns=list(rows[0]))
    return len(new)


def _resource(city: str, number: int) -> Row:
    now = clock.now()
    return {
        "id": new_id(),
        "biz_no": format_number("CA", letters(city), NUMBERED_ON, number),
        "owner_city": city,
        "version": 1,
        "created_at": now,
        "created_by": ACTOR,
        "updated_at": now,
        "updated_by": ACTOR,
    }


def _seal(value: str | None, context: str) -> bytes | None:
    return None if value is None else sealing.ring().seal(value.encode(), context)


def _holder(one: synthetic.SyntheticHolder, number: int) -> Row:
    return {
        **_resource(one.city, number),
        "doc_type": "01",
        "id_hash": sealing.blind(one.doc_no),
        "person_name": _seal(one.name, "holders.person_name"),
        "doc_no": _seal(one.doc_no, "holders.doc_no"),
        "doc_original": _seal(one.doc_original, "holders.doc_original"),
        "mobile": _seal(one.mobile, "holders.mobile"),
        "gender": identifiers.gender(one.doc_no),
        "ethnicity": _seal(one.ethnicity, "holders.ethnicity"),
        "hukou_division": one.residence_division,
        "residence_division": one.residence_division,
    }


def _card(one: synthetic.SyntheticHolder, holder: Row, number: int) -> Row:
    card, division = one.card, one.card.identification_code[:6]
    return {
        **_resource(one.city, number),
        "holder_id": holder["id"],
        "id_hash": holder["id_hash"],
        "issuing_division": division,
        "card_no": _seal(card.card_no, "cards.card_no"),
        "card_no_hash": numbers.card_no_hash(division, card.card_no),
        "identification_code": _seal(card.identification_code, "cards.identification_code"),
        "identification_hash": numbers.identification_hash(card.identification_code),
        "spec_version": card.spec_version,
        "generation": card.generation,
        "issued_on": card.issued_on,
        "valid_to": card.valid_to,
        "bank_code": "999",
        "bank_account": _seal(card.bank_account, "cards.bank_account"),
        "social_state": card.social_state,
        "financial_state": "ACTIVE" if card.social_state == "ACTIVE" else "INACTIVE",
        "pin_failures": 0,
    }


async def _main(count: int) -> None:
    settings = Settings()
    use_key_ring(settings)
    database = Database(settings.database_url.get_secret_value(), 2)
    half = count // 2
    people = list(synthetic.holders({synthetic.WUHAN: half, synthetic.EZHOU: count - half}))
    async with database.transaction() as session:
        await load(session, people)
    await database.close()
    for one in people:
        sys.stdout.write(json.dumps({"name": one.name, "doc_no": one.doc_no}) + "\n")


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
