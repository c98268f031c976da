"""Files of a case: the asking city's until it is sent, the executing city's while it works."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.problems import Duplicate, NotYourCity, PurposeNotAllowed, StateConflict
from hrss_kit.resources import load
from hrss_kit.stored_files import StoredFile
from social_insurance.delegation import rules, views
from social_insurance.delegation.models import DelegatedAttachment, DelegatedCase
from social_insurance.delegation.schemas import AttachmentForm, AttachmentRead, Attachments


async def add(
    session: AsyncSession, caller: Principal, case_id: UUID, file: StoredFile, form: AttachmentForm
) -> AttachmentRead:
    """Puts a file with a case; the hub hashed it while it came in."""
    wanted = views.visible(caller).where(DelegatedCase.id == case_id)
    row = await load(session, wanted, lock=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref], fields=["attachments"])
    is_drafting = row.state == rules.DRAFT
    if caller.city != (row.owner_city if is_drafting else row.executing_city):
        raise NotYourCity
    if not is_drafting and row.state not in rules.AT_WORK:
        raise StateConflict(row.state, rules.MACHINE.allowed(row.state))
    made = DelegatedAttachment(
        case_id=row.id,
        file_id=file.id,
        code=form.code,
        sha256=file.sha256,
        media_type=file.media_type,
        size=file.size,
        p_class=form.p_class,
        city=caller.city,
        added_by=caller.actor,
    )
    try:
        async with session.begin_nested():
            session.add(made)
            await session.flush()
    except IntegrityError as error:
        existing = await session.scalar(
            select(DelegatedAttachment.id).where(
                DelegatedAttachment.case_id == row.id, DelegatedAttachment.sha256 == file.sha256
            )
        )
        raise Duplicate(existing_id=str(existing)) from error
    timeline.add(session, row.id, "attach", caller=caller, reason=file.sha256)
    return AttachmentRead.model_validate(made)


async def of_case(session: AsyncSession, caller: Principal, case_id: UUID) -> Attachments:
    """The files of a case."""
    row = await _readable(session, caller, case_id)
    found = await session.scalars(
        select(DelegatedAttachment)
        .where(DelegatedAttachment.case_id == row.id)
        .order_by(DelegatedAttachment.id)
    )
    return Attachments(items=[AttachmentRead.model_validate(one) for one in found])


async def open_file(
    session: AsyncSession, caller: Principal, case_id: UUID, attachment_id: UUID
) -> StoredFile:
    """A file itself, for the purpose of its case."""
    row = await _readable(session, caller, case_id)
    made = await load(
        session,
        select(DelegatedAttachment).where(
            DelegatedAttachment.case_id == row.id, DelegatedAttachment.id == attachment_id
        ),
    )
    return await load(session, select(StoredFile).where(StoredFile.id == made.file_id))


async def codes_of(session: AsyncSession, case_id: UUID) -> set[str]:
    """Which evidence is there already."""
    found = await session.scalars(
        select(DelegatedAttachment.code).where(DelegatedAttachment.case_id == case_id)
    )
    return set(found)


async def _readable(session: AsyncSession, caller: Principal, case_id: UUID) -> DelegatedCase:
    row = await load(session, views.visible(caller).where(DelegatedCase.id == case_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref], fields=["attachments"])
    if exchange().purpose not in (row.purpose_code, "AUDIT"):
        raise PurposeNotAllowed
    return row
