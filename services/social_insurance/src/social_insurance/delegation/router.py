"""The catalogue and delegated cases over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.files import Uploaded, form_of
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty, RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.stored_files import StoredFile
from hrss_kit.timeline import Timeline
from social_insurance.delegation import answering, asking, attachments, catalogue, service, views
from social_insurance.delegation.schemas import (
    AnswerSupplement,
    AskSupplement,
    AttachmentForm,
    AttachmentRead,
    Attachments,
    Close,
    DecideDifference,
    Decline,
    DelegatedCaseCreate,
    DelegatedCaseQuery,
    DelegatedCaseRead,
    DelegationItemCreate,
    DelegationItemQuery,
    DelegationItemRead,
    Reply,
    Start,
)

catalogue_router = Router(prefix="/delegation-catalogue", tags=["delegated cases"])
router = Router(prefix="/delegated-cases", tags=["delegated cases"])
ALWAYS = (NotYourCity, StateConflict)
READ, ACT, LIST = "delegated-case:read", "delegated-case:act", "delegation-catalogue:read"


@catalogue_router.create(
    "",
    permission="delegation-catalogue:edit",
    reply=DelegationItemRead,
    problems=(NotYourCity, Duplicate),
)
async def add_delegation_kind(
    session: Session, caller: Caller, new: DelegationItemCreate
) -> DelegationItemRead:
    """Add a kind of delegated case by configuration."""
    return await catalogue.add(session, caller, new)


@catalogue_router.list("", permission=LIST, reply=Page[DelegationItemRead])
async def list_delegation_kinds(
    session: Session, query: Annotated[DelegationItemQuery, Query()]
) -> Page[DelegationItemRead]:
    """List what can be delegated: form, days, evidence, who decides."""
    return await catalogue.page(session, query)


@catalogue_router.read("/{item_id}", permission=LIST, reply=DelegationItemRead)
async def read_delegation_kind(session: Session, item_id: UUID) -> DelegationItemRead:
    """Read one kind."""
    return await catalogue.read(session, item_id)


@catalogue_router.history("/{item_id}/timeline", permission=LIST, reply=Timeline)
async def read_delegation_kind_timeline(session: Session, item_id: UUID) -> Timeline:
    """Read what happened to a kind."""
    return await catalogue.history(session, item_id)


@catalogue_router.act(
    "/{item_id}/retire",
    permission="delegation-catalogue:edit",
    reply=DelegationItemRead,
    problems=(StateConflict,),
)
async def retire_delegation_kind(
    session: Session, caller: Caller, item_id: UUID, wish: WithReason
) -> DelegationItemRead:
    """Take a kind out of the catalogue; running cases go on."""
    return await catalogue.retire(session, caller, item_id, wish.reason)


@router.create(
    "",
    permission="delegated-case:create",
    reply=DelegatedCaseRead,
    problems=(NotYourCity, Duplicate, service.MainCaseClosed),
)
async def draft_delegated_case(
    session: Session, caller: Caller, new: DelegatedCaseCreate
) -> DelegatedCaseRead:
    """Prepare a case; somebody else sends it."""
    return await views.show(session, caller, await asking.draft(session, caller, new))


@router.list("", permission=READ, reply=Page[DelegatedCaseRead], personal=True)
async def list_delegated_cases(
    session: Session, caller: Caller, query: Annotated[DelegatedCaseQuery, Query()]
) -> Page[DelegatedCaseRead]:
    """List the cases that one's city has sent or received, of the kind the purpose names."""
    return await views.page(session, caller, query)


@router.read("/{case_id}", permission=READ, reply=DelegatedCaseRead, personal=True)
async def read_delegated_case(session: Session, caller: Caller, case_id: UUID) -> DelegatedCaseRead:
    """Read one case, the main case's clock beside its own."""
    return await views.read(session, caller, case_id)


@router.history("/{case_id}/timeline", permission="delegated-case:history", reply=Timeline)
async def read_delegated_case_timeline(session: Session, caller: Caller, case_id: UUID) -> Timeline:
    """Read what happened to a case."""
    return await views.history(session, caller, case_id)


@router.reveal("/{case_id}/reveal", permission="delegated-case:reveal", reply=RevealReply)
async def reveal_delegated_case(
    session: Session, caller: Caller, case_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Show the person in full, on record."""
    return await service.reveal_person(session, caller, case_id, wish)


@router.act(
    "/{case_id}/send",
    permission=ACT,
    reply=DelegatedCaseRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def send_delegated_case(
    session: Session, caller: Caller, case_id: UUID, wish: Empty
) -> DelegatedCaseRead:
    """Send a case that somebody else prepared; the clocks start."""
    return await views.show(session, caller, await asking.send(session, caller, case_id))


@router.act("/{case_id}/accept", permission=ACT, reply=DelegatedCaseRead, problems=ALWAYS)
async def accept_delegated_case(
    session: Session, caller: Caller, case_id: UUID, wish: Empty
) -> DelegatedCaseRead:
    """Take a case on."""
    return await views.show(session, caller, await answering.accept(session, caller, case_id))


@router.act("/{case_id}/decline", permission=ACT, reply=DelegatedCaseRead, problems=ALWAYS)
async def decline_delegated_case(
    session: Session, caller: Caller, case_id: UUID, wish: Decline
) -> DelegatedCaseRead:
    """Send a case back for one of four reasons."""
    row = await answering.decline(session, caller, case_id, wish)
    return await views.show(session, caller, row)


@router.act(
    "/{case_id}/start",
    permission=ACT,
    reply=DelegatedCaseRead,
    problems=(*ALWAYS, service.Recusal),
)
async def start_delegated_case(
    session: Session, caller: Caller, case_id: UUID, wish: Start
) -> DelegatedCaseRead:
    """Begin, naming the investigators where the kind demands them."""
    row = await answering.start(session, caller, case_id, wish)
    return await views.show(session, caller, row)


@router.act("/{case_id}/ask-supplement", permission=ACT, reply=DelegatedCaseRead, problems=ALWAYS)
async def ask_delegated_case_supplement(
    session: Session, caller: Caller, case_id: UUID, wish: AskSupplement
) -> DelegatedCaseRead:
    """Ask back; the clock stands still for a few working days at most."""
    row = await answering.ask_supplement(session, caller, case_id, wish.question)
    return await views.show(session, caller, row)


@router.act(
    "/{case_id}/answer-supplement", permission=ACT, reply=DelegatedCaseRead, problems=ALWAYS
)
async def answer_delegated_case_supplement(
    session: Session, caller: Caller, case_id: UUID, wish: AnswerSupplement
) -> DelegatedCaseRead:
    """Answer what the other city asked back."""
    row = await asking.answer_supplement(session, caller, case_id, wish.answer)
    return await views.show(session, caller, row)


@router.act("/{case_id}/draft-reply", permission=ACT, reply=DelegatedCaseRead, problems=ALWAYS)
async def draft_delegated_case_reply(
    session: Session, caller: Caller, case_id: UUID, wish: Reply
) -> DelegatedCaseRead:
    """Keep the answer for somebody else to check and send."""
    row = await answering.draft_reply(session, caller, case_id, wish)
    return await views.show(session, caller, row)


@router.act(
    "/{case_id}/reply",
    permission=ACT,
    reply=DelegatedCaseRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def reply_to_delegated_case(
    session: Session, caller: Caller, case_id: UUID, wish: Reply
) -> DelegatedCaseRead:
    """Send the answer; whoever drafted it, or began the work, does not."""
    row = await answering.reply(session, caller, case_id, wish)
    return await views.show(session, caller, row)


@router.act(
    "/{case_id}/decide-difference",
    permission=ACT,
    reply=DelegatedCaseRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def decide_delegated_case_difference(
    session: Session, caller: Caller, case_id: UUID, wish: DecideDifference
) -> DelegatedCaseRead:
    """Decide by which statement the city goes, where file and claim differ."""
    row = await asking.decide_difference(session, caller, case_id, wish.decision)
    return await views.show(session, caller, row)


@router.act(
    "/{case_id}/close",
    permission=ACT,
    reply=DelegatedCaseRead,
    problems=(*ALWAYS, service.DecisionNeeded),
)
async def close_delegated_case(
    session: Session, caller: Caller, case_id: UUID, wish: Close
) -> DelegatedCaseRead:
    """Take the answer over into the main case, or say that it is not used."""
    return await views.show(session, caller, await asking.close(session, caller, case_id, wish))


@router.act(
    "/{case_id}/reopen",
    permission=ACT,
    reply=DelegatedCaseRead,
    problems=(*ALWAYS, service.AlreadyReopened),
)
async def reopen_delegated_case(
    session: Session, caller: Caller, case_id: UUID, wish: WithReason
) -> DelegatedCaseRead:
    """Send an answer back, once."""
    row = await asking.reopen(session, caller, case_id, wish.reason)
    return await views.show(session, caller, row)


@router.act("/{case_id}/cancel", permission=ACT, reply=DelegatedCaseRead, problems=ALWAYS)
async def cancel_delegated_case(
    session: Session, caller: Caller, case_id: UUID, wish: WithReason
) -> DelegatedCaseRead:
    """Take back a case that was not accepted yet."""
    row = await asking.cancel(session, caller, case_id, wish.reason)
    return await views.show(session, caller, row)


@router.upload(
    "/{case_id}/attachments",
    permission=ACT,
    reply=AttachmentRead,
    form=AttachmentForm,
    problems=(*ALWAYS, Duplicate),
)
async def attach_to_delegated_case(
    session: Session,
    caller: Caller,
    case_id: UUID,
    file: Uploaded,
    form: Annotated[AttachmentForm, Depends(form_of)],
) -> AttachmentRead:
    """Put a file with a case: PDF, JPEG or PNG."""
    return await attachments.add(session, caller, case_id, file, form)


@router.read("/{case_id}/attachments", permission=READ, reply=Attachments, personal=True)
async def list_delegated_case_attachments(
    session: Session, caller: Caller, case_id: UUID
) -> Attachments:
    """List the files of a case."""
    return await attachments.of_case(session, caller, case_id)


@router.download("/{case_id}/attachments/{attachment_id}/content", permission=READ)
async def open_delegated_case_attachment(
    session: Session, caller: Caller, case_id: UUID, attachment_id: UUID
) -> StoredFile:
    """Open a file of a case, on record."""
    return await attachments.open_file(session, caller, case_id, attachment_id)
