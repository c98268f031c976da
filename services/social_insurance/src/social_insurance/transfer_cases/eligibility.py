"""The checks E1-E8 of a transfer (domain §2.2): every one is made, all findings told at once."""

import json
from collections import defaultdict
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy
from hrss_kit.divisions import ACTIVE_CITIES, city_of
from hrss_kit.identifiers import age, birth_date, gender
from hrss_kit.problems import Conflict, FieldError, Invalid, Problem, refuse
from social_insurance.estimates.rules import OF_WOMEN, MinimumMonths, Schedule, link, retirement
from social_insurance.participations import rules as month_rules
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.problems import BenefitStarted, IdentityConflict
from social_insurance.risk_flags.service import is_flagged
from social_insurance.transfer_cases import rules
from social_insurance.transfer_cases.models import TransferCase

MESSAGES: Final = {
    "BENEFIT_STARTED": ("已开始领取养老待遇", "A pension is being paid already"),
    "SCHEME_WRONG": ("转出地没有该险种的参保关系", "No such relation in the city it would leave"),
    "NO_PARTICIPATION": ("转入地尚未建立参保关系并缴费", "No relation with a paid month there yet"),
    "MONTHS_BROKEN": ("缴费月份重复或晚于本月", "Months are named twice or still to come"),
    "LUMP_SUM_EVIDENCE": ("一次性缴费缺少有效文书", "A lump sum lacks its legal document"),
    "TEMP_ACCOUNT": ("应建立临时账户，关系留在原参保地", "A temporary account: the relation stays"),
    "IDENTITY_CONFLICT": ("身份信息与记录不一致", "The identity does not agree with the record"),
    "FRAUD_FLAG": ("存在未核销的风险标识", "An open risk flag stands against it"),
}
FIELDS: Final = {"LUMP_SUM_EVIDENCE": "documents", "NO_PARTICIPATION": "to_city",
                 "SCHEME_WRONG": "from_city", "TEMP_ACCOUNT": "to_city"}  # fmt: skip


class NotEligible(Conflict):
    code = "NOT_ELIGIBLE"
    title_zh, title_en = "不符合转移条件", "The relation cannot be moved"


class NoParticipation(Conflict):
    code = "NO_PARTICIPATION"
    title_zh, title_en = "转入地尚未建立参保关系并缴费", "No relation with a paid month there yet"


class NotAtRetirementAge(Conflict):
    code = "NOT_AT_RETIREMENT_AGE"
    title_zh, title_en = "未达到法定退休年龄，暂不能办理", "The statutory age is still to come"


class LinkRefused(Conflict):
    code = "LINK_KIND"
    title_zh, title_en = "按缴费年限应办理另一种衔接", "The months call for the other link"


async def participations_of(session: AsyncSession, id_hash: bytes) -> list[Participation]:
    """Every stretch both cities know of somebody."""
    found = await session.scalars(
        select(Participation)
        .where(Participation.id_hash == id_hash)
        .order_by(Participation.from_month, Participation.id)
    )
    return list(found)


async def refuse_at_once(session: AsyncSession, case: TransferCase) -> None:
    """What an application is refused for straight away, before anybody works on it."""
    known = await participations_of(session, case.id_hash)
    if any(one.person_name != case.person_name for one in known):
        raise IdentityConflict
    if any(one.status == "BENEFIT" and one.is_pension for one in known):
        raise BenefitStarted
    if not await _has_paid(session, case):
        raise NoParticipation
    if case.kind in rules.LINKS:
        await _refuse_link(session, case)


async def check(session: AsyncSession, case: TransferCase) -> None:
    """E1-E8; several findings are one refusal that names each."""
    known = await participations_of(session, case.id_hash)
    codes: list[str] = []
    source, target = rules.SCHEMES[case.kind]
    province: dict[str, Any] = json.loads(case.province_record) if case.province_record else {}
    receives = any(one.status == "BENEFIT" and one.is_pension for one in known)
    if receives or province.get("receiving_pension") is True:
        codes.append("BENEFIT_STARTED")
    leaving = [one for one in known if one.city == case.from_city and one.scheme == source]
    if case.from_city in ACTIVE_CITIES and not leaving:
        codes.append("SCHEME_WRONG")
    arriving = [one for one in known if one.city == case.to_city and one.scheme == target]
    if not await _has_paid(session, case):
        codes.append("NO_PARTICIPATION")
    months = (
        await session.execute(
            select(ContributionMonth)
            .where(ContributionMonth.id_hash == case.id_hash)
            .where(ContributionMonth.scheme == source, ContributionMonth.city == case.from_city)
        )
    ).scalars().all()  # fmt: skip
    if not rules.are_sound([one.month for one in months], clock.today().strftime("%Y-%m")):
        codes.append("MONTHS_BROKEN")
    if await wanting_evidence(session, case, months):
        codes.append("LUMP_SUM_EVIDENCE")
    if await _is_temporary(session, case, arriving, known):
        codes.append("TEMP_ACCOUNT")
    if any(one.person_name != case.person_name for one in known):
        codes.append("IDENTITY_CONFLICT")
    if await is_flagged(session, case.id_hash):
        codes.append("FRAUD_FLAG")
    if codes:
        raise refusal(codes)


def refusal(codes: list[str]) -> Problem:
    """The one problem that tells every finding."""
    errors = [
        FieldError(field=FIELDS.get(code, ""), code=code, message_zh=zh, message_en=en)
        for code in codes
        for zh, en in (MESSAGES[code],)
    ]
    if codes == ["LUMP_SUM_EVIDENCE"]:
        return Invalid(*errors)
    if codes == ["BENEFIT_STARTED"]:
        return BenefitStarted(errors=errors)
    if codes == ["IDENTITY_CONFLICT"]:
        return IdentityConflict()
    problem = NotEligible(errors=errors)
    if len(codes) == 1:
        problem.code = codes[0]
    return problem


async def wanting_evidence(session: AsyncSession, case: TransferCase, months: Any) -> list[str]:
    """E5: the lump-sum batches that lack their document."""
    today = clock.today()
    batches: dict[str, tuple[int, date | None]] = {}
    grouped: dict[str, list[ContributionMonth]] = defaultdict(list)
    for one in months:
        if one.lump_sum_batch is not None:
            grouped[one.lump_sum_batch].append(one)
    for batch, its in grouped.items():
        days = [one.paid_on for one in its if one.paid_on is not None]
        batches[batch] = len(its), min(days, default=None)
    documents = {
        one["batch"]: date.fromisoformat(one["dated_on"])
        for one in case.documents
        if one["kind"] == "LUMP_SUM" and one.get("batch") and one.get("dated_on")
    }
    pledged = {one["batch"] for one in case.documents if one["kind"] == "PLEDGE"}
    return rules.short_of_evidence(
        batches,
        documents,
        frozenset(pledged),
        least_months=int(await policy.get(session, "si.lump_sum_evidence_months", on=today)),
        pledge_before=date.fromisoformat(await policy.get(session, "si.pledge_before", on=today)),
    )


async def _has_paid(session: AsyncSession, case: TransferCase) -> bool:
    """Relation built there, and at least one month paid (国办发〔2009〕66号 art. 8).

    The unemployed have none yet, and what another province has is for its agency to say.
    """
    if case.to_city not in ACTIVE_CITIES or case.kind == "UNEMP_MOVE":
        return True
    found = await session.scalar(
        select(ContributionMonth.id)
        .where(ContributionMonth.id_hash == case.id_hash, ContributionMonth.paid)
        .where(ContributionMonth.scheme == rules.SCHEMES[case.kind][1])
        .where(ContributionMonth.city == case.to_city)
        .limit(1)
    )
    return found is not None


async def _is_temporary(
    session: AsyncSession,
    case: TransferCase,
    arriving: list[Participation],
    known: list[Participation],
) -> bool:
    """E6: what is, or should have been, a temporary account there takes no relation in (C-3)."""
    if case.kind != "EMP_CROSS" or not arriving:
        return False
    if any(one.relation_kind == "TEMP" for one in arriving):
        return True
    if case.hukou_division is None or case.doc_type != "01":
        return False
    first = min(one.from_month for one in arriving)
    began = date(int(first[:4]), int(first[5:]), 1)
    pooled_from = await policy.get(session, "si.intra_province_pooling_from", on=began)
    hukou = city_of(case.hukou_division) or case.hukou_division
    return month_rules.is_temporary(
        is_male=gender(case.doc_no) == "1",
        age=age(birth_date(case.doc_no), began),
        ages=await policy.get(session, "si.temp_account_age", on=began),
        is_at_hukou=hukou == case.to_city,
        has_relation=any(one.scheme == "EMP" and one.from_month < first for one in known),
        is_by_order=case.by_order,
        is_pooled=hukou[:2] == case.to_city[:2] and began.isoformat() >= str(pooled_from),
    )


async def _refuse_link(session: AsyncSession, case: TransferCase) -> None:
    """C-6: not before retirement age, and only the link that the months allow."""
    if case.doc_type != "01":
        raise refuse("person.doc_type", "DOC_TYPE", "须凭居民身份证办理", "takes a resident ID")
    if gender(case.doc_no) == "1":
        case.retire_kind = case.retire_kind or "M60"
    if case.retire_kind is None or (gender(case.doc_no) == "2") != (case.retire_kind in OF_WOMEN):
        raise refuse("retire_kind", "RETIRE_KIND", "请注明退休类别", "say which retirement age")
    today = clock.today()
    table = await policy.get(session, "si.retirement_schedule", on=today)
    birth = f"{case.doc_no[6:10]}-{case.doc_no[10:12]}"
    due = retirement(birth, Schedule.of(table, case.retire_kind))
    counted = await _scheme_months(session, case.id_hash)
    minimum = MinimumMonths(**await policy.get(session, "si.min_months", on=today))
    allowed = link(
        is_receiving=False,
        today_month=today.strftime("%Y-%m"),
        retire_month=due.month,
        emp_months=counted.get("EMP", 0),
        res_months=counted.get("RES", 0),
        threshold=minimum.of_year(due.year),
    )
    if allowed.refusal is not None:
        raise NotAtRetirementAge(retire_month=due.month)
    if case.kind not in allowed.choices:
        raise LinkRefused(allowed=list(allowed.choices), threshold=allowed.threshold)


async def _scheme_months(session: AsyncSession, id_hash: bytes) -> dict[str, int]:
    month = ContributionMonth.month
    found = await session.execute(
        select(ContributionMonth.scheme, func.count(month.distinct()))
        .where(ContributionMonth.id_hash == id_hash, ContributionMonth.paid)
        .group_by(ContributionMonth.scheme)
    )
    return {scheme: count for scheme, count in found}
