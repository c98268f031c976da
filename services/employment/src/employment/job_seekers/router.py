"""Job seekers, their tags and the claims of a second city, over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from employment.job_seekers import claims, consents, copies, service, tags, views
from employment.job_seekers.bulk import IMPORTER
from employment.job_seekers.consents import ConsentRequired
from employment.job_seekers.models import JobSeeker
from employment.job_seekers.schemas import (
    ClaimQuery,
    ClaimRead,
    CloseWish,
    ConsentIn,
    ConsentOut,
    CopyQuery,
    CopyRead,
    SeekerChange,
    SeekerCreate,
    SeekerQuery,
    SeekerRead,
    ShareWish,
    TagChange,
    TagCreate,
    TagQuery,
    TagRead,
)
from employment.titles import CODE_TITLES, TITLES
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.exports import Exporter
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty, RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/job-seekers", tags=["job-seekers"])
tag_router = Router(prefix="/group-tags", tags=["job-seekers"])
claim_router = Router(prefix="/seeker-claims", tags=["job-seekers"])
copy_router = Router(prefix="/seeker-mirrors", tags=["job-seekers"])
EXPORTER = Exporter(
    name="job-seekers",
    query=SeekerQuery,
    reply=SeekerRead,
    rows=views.filtered,
    shown=views.shown,
    key=JobSeeker.id,
    sorts=views.SORTS,
    persons=JobSeeker.id_hash,
    titles=TITLES,
    code_titles=CODE_TITLES,
)
router.bulk_out("/export", permission="job-seeker:read", exporter=EXPORTER, personal=True)
router.bulk_in("/imports", permission="job-seeker:create", importer=IMPORTER)
PROBLEMS = (NotYourCity, StateConflict)
ACT: dict[str, Any] = {"permission": "job-seeker:change", "reply": SeekerRead, "problems": PROBLEMS}


@router.create("", permission="job-seeker:create", reply=SeekerRead, problems=(Duplicate,))
async def register_job_seeker(session: Session, caller: Caller, new: SeekerCreate) -> SeekerRead:
    """Register somebody once for both cities; a second city gets a claim instead."""
    return await views.read(session, caller, await service.register(session, caller, new))


@router.list("", permission="job-seeker:read", reply=Page[SeekerRead], personal=True)
async def list_job_seekers(
    session: Session, caller: Caller, query: Annotated[SeekerQuery, Query()]
) -> Page[SeekerRead]:
    """One's own city's, and the other city's who have agreed to this purpose."""
    return await views.search(session, caller, query)


@router.read("/{seeker_id}", permission="job-seeker:read", reply=SeekerRead, personal=True)
async def read_job_seeker(session: Session, caller: Caller, seeker_id: UUID) -> SeekerRead:
    """One job seeker; the other city sees what the purpose opens."""
    return await views.find(session, caller, seeker_id)


@router.history("/{seeker_id}/timeline", permission="job-seeker:read", reply=Timeline)
async def job_seeker_timeline(session: Session, caller: Caller, seeker_id: UUID) -> Timeline:
    """What happened to the registration."""
    return await service.history(session, caller, seeker_id)


@router.change("/{seeker_id}", permission="job-seeker:change", reply=SeekerRead, problems=PROBLEMS)
async def change_job_seeker(
    session: Session, caller: Caller, seeker_id: UUID, wish: SeekerChange
) -> SeekerRead:
    """Change what somebody can do or looks for."""
    return await service.change(session, caller, seeker_id, wish)


@router.act("/{seeker_id}/pause", **ACT)
async def pause_job_seeker(
    session: Session, caller: Caller, seeker_id: UUID, _body: Empty
) -> SeekerRead:
    """Not looking for now."""
    return await service.act(session, caller, seeker_id, "pause")


@router.act("/{seeker_id}/resume", **ACT)
async def resume_job_seeker(
    session: Session, caller: Caller, seeker_id: UUID, _body: Empty
) -> SeekerRead:
    """Looking again."""
    return await service.act(session, caller, seeker_id, "resume")


@router.act("/{seeker_id}/employ", **ACT)
async def employ_job_seeker(
    session: Session, caller: Caller, seeker_id: UUID, wish: CloseWish
) -> SeekerRead:
    """Has found work by another way."""
    return await service.act(session, caller, seeker_id, "employ", wish.reason)


@router.act("/{seeker_id}/close", **ACT)
async def close_job_seeker(
    session: Session, caller: Caller, seeker_id: UUID, wish: CloseWish
) -> SeekerRead:
    """No longer looking; what was shared is shared no more."""
    return await service.act(session, caller, seeker_id, "close", wish.reason)


@router.act("/{seeker_id}/give-consent", **ACT)
async def give_consent(
    session: Session, caller: Caller, seeker_id: UUID, wish: ConsentIn
) -> SeekerRead:
    """Agreed to be seen by a city for a purpose."""
    row = await service.load_for(session, caller, seeker_id)
    return await consents.act(session, caller, row, wish)


@router.act("/{seeker_id}/withdraw-consent", **ACT)
async def withdraw_consent(
    session: Session, caller: Caller, seeker_id: UUID, wish: ConsentOut
) -> SeekerRead:
    """Taken back: hidden at once, copies deleted."""
    row = await service.load_for(session, caller, seeker_id)
    return await consents.act(session, caller, row, wish)


@router.act(
    "/{seeker_id}/share",
    permission="job-seeker:change",
    reply=SeekerRead,
    problems=(*PROBLEMS, ConsentRequired),
)
async def share_job_seeker(
    session: Session, caller: Caller, seeker_id: UUID, wish: ShareWish
) -> SeekerRead:
    """Send the other city a copy: with consent, or as a duty to help a key group."""
    row = await service.load_for(session, caller, seeker_id)
    return await consents.act(session, caller, row, wish)


@router.reveal("/{seeker_id}/reveal", permission="job-seeker:reveal", reply=RevealReply)
async def reveal_job_seeker(
    session: Session, caller: Caller, seeker_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Full values: person.name, person.mobile, person.doc_no."""
    return await service.reveal(session, caller, seeker_id, wish)


@tag_router.create("", permission="group-tag:create", reply=TagRead, problems=(Duplicate,))
async def create_group_tag(session: Session, caller: Caller, new: TagCreate) -> TagRead:
    """Say that somebody belongs to a key group, with what shows it."""
    return await tags.create(session, caller, new)


@tag_router.list("", permission="group-tag:read", reply=Page[TagRead], personal=True)
async def list_group_tags(
    session: Session, caller: Caller, query: Annotated[TagQuery, Query()]
) -> Page[TagRead]:
    """Tags; of graduates who left school without work, the real-name register."""
    return await tags.search(session, caller, query)


@tag_router.read("/{tag_id}", permission="group-tag:read", reply=TagRead, personal=True)
async def read_group_tag(session: Session, caller: Caller, tag_id: UUID) -> TagRead:
    """One tag."""
    return await tags.find(session, caller, tag_id)


@tag_router.history("/{tag_id}/timeline", permission="group-tag:read", reply=Timeline)
async def group_tag_timeline(session: Session, caller: Caller, tag_id: UUID) -> Timeline:
    """What happened to it."""
    return await tags.history(session, caller, tag_id)


@tag_router.change("/{tag_id}", permission="group-tag:verify", reply=TagRead, problems=PROBLEMS)
async def change_group_tag(
    session: Session, caller: Caller, tag_id: UUID, wish: TagChange
) -> TagRead:
    """Where a graduate stands now."""
    return await tags.change(session, caller, tag_id, wish)


@tag_router.act("/{tag_id}/verify", permission="group-tag:verify", reply=TagRead, problems=PROBLEMS)
async def verify_group_tag(session: Session, caller: Caller, tag_id: UUID, _body: Empty) -> TagRead:
    """The evidence shows it."""
    return await tags.act(session, caller, tag_id, "verify")


@tag_router.act("/{tag_id}/reject", permission="group-tag:verify", reply=TagRead, problems=PROBLEMS)
async def reject_group_tag(
    session: Session, caller: Caller, tag_id: UUID, body: WithReason
) -> TagRead:
    """The evidence does not."""
    return await tags.act(session, caller, tag_id, "reject", body.reason)


@claim_router.list("", permission="seeker-claim:read", reply=Page[ClaimRead])
async def list_claims(
    session: Session, caller: Caller, query: Annotated[ClaimQuery, Query()]
) -> Page[ClaimRead]:
    """Claims that one's city has made or has to answer."""
    return await claims.search(session, caller, query)


@claim_router.read("/{claim_id}", permission="seeker-claim:read", reply=ClaimRead)
async def read_claim(session: Session, caller: Caller, claim_id: UUID) -> ClaimRead:
    """One claim."""
    return await claims.find(session, caller, claim_id)


@claim_router.history("/{claim_id}/timeline", permission="seeker-claim:read", reply=Timeline)
async def claim_timeline(session: Session, caller: Caller, claim_id: UUID) -> Timeline:
    """What happened to it."""
    return await claims.history(session, caller, claim_id)


@claim_router.act(
    "/{claim_id}/accept", permission="seeker-claim:answer", reply=ClaimRead, problems=PROBLEMS
)
async def accept_claim(
    session: Session, caller: Caller, claim_id: UUID, wish: CloseWish
) -> ClaimRead:
    """The registration goes over to the city that has asked."""
    return await claims.answer(session, caller, claim_id, "accept", wish.reason)


@claim_router.act(
    "/{claim_id}/decline", permission="seeker-claim:answer", reply=ClaimRead, problems=PROBLEMS
)
async def decline_claim(
    session: Session, caller: Caller, claim_id: UUID, body: WithReason
) -> ClaimRead:
    """The registration stays where it is."""
    return await claims.answer(session, caller, claim_id, "decline", body.reason)


@copy_router.list("", permission="job-seeker:read", reply=Page[CopyRead], personal=True)
async def list_copies(
    session: Session, caller: Caller, query: Annotated[CopyQuery, Query()]
) -> Page[CopyRead]:
    """Copies that one's city holds of the other's people, and the other's of one's own."""
    return await copies.search(session, caller, query)


@copy_router.read("/{copy_id}", permission="job-seeker:read", reply=CopyRead, personal=True)
async def read_copy(session: Session, caller: Caller, copy_id: UUID) -> CopyRead:
    """One copy: what the purpose opened, and nothing more."""
    return await copies.find(session, caller, copy_id)
