"""What can be done with personnel files. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import refuse
from talent.casework import (
    allowed,
    hold,
    move,
    narrowed,
    new_number,
    own_city,
    save,
    start_clock,
    with_clocks,
)
from talent.file_transfers import models, rules
from talent.file_transfers.models import FileTransfer
from talent.file_transfers.rules import MACHINE
from talent.file_transfers.schemas import (
    FileTransferCreate,
    FileTransferQuery,
    FileTransferRead,
    ReceiveFile,
    ReturnFile,
    SendFile,
)
from talent.moves import rules as move_rules
from talent.moves import service as moves
from talent.moves.models import Move
from talent.moves.progress import settle_if_waiting

BASIS = "流动人员人事档案管理服务规定（人社部发〔2021〕112号）"
SEND = "FILE_TRANSFER"


def visible(caller: Principal) -> Select[FileTransfer]:
    """Files into and out of the caller's city; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(FileTransfer)
    return select(FileTransfer).where(
        (FileTransfer.owner_city == caller.city) | (FileTransfer.from_city == caller.city)
    )


def sender(row: FileTransfer) -> str:
    """The city that keeps the file."""
    return row.from_city


SIDES: Any = {"check": sender, "send": sender}


async def request(
    session: AsyncSession, caller: Principal, new: FileTransferCreate
) -> FileTransferRead:
    """Asks the other city for a file by letter; it is to be sent within the working days."""
    city, today = own_city(caller, new.to_city), clock.today()
    _not_by_hand(new.carried_by_person)
    if new.from_city == city or new.from_city not in ACTIVE_CITIES:
        raise refuse("from_city", "CITY", "须为另一试点城市", "must be the other city of the hub")
    row = FileTransfer(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=rules.REQUESTED,
        requested_on=today,
        return_list=[],
        **new.model_dump(exclude={"person", "to_city", "carried_by_person", "move_id"}),
    )
    row.take_person(new.person)
    belongs_to = await _move(session, caller, row, new.move_id)
    if belongs_to is not None:
        row.move_id = belongs_to.id
        row.journey_id = row.journey_id or belongs_to.journey_id
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    same = select(FileTransfer.id).where(
        FileTransfer.id_hash == row.id_hash,
        FileTransfer.state.not_in((rules.RECEIVED, rules.CANCELLED)),
    )
    await save(session, row, {models.ONE_OPEN: same})
    timeline.add(session, row.id, "request", caller=caller, to_state=row.state)
    await start_clock(
        session, row, SEND, "talent.file_transfer_wd", today, BASIS, city=row.from_city
    )
    return await _shown(session, caller, row)


async def _move(
    session: AsyncSession, caller: Principal, row: FileTransfer, named: UUID | None
) -> Move | None:
    """The move it belongs to: named, of the same journey, or the person's open one."""
    wanted = moves.visible(caller).where(
        Move.id_hash == row.id_hash, Move.owner_city == row.owner_city
    )
    if named is not None:
        found: Move | None = await session.scalar(wanted.where(Move.id == named))
        if found is None:
            raise refuse("move_id", "MOVE", "不是此人的流动事项", "is no move of this person")
        return found
    if row.journey_id is not None:
        of_journey: Move | None = await session.scalar(
            wanted.where(Move.journey_id == row.journey_id)
        )
        if of_journey is not None:
            return of_journey
    open_now: Move | None = await session.scalar(wanted.where(Move.state == move_rules.CHECKLIST))
    return open_now


def _not_by_hand(carried_by_person: bool) -> None:
    if carried_by_person:
        raise refuse(
            "carried_by_person",
            "SELF_CARRY_FORBIDDEN",
            "档案不得由本人自带",
            "a file is never carried by the person it is about",
        )


async def check(session: AsyncSession, caller: Principal, transfer_id: UUID) -> FileTransferRead:
    """The sending city checks the file before it goes, or again after it came back."""
    row, target = await hold(session, caller, _one(caller, transfer_id), "check", MACHINE, sender)
    if row.state == rules.RETURNED:
        await start_clock(
            session,
            row,
            SEND,
            "talent.file_transfer_wd",
            clock.today(),
            BASIS,
            city=row.from_city,
        )
    move(session, caller, row, "check", target)
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def send(
    session: AsyncSession, caller: Principal, transfer_id: UUID, wish: SendFile
) -> FileTransferRead:
    """Sends it by one of the three ways; never by the person."""
    row, target = await hold(session, caller, _one(caller, transfer_id), "send", MACHINE, sender)
    _not_by_hand(wish.carried_by_person)
    if not rules.may_go_by(wish.method, is_restricted=row.is_restricted):
        raise refuse(
            "method",
            "EMS_FORBIDDEN",
            "公务员、国有单位管理人员等的档案不得通过EMS转递",
            "such a file does not go by EMS",
        )
    on = _on(wish.sent_on, row.requested_on, "sent_on")
    row.method, row.pages_sent, row.sent_on = wish.method, wish.pages, on
    row.tracking_no = wish.tracking_no
    await deadlines.meet(session, row.id, SEND, on)
    move(session, caller, row, "send", target)
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def receive(
    session: AsyncSession, caller: Principal, transfer_id: UUID, wish: ReceiveFile
) -> FileTransferRead:
    """Takes it in after counting the pages; one that is not complete goes back."""
    row, target = await hold(session, caller, _one(caller, transfer_id), "receive", MACHINE)
    if wish.pages != row.pages_sent:
        raise refuse(
            "pages",
            "PAGES_DIFFER",
            "页数与寄出时不符，请列明缺项后退回",
            "is not the number that was sent: return it with a list",
        )
    assert row.sent_on is not None, "what was sent has its day"
    row.pages_received = wish.pages
    row.received_on = _on(wish.received_on, row.sent_on, "received_on")
    move(session, caller, row, "receive", target)
    if row.move_id is not None:
        await settle_if_waiting(
            session,
            select(Move).where(Move.id == row.move_id),
            move_rules.FILE_TRANSFER,
            move_rules.DONE,
            row.biz_no,
        )
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def give_back(
    session: AsyncSession, caller: Principal, transfer_id: UUID, wish: ReturnFile
) -> FileTransferRead:
    """Returns it with a list of what is missing or wrong."""
    row, target = await hold(session, caller, _one(caller, transfer_id), "return", MACHINE)
    row.returned_on, row.return_list = clock.today(), list(wish.items)
    move(session, caller, row, "return", target, wish.reason)
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def cancel(
    session: AsyncSession, caller: Principal, transfer_id: UUID, reason: str
) -> FileTransferRead:
    """Takes the letter back before the file has gone."""
    row, target = await hold(session, caller, _one(caller, transfer_id), "cancel", MACHINE)
    await deadlines.cancel(session, row.id)
    move(session, caller, row, "cancel", target, reason)
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


def _on(given: date | None, earliest: date, field: str) -> date:
    on = given or clock.today()
    if not earliest <= on <= clock.today():
        raise refuse(field, "DATE", "日期不在允许范围内", "lies too early or after today")
    return on


async def find(session: AsyncSession, caller: Principal, transfer_id: UUID) -> FileTransferRead:
    """One transfer."""
    row = await resources.load(session, _one(caller, transfer_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return await _shown(session, caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: FileTransferQuery
) -> Page[FileTransferRead]:
    """A page of transfers."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), FileTransfer, query, ("holder_org",)),
        query,
        key=FileTransfer.id,
        sorts={"requested_on": FileTransfer.requested_on},
        default="-requested_on",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=await shown(session, caller, rows), next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, transfer_id: UUID) -> timeline.Timeline:
    """What happened to a transfer."""
    row = await resources.load(session, _one(caller, transfer_id))
    return await timeline.of(session, row.id)


def _one(caller: Principal, transfer_id: UUID) -> Select[FileTransfer]:
    return visible(caller).where(FileTransfer.id == transfer_id)


async def _shown(session: AsyncSession, caller: Principal, row: FileTransfer) -> FileTransferRead:
    return (await shown(session, caller, [row]))[0]


async def shown(
    session: AsyncSession, caller: Principal, rows: Sequence[FileTransfer]
) -> list[FileTransferRead]:
    """Transfers as replies, in the same order."""

    def show(row: FileTransfer, clocks: list[deadlines.DeadlineRead]) -> FileTransferRead:
        return resources.shown(
            FileTransferRead,
            row,
            person=row.masked(),
            to_city=row.owner_city,
            allowed_actions=allowed(caller, row, MACHINE, "file_transfer", SIDES),
            deadlines=clocks,
        )

    return await with_clocks(session, rows, show)
