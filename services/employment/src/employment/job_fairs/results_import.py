"""A city's figures of many fairs by the file: 模板 → 校验 → 导入 → 错误表."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_fairs.closing import RESULTS, file_result, retold
from employment.job_fairs.models import FIGURES, FairResult, JobFair
from employment.job_fairs.schemas import ResultCreate, ResultRow
from employment.job_fairs.service import FAIRS
from hrss_kit.auth import Principal
from hrss_kit.import_worker import refusals
from hrss_kit.imports import Importer, Refused
from hrss_kit.problems import Duplicate, Problem, refuse

TITLES: Final = {
    "fair_no": "招聘会编号",
    "employers": "参会单位数",
    "postings": "岗位数",
    "headcount": "招聘人数",
    "visitors": "进场人次",
    "resumes": "收到简历数",
    "intents": "达成意向人数",
    "hired_30d": "30天内录用人数",
}


def prepare(_caller: Principal, row: ResultRow) -> ResultRow:
    """Nothing follows from a row alone."""
    return row


async def write(
    session: AsyncSession, caller: Principal, rows: Sequence[tuple[int, ResultRow]]
) -> Sequence[Refused]:
    """Files what is new and corrects what was filed; a row that comes again changes nothing."""
    refused: list[Refused] = []
    for number, row in rows:
        try:
            async with session.begin_nested():
                await _take(session, caller, row)
        except Problem as problem:
            refused += refusals(number, problem)
        except IntegrityError:  # filed by somebody else in the same moment
            refused += refusals(number, Duplicate())
    return refused


async def _take(session: AsyncSession, caller: Principal, row: ResultRow) -> None:
    fair = await session.scalar(
        FAIRS.visible(caller).where(JobFair.biz_no == row.fair_no).with_for_update()
    )
    if fair is None:
        raise refuse("fair_no", "FAIR_UNKNOWN", "没有此招聘会", "is not a known fair")
    given = row.model_dump(exclude={"fair_no"})
    filed = await session.scalar(
        select(FairResult).where(
            FairResult.fair_id == fair.id, FairResult.owner_city == caller.city
        )
    )
    if filed is None:
        await file_result(session, caller, ResultCreate(fair_id=fair.id, **given))
        return
    # An empty cell says nothing against a figure that is known.
    news = {
        name: given[name]
        for name in FIGURES
        if given[name] is not None and given[name] != getattr(filed, name)
    }
    if news:
        for name, value in news.items():
            setattr(filed, name, value)
        await RESULTS.move(session, caller, filed, "amend", filed.state)
        await retold(session, fair)


IMPORTER = Importer(
    name="fair_results",
    model=ResultRow,
    prepare=prepare,
    write=write,
    titles=TITLES,
)
