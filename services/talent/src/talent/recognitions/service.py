"""Applying for an award's recognition, verifying, reviewing and granting it."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.problems import Conflict, StateConflict, refuse
from hrss_kit.resources import load
from talent.awards import models as award_models
from talent.awards.models import Award
from talent.benefits import service as benefits
from talent.casework import hold, move, new_number, own_city, save, start_clock
from talent.category_mappings import rules as mapping_rules
from talent.category_mappings.models import CategoryMapping, CategoryMappingLeg
from talent.category_mappings.service import in_force
from talent.dates import years_after
from talent.moves.progress import recognised
from talent.moves.rules import TALENT_AWARD
from talent.programmes.models import Category
from talent.programmes.service import category_named
from talent.recognition_certificates import service as certificates
from talent.recognition_events import (
    RecognitionApplied,
    RecognitionGranted,
    RecognitionRevoked,
    RecognitionVerified,
)
from talent.recognitions import models, rules
from talent.recognitions.models import Recognition, RecognitionReview
from talent.recognitions.rules import MACHINE
from talent.recognitions.schemas import (
    AwardAnswer,
    CaseReview,
    RecognitionCreate,
    RecognitionRead,
)
from talent.recognitions.views import (
    announce,
    both,
    one,
    reviews_of,
    shown,
    verifier,
    words,
)

BASIS = "两市人才互认协议"
AWARD_VERIFY, AWARD_DECIDE = "AWARD_VERIFY", "AWARD_DECIDE"


class AwardExpired(Conflict):
    code = "AWARD_EXPIRED"
    title_zh, title_en = "该评定认定已过有效期", "The award's term is over"


class AwardNotValid(Conflict):
    code = "AWARD_NOT_VALID"
    title_zh, title_en = "该评定认定已暂停或撤销", "The award is suspended or was taken back"


class MappingNotActive(Conflict):
    code = "MAPPING_NOT_ACTIVE"
    title_zh, title_en = "类别映射尚未经两市批准生效", "The mapping is not in force"


class ReviewsOpen(Conflict):
    code = "REVIEWS_OPEN"
    title_zh, title_en = "个案评议尚未完成", "Not both cities have reviewed the case"


async def apply(
    session: AsyncSession, caller: Principal, new: RecognitionCreate
) -> RecognitionRead:
    """Takes an application; the mapping of today is the one that counts, whatever comes later."""
    city, today = own_city(caller, new.receiving_city), clock.today()
    award = await _award(session, new)
    if award.owner_city == city:
        raise refuse("award_id", "SAME_CITY", "本市评定认定无需互认", "is of the receiving city")
    if award.state == award_models.EXPIRED or (award.valid_to and award.valid_to < today):
        raise AwardExpired
    if award.state != award_models.VALID:
        raise AwardNotValid
    category = await session.get_one(Category, award.category_id)
    leg = await _leg(session, category.id, city, today)
    row = Recognition(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=rules.APPLIED,
        award_id=award.id,
        category_id=category.id,
        issuer_city=award.owner_city,
        origin_level=category.ladder_level,
        applied_on=today,
        route=rules.MAPPED if leg else rules.CASE_BY_CASE,
        mapping_id=leg.mapping_id if leg else None,
        granted_category_id=leg.granted_category_id if leg else None,
        journey_id=new.journey_id,
        source_system=new.source_system or (caller.client_id if new.source_ref else None),
        source_ref=new.source_ref,
        doc_type=award.doc_type,
        id_hash=award.id_hash,
        person_name=award.person_name,
        doc_no=award.doc_no,
        doc_original=award.doc_original,
        mobile=new.person.mobile if new.person else award.mobile,
    )
    exchange().note(person_refs=[row.person_ref])
    same = select(Recognition.id).where(
        Recognition.award_id == award.id,
        Recognition.owner_city == city,
        Recognition.state.in_(rules.OPEN),
    )
    await save(session, row, {models.ONE_OPEN: same})
    timeline.add(session, row.id, "apply", caller=caller, to_state=row.state)
    announce(session, row, RecognitionApplied(**words(row)))
    if leg is not None and leg.granted_level is None:
        move(session, None, row, "decide", rules.REFUSED_NOT_RECOGNISED)
        _say(session, row, rules.REFUSED_NOT_RECOGNISED)
    else:
        move(session, None, row, "send", rules.VERIFYING)
        await start_clock(
            session,
            row,
            AWARD_VERIFY,
            "talent.title_verify_wd",
            today,
            BASIS,
            city=row.issuer_city,
        )
    await session.flush()
    return await shown(session, caller, row)


async def _award(session: AsyncSession, new: RecognitionCreate) -> Award:
    """The award of the other city's register; whatever does not agree is told alike."""
    wanted: Select[Award] = select(Award)
    if new.award_id is not None:
        field, wanted = "award_id", wanted.where(Award.id == new.award_id)
    else:
        assert new.category is not None, "the model demands it"
        assert new.certificate_no is not None, "the model demands it"
        category = await category_named(session, new.category, "category")
        field = "certificate_no"
        wanted = wanted.where(
            Award.category_id == category.id, Award.certificate_no == new.certificate_no
        )
    award = await session.scalar(wanted)
    if award is None or (new.person is not None and not _is_holder(award, new)):
        raise refuse(
            field, "AWARD_UNKNOWN", "未查到此人的该项评定认定", "names no award of this person"
        )
    return award


def _is_holder(award: Award, new: RecognitionCreate) -> bool:
    assert new.person is not None, "whoever asks has looked"
    return award.doc_no == new.person.doc_no and award.person_name == new.person.name


async def _leg(
    session: AsyncSession, category_id: UUID, city: str, on: date
) -> CategoryMappingLeg | None:
    """What the treaty says that day; None sends the case to both supervisors.

    A mapping that one city has not approved yet, or that begins later, may not be used.
    """
    leg = CategoryMappingLeg
    mine = (leg.category_id == category_id) & (leg.to_city == city)
    found: CategoryMappingLeg | None = await session.scalar(select(leg).where(mine, in_force(on)))
    if found is not None:
        return found
    waiting = await session.scalar(
        select(CategoryMapping.id)
        .join(leg, leg.mapping_id == CategoryMapping.id)
        .where(mine)
        .where(
            CategoryMapping.state.not_in((mapping_rules.WITHDRAWN, mapping_rules.SUPERSEDED)),
            ~leg.is_active | (leg.effective_from > on),
        )
        .limit(1)
    )
    if waiting is not None:
        raise MappingNotActive(mapping_id=str(waiting))
    return None


async def verify(
    session: AsyncSession, caller: Principal, recognition_id: UUID, answer: AwardAnswer
) -> RecognitionRead:
    """The issuing city's answer."""
    award = await _hold_award(session, caller, recognition_id)
    row, target = await hold(
        session, caller, one(caller, recognition_id), "verify", MACHINE, verifier
    )
    today = clock.today()
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    await deadlines.meet(session, row.id, AWARD_VERIFY, today)
    row.verified_on, row.verified_by = today, caller.actor
    sound = answer.certificate_status == "VALID" and award.state == award_models.VALID
    result = target if sound else rules.REFUSED_REVOKED
    move(session, caller, row, "verify", result, answer.note)
    _say(session, row, "CONFIRMED" if sound else rules.REFUSED_REVOKED)
    if sound:
        await start_clock(session, row, AWARD_DECIDE, "talent.award_decide_wd", today, BASIS)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


async def _hold_award(session: AsyncSession, caller: Principal, recognition_id: UUID) -> Award:
    """The award is held before its recognition, in the order of whoever revokes the award."""
    row = await load(session, one(caller, recognition_id))
    return await load(session, select(Award).where(Award.id == row.award_id), lock=True)


async def review(
    session: AsyncSession, caller: Principal, recognition_id: UUID, said: CaseReview
) -> RecognitionRead:
    """A supervisor's word where no mapping says anything; each city has one."""
    row, target = await hold(session, caller, one(caller, recognition_id), "review", MACHINE, both)
    held = (await reviews_of(session, [row.id]))[row.id]
    if row.route == rules.MAPPED or caller.city in held:
        raise StateConflict(row.state, [])
    if said.granted_level is not None and said.granted_level < row.origin_level:
        raise refuse(
            "granted_level",
            "MAPPING_LEVEL",
            "互认层级不得高于原层级",
            "may not be above the origin's level",
        )
    session.add(
        RecognitionReview(
            recognition_id=row.id,
            city=caller.city,
            level=said.granted_level,
            reason=said.reason,
            reviewed_by=caller.actor,
        )
    )
    levels = [one.level for one in held.values()] + [said.granted_level]
    if None in levels:
        await deadlines.meet(session, row.id, AWARD_DECIDE, clock.today())
        target = rules.REFUSED_NOT_RECOGNISED
    move(session, caller, row, "review", target, said.reason)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


async def grant(session: AsyncSession, caller: Principal, recognition_id: UUID) -> RecognitionRead:
    """The receiving city grants the status; what money it means is its own decision.

    The check says what other cities pay meanwhile; a second benefit of a kind is refused where it
    is recorded (就高不重复).
    """
    award = await _hold_award(session, caller, recognition_id)
    row, target = await hold(session, caller, one(caller, recognition_id), "grant", MACHINE)
    today = clock.today()
    if award.state == award_models.EXPIRED or (award.valid_to and award.valid_to < today):
        raise AwardExpired
    if award.state != award_models.VALID:
        raise AwardNotValid
    row.granted_level = await _level(session, row)
    receiving = None
    if row.granted_category_id is not None:
        category = await session.get_one(Category, row.granted_category_id)
        if category.term_years is not None:
            receiving = years_after(today, category.term_years)
    row.granted_on, row.valid_to = today, rules.last_day(award.valid_to, receiving)
    checked = await benefits.check(session, row.id_hash, today, row.valid_to, row.owner_city)
    row.benefit_check = checked.model_dump(mode="json")
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    await deadlines.meet(session, row.id, AWARD_DECIDE, today)
    move(session, caller, row, "grant", target)
    certificate = await certificates.issue(
        session,
        row,
        issuer_city=row.issuer_city,
        kind="AWARD",
        level=row.granted_level,
        series=None,
        valid_to=row.valid_to,
    )
    announce(
        session,
        row,
        RecognitionGranted(**words(row), certificate_no=certificate.no, valid_to=row.valid_to),
    )
    await recognised(session, row.id_hash, row.owner_city, TALENT_AWARD, row.biz_no)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


async def _level(session: AsyncSession, row: Recognition) -> str:
    if row.route == rules.CASE_BY_CASE:
        held = (await reviews_of(session, [row.id]))[row.id]
        missing = [city for city in both(row) if city not in held]
        if missing:
            raise ReviewsOpen(missing=missing)
        return rules.lowest([row.origin_level, *(said.level or "" for said in held.values())])
    level = await session.scalar(
        select(CategoryMappingLeg.granted_level).where(
            CategoryMappingLeg.mapping_id == row.mapping_id,
            CategoryMappingLeg.category_id == row.category_id,
            CategoryMappingLeg.to_city == row.owner_city,
        )
    )
    assert level is not None, "what is not recognised is not verified"
    return rules.lowest([row.origin_level, level])


async def withdraw(
    session: AsyncSession, caller: Principal, recognition_id: UUID, reason: str
) -> RecognitionRead:
    """The applicant takes the application back."""
    row, target = await hold(session, caller, one(caller, recognition_id), "withdraw", MACHINE)
    await deadlines.cancel(session, row.id)
    move(session, caller, row, "withdraw", target, reason)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


async def revoke(
    session: AsyncSession, caller: Principal, recognition_id: UUID, reason: str
) -> RecognitionRead:
    """The receiving city takes a suspended recognition back for good."""
    row, target = await hold(session, caller, one(caller, recognition_id), "revoke", MACHINE)
    today = clock.today()
    move(session, caller, row, "revoke", target, reason)
    row.ended_on, row.ended_reason = today, reason
    await certificates.follow(session, row.id, rules.REVOKED, caller=caller)
    announce(session, row, RecognitionRevoked(**words(row), state="REVOKED", on=today))
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


def _say(session: AsyncSession, row: Recognition, result: str) -> None:
    announce(session, row, RecognitionVerified(**words(row), result=result))
