"""Applying for a title's recognition, and what the issuing city answers."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.problems import Conflict, Invalid, refuse
from talent.casework import hold, move, new_number, own_city, save, start_clock
from talent.moves.progress import recognised
from talent.moves.rules import TITLE_RECOGNITION
from talent.recognition_certificates import service as certificates
from talent.recognition_events import (
    RecognitionApplied,
    RecognitionGranted,
    RecognitionVerified,
)
from talent.self_review_units import service as self_review_units
from talent.title_certificates import models as certificate_models
from talent.title_certificates import rules as certificate_rules
from talent.title_certificates import service as title_certificates
from talent.title_certificates.models import TitleCertificate
from talent.title_recognitions import models, rules
from talent.title_recognitions.models import TitleRecognition
from talent.title_recognitions.rules import MACHINE
from talent.title_recognitions.schemas import (
    TitleAnswer,
    TitleCorrection,
    TitleRecognitionCreate,
    TitleRecognitionRead,
)
from talent.title_recognitions.views import announce, facts_of, one, shown, verifier, words

BASIS = "武鄂黄黄职称互认协议（2023-11-22）"
TITLE_VERIFY, MISMATCH_CORRECT, FRAUD_REVIEW = "TITLE_VERIFY", "MISMATCH_CORRECT", "FRAUD_REVIEW"


class CorrectedOnce(Conflict):
    code = "CORRECTED_ONCE"
    title_zh, title_en = "申请内容只能更正一次", "An application is corrected once"


async def apply(
    session: AsyncSession, caller: Principal, new: TitleRecognitionCreate
) -> TitleRecognitionRead:
    """Takes an application; what the table decides without the issuer is decided at once."""
    city, today = own_city(caller, new.receiving_city), clock.today()
    _check(new, today)
    known = await _registered(session, new.cert_no, new.issuer_org)
    issuer = new.issuer_city or (known.owner_city if known else None)
    if issuer is None:
        raise refuse("issuer_city", "REQUIRED", "必填", "is required")
    if issuer == city:
        raise refuse("issuer_city", "SAME_CITY", "本市证书无需互认", "is the receiving city itself")
    row = TitleRecognition(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=rules.APPLIED,
        issuer_city=issuer,
        issuer_kind=rules.kind_of_issuer(issuer, new.issuer_kind),
        applied_on=today,
        mismatched_fields=[],
        corrections=0,
        **new.model_dump(exclude={"person", "receiving_city", "issuer_city", "issuer_kind"}),
    )
    row.take_person(new.person)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    same = select(TitleRecognition.id).where(
        TitleRecognition.cert_no == row.cert_no,
        TitleRecognition.issuer_org == row.issuer_org,
        TitleRecognition.owner_city == city,
        TitleRecognition.state.in_(rules.OPEN),
    )
    await save(session, row, {models.ONE_OPEN: same})
    timeline.add(session, row.id, "apply", caller=caller, to_state=row.state)
    announce(session, row, RecognitionApplied(**words(row)))
    status = known.state if known else None
    result = await _decided(session, row, status=status, differences=None)
    if result is None:
        await _ask_issuer(session, row, today)
    else:
        await _conclude(session, None, row, result)
    await session.flush()
    return await shown(session, caller, row)


def _check(new: TitleRecognitionCreate, today: date) -> None:
    errors = list(
        certificate_rules.faults(
            new.series,
            new.level,
            new.title_code,
            issued_on=new.issued_on,
            doc_type=new.person.doc_type,
            doc_no=new.person.doc_no,
            today=today,
        )
    )
    if errors:
        raise Invalid(*errors)


async def _registered(
    session: AsyncSession, cert_no: str, issuer_org: str
) -> TitleCertificate | None:
    """The entry of the issuer's register; the receiving city is told of it by the result only."""
    found: TitleCertificate | None = await session.scalar(
        select(TitleCertificate).where(
            TitleCertificate.cert_no == cert_no, TitleCertificate.issuer_org == issuer_org
        )
    )
    return found


async def _decided(
    session: AsyncSession,
    row: TitleRecognition,
    *,
    status: str | None,
    differences: Sequence[str] | None,
) -> str | None:
    listed = not row.is_self_review or await self_review_units.is_listed(
        session, row.issuer_city, row.issuer_org, row.series, row.issued_on
    )
    facts = facts_of(row, listed, status, differences)
    on = row.applied_on
    return rules.decide(
        facts,
        agreement_cities=await policy.get(session, "talent.title_agreement_cities", on=on),
        covered_series=await policy.get(session, "talent.title_series", on=on),
    )


async def _ask_issuer(session: AsyncSession, row: TitleRecognition, on: date) -> None:
    """Into the issuing city's queue; its clock runs from the day the case came in."""
    move(session, None, row, "send", rules.VERIFYING)
    await start_clock(
        session, row, TITLE_VERIFY, "talent.title_verify_wd", on, BASIS, city=verifier(row)
    )


async def verify(
    session: AsyncSession, caller: Principal, recognition_id: UUID, answer: TitleAnswer
) -> TitleRecognitionRead:
    """The issuing city's answer; where all is equal the certificate is made at once."""
    row, _ = await hold(session, caller, one(caller, recognition_id), "verify", MACHINE, verifier)
    entry = await _entry(session, caller, row, answer.certificate_id)
    differences = _differences(row, entry, answer)
    status = answer.certificate_status
    if entry is not None and entry.state != certificate_models.VALID:
        status = "REVOKED"
    result = await _decided(session, row, status=status, differences=differences)
    assert result is not None, "the issuer has answered"
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    today = clock.today()
    await deadlines.meet(session, row.id, TITLE_VERIFY, today)
    row.verified_on, row.verified_by = today, caller.actor
    row.mismatched_fields = list(differences) if result == rules.MISMATCH else []
    if result == rules.CONFIRMED:
        entry = entry or await _enter(session, caller, row)
        row.certificate_id = entry.id
    await _conclude(session, caller, row, result, answer.note)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


async def _entry(
    session: AsyncSession, caller: Principal, row: TitleRecognition, named: UUID | None
) -> TitleCertificate | None:
    """What the issuer's register holds: the entry that was named, or the same number, or the one
    certificate of that person, series, level and speciality. Held, so that nobody revokes it
    meanwhile."""
    wanted = title_certificates.visible(caller)
    if named is not None:
        return await resources.load(session, wanted.where(TitleCertificate.id == named), lock=True)
    same_number = wanted.where(
        TitleCertificate.cert_no == row.cert_no, TitleCertificate.issuer_org == row.issuer_org
    )
    found: TitleCertificate | None = await session.scalar(same_number.with_for_update())
    if found is not None:
        return found
    alike = wanted.where(
        TitleCertificate.id_hash == row.id_hash,
        TitleCertificate.series == row.series,
        TitleCertificate.level == row.level,
        TitleCertificate.speciality == row.speciality,
    )
    candidates = (await session.scalars(alike.with_for_update().limit(2))).all()
    return candidates[0] if len(candidates) == 1 else None


def _differences(
    row: TitleRecognition, entry: TitleCertificate | None, answer: TitleAnswer
) -> list[str]:
    found: set[str] = set(answer.differing_fields)
    if entry is not None:
        pairs = {
            "name": (row.person_name, entry.person_name),
            "doc_no": (row.id_hash, entry.id_hash),
            "series": (row.series, entry.series),
            "speciality": (row.speciality, entry.speciality),
            "level": (row.level, entry.level),
            "cert_no": (row.cert_no, entry.cert_no),
            "issued_on": (row.issued_on, entry.issued_on),
        }
        found |= {name for name, (one, other) in pairs.items() if one != other}
    return [name for name in rules.COMPARED if name in found]


async def _enter(
    session: AsyncSession, caller: Principal, row: TitleRecognition
) -> TitleCertificate:
    """What the issuer has confirmed from its paper files becomes an entry that can be revoked."""
    entry = TitleCertificate(
        biz_no=await new_number(session, row.issuer_city),
        owner_city=row.issuer_city,
        state=certificate_models.VALID,
        verify_code=certificate_rules.new_verify_code(),
        review_body=None,
        **{
            name: getattr(row, name)
            for name in (
                "series", "speciality", "level", "title_code", "cert_no", "issued_on",
                "issuer_org", "path", "doc_type", "id_hash", "person_name", "doc_no",
                "doc_original", "mobile",
            )
        },
    )  # fmt: skip
    session.add(entry)
    await session.flush()
    timeline.add(session, entry.id, "register", caller=caller, to_state=entry.state)
    return entry


async def _conclude(
    session: AsyncSession,
    caller: Principal | None,
    row: TitleRecognition,
    result: str,
    note: str | None = None,
) -> None:
    """Takes the case to where the table puts it."""
    today = clock.today()
    row.result = result
    state = rules.VERIFIED if result == rules.CONFIRMED else result
    move(session, caller, row, "verify" if caller else "decide", state, note)
    announce(session, row, RecognitionVerified(**words(row), result=result))
    if result == rules.CONFIRMED:
        await _grant(session, row)
    if result in (rules.CONFIRMED, rules.NOT_REQUIRED):
        await recognised(session, row.id_hash, row.owner_city, TITLE_RECOGNITION, row.biz_no)
    elif result == rules.MISMATCH:
        await start_clock(session, row, MISMATCH_CORRECT, "talent.mismatch_lapse_wd", today, BASIS)
    elif result == rules.REFUSED_REVOKED:
        # For the issuing city's supervisor: somebody shows a certificate that was taken back.
        await start_clock(
            session, row, FRAUD_REVIEW, "talent.title_verify_wd", today, BASIS, city=verifier(row)
        )


async def _grant(session: AsyncSession, row: TitleRecognition) -> None:
    row.level_received, row.granted_on = row.level, clock.today()
    move(session, None, row, "grant", rules.GRANTED)
    certificate = await certificates.issue(
        session,
        row,
        issuer_city=row.issuer_city,
        kind="TITLE",
        level=row.level,
        series=row.series,
        valid_to=None,
    )
    announce(
        session,
        row,
        RecognitionGranted(**words(row), certificate_no=certificate.no, valid_to=None),
    )


async def correct(
    session: AsyncSession, caller: Principal, recognition_id: UUID, wish: TitleCorrection
) -> TitleRecognitionRead:
    """The applicant corrects what differed, once; the issuer is asked again."""
    row, _ = await hold(session, caller, one(caller, recognition_id), "correct", MACHINE)
    if row.corrections:
        raise CorrectedOnce
    given = wish.model_dump(exclude_unset=True, exclude={"person"})
    for name, value in given.items():
        if value is not None:
            setattr(row, name, value)
    if wish.person is not None:
        row.take_person(wish.person)
    _check_again(row)
    row.corrections, row.result, row.mismatched_fields = 1, None, []
    exchange().note(person_refs=[row.person_ref], fields=sorted(given))
    today = clock.today()
    await deadlines.meet(session, row.id, MISMATCH_CORRECT, today)
    move(session, caller, row, "correct", rules.APPLIED)
    await save(session, row, {})
    await _ask_issuer(session, row, today)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


def _check_again(row: TitleRecognition) -> None:
    errors = list(
        certificate_rules.faults(
            row.series,
            row.level,
            row.title_code,
            issued_on=row.issued_on,
            doc_type=row.doc_type,
            doc_no=row.doc_no,
            today=clock.today(),
        )
    )
    if errors:
        raise Invalid(*errors)


async def withdraw(
    session: AsyncSession, caller: Principal, recognition_id: UUID, reason: str
) -> TitleRecognitionRead:
    """The applicant takes the application back."""
    row, target = await hold(session, caller, one(caller, recognition_id), "withdraw", MACHINE)
    await deadlines.cancel(session, row.id)
    move(session, caller, row, "withdraw", target, reason)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


async def acknowledge(
    session: AsyncSession, caller: Principal, recognition_id: UUID, reason: str
) -> TitleRecognitionRead:
    """The issuing city's supervisor has looked into a revoked certificate that was shown."""
    row, target = await hold(
        session, caller, one(caller, recognition_id), "acknowledge", MACHINE, verifier
    )
    await deadlines.meet(session, row.id, FRAUD_REVIEW, clock.today())
    move(session, caller, row, "acknowledge", target, reason)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


async def let_lapse(session: AsyncSession) -> int:
    """Timer: what was not corrected in time has lapsed; that is nobody's lateness."""
    clocks = deadlines.Deadline
    due = await session.scalars(
        select(clocks)
        .where(clocks.code == MISMATCH_CORRECT, clocks.status.in_(deadlines.RUNNING))
        .where(clocks.met_on.is_(None), clocks.due_on < clock.today())
        .with_for_update(skip_locked=True)
    )
    lapsed = 0
    for running in due.all():
        running.status = deadlines.CANCELLED
        row = await session.scalar(
            select(TitleRecognition)
            .where(TitleRecognition.id == running.subject_id)
            .where(TitleRecognition.state == rules.MISMATCH)
            .with_for_update()
        )
        if row is not None:
            move(session, None, row, "lapse", rules.LAPSED)
            lapsed += 1
    return lapsed
