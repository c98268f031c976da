"""Employers and postings at a fair: booths and links."""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.employers.models import VERIFIED, Employer
from employment.employers.service import EmployerBlocked, EmployerNotVerified
from employment.job_fairs import models
from employment.job_fairs.models import BOOTH_MACHINE, LINK_MACHINE, Booth, FairPosting, JobFair
from employment.job_fairs.schemas import BoothCreate, BoothRead, LinkCreate, LinkRead
from employment.job_fairs.service import FAIRS
from employment.kinds import Kind, Step, columns_of
from employment.postings import queries as postings
from employment.postings.models import PUBLISHED, Posting
from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.problems import Conflict, Duplicate, refuse
from hrss_kit.translation import constraint_of

BOOTHS: Final = Kind(Booth, BoothRead, BOOTH_MACHINE, {"cancel": Step("booth:manage")})
LINKS: Final = Kind(FairPosting, LinkRead, LINK_MACHINE, {"remove": Step("booth:manage")})


class FairTakesNobody(Conflict):
    code = "FAIR_NOT_TAKING"
    title_zh, title_en = "该招聘会目前不接受报名", "This fair takes no employers or postings now"


class PostingNotOnOffer(Conflict):
    code = "POSTING_NOT_PUBLISHED"
    title_zh, title_en = "该岗位未在发布中", "This posting is not on offer"


async def _taking(session: AsyncSession, caller: Principal, fair_id: UUID) -> JobFair:
    fair = await FAIRS.load(session, caller, fair_id, lock=True)
    if fair.state not in models.TAKING:
        raise FairTakesNobody
    return fair


async def register(session: AsyncSession, caller: Principal, new: BoothCreate) -> BoothRead:
    """Gives an employer of either city a booth, once a fair; none that is blocked."""
    fair = await _taking(session, caller, new.fair_id)
    employer = await session.get(Employer, new.employer_id)
    if employer is None:
        raise refuse("employer_id", "EMPLOYER_UNKNOWN", "没有登记此用人单位",
                     "is not a registered employer")  # fmt: skip
    if employer.is_blocked(clock.date_of(fair.ends_at)) or employer.is_blocked(clock.today()):
        raise EmployerBlocked
    if employer.state != VERIFIED:
        raise EmployerNotVerified
    row = Booth(**columns_of(new), owner_city=caller.city, state="REGISTERED")
    try:
        async with session.begin_nested():
            await BOOTHS.add(session, caller, row, action="register")
    except IntegrityError as error:
        match constraint_of(error):
            case models.ONE_BOOTH:
                same = Booth.employer_id == new.employer_id
            case models.ONE_NUMBER:
                same = Booth.booth_no == new.booth_no
            case _:
                raise
        known = select(Booth.id).where(Booth.fair_id == fair.id, same, Booth.state == "REGISTERED")
        raise Duplicate(existing_id=str(await session.scalar(known))) from error
    return await BOOTHS.show(session, caller, row)


async def link(session: AsyncSession, caller: Principal, new: LinkCreate) -> LinkRead:
    """Offers a posting of either city at the fair."""
    fair = await _taking(session, caller, new.fair_id)
    posting = await session.scalar(postings.visible(caller).where(Posting.id == new.posting_id))
    if posting is None:
        raise refuse("posting_id", "POSTING_UNKNOWN", "没有此岗位", "is not a posting you may see")
    if posting.state != PUBLISHED:
        raise PostingNotOnOffer
    row = FairPosting(**columns_of(new), owner_city=caller.city, state="LINKED")
    try:
        async with session.begin_nested():
            await LINKS.add(session, caller, row, action="link")
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_LINK:
            raise
        known = select(FairPosting.id).where(
            FairPosting.fair_id == fair.id,
            FairPosting.posting_id == new.posting_id,
            FairPosting.state == "LINKED",
        )
        raise Duplicate(existing_id=str(await session.scalar(known))) from error
    return await LINKS.show(session, caller, row)


async def is_offered_at(session: AsyncSession, fair: JobFair, posting_id: UUID) -> bool:
    """Whether a posting is linked to a fair that has opened."""
    if fair.state not in (models.OPEN, models.CLOSED, models.REPORTED):
        return False
    linked = select(FairPosting.id).where(
        FairPosting.fair_id == fair.id,
        FairPosting.posting_id == posting_id,
        FairPosting.state == "LINKED",
    )
    return await session.scalar(linked) is not None


async def send_blocked_home(session: AsyncSession, fair: JobFair) -> None:
    """Employers blocked since they registered do not come."""
    found = await session.execute(
        select(Booth, Employer)
        .join(Employer, Employer.id == Booth.employer_id)
        .where(Booth.fair_id == fair.id, Booth.state == "REGISTERED")
    )
    for booth, employer in found:
        if employer.is_blocked(clock.today()):
            booth.reason = "用人单位已被限制"
            await BOOTHS.move(session, None, booth, "cancel", "CANCELLED", booth.reason)
