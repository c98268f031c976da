"""Demonstration data: the two stations and a few complaints; safe to run again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, context
from hrss_kit.auth import Principal
from hrss_kit.business_number import format_number
from hrss_kit.identifiers import resident_id_check_digit
from hrss_kit.problems import Problem
from labor_inspection.complaints import filing, service
from labor_inspection.complaints.models import Complaint
from labor_inspection.complaints.schemas import (
    ComplaintCreate,
    JurisdictionDispute,
    SupplementRequest,
)
from labor_inspection.guidance_cases import service as guidance_cases
from labor_inspection.guidance_cases.schemas import GuidanceCreate
from labor_inspection.identity_openings import service as identity_openings
from labor_inspection.identity_openings.models import IdentityOpening
from labor_inspection.joint_operations import service as joint_operations
from labor_inspection.joint_operations.schemas import OperationCreate
from labor_inspection.stations.models import ServiceStation
from labor_inspection.workshops import service as workshops
from labor_inspection.workshops.models import Workshop
from labor_inspection.workshops.schemas import WorkshopCreate

WUHAN, EZHOU = "420100", "420700"
OPENED_ON: Final = date(2025, 12, 1)
#: Ezhou's station inside Wuhan, and Wuhan's inside Ezhou.
STATION_IN_WUHAN: Final = UUID("01970000-0000-7000-8000-000000420111")
STATION_IN_EZHOU: Final = UUID("01970000-0000-7000-8000-000000420704")

STATIONS: Final = (
    {
        "id": STATION_IN_WUHAN,
        "biz_no": format_number("LI", "WH", OPENED_ON, 1),
        "sponsor_city": EZHOU,
        "host_city": WUHAN,
        "division": "420111",
        "town": "关山街道",
        "name_zh": "鄂州驻武汉农民工权益保障服务站（演示）",
        "name_en": "Ezhou's station for migrant workers in Wuhan (demonstration)",
        "address": "武汉市洪山区测试路1号",
        "staff": [{"staff_no": "station-ez", "city": EZHOU}],
    },
    {
        "id": STATION_IN_EZHOU,
        "biz_no": format_number("LI", "EZ", OPENED_ON, 2),
        "sponsor_city": WUHAN,
        "host_city": EZHOU,
        "division": "420704",
        "town": "凤凰街道",
        "name_zh": "武汉驻鄂州农民工权益保障服务站（演示）",
        "name_en": "Wuhan's station for migrant workers in Ezhou (demonstration)",
        "address": "鄂州市鄂城区测试路2号",
        "staff": [{"staff_no": "station-wh", "city": WUHAN}],
    },
)


async def seed_stations(session: AsyncSession) -> None:
    """The OPEN station that each city keeps inside the other."""
    now = clock.now()
    for station in STATIONS:
        row = {
            **station,
            "owner_city": station["sponsor_city"],
            "hours": "周一至周五 09:00-17:00",
            "phones": ["12333"],
            "state": "OPEN",
            "version": 1,
            "created_at": now,
            "created_by": "system",
            "updated_at": now,
            "updated_by": "system",
        }
        await session.execute(insert(ServiceStation).values(row).on_conflict_do_nothing())


SOURCE: Final = "demonstration"
STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
SURNAMES: Final = "王李张刘陈杨黄赵吴周"
AIRPORT: Final = {
    "division": "420704",
    "address": "鄂州市鄂城区燕矶镇测试工地",
    "project_name": "花湖机场测试项目",
}
OPTICS: Final = {"division": "WH-EHD", "address": "武汉市东湖新技术开发区测试路8号"}
E1: Final = {"employer_name": "鄂州测试建设有限公司", "employer_uscc": "91420799MAEH00016H"}
E2: Final = {"employer_name": "鄂州测试物流有限公司", "employer_uscc": "91420799MAEH00024C"}
E3: Final = {"employer_name": "武汉测试科技有限公司", "employer_uscc": "91420199MAWH00019J"}
E4: Final = {"employer_name": "武汉测试经营部", "employer_uscc": "92420199MAWH00027A"}


def _person(number: int) -> dict[str, str]:
    """Somebody who does not exist (domain §6)."""
    first = f"420799198{number % 10}0{1 + number % 9}1{number % 10}{100 + number}"
    name = SURNAMES[number % 10] + "测" + STEMS[number // 10 % 10]
    mobile = f"144{number:08d}"
    return {"name": name, "doc_no": first + resident_id_check_digit(first), "mobile": mobile}


def _lines(first: int, *amounts: int) -> list[dict[str, Any]]:
    return [
        {"person": _person(first + index), "amount": f"{amount}.00", "months": 3}
        for index, amount in enumerate(amounts)
    ]


def _filings(today: date) -> list[tuple[str, int, dict[str, Any]]]:
    """Who takes it, how many days ago, and what it says; acts end shortly before today."""
    wages: dict[str, Any] = {
        "kind": "COMPLAINT",
        "channel": "WINDOW",
        "is_migrant": True,
        "work_place": AIRPORT,
        "matter": ["WAGE.ARREARS"],
        "facts": "演示数据：多月工资未发放",
        "period_from": (today - timedelta(days=150)).isoformat(),
        "period_to": (today - timedelta(days=20)).isoformat(),
    }
    at_station = {"channel": "STATION", "station_id": str(STATION_IN_WUHAN)}
    twelve = _lines(1, 22000, *([15000] * 10), 14400)
    long_ago = {
        "period_from": (today - timedelta(days=1200)).isoformat(),
        "period_to": (today - timedelta(days=900)).isoformat(),
    }
    return [
        (
            "station-wh",
            4,
            {**wages, **at_station, **E3, "complainant": _person(12), "workers": twelve},
        ),
        (
            "window-ez",
            2,
            {**wages, **E3, "complainant": _person(21), "workers": _lines(21, 9600, 9000)},
        ),
        ("window-ez", 3, {**wages, **E1, "complainant": _person(31), "workers": _lines(31, 8200)}),
        ("window-ez", 1, {**wages, **E4, "complainant": _person(41), "work_place": OPTICS}),
        (
            "window-wh",
            1,
            {**wages, **E2, "complainant": _person(51), "matter": ["HOURS", "SOCIAL_INSURANCE"]},
        ),
        ("window-wh", 1, {**wages, **E1, "complainant": _person(61), "work_place": OPTICS}),
        ("window-ez", 1, {**wages, "complainant": _person(71)}),
        ("window-wh", 2, {**wages, **E2, **long_ago, "complainant": _person(81)}),
        ("window-wh", 0, {**wages, **E3, "kind": "REPORT", "matter": ["CHILD"]}),
        (
            "window-ez",
            1,
            {**wages, **E2, "kind": "REPORT", "matter": ["HOURS"], "complainant": _person(91)},
        ),
    ]


@contextmanager
def _desk(user: str) -> Iterator[Principal]:
    """Acts as a user of the demonstration, so that rows say who made them."""
    kind, _, letters = user.rpartition("-")
    caller = Principal.from_claims(
        {
            "sub": user,
            "client_id": "console",
            "staff_no": user,
            "roles": [f"{kind.replace('-', '.')}.{letters}"],
            "city": WUHAN if letters == "wh" else EZHOU,
            "exp": 0,
        }
    )
    present = context.begin()
    present.principal = caller
    yield caller
    context.begin()


async def seed_complaints(session: AsyncSession) -> None:
    """Complaints in most states, one of them of twelve workers and both cities."""
    if await session.scalar(select(Complaint.id).where(Complaint.source_system == SOURCE).limit(1)):
        return
    for number, (user, days_ago, body) in enumerate(_filings(clock.today()), start=1):
        new = ComplaintCreate.model_validate(
            {**body, "source_system": SOURCE, "source_ref": f"LI-{number:04d}"}
        )
        with clock.at(clock.hours_ago(24 * days_ago)), _desk(user) as caller:
            try:
                await filing.file(session, caller, new, None, today=clock.today())
            except Problem as refusal:
                # Refused for a reason, yet kept: that is what it shall show.
                if not refusal.keeps_effects:
                    raise
    await session.flush()  # what was filed is acted on next
    numbers = await session.execute(
        select(Complaint.source_ref, Complaint.id).where(Complaint.source_system == SOURCE)
    )
    ids = {str(ref): complaint_id for ref, complaint_id in numbers}
    with _desk("cw-li-wh") as caller:
        dispute = JurisdictionDispute(reason="演示：实际用工地在鄂州")
        await service.dispute_jurisdiction(session, caller, ids["LI-0004"], dispute)
    with _desk("cw-li-ez") as caller:
        missing = SupplementRequest(missing=["劳动合同或考勤记录"])
        await service.request_supplement(session, caller, ids["LI-0005"], missing)


async def seed_exchange(session: AsyncSession) -> None:
    """What the two cities' inspectors do together: an operation, a workshop, a guidance case."""
    if await session.scalar(select(Workshop.id).limit(1)):
        return
    today = clock.today()
    plan = OperationCreate(
        title="花湖机场周边工地联合执法（演示）",
        purpose="检查工资支付和参保情况",
        matter=["WAGE", "SOCIAL_INSURANCE"],
        planned_from=today + timedelta(days=14),
        planned_to=today + timedelta(days=25),
    )
    workshop = WorkshopCreate(
        topic="工程建设领域欠薪治理研讨（演示）",
        agenda=["通报案件", "讨论协查时限"],
        division="420704",
        place="鄂州市人社局会议室",
        planned_on=today + timedelta(days=10),
    )
    guidance = GuidanceCreate(
        title="某建设公司拖欠农民工工资案（演示）",
        matter=["WAGE.ARREARS"],
        facts="张某等12名农民工在鄂州市鄂城区某工地务工，被拖欠工资合计186400.00元",
        issue="分包单位拖欠工资时由谁清偿",
        reasoning="总承包单位应当先行清偿，再依法追偿",
        outcome="责令限期改正，逾期加付赔偿金",
        legal_basis="保障农民工工资支付条例第三十条",
    )
    with _desk("cw-li-ez") as caller:
        operation = await joint_operations.plan(session, caller, plan)
        await joint_operations.propose(session, caller, operation.id)
        invited = await workshops.plan(session, caller, workshop)
        await workshops.move(session, caller, invited.id, "invite")
        drafted = await guidance_cases.draft(session, caller, guidance)
    with _desk("supervisor-li-ez") as caller:
        await guidance_cases.move(session, caller, drafted.id, "check")
        await guidance_cases.move(session, caller, drafted.id, "publish")


async def seed_openings(session: AsyncSession) -> None:
    """An inspector's wish to know who reported, waiting for the head (举报人身份启封)."""
    named = select(Complaint.id).where(
        Complaint.source_system == SOURCE,
        Complaint.kind == "REPORT",
        Complaint.id_hash.is_not(None),
        Complaint.competent_city == EZHOU,
    )
    report_id = await session.scalar(named.limit(1))
    if report_id is None or await session.scalar(select(IdentityOpening.id).limit(1)):
        return
    with _desk("cw-li-ez") as caller:
        await identity_openings.ask(session, caller, report_id, "演示：需向举报人核实加班记录")


async def seed(session: AsyncSession) -> None:
    """Everything that a demonstration starts with."""
    await seed_stations(session)
    await seed_complaints(session)
    await seed_openings(session)
    await seed_exchange(session)
