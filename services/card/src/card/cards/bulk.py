"""Cards by the file: a stretch of a city's register is taken over by a few statements.

What is plain, a new card of a person nobody contradicts, is written at once for all rows.
Whatever is not, a card to be changed or refused, goes the way of a single PUT and gets its
answer; a card that is known as it is given is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from card import numbers
from card.cards import rules, service
from card.cards.models import Card
from card.cards.schemas import EVENTS, CardCreate
from card.holders.models import Holder
from hrss_kit import bulk, clock, policy, sealing
from hrss_kit.auth import Principal
from hrss_kit.business_number import format_number
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES, letters
from hrss_kit.ids import new_id
from hrss_kit.import_worker import refusals
from hrss_kit.imports import Importer, Refused
from hrss_kit.outbox import OutboxEvent
from hrss_kit.problems import NotYourCity, Problem, refuse
from hrss_kit.timeline import TimelineEntry

#: A card in the making has clocks to start.
PLAIN_STATES = frozenset(rules.STATES) - {"APPLIED"}
AGAIN = 3
#: Stands for the card in an event that is written once and said of many.
NOBODY = UUID(int=0)

Row = dict[str, Any]


@dataclass(slots=True)
class CardRow:
    """A row of the file, sealed already where it is to be sealed."""

    record: CardCreate
    city: str
    card: Row
    holder: Row | None

    @property
    def key(self) -> bytes:
        """Blind index of the identification code: which card this is."""
        key: bytes = self.card["identification_hash"]
        return key


def prepare(caller: Principal, record: CardCreate) -> CardRow:
    """Seals a row; refuses the card of another city."""
    division = record.identification_code[:6]
    city = numbers.issuing_city(division)
    if city is None or record.issuing_division not in (None, division):
        raise refuse("issuing_division", "CARD_ISSUER", *numbers.MESSAGES["CARD_ISSUER"])
    if city != caller.city:
        raise NotYourCity
    state = record.social_state or "ACTIVE"
    card = {
        "id": new_id(),
        "issuing_division": division,
        "card_no": _seal(record.card_no, "cards.card_no"),
        "card_no_hash": numbers.card_no_hash(division, record.card_no),
        "identification_code": _seal(record.identification_code, "cards.identification_code"),
        "identification_hash": numbers.identification_hash(record.identification_code),
        "spec_version": record.spec_version,
        "generation": rules.GENERATIONS[record.spec_version],
        "atr": record.atr,
        "issued_on": record.issued_on,
        "valid_to": record.valid_to,
        "bank_code": record.bank_code,
        "bank_account": _seal(record.bank_account, "cards.bank_account"),
        "social_state": state,
        "financial_state": record.financial_state or "NONE",
    }
    return CardRow(record, city, card, _holder(record))


def _holder(record: CardCreate) -> Row | None:
    person = record.holder
    if person is None:
        return None
    return {
        "id": new_id(),
        "doc_type": person.doc_type,
        "id_hash": sealing.blind(person.doc_no),
        "person_name": _seal(person.name, "holders.person_name"),
        "doc_no": _seal(person.doc_no, "holders.doc_no"),
        "doc_original": _seal(person.doc_original, "holders.doc_original"),
        "mobile": _seal(person.mobile, "holders.mobile"),
    }


def _seal(value: str | None, context: str) -> bytes | None:
    return None if value is None else sealing.ring().seal(value.encode(), context)


async def write(
    session: AsyncSession, caller: Principal, given: Sequence[tuple[int, CardRow]]
) -> list[Refused]:
    """Takes a stretch of rows over; answers with the rows that were refused."""
    years = int(await policy.get(session, "card.validity_years", on=clock.today()))
    for _, row in given:
        if row.card["valid_to"] is None:
            row.card["valid_to"] = rules.last_valid_day(row.record.issued_on, years)
    stretch = _Stretch(session, caller)
    await stretch.sort(given)
    await stretch.write_plain()
    refused = await stretch.put_others()
    await stretch.tidy()
    return refused


class _Stretch:
    """The rows of one transaction, and what becomes of them."""

    def __init__(self, session: AsyncSession, caller: Principal) -> None:
        self.session, self.caller = session, caller
        self.plain: list[tuple[int, CardRow]] = []
        self.others: list[tuple[int, CardRow]] = []
        self.new_people: dict[bytes, Row] = {}
        self.known_people: dict[bytes | UUID, Holder] = {}
        self.said: dict[str, tuple[str, str] | None] = {}

    async def sort(self, given: Sequence[tuple[int, CardRow]]) -> None:
        """Which rows are plain, which are known already, which need a closer look."""
        known = {
            card.identification_hash: card
            for card in await self.session.scalars(
                select(Card)
                .where(Card.identification_hash == bulk.one_of(row.key for _, row in given))
                .order_by(Card.id)
                .with_for_update()
            )
        }
        await self._find_people([row for _, row in given], known)
        met: set[bytes] = set()
        for number, row in given:
            card = known.get(row.key)
            if row.key in met or row.record.social_state == "APPLIED":
                self.others.append((number, row))
            elif card is None:
                (self.plain if self._is_plain(row) else self.others).append((number, row))
            elif not self._is_same(row, card):
                self.others.append((number, row))
            met.add(row.key)

    async def _find_people(self, rows: list[CardRow], known: dict[bytes, Card]) -> None:
        hashes = {row.holder["id_hash"] for row in rows if row.holder is not None}
        ids = {card.holder_id for card in known.values()}
        ids |= {row.record.holder_id for row in rows if row.record.holder_id is not None}
        wanted = select(Holder).where(Holder.owner_city.in_(ACTIVE_CITIES))
        for found in (
            wanted.where(Holder.id_hash == bulk.one_of(hashes)),
            wanted.where(Holder.id == bulk.one_of(ids, UUID)),
        ):
            for holder in await self.session.scalars(found):
                self.known_people[holder.id_hash] = self.known_people[holder.id] = holder

    def _person_of(self, row: CardRow) -> Holder | None:
        if row.holder is not None:
            return self.known_people.get(row.holder["id_hash"])
        assert row.record.holder_id is not None  # the model demands one of the two
        return self.known_people.get(row.record.holder_id)

    def _is_plain(self, row: CardRow) -> bool:
        holder, person = self._person_of(row), row.record.holder
        if holder is None:
            if row.holder is None or person is None:
                return False
            return self.new_people.setdefault(row.holder["id_hash"], row.holder) is row.holder
        lives = holder.deceased_on is None or row.card["social_state"] != "ACTIVE"
        return lives and (person is None or holder.person_name == person.name)

    def _is_same(self, row: CardRow, card: Card) -> bool:
        holder, record = self._person_of(row), row.record
        return (
            holder is not None
            and holder.id == card.holder_id
            and (record.holder is None or holder.person_name == record.holder.name)
            and not (holder.deceased_on is not None and card.social_state == "ACTIVE")
            and card.card_no == record.card_no
            and card.bank_account == record.bank_account
            and card.valid_to == row.card["valid_to"]
            and record.social_state in (None, card.social_state)
            and record.financial_state in (None, card.financial_state)
            and (card.spec_version, card.atr, card.issued_on, card.bank_code)
            == (record.spec_version, record.atr, record.issued_on, record.bank_code)
        )

    async def write_plain(self) -> None:
        """One statement for all new persons, one for all new cards; constraints have the say."""
        rows = self.plain
        people = [row.holder for _, row in rows if row.holder is not None]
        people = [one for one in people if self.new_people.get(one["id_hash"]) is one]
        sequence = iter(await bulk.draw(self.session, len(rows) + len(people)))
        for _, row in rows:
            # A date has a million numbers, a register more cards: each is numbered on the day it
            # was issued. What collides all the same takes the way of a single PUT.
            made = {"id_hash": self._id_hash(row), "holder_id": self._holder_id(row)}
            row.card |= made | {"biz_no": self._number(row, next(sequence))}
            if row.holder is not None and self.new_people.get(row.holder["id_hash"]) is row.holder:
                row.holder["biz_no"] = self._number(row, next(sequence))
        shared = self._shared()
        written = await bulk.insert_rows(
            self.session, Holder, people, shared=shared, ignore_conflicts=True
        )
        self.new_people = {one["id_hash"]: one for one in people if one["id"] in written}
        missing = {one["id"] for one in people} - written
        cards = [row.card for _, row in rows if row.card["holder_id"] not in missing]
        done = await bulk.insert_rows(
            self.session,
            Card,
            cards,
            shared=shared | {"pin_failures": 0},
            ignore_conflicts=True,
        )
        self.others += [one for one in rows if one[1].card["id"] not in done]
        self.others.sort(key=lambda one: one[0])
        await self._tell([row for _, row in rows if row.card["id"] in done])

    def _id_hash(self, row: CardRow) -> bytes:
        holder = self._person_of(row)
        if holder is not None:
            return holder.id_hash
        assert row.holder is not None
        found: bytes = row.holder["id_hash"]
        return found

    def _holder_id(self, row: CardRow) -> UUID:
        holder = self._person_of(row)
        found: UUID = holder.id if holder is not None else self.new_people[self._id_hash(row)]["id"]
        return found

    def _number(self, row: CardRow, sequence: int) -> str:
        return format_number("CA", letters(row.city), row.record.issued_on, sequence)

    def _shared(self) -> Row:
        now, actor = clock.now(), self.caller.actor
        return {
            "owner_city": self.caller.city,
            "version": 1,
            "created_at": now,
            "created_by": actor,
            "updated_at": now,
            "updated_by": actor,
        }

    async def _tell(self, rows: Sequence[CardRow]) -> None:
        """Timeline and events of the new cards, as a single PUT leaves them."""
        entries = [self._entry(row.card["id"], row.card["social_state"]) for row in rows]
        await self._write_entries(entries)
        events = [event for row in rows if (event := self._event(row)) is not None]
        shared = {
            "source": "card",
            "city": self.caller.city,
            "audience": sorted(ACTIVE_CITIES),
            "schema_version": 1,
            "trace_id": exchange().trace_id,
            "time": clock.now(),
        }
        await bulk.insert_rows(self.session, OutboxEvent, events, shared=shared)

    def _entry(self, subject_id: UUID, state: str | None) -> Row:
        return {"id": new_id(), "subject_id": subject_id, "to_state": state}

    async def _write_entries(self, entries: list[Row]) -> None:
        shared = {
            "at": clock.now(),
            "actor": self.caller.actor,
            "org_id": self.caller.org_id,
            "city": self.caller.city,
            "action": "register",
        }
        await bulk.insert_rows(self.session, TimelineEntry, entries, shared=shared)

    def _event(self, row: CardRow) -> Row | None:
        state = row.card["social_state"]
        if state not in self.said:
            self.said[state] = _said(state, row.city)
        said = self.said[state]
        if said is None:
            return None
        kind, data = said
        return {
            "id": new_id(),
            "type": kind,
            "subject": row.card["biz_no"],
            "person_ref": sealing.person_ref(row.card["id_hash"]),
            "data": data.replace(str(NOBODY), str(row.card["id"])),
        }

    async def put_others(self) -> list[Refused]:
        """Row by row, each in a savepoint of its own: what is refused leaves nothing."""
        refused: list[Refused] = []
        for number, row in self.others:
            for attempt in range(1, AGAIN + 1):
                try:
                    async with self.session.begin_nested():
                        code = row.record.identification_code
                        await service.put(self.session, self.caller, code, row.record)
                    break
                except Problem as problem:
                    refused += refusals(number, problem)
                    break
                except IntegrityError:  # a business number met its like: draw another
                    if attempt == AGAIN:
                        raise
        return refused

    async def tidy(self) -> None:
        """Persons whose only card was refused are not registered either."""
        mine = [one["id"] for one in self.new_people.values()]
        if not mine:
            return
        held = exists().where(Card.holder_id == Holder.id)
        gone = set()
        if self.others:
            gone = set(
                await self.session.scalars(
                    delete(Holder).where(Holder.id.in_(mine), ~held).returning(Holder.id)
                )
            )
        await self._write_entries([self._entry(one, None) for one in mine if one not in gone])


def _said(state: str, city: str) -> tuple[str, str] | None:
    """Type and data of the event that a new card of this state makes, said of card NOBODY."""
    word = rules.happened(None, state)
    if word is None:
        return None
    kind = EVENTS[word]
    facts = {"state": state, "issuing_city": city, "card_id": NOBODY}
    event = kind(**{name: facts[name] for name in kind.model_fields if name in facts})
    return kind.type, event.model_dump_json()


IMPORTER = Importer(name="cards", model=CardCreate, prepare=prepare, write=write)
