"""What can be done with certificates. Each function runs in the caller's transaction."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from fastapi import Request
from sqlalchemy import Select, distinct, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import certificates, clock, numbering, resources, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.certificate_checks import CertificateCheck, check_address, is_same_code
from hrss_kit.context import exchange
from hrss_kit.divisions import PARTNER_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.persons import PersonIn
from hrss_kit.problems import Conflict, NotYourCity, StateConflict
from hrss_kit.settings import ServiceSettings
from social_insurance.participation_certificates.models import ParticipationCertificate
from social_insurance.participation_certificates.schemas import (
    CertificateCheckReply,
    CertificateCreate,
    CertificateLine,
    CertificateQuery,
    CertificateRead,
)
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.problems import IdentityConflict

PAGE: Final = "/social-insurance/v1/participation-certificates/check-page"
TEMPLATE: Final = "social_insurance/participation_certificate"
SCHEMES: Final = {
    "EMP": "企业职工基本养老保险", "INST": "机关事业单位养老保险", "RES": "城乡居民基本养老保险",
    "UNEMP": "失业保险", "INJ": "工伤保险",
}  # fmt: skip


class NotInsured(Conflict):
    code = "NOT_INSURED"
    title_zh, title_en = "没有可证明的参保缴费记录", "There are no paid months to certify"


def visible(caller: Principal) -> Select[ParticipationCertificate]:
    """A city's own certificates; the auditor's are everybody's."""
    wanted = select(ParticipationCertificate)
    if caller.holds("auditor"):
        return wanted
    return wanted.where(ParticipationCertificate.owner_city == caller.city)


async def create(
    session: AsyncSession, caller: Principal, new: CertificateCreate, origin: str
) -> CertificateRead:
    """Issues a certificate of the months both cities know of."""
    if caller.city is None:
        raise NotYourCity
    row = await issue(session, caller.city, new.person, new.schemes)
    timeline.add(session, row.id, "issue", caller=caller, to_state=row.state)
    return shown(caller, row, origin)


async def issue(
    session: AsyncSession, city: str, person: PersonIn, schemes: Sequence[str] | None
) -> ParticipationCertificate:
    """A new certificate; IDENTITY_CONFLICT when the name is another than the record's."""
    id_hash = sealing.blind(person.doc_no)
    exchange().note(person_refs=[sealing.person_ref(id_hash)])
    names = await session.scalars(
        select(Participation.person_name).where(Participation.id_hash == id_hash)
    )
    if any(name != person.name for name in names):
        raise IdentityConflict
    lines = await _lines(session, id_hash, schemes)
    if not lines:
        raise NotInsured
    today = clock.today()
    row = ParticipationCertificate(
        biz_no=await numbering.next_number(session, "SI", city, today),
        owner_city=city,
        state="ISSUED",
        issued_on=today,
        months_total=await _different(session, id_hash, schemes),
        content=json.dumps([line.model_dump() for line in lines]),
        verify_code=certificates.verify_code(),
    )
    row.take_person(person)
    # A name that the font cannot draw is refused before there is a number.
    certificates.undrawable(_data(row, lines))
    session.add(row)
    await session.flush()  # its id is the subject of its history
    return row


async def _lines(
    session: AsyncSession, id_hash: bytes, schemes: Sequence[str] | None
) -> list[CertificateLine]:
    month = ContributionMonth.month
    wanted = (
        select(
            ContributionMonth.city, ContributionMonth.scheme, func.min(month), func.max(month),
            func.count(),
        )
        .where(ContributionMonth.id_hash == id_hash, ContributionMonth.paid)
        .where(~ContributionMonth.overlap)
        .group_by(ContributionMonth.city, ContributionMonth.scheme)
        .order_by(func.min(month), ContributionMonth.scheme, ContributionMonth.city)
    )  # fmt: skip
    if schemes is not None:
        wanted = wanted.where(ContributionMonth.scheme.in_(schemes))
    return [
        CertificateLine(city=city, scheme=scheme, from_month=first, to_month=last, months=count)
        for city, scheme, first, last, count in await session.execute(wanted)
    ]


async def _different(session: AsyncSession, id_hash: bytes, schemes: Sequence[str] | None) -> int:
    """Different months of each scheme: one that two cities know counts once."""
    pair = tuple_(ContributionMonth.scheme, ContributionMonth.month)
    wanted = select(func.count(distinct(pair))).where(
        ContributionMonth.id_hash == id_hash, ContributionMonth.paid
    )
    if schemes is not None:
        wanted = wanted.where(ContributionMonth.scheme.in_(schemes))
    return int(await session.scalar(wanted) or 0)


async def find(
    session: AsyncSession, caller: Principal, certificate_id: UUID, origin: str
) -> CertificateRead:
    """One certificate, its person masked."""
    return shown(caller, await _one(session, caller, certificate_id), origin)


async def search(
    session: AsyncSession, caller: Principal, query: CertificateQuery, origin: str
) -> Page[CertificateRead]:
    """A page of a city's certificates."""
    wanted = visible(caller)
    if query.state is not None:
        wanted = wanted.where(ParticipationCertificate.state == query.state)
    if query.issued_on_from is not None:
        wanted = wanted.where(ParticipationCertificate.issued_on >= query.issued_on_from)
    if query.issued_on_to is not None:
        wanted = wanted.where(ParticipationCertificate.issued_on <= query.issued_on_to)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=ParticipationCertificate.id,
        sorts={"created_at": ParticipationCertificate.created_at},
        default="-created_at",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=[shown(caller, row, origin) for row in rows], next_cursor=cursor)


async def revoke(
    session: AsyncSession, caller: Principal, certificate_id: UUID, reason: str, origin: str
) -> CertificateRead:
    """Takes back what was issued on a wrong record; the check says so from now on."""
    row = await resources.load(
        session, visible(caller).where(ParticipationCertificate.id == certificate_id), lock=True
    )
    resources.match_version(row)
    if row.state != "ISSUED":
        raise StateConflict(row.state, [])
    row.state = "REVOKED"
    timeline.add(
        session, row.id, "revoke", caller=caller, from_state="ISSUED", to_state="REVOKED",
        reason=reason,
    )  # fmt: skip
    await session.flush()  # the answer carries the new version
    return shown(caller, row, origin)


async def history(
    session: AsyncSession, caller: Principal, certificate_id: UUID
) -> timeline.Timeline:
    """What happened to a certificate."""
    found = visible(caller).where(ParticipationCertificate.id == certificate_id)
    return await timeline.of(session, (await resources.load(session, found)).id)


async def print_out(
    session: AsyncSession, caller: Principal, certificate_id: UUID, origin: str
) -> tuple[bytes, str]:
    """The PDF with the person in full, and its number; each print is on record."""
    row = await _one(session, caller, certificate_id)
    exchange().note(fields=["pdf"])
    pdf = await certificates.render(
        TEMPLATE, _data(row, _kept(row)), on=row.issued_on, qr=payload(row, origin)
    )
    return pdf, row.biz_no


async def check(session: AsyncSession, wish: CertificateCheck) -> CertificateCheckReply:
    """Whether number and code belong together; unknown and wrong are answered alike."""
    row = await session.scalar(
        select(ParticipationCertificate).where(ParticipationCertificate.biz_no == wish.number)
    )
    if not is_same_code(wish.verify_code, row.verify_code if row else None) or row is None:
        return CertificateCheckReply(genuine=False)
    return CertificateCheckReply(
        genuine=True, state=row.state, issued_on=row.issued_on, months_total=row.months_total
    )


def origin_of(request: Request) -> str:
    """Where the suite is reached from outside."""
    settings: ServiceSettings = request.app.state.settings
    return settings.origin


def payload(row: ParticipationCertificate, origin: str) -> str:
    """What the QR code says: the page of the check, with number and code; nothing personal."""
    return check_address(origin, PAGE, row.biz_no, row.verify_code)


def shown(caller: Principal, row: ParticipationCertificate, origin: str) -> CertificateRead:
    """A certificate as a reply, its person masked."""
    may_revoke = row.state == "ISSUED" and caller.holds("supervisor.si")
    return resources.shown(
        CertificateRead,
        row,
        person=row.masked(),
        lines=_kept(row),
        qr_payload=payload(row, origin),
        allowed_actions=["revoke"] if may_revoke and caller.city == row.owner_city else [],
        deadlines=[],
    )


async def _one(
    session: AsyncSession, caller: Principal, certificate_id: UUID
) -> ParticipationCertificate:
    found = visible(caller).where(ParticipationCertificate.id == certificate_id)
    row = await resources.load(session, found)
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return row


def _kept(row: ParticipationCertificate) -> list[CertificateLine]:
    return [CertificateLine.model_validate(one) for one in json.loads(row.content)]


def _data(row: ParticipationCertificate, lines: Sequence[CertificateLine]) -> dict[str, object]:
    return {
        "title": "参保缴费凭证",
        "number": row.biz_no,
        "verify_code": row.verify_code,
        "person": {"name": row.person_name, "doc_no": row.doc_no},
        "issued_on": _day(row.issued_on),
        "issuer": f"{PARTNER_CITIES[row.owner_city].name_zh}社会保险经办机构",
        "months_total": str(row.months_total),
        "lines": [
            [
                PARTNER_CITIES[line.city].name_zh,
                SCHEMES[line.scheme],
                f"{line.from_month} 至 {line.to_month}",
                str(line.months),
            ]
            for line in lines
        ],
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
