"""Demonstration data of what the two cities do together. Nobody and nothing in it is real."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from employment.brand_programmes.models import BrandProgramme
from employment.dates import years_after
from employment.demo_bases.models import BaseReview, DemoBase
from employment.exchange_activities.models import ExchangeActivity
from employment.institutions.models import Institution, Programme
from employment.job_fairs.models import Booth, FairPosting, JobFair
from employment.kinds import Lived
from employment.labour_projects.models import LabourProject
from employment.postings.models import Posting
from employment.public_services.models import GigMarket, ServiceItem
from employment.startup_spaces.models import SpaceOffer, SpaceSlot, StartupSpace
from employment.training.models import ResourceSlot, TrainingProvider, TrainingResource
from hrss_kit import clock, numbering
from hrss_kit.ids import new_id

SOURCE: Final = "demo"
WUHAN, EZHOU = "420100", "420700"
ITEMS: Final = (
    ("EMP-REG", "REGISTRATION", "求职登记"),
    ("EMP-GUIDE", "GUIDANCE", "职业指导"),
    ("EMP-POLICY", "POLICY_ADVICE", "就业政策咨询"),
    ("EMP-REFER", "REFERRAL", "职业介绍"),
)
POINTS: Final = {
    WUHAN: ("洪山就业服务站", "420111", "420111001"),
    EZHOU: ("鄂城就业服务站", "420704", "420704001"),
}


async def seed(session: AsyncSession, employers: Mapping[str, UUID]) -> None:
    """Loads it once; it stands in the order in which one thing needs another."""
    known = select(TrainingProvider.id).where(TrainingProvider.source_system == SOURCE)
    if await session.scalar(known.limit(1)) is not None:
        return
    await _training(session)
    await _space_and_base(session)
    await _college(session)
    await _services(session)
    await _fair(session, employers)
    await _project_and_exchange(session, employers)


async def _add(session: AsyncSession, row: Lived, city: str, reference: str) -> UUID:
    row.id = new_id()
    row.owner_city = city
    row.biz_no = await numbering.next_number(session, "EM", city, clock.today())
    row.source_system, row.source_ref = SOURCE, reference
    session.add(row)
    await session.flush()  # what comes next refers to it
    return row.id


def _at(days: int, hour: int) -> datetime:
    return datetime.combine(clock.today() + timedelta(days=days), time(hour), clock.SHANGHAI)


def _times(days: int) -> dict[str, Any]:
    return {"id": new_id(), "starts_at": _at(days, 9), "ends_at": _at(days, 12)}


async def _training(session: AsyncSession) -> None:
    today = clock.today()
    for city, name, division, field in (
        (EZHOU, "鄂州测试技能培训中心", "420704", "AVLOG"),
        (WUHAN, "武汉测试电子职业学校", "420111", "ELEC"),
    ):
        provider = TrainingProvider(name=name, division=division, address="测试路8号",
                                    fields=[field], state="OPEN")  # fmt: skip
        provider_id = await _add(session, provider, city, f"provider-{city}")
        reviews = [
            {"city": one, "decision": "APPROVE", "opinion": "同意", "reviewed_by": "demo",
             "reviewed_on": today.isoformat()}
            for one in (WUHAN, EZHOU)
        ]  # fmt: skip
        mark = BrandProgramme(
            brand="WUCHANGYU", provider_id=provider_id, title=f"武昌鱼·{name[2:]}", field=field,
            occupation="4-02-06-01", skill_level="4", statement="师资与设备齐备", state="GRANTED",
            reviews=reviews, granted_on=today, valid_to=years_after(today, 3),
        )  # fmt: skip
        mark_id = await _add(session, mark, city, f"brand-{city}")
        title = "航空物流仓储实务" if field == "AVLOG" else "电子装配与检测"
        course = TrainingResource(
            provider_id=provider_id, kind="COURSE", title=title, field=field, state="SHARED",
            occupation="4-02-06-01", skill_level="4", hours=80, description="理论与实操",
            division=division, brand_programme_id=mark_id,
        )  # fmt: skip
        course_id = await _add(session, course, city, f"course-{city}")
        for days in (7, 14, 21):
            session.add(ResourceSlot(**_times(days), resource_id=course_id, capacity=30,
                                     counterpart_quota=10))  # fmt: skip


async def _space_and_base(session: AsyncSession) -> None:
    today = clock.today()
    space = StartupSpace(
        kind="MAKERSPACE", name="梧桐湖测试众创空间", operator="测试运营公司", division="420702",
        address="梧桐湖测试路1号", desks=60, desks_offered=10, description="", state="OPEN",
    )  # fmt: skip
    space_id = await _add(session, space, EZHOU, "space-1")
    offer = SpaceOffer(space_id=space_id, kind="DESK", title="共享工位", capacity=10,
                       description="", state="OPEN")  # fmt: skip
    offer_id = await _add(session, offer, EZHOU, "offer-1")
    for days in (3, 4, 5):
        session.add(SpaceSlot(**_times(days), offer_id=offer_id, capacity=10))
    base = DemoBase(
        name="葛店测试创业示范基地", operator="测试运营公司", division="420703",
        address="葛店测试路3号", space_id=space_id, statement="带动就业成效明显", state="GRANTED",
        joint_score=Decimal("84.00"), granted_on=today, valid_to=years_after(today, 3),
    )  # fmt: skip
    base_id = await _add(session, base, EZHOU, "base-1")
    for city, score in ((WUHAN, "82"), (EZHOU, "86")):
        review = BaseReview(base_id=base_id, kind="SCORE", round=0, score=Decimal(score),
                            opinion="已实地查看", reviewed_on=today, state="FILED")  # fmt: skip
        await _add(session, review, city, f"base-review-{city}")


async def _college(session: AsyncSession) -> None:
    today = clock.today()
    reached = [
        {"milestone": name, "reached_on": (today - timedelta(days=days)).isoformat(),
         "document_ref": f"测试文号-{name}", "recorded_by": "demo"}
        for name, days in (("INITIATED", 700), ("APPROVED", 500), ("CONSTRUCTION", 300))
    ]  # fmt: skip
    school = Institution(kind="TECHNICIAN_COLLEGE", joint=True, name="武鄂技师学院（测试）",
                         division="420703", address="葛店测试路9号", milestones=reached,
                         state="CONSTRUCTION")  # fmt: skip
    school_id = await _add(session, school, EZHOU, "college")
    for title, field in (("航空物流", "AVLOG"), ("电子信息", "ELEC")):
        programme = Programme(
            institution_id=school_id, title=title, field=field, skill_level="4",
            starts_on=datetime(today.year + 1, 9, 1, tzinfo=clock.SHANGHAI).date(), total_seats=100,
            seats_by_city={WUHAN: 60, EZHOU: 40}, state="PUBLISHED",
        )  # fmt: skip
        await _add(session, programme, EZHOU, f"programme-{field}")


async def _services(session: AsyncSession) -> None:
    for city, (name, district, town) in POINTS.items():
        point = {"name": name, "district": district, "town_code": town, "address": "测试路5号"}
        for code, kind, title in ITEMS:
            item = ServiceItem(code=code, kind=kind, name=title, description="",
                               materials=["身份证件"], service_points=[point],
                               state="PUBLISHED")  # fmt: skip
            await _add(session, item, city, f"item-{city}-{code}")
        market = GigMarket(name=f"{name[:2]}零工市场", district=district, town_code=town,
                           address="测试路6号", opening_hours="06:00-18:00", services=["日结"],
                           state="OPEN")  # fmt: skip
        await _add(session, market, city, f"market-{city}")


async def _fair(session: AsyncSession, employers: Mapping[str, UUID]) -> None:
    today = clock.today()
    fair = JobFair(
        title="武鄂联合招聘会（演示）", mode="HYBRID", co_city=EZHOU, venue_division="420704",
        venue_address="测试体育馆", starts_at=_at(20, 9), ends_at=_at(20, 17), themes=["物流"],
        safety_plan_ref="AB-演示", emergency_plan_ref="YJ-演示", expected_attendance=1000,
        cosigned_on=today, cosigned_by="demo", announced_on=today, state="ANNOUNCED",
    )  # fmt: skip
    fair_id = await _add(session, fair, WUHAN, "fair-1")
    for number, uscc in enumerate(("91420799MAEH00024C", "91420199MAWH00019J"), 1):
        booth = Booth(fair_id=fair_id, employer_id=employers[uscc], booth_no=f"A-{number:02d}",
                      state="REGISTERED")  # fmt: skip
        await _add(session, booth, (EZHOU, WUHAN)[number - 1], f"booth-{number}")
    offered = select(Posting).where(Posting.source_system == SOURCE, Posting.state == "PUBLISHED")
    for posting in await session.scalars(offered.order_by(Posting.id).limit(4)):
        link = FairPosting(fair_id=fair_id, posting_id=posting.id, state="LINKED")
        await _add(session, link, posting.owner_city, f"fair-posting-{posting.id}")


async def _project_and_exchange(session: AsyncSession, employers: Mapping[str, UUID]) -> None:
    today = clock.today()
    project = LabourProject(
        title="鄂州赴武汉用工协作（演示）", sending_city=EZHOU, sending_org="鄂州测试劳务协作站",
        receiving_city=WUHAN, employer_id=employers["91420199MAWH00019J"], work_division="420111",
        occupation="6-31-01-03", quota=50, poverty_reserved=10, starts_on=today,
        ends_on=years_after(today, 1), agreed_by=[EZHOU, WUHAN], agreed_on=today, state="ACTIVE",
    )  # fmt: skip
    await _add(session, project, EZHOU, "project-1")
    both = [
        {"city": city, "organisation": f"org-{city}", "people": people}
        for city, people in ((WUHAN, 8), (EZHOU, 12))
    ]
    activity = ExchangeActivity(
        title="武鄂就业创业交流会（演示）", kind="FORUM", topic="就业公共服务同城化",
        division="420704", planned_on=today, held_on=today, participants=both, cities_present=2,
        minutes="会议纪要（演示）", summary="达成三项合作", completed_on=today, state="COMPLETED",
    )  # fmt: skip
    await _add(session, activity, EZHOU, "exchange-1")
