"""Demonstration data: the insured of the scenarios. Nobody in it is real."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering
from hrss_kit.persons import PersonIn
from social_insurance.participations import rules
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.personal_accounts.models import PersonalAccount
from social_insurance.seed_cases import seed_cases
from social_insurance.seed_standards import seed_standards

SOURCE = "demo"
LI = ("李测甲", "420799198003120038")
WANG = ("王测乙", "420199199207151022")
ZHAO = ("赵测丙", "420799196611052017")
LIU = ("刘测戊", "420199195802030040")
ZHOU = ("周测己", "420799197508180058")
SUN = ("孙测庚", "420199198809090074")
NINE, TEN = ("吴测辛", "420199197004051014"), ("郑测壬", "420199197004051030")
OLDER, LUMP, PLAIN_LUMP = (
    ("冯测癸", "420799196602031011"),
    ("陈试甲", "420199196001151015"),
    ("褚试乙", "420799197809201019"),
)
BUILDING, LOGISTICS = "91420799MAEH00016H", "91420799MAEH00024C"
TECHNOLOGY, SHOP = "91420199MAWH00019J", "92420199MAWH00027A"
# person, scheme, city, employer, kind, from, to, status, base
STRETCHES = (
    (LI, "EMP", "420100", TECHNOLOGY, "STAFF", "2018-01", "2020-06", "STOPPED", "4000.00"),
    (LI, "EMP", "420700", LOGISTICS, "STAFF", "2020-04", "2023-12", "STOPPED", "4000.00"),
    (WANG, "EMP", "420100", TECHNOLOGY, "STAFF", "2016-07", "2026-04", "ACTIVE", "9800.00"),
    (WANG, "UNEMP", "420100", TECHNOLOGY, "STAFF", "2016-07", "2026-04", "ACTIVE", "9800.00"),
    (ZHAO, "EMP", "420700", BUILDING, "STAFF", "2009-01", "2022-12", "PAUSED", "3600.00"),
    (ZHAO, "RES", "420700", None, "RESIDENT", "2012-01", "2016-12", "PAUSED", None),
    (LIU, "RES", "420100", None, "RESIDENT", "2010-01", "2017-12", "BENEFIT", None),
    (ZHOU, "EMP", "420700", LOGISTICS, "STAFF", "2015-03", "2026-03", "ACTIVE", "4500.00"),
    (SUN, "EMP", "420100", SHOP, "STAFF", "2019-05", "2026-06", "ACTIVE", "5200.00"),
    (SUN, "INJ", "420100", SHOP, "STAFF", "2019-05", "2026-06", "ACTIVE", "5200.00"),
    # One month short of ten years, and ten years: the line of the benefit place.
    (NINE, "EMP", "420100", TECHNOLOGY, "STAFF", "2013-02", "2022-12", "STOPPED", "5000.00"),
    (TEN, "EMP", "420100", TECHNOLOGY, "STAFF", "2013-01", "2022-12", "STOPPED", "5000.00"),
    (OLDER, "EMP", "420100", SHOP, "STAFF", "2017-03", "2019-02", "STOPPED", "3800.00"),
    # Three years paid at once: with its document in the case, and without.
    (LUMP, "EMP", "420100", SHOP, "FLEX", "2013-01", "2015-12", "STOPPED", "3600.00"),
    (PLAIN_LUMP, "EMP", "420700", BUILDING, "FLEX", "2013-01", "2015-12", "STOPPED", "3600.00"),
)
TEMPORARY = {OLDER}
LUMP_SUMS = {LUMP: "2016-B1", PLAIN_LUMP: "2017-B9"}
# person, city, since 1998: Li's account with its interest
ACCOUNTS = ((LI, "420100", "9980.55"), (ZHAO, "420700", "52416.88"))


async def seed(session: AsyncSession) -> None:
    """Loads what is not there yet."""
    await seed_standards(session)
    await seed_cases(session)
    known = set(
        await session.scalars(
            select(Participation.source_ref).where(Participation.source_system == SOURCE)
        )
    )
    for index, one in enumerate(STRETCHES):
        reference = f"participation-{index:03d}"
        if reference in known:
            continue
        (name, doc_no), scheme, city, uscc, kind, first, last, status, base = one
        row = Participation(
            biz_no=await numbering.next_number(session, "SI", city, clock.today()),
            owner_city=city, city=city, scheme=scheme, employer_uscc=uscc, person_kind=kind,
            from_month=first, to_month=last, status=status,
            relation_kind="TEMP" if (name, doc_no) in TEMPORARY else "NORMAL",
            birth_month=rules.birth_month("01", doc_no),
            deemed_months=0, source_system=SOURCE, source_ref=reference,
        )  # fmt: skip
        row.take_person(PersonIn(name=name, doc_no=doc_no))
        session.add(row)
        await session.flush()  # the months below name it
        session.add_all(
            ContributionMonth(
                participation_id=row.id,
                id_hash=row.id_hash,
                scheme=scheme,
                city=city,
                month=month,
                base=base,
                paid=True,
                late=False,
                lump_sum_batch=LUMP_SUMS.get((name, doc_no)),
            )
            for month in rules.months_between(first, last)
        )
    await _accounts(session)


async def _accounts(session: AsyncSession) -> None:
    known = set(
        await session.scalars(
            select(PersonalAccount.source_ref).where(PersonalAccount.source_system == SOURCE)
        )
    )
    for index, ((name, doc_no), city, balance) in enumerate(ACCOUNTS):
        reference = f"account-{index:03d}"
        if reference in known:
            continue
        row = PersonalAccount(
            biz_no=await numbering.next_number(session, "SI", city, clock.today()),
            owner_city=city, scheme="EMP", balance_since1998=balance,
            interest_credited_to="2025-12", source_system=SOURCE, source_ref=reference,
        )  # fmt: skip
        row.take_person(PersonIn(name=name, doc_no=doc_no))
        session.add(row)
