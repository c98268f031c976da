"""The demonstration told through the service itself: treaty, recognitions, demands, a secondment.

Each step runs as a desk of the city on its day, so that history, clocks and events are those of
real work. Nobody in it is real.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.clock import SHANGHAI
from hrss_kit.persons import PersonIn
from talent.awards import service as awards
from talent.awards.schemas import AwardCreate
from talent.benefits import service as benefits
from talent.benefits.schemas import BenefitCreate
from talent.category_mappings import service as mappings
from talent.category_mappings.schemas import CategoryMappingCreate
from talent.competitions import service as competitions
from talent.competitions.schemas import CompetitionCreate, CompetitionResultCreate
from talent.cpd_credits import service as cpd_credits
from talent.cpd_credits.schemas import CpdCreditCreate
from talent.file_transfers import service as file_transfers
from talent.file_transfers.schemas import FileTransferCreate
from talent.joint_ventures import service as joint_ventures
from talent.joint_ventures.models import JointVenture
from talent.joint_ventures.schemas import JointVentureCreate, JvMilestoneCreate
from talent.moves import service as moves
from talent.moves.schemas import MoveCreate
from talent.programmes import service as programmes
from talent.programmes.models import Programme
from talent.programmes.schemas import CategoryCreate, ProgrammeCreate
from talent.recognitions import service as recognitions
from talent.recognitions.schemas import AwardAnswer, RecognitionCreate
from talent.science_resources import service as science_resources
from talent.science_resources.models import ScienceResource
from talent.science_resources.schemas import CooperationProjectCreate, ScienceResourceCreate
from talent.secondments import service as secondments
from talent.secondments.schemas import SecondmentCreate, SecondmentPostCreate
from talent.sharing_engagements import service as sharing_engagements
from talent.sharing_engagements.schemas import SharingOffer
from talent.talent_demands import service as talent_demands
from talent.talent_demands.schemas import TalentDemandCreate
from talent.talents.models import Talent
from talent.title_recognitions import service as title_recognitions
from talent.title_recognitions.schemas import TitleAnswer, TitleRecognitionCreate

CITIES: Final = {"wh": "420100", "ez": "420700"}
BUREAUS: Final = {"wh": "武汉市人力资源和社会保障局", "ez": "鄂州市人力资源和社会保障局"}
WANG = PersonIn(name="王测乙", doc_no="420199199207151022")
SUN = PersonIn(name="孙测庚", doc_no="420199198809090074")
LI = PersonIn(name="李测甲", doc_no="420799198003120038")
# code, name, level, term
CATEGORIES: Final = (
    ("WH-ST", "战略科技人才", "A", 5), ("WH-IND", "产业领军人才", "B", 5),
    ("WH-YTH", "优秀青年人才", "D", 3), ("EZ-333", "“333”高层次创新创业人才", "B", 5),
    ("EZ-ALLOW", "市政府专项津贴专家", "C", 3), ("EZ-121", "“121人才池”", "D", 3),
    ("EZ-CRAFT", "鄂州工匠", "E", 3),
    ("EZ-QYH", "“我选湖北·青英汇鄂州”参与者", "F", 1),
)  # fmt: skip
MAPPINGS: Final[tuple[dict[str, Any], ...]] = (
    {"from_category": "WH-ST", "to_city": "420700", "ladder_level": "A", "kind": "EQUIVALENT"},
    {"from_category": "WH-IND", "to_category": "EZ-333", "kind": "EQUIVALENT"},
    {"from_category": "WH-YTH", "to_category": "EZ-121", "kind": "EQUIVALENT"},
    {"from_category": "EZ-ALLOW", "to_city": "420100", "ladder_level": "C", "kind": "EQUIVALENT"},
    {"from_category": "EZ-QYH", "to_city": "420100", "kind": "NOT_RECOGNISED"},
)


def desk(role: str, letters: str) -> Principal:
    """Somebody of the demonstration at work."""
    name = f"{role.split('.')[0]}-talent-{letters}"
    return Principal.from_claims(
        {"sub": name, "client_id": "demo", "roles": [f"{role}.{letters}"],
         "city": CITIES[letters], "org_id": f"org-{letters}", "staff_no": name, "exp": 0}
    )  # fmt: skip


@contextmanager
def on(day: date) -> Iterator[None]:
    """A block as if it were that morning."""
    with clock.at(datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)):
        yield


async def tell(session: AsyncSession) -> None:
    """Plays the demonstration, once."""
    if await session.scalar(select(Programme.id).limit(1)) is not None:
        return
    await _treaty(session)
    await _recognise(session)
    await _demand(session)
    await _second(session)
    await _move(session)
    await _cooperate(session)


async def _treaty(session: AsyncSession) -> None:
    plans = (("wh", "WH-PLAN", "武汉英才计划"), ("ez", "EZ-PLAN", "新鄂州人计划"))
    with on(date(2025, 12, 1)):
        for letters, code, name in plans:
            plan = ProgrammeCreate(code=code, name=name, valid_from=date(2021, 1, 1))
            await programmes.define(session, desk("cw.talent", letters), plan)
        for code, name, level, years in CATEGORIES:
            category = CategoryCreate(
                programme=f"{code[:2]}-PLAN",
                code=code,
                name_zh=name,
                ladder_level=level,
                term_years=years,
            )
            await programmes.define_category(session, desk("cw.talent", code[:2].lower()), category)
        agreed = {}
        for words in MAPPINGS:
            agreed[words["from_category"]] = await _agree(
                session, {**words, "effective_from": date(2026, 1, 1), "basis": "DEMO"}
            )
    with on(date(2026, 10, 8)):
        # The edge that every demonstration has: a mapping that changes on a date.
        later = {
            "from_category": "WH-YTH", "to_city": "420700", "ladder_level": "E",
            "kind": "LOWER", "effective_from": date(2027, 1, 1), "basis": "DEMO",
            "supersedes": agreed["WH-YTH"], "grandfathering": "KEEP",
        }  # fmt: skip
        await _agree(session, later)


async def _agree(session: AsyncSession, words: dict[str, Any]) -> Any:
    made = await mappings.draft(
        session, desk("cw.talent", "wh"), CategoryMappingCreate.model_validate(words)
    )
    for letters in CITIES:
        await mappings.approve(session, desk("supervisor.talent", letters), made.id)
    return made.id


async def _recognise(session: AsyncSession) -> None:
    here, there = desk("cw.talent", "ez"), desk("cw.talent", "wh")
    with on(date(2026, 5, 11)):
        award = await awards.register(
            session,
            there,
            AwardCreate(
                person=WANG,
                category="WH-IND",
                awarded_on=date(2024, 1, 1),
                valid_to=date(2028, 12, 31),
                certificate_no="WH-IND-2024-0031",
            ),
        )
        await benefits.record(
            session,
            there,
            BenefitCreate(
                person=WANG,
                kind="HOUSING",
                period_from=date(2025, 1, 1),
                period_to=date(2026, 12, 31),
            ),
        )
        asked = await recognitions.apply(session, here, RecognitionCreate(award_id=award.id))
        await recognitions.verify(session, there, asked.id, AwardAnswer())
        await recognitions.grant(session, here, asked.id)
        title = await title_recognitions.apply(
            session, here, _title(WANG, "光电子", "2", "082", "WH-GJ-2021-0457", date(2021, 12, 20))
        )
        await title_recognitions.verify(session, there, title.id, TitleAnswer())
        # A certificate that its city has taken back: refused, and reported to that city.
        await title_recognitions.apply(
            session, here, _title(SUN, "计算机", "4", "084", "WH-GC-2015-0777", date(2015, 10, 12))
        )
        await cpd_credits.record(
            session,
            there,
            CpdCreditCreate.model_validate(
                {"person": WANG.model_dump(), "year": 2026, "kind": "PUBLIC", "hours": "30",
                 "org": "武汉市继续教育基地"}
            ),
        )  # fmt: skip


def _title(
    person: PersonIn, speciality: str, level: str, code: str, number: str, issued: date
) -> TitleRecognitionCreate:
    return TitleRecognitionCreate.model_validate(
        {"person": person.model_dump(), "series": "T05", "speciality": speciality,
         "level": level, "title_code": code, "cert_no": number, "issued_on": issued,
         "issuer_org": BUREAUS["wh"], "issuer_city": "420100", "path": "REVIEW"}
    )  # fmt: skip


async def _demand(session: AsyncSession) -> None:
    with on(date(2026, 6, 1)):
        await science_resources.offer(
            session,
            desk("cw.talent", "wh"),
            ScienceResourceCreate(
                kind="LAB",
                name="武汉测试实验室",
                fields=["AVLOG", "ELEC"],
                ladder="B",
                modes=["PROJECT"],
            ),
        )
        asking = desk("cw.talent", "ez")
        wanted = TalentDemandCreate(
            title="航空物流算法负责人",
            employer_uscc="91420799MAEH00024C",
            employer_name="鄂州测试物流",
            fields=["AVLOG", "ELEC", "OPTO"],
            ladder="B",
            modes=["PROJECT"],
        )
        made = await talent_demands.draft(session, asking, wanted)
        await talent_demands.publish(session, asking, made.id)


async def _move(session: AsyncSession) -> None:
    """Scenario 7.3 step 9: the gateway shows it as a journey over the services (J-2)."""
    with on(date(2026, 5, 20)):
        wish = MoveCreate(
            person=WANG,
            from_city=CITIES["wh"],
            employer_uscc="91420799MAEH00024C",
            category="HIGH_LEVEL",
        )
        await moves.open_move(session, desk("cw.talent", "ez"), wish)


async def _second(session: AsyncSession) -> None:
    with on(date(2026, 5, 20)):
        for home, host, person in (("ez", "wh", LI), ("wh", "ez", SUN)):
            post = await secondments.offer_post(
                session,
                desk("cw.talent", host),
                SecondmentPostCreate(host_org=BUREAUS[host], title="人才工作岗位（挂职）"),
            )
            named = await secondments.nominate(
                session,
                desk("cw.talent", home),
                SecondmentCreate(
                    post_id=post.id,
                    person=person,
                    home_org=BUREAUS[home],
                    starts_on=date(2026, 6, 1),
                    ends_on=date(2027, 5, 31),
                ),
            )
            for role, city, action in (
                ("supervisor.talent", home, "approve-home"),
                ("supervisor.talent", host, "approve-host"),
                ("cw.talent", host, "start"),
            ):
                await secondments.act(session, desk(role, city), named.id, action)
        venture = JointVentureCreate.model_validate(
            {"name": "武鄂人才集团（筹）", "shareholders": [
                {"name": "武汉出资方", "city": "420100", "share": "51.00"},
                {"name": "鄂州出资方", "city": "420700", "share": "49.00"},
            ]}
        )  # fmt: skip
        await joint_ventures.study(session, desk("cw.talent", "wh"), venture)


async def _cooperate(session: AsyncSession) -> None:
    """The file of who moves, somebody shared, a project, a milestone, a competition."""
    receiving, sending = desk("cw.talent", "ez"), desk("cw.talent", "wh")
    with on(date(2026, 5, 20)):
        letter = FileTransferCreate(person=WANG, from_city=CITIES["wh"])
        await file_transfers.request(session, receiving, letter)
    with on(date(2026, 6, 8)):
        entry = await session.scalar(
            select(Talent.id)
            .where(Talent.owner_city == CITIES["wh"], Talent.availability != "NONE")
            .limit(1)
        )
        if entry is not None:
            offer = SharingOffer(talent_id=entry, kind="CONSULTANT")
            await sharing_engagements.offer(session, sending, offer)
        lab = await session.scalar(select(ScienceResource.id).limit(1))
        assert lab is not None  # offered above
        project = CooperationProjectCreate(
            title="航空货运调度算法联合研发（演示）", resource_id=lab, partner_name="鄂州测试物流",
            partner_uscc="91420799MAEH00024C", signed_on=date(2026, 6, 5), amount=Decimal(300_000),
        )  # fmt: skip
        await science_resources.sign(session, receiving, project)
        venture = await session.scalar(select(JointVenture.id).limit(1))
        assert venture is not None  # studied above
        step = JvMilestoneCreate(venture_id=venture, step=1, title="完成可行性研究")
        await joint_ventures.plan(session, sending, step)
        contest = CompetitionCreate(
            title="鄂州市职业技能大赛（演示）", venue="鄂州市测试体育馆",
            starts_on=date(2026, 9, 10), ends_on=date(2026, 9, 12),
        )  # fmt: skip
        held = await competitions.plan(session, receiving, contest)
    for day, action in ((date(2026, 8, 3), "announce"), (date(2026, 9, 14), "hold")):
        with on(day):
            await competitions.act(session, receiving, held.id, action)
    with on(date(2026, 9, 14)):
        first = CompetitionResultCreate(
            competition_id=held.id, person=LI, occupation="6-31-01-03", place=1, skill_level="2"
        )
        await competitions.record(session, receiving, first)
