"""Demonstration data: the professionals of the scenarios. Nobody in it is real."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering
from hrss_kit.persons import PersonIn
from talent import demonstration
from talent.talents.models import Talent
from talent.title_certificates import rules
from talent.title_certificates.models import REVOKED, VALID, TitleCertificate

SOURCE = "demo"
WANG = ("王测乙", "420199199207151022")
CHEN = ("陈测丁", "420799199905200031")
ZHOU = ("周测己", "420799197508180058")
SUN = ("孙测庚", "420199198809090074")
BUREAUS = {"420100": "武汉市人力资源和社会保障局", "420700": "鄂州市人力资源和社会保障局"}
# person, city, employer, edu, degree, major, titles, skill, fields, availability
TALENTS: tuple[Any, ...] = (
    (WANG, "420100", "91420199MAWH00019J", "14", "3", "光学工程", ["高级工程师"], None,
     ["OPTO", "ELEC"], "PROJECT"),
    (CHEN, "420700", "91420799MAEH00024C", "21", "4", "物流管理", ["经济师"], None,
     ["AVLOG"], "FULL"),
    (ZHOU, "420700", "91420799MAEH00016H", "30", None, "建筑工程技术", [], "2", ["OTHER"], "NONE"),
    (SUN, "420100", "92420199MAWH00027A", "31", None, "计算机应用", [], "3", ["ELEC"], "PART"),
)  # fmt: skip
# person, city, series, speciality, level, code, number, issued, path, state
CERTIFICATES = (
    (WANG, "420100", "T05", "光电子", "2", "082", "WH-GJ-2021-0457", date(2021, 12, 20),
     "REVIEW", VALID),
    (CHEN, "420700", "T19", "工商管理", "3", "123", "EZ-JJ-2023-0012", date(2023, 11, 5),
     "EXAM", VALID),
    (ZHOU, "420700", "T05", "建筑施工", "4", "084", "EZ-GC-2008-0105", date(2008, 9, 1),
     "CONFIRM", VALID),
    (SUN, "420100", "T05", "计算机", "4", "084", "WH-GC-2015-0777", date(2015, 10, 12),
     "REVIEW", REVOKED),
)  # fmt: skip


async def seed(session: AsyncSession) -> None:
    """Loads what is not there yet."""
    today = clock.today()
    known = set(await session.scalars(select(Talent.id_hash)))
    for person, city, uscc, edu, degree, major, titles, skill, fields, availability in TALENTS:
        entry = Talent(
            owner_city=city, home_city=city, employer_uscc=uscc, edu=edu, degree=degree,
            major=major, titles=titles, skill_level=skill, fields=fields,
            availability=availability, source_system=SOURCE,
        )  # fmt: skip
        entry.take_person(PersonIn(name=person[0], doc_no=person[1]))
        if entry.id_hash not in known:
            entry.biz_no = await numbering.next_number(session, "TA", city, today)
            session.add(entry)
    numbers = set(await session.scalars(select(TitleCertificate.cert_no)))
    for person, city, series, speciality, level, code, number, issued, path, state in CERTIFICATES:
        if number in numbers:
            continue
        certificate = TitleCertificate(
            biz_no=await numbering.next_number(session, "TA", city, today), owner_city=city,
            series=series, speciality=speciality, level=level, title_code=code, cert_no=number,
            issued_on=issued, issuer_org=BUREAUS[city], path=path, state=state,
            revoked_on=date(2020, 6, 1) if state == REVOKED else None,
            revoke_reason="业绩材料不实" if state == REVOKED else None,
            verify_code=rules.new_verify_code(), source_system=SOURCE,
        )  # fmt: skip
        certificate.take_person(PersonIn(name=person[0], doc_no=person[1]))
        session.add(certificate)
    await session.flush()
    await demonstration.tell(session)
