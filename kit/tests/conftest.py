"""A service of one table, so that the kit's conventions can be tried without any real service."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated, Any, ClassVar
from uuid import UUID

import pytest
from fastapi import Query, Request
from joserfc.jwk import KeySet
from pydantic import BaseModel, Field
from sqlalchemy import Select, String, or_, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import deadlines, numbering, outbox, resources, timeline
from hrss_kit.access import Access, grant
from hrss_kit.app import create_app
from hrss_kit.auth import Caller, Principal
from hrss_kit.clock import today
from hrss_kit.context import exchange
from hrss_kit.db import Resource, Session, new_base
from hrss_kit.files import FileForm, Uploaded
from hrss_kit.pagination import ListQuery, Page, select_page
from hrss_kit.peers import Peers
from hrss_kit.person_columns import PersonColumns
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.problems import Conflict, NotYourCity
from hrss_kit.routing import Router
from hrss_kit.service import Service
from hrss_kit.settings import ServiceSettings
from hrss_kit.standard import standard_timers
from hrss_kit.states import Machine, transition
from hrss_kit.stored_files import StoredFile
from hrss_kit.testing import InProcess, Suite, TestDatabase
from hrss_kit.timeline import Timeline
from hrss_kit.validation import CrossError, RequestModel

Base = new_base()
MACHINE = Machine(transition("finish", "OPEN", "DONE"), transition("reopen", "DONE", "OPEN"))
ACCESS = Access(
    grant("note:create", "cw.card", "partner"),
    grant("note:read", "cw.card", "partner", "auditor", purposes=("CARD_SERVICE", "AUDIT")),
    grant("note:act", "cw.card"),
    grant("event:read", "partner"),
    grant("access-entry:read", "service"),
    grant("timer:run", "ops"),
)


class Note(Resource, PersonColumns, Base):  # type: ignore[misc, valid-type]
    __tablename__ = "notes"

    title: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="OPEN")


class NoteCreate(RequestModel):
    title: Annotated[str, Field(min_length=1, max_length=40)]
    person: PersonIn
    lines: Annotated[list[int], Field(max_length=5, default_factory=list)]
    total: int = 0

    @classmethod
    def cross_check(cls, given: Any) -> list[CrossError]:
        if sum(given.get("lines", [])) != given.get("total", 0):
            return [CrossError(("total",), "SUM", "合计不符", "does not add up")]
        return []


class NoteChange(RequestModel):
    title: Annotated[str, Field(min_length=1, max_length=40)]


class NoteRead(resources.LivingRead):
    title: str
    person: PersonMasked


class NoteQuery(ListQuery):
    title: Annotated[str | None, Field(max_length=40)] = None


class NoteTaken(outbox.Event):
    type: ClassVar[str] = "note.taken.v1"

    title: str


class Remembered(Conflict):
    code = "REMEMBERED"
    keeps_effects = True


def visible(caller: Principal) -> Select[Note]:
    return select(Note).where(or_(Note.owner_city == caller.city, caller.holds("auditor")))


async def shown(session: Session, note: Note) -> NoteRead:
    clocks = (await deadlines.of(session, [note.id]))[note.id]
    exchange().note(person_refs=[note.person_ref], fields=["person"])
    return NoteRead(
        **{name: getattr(note, name) for name in NoteRead.model_fields if hasattr(note, name)},
        person=note.masked(),
        deadlines=clocks,
        allowed_actions=MACHINE.allowed(note.state),
    )


router = Router(prefix="/notes", tags=["notes"])


@router.create("", permission="note:create", reply=NoteRead, problems=(Remembered,))
async def take_note(session: Session, caller: Caller, new: NoteCreate) -> NoteRead:
    city = caller.city or ""
    note = Note(
        title=new.title,
        state="OPEN",
        owner_city=city,
        biz_no=await numbering.next_number(session, "NO", city, today()),
    )
    note.take_person(new.person)
    session.add(note)
    await session.flush()
    await deadlines.start(
        session, subject_id=note.id, subject_no=note.biz_no, owner_city=city, audience=[city],
        code="FINISH", started_on=today(), unit="WD", length=5, basis="test",
    )  # fmt: skip
    outbox.publish(
        session, NoteTaken(title=note.title), source="note", subject=note.biz_no, city=city,
        audience=[city], person_ref=note.person_ref,
    )  # fmt: skip
    if new.title == "remember":
        raise Remembered(biz_no=note.biz_no)
    return await shown(session, note)


@router.list("", permission="note:read", reply=Page[NoteRead], personal=True)
async def list_notes(
    session: Session, caller: Caller, query: Annotated[NoteQuery, Query()]
) -> Page[NoteRead]:
    statement = visible(caller)
    if query.title:
        statement = statement.where(Note.title == query.title)
    rows, cursor = await select_page(
        session, statement, query, key=Note.id,
        sorts={"title": Note.title, "created_at": Note.created_at}, default="-created_at",
    )  # fmt: skip
    return Page[NoteRead](items=[await shown(session, row) for row in rows], next_cursor=cursor)


@router.read("/{note_id}", permission="note:read", reply=NoteRead, personal=True)
async def read_note(session: Session, caller: Caller, note_id: UUID) -> NoteRead:
    return await shown(
        session, await resources.load(session, visible(caller).where(Note.id == note_id))
    )


@router.history("/{note_id}/timeline", permission="note:read", reply=Timeline)
async def note_timeline(session: Session, caller: Caller, note_id: UUID) -> Timeline:
    note = await resources.load(session, visible(caller).where(Note.id == note_id))
    return await timeline.of(session, note.id)


@router.change("/{note_id}", permission="note:act", reply=NoteRead)
async def rename_note(
    session: Session, caller: Caller, note_id: UUID, change: NoteChange
) -> NoteRead:
    note = await resources.load(session, visible(caller).where(Note.id == note_id), lock=True)
    resources.match_version(note)
    note.title = change.title
    await session.flush()
    return await shown(session, note)


async def ask_first(request: Request) -> str:
    count = getattr(request.app.state, "asked", 0) + 1
    request.app.state.asked = count
    return f"asked {count}"


@router.act(
    "/{note_id}/finish", permission="note:act", reply=NoteRead, problems=(NotYourCity,),
    prepare=ask_first,
)  # fmt: skip
async def finish_note(
    session: Session, caller: Caller, note_id: UUID, body: resources.Empty
) -> NoteRead:
    note = await resources.load(session, visible(caller).where(Note.id == note_id), lock=True)
    resources.match_version(note)
    before, note.state = note.state, MACHINE.take(note.state, "finish")
    timeline.add(
        session, note.id, "finish", caller=caller, from_state=before, to_state=note.state,
        reason=exchange().prepared,
    )  # fmt: skip
    await deadlines.meet(session, note.id, "FINISH", today())
    await session.flush()
    return await shown(session, note)


@router.reveal("/{note_id}/reveal", permission="note:read", reply=resources.RevealReply)
async def reveal_note(
    session: Session, caller: Caller, note_id: UUID, wish: resources.RevealRequest
) -> resources.RevealReply:
    note = await resources.load(session, visible(caller).where(Note.id == note_id))
    exchange().note(subject=note.biz_no, person_refs=[note.person_ref])
    values = {"person.name": note.person_name, "person.doc_no": note.doc_no}
    return resources.reveal(caller, note.id, wish, values)


class Attached(BaseModel):
    id: UUID
    sha256: str
    size: int
    media_type: str
    file_name: str


class AttachmentForm(FileForm):
    kind: Annotated[str, Field(max_length=10)] = ""


@router.upload("/{note_id}/files", permission="note:act", reply=Attached, form=AttachmentForm)
async def attach_file(session: Session, caller: Caller, note_id: UUID, file: Uploaded) -> Attached:
    await resources.load(session, visible(caller).where(Note.id == note_id))
    return Attached.model_validate(file, from_attributes=True)


@router.download("/{note_id}/files/{file_id}", permission="note:read")
async def fetch_file(session: Session, caller: Caller, note_id: UUID, file_id: UUID) -> StoredFile:
    await resources.load(session, visible(caller).where(Note.id == note_id))
    return await resources.load(session, select(StoredFile).where(StoredFile.id == file_id))


@router.lookup("/fail", permission="note:read", reply=NoteRead)
async def fail_with_a_secret(session: Session, caller: Caller) -> NoteRead:
    raise RuntimeError("420799198003120038 must not be told")


SERVICE = Service(
    name="talent",
    path="notes",
    source="note",
    biz_code="NO",
    title_zh="便签",
    title_en="Notes",
    metadata=Base.metadata,
    access=ACCESS,
    routers=(router,),
    timers=standard_timers("note"),
)


class Notes(Suite):
    """The sample service, running."""

    @property
    def database(self) -> TestDatabase:
        return self.databases["notes"]


@pytest.fixture
async def notes(suite: Suite) -> AsyncIterator[Notes]:
    database = TestDatabase("talent")
    await database.create()
    engine = create_async_engine(database.owner_url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()
    settings = suite.settings("talent", database)
    app = create_app(SERVICE, ServiceSettings(**settings.model_dump()))
    app.state.verifier._keys = KeySet.import_key_set(suite.tokens.jwks)
    made = Notes(suite.tokens, suite.directory)
    app.state.peers = Peers(settings, transport=InProcess(made))
    made.apps["notes"], made.databases["notes"] = app, database
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.drop)
        await stack.enter_async_context(app.router.lifespan_context(app))
        yield made


PERSON = {"name": "李测甲", "doc_type": "01", "doc_no": "420799198003120038"}


@pytest.fixture
def body() -> dict[str, Any]:
    return {"title": "first", "person": dict(PERSON)}
