"""A recognition certificate as it is handed out: on paper, and as a verifiable credential."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import certificates, clock, resources
from hrss_kit.auth import Principal
from hrss_kit.certificate_checks import check_address
from hrss_kit.context import exchange
from hrss_kit.divisions import PARTNER_CITIES
from hrss_kit.problems import NotFound, NotYourCity, StateConflict
from hrss_kit.signatures import Signer
from talent.codes import TITLE_SERIES
from talent.programmes.models import Category
from talent.recognition_certificates import models, rules
from talent.recognition_certificates.models import RecognitionCertificate
from talent.recognition_certificates.service import numbered
from talent.recognitions.models import Recognition
from talent.title_recognitions.models import TitleRecognition

TEMPLATE: Final = "talent/recognition"
AUTHORITY: Final = "{}市人力资源和社会保障局"
LEVELS: Final[Mapping[str, str]] = {
    "1": "正高级", "2": "副高级", "3": "中级", "4": "助理级", "5": "员级",
}  # fmt: skip


async def _handed_out(
    session: AsyncSession, caller: Principal, no: str
) -> tuple[RecognitionCertificate, TitleRecognition | Recognition]:
    """The certificate and its recognition, for the city that made it, while it holds."""
    row = await numbered(session, caller, no)
    if row.owner_city != caller.city:
        raise NotYourCity
    if row.state != models.VALID:
        raise StateConflict(row.state, [])
    kind = TitleRecognition if row.kind == "TITLE" else Recognition
    wanted = select(kind).where(kind.id == row.recognition_id)
    found: TitleRecognition | Recognition = await resources.load(session, wanted)  # type: ignore[arg-type]
    exchange().note(
        subject=row.biz_no, person_refs=[found.person_ref], fields=["name", "doc_ending"]
    )
    return row, found


def _city(code: str) -> str:
    city = PARTNER_CITIES.get(code)
    return city.name_zh if city else code


async def pdf(session: AsyncSession, caller: Principal, no: str, origin: str) -> bytes:
    """The certificate on paper, with a code that leads to its check."""
    row, found = await _handed_out(session, caller, no)
    page = f"/talent/v1/recognition-certificates/{row.no}"
    rows = await _rows(session, row, found)
    data = {
        "title": "职称互认证书" if row.kind == "TITLE" else "高层次人才互认证书",
        "no": row.no,
        "what": "职称" if row.kind == "TITLE" else "人才评定认定",
        "receiving_city": _city(row.owner_city) + "市",
        "person": {"name": found.person_name, "doc_ending": found.doc_no[-4:]},
        "rows": [{"label": label, "value": value} for label, value in rows],
        "verify_code": row.verify_code,
        "check_page": origin.rstrip("/") + page,
        "authority": AUTHORITY.format(_city(row.owner_city)),
        "issued_on": row.issued_on.isoformat(),
    }
    address = check_address(origin, page, row.no, row.verify_code)
    return await certificates.render(TEMPLATE, data, on=row.issued_on, qr=address)


async def _rows(
    session: AsyncSession, row: RecognitionCertificate, found: TitleRecognition | Recognition
) -> list[tuple[str, str]]:
    until = row.valid_to.isoformat() if row.valid_to else "长期 no end"
    if isinstance(found, TitleRecognition):
        return [
            ("职称系列 Series", TITLE_SERIES[found.series].name_zh),
            ("专业 Speciality", found.speciality),
            ("层级 Level", LEVELS[found.level]),
            ("原证书编号 Origin", found.cert_no),
            ("原发证机构 Issuer", found.issuer_org),
            ("原发证日期 Issued", found.issued_on.isoformat()),
            ("有效期至 Valid to", until),
        ]
    category = await session.get_one(Category, found.category_id)
    return [
        ("原评定类别 Category", category.name_zh),
        ("评定城市 City", _city(found.issuer_city)),
        ("互认层级 Level granted", row.level),
        ("有效期至 Valid to", until),
    ]


async def credential(
    session: AsyncSession, caller: Principal, no: str, origin: str, signer: Signer
) -> str:
    """The certificate as a signed credential that is checked without asking anybody."""
    row, found = await _handed_out(session, caller, no)
    achievement: dict[str, Any] = {
        "number": row.no,
        "kind": row.kind,
        "level": row.level,
        "issuerCity": row.issuer_city,
        "receivingCity": row.owner_city,
    }
    if isinstance(found, TitleRecognition):
        achievement |= {
            "series": found.series,
            "speciality": found.speciality,
            "originNumber": found.cert_no,
            "originIssuer": found.issuer_org,
            "originIssuedOn": found.issued_on.isoformat(),
        }
    made = rules.credential(
        origin=origin,
        credential_id=str(row.id),
        name=found.person_name,
        doc_ending=found.doc_no[-4:],
        achievement=achievement,
        issued_on=row.issued_on,
        valid_to=row.valid_to,
        status_place=row.status_place,
    )
    return _signed(signer, made)


async def status_list(session: AsyncSession, name: str, origin: str, signer: Signer) -> str:
    """A status list, signed, as it stands now. It says nothing of anybody."""
    named = rules.list_named(name)
    if named is None:
        raise NotFound
    purpose, number = named
    start = number * rules.LIST_BITS
    certificate = RecognitionCertificate
    places = await session.scalars(
        select(certificate.status_place)
        .where(certificate.state.in_(rules.FLAGGED[purpose]))
        .where(certificate.status_place >= start)
        .where(certificate.status_place < start + rules.LIST_BITS)
    )
    made = rules.status_list(
        origin=origin,
        purpose=purpose,
        number=number,
        places=[place - start for place in places],
        now=clock.now(),
    )
    return _signed(signer, made)


def _signed(signer: Signer, made: dict[str, Any]) -> str:
    kid = f"{made['issuer']}#{signer.public_keys().keys[0]['kid']}"
    return signer.sign(orjson.dumps(made), typ=rules.CREDENTIAL_TYPE, cty="vc", kid=kid)
