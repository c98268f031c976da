"""The national list: loaded from a file, looked up by everybody."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from employment.occupations.models import ONE_NAME, Occupation
from employment.occupations.schemas import OccupationQuery, OccupationRead, OccupationRow
from hrss_kit.auth import Principal
from hrss_kit.ids import new_id
from hrss_kit.imports import Importer, Refused
from hrss_kit.pagination import Page, select_page

TITLES: Final = {"code": "职业代码", "name": "职业名称", "edition": "大典版次"}


async def search(session: AsyncSession, query: OccupationQuery) -> Page[OccupationRead]:
    """A page of the list, by code."""
    wanted = select(Occupation)
    if query.edition is not None:
        wanted = wanted.where(Occupation.edition == int(query.edition))
    if query.code:
        wanted = wanted.where(Occupation.code.startswith(query.code, autoescape=True))
    if query.q:
        words = (Occupation.code, Occupation.name)
        wanted = wanted.where(or_(*(one.icontains(query.q, autoescape=True) for one in words)))
    rows, cursor = await select_page(
        session, wanted, query, key=Occupation.id, sorts={"code": Occupation.code},
        default="code",
    )  # fmt: skip
    return Page(items=[OccupationRead.model_validate(row) for row in rows], next_cursor=cursor)


async def known(session: AsyncSession, codes: Iterable[str]) -> set[str]:
    """Those of the codes that some edition of the list has."""
    wanted = select(Occupation.code).where(Occupation.code.in_(set(codes)))
    return set(await session.scalars(wanted))


def prepare(_caller: Principal, row: OccupationRow) -> OccupationRow:
    """Nothing follows from a row alone."""
    return row


async def write(
    session: AsyncSession, _caller: Principal, rows: Sequence[tuple[int, OccupationRow]]
) -> Sequence[Refused]:
    """Takes a stretch over at once; a code that is known takes the name of the file."""
    given = {
        (row.code, int(row.edition)): {"id": new_id(), "code": row.code,
                                       "edition": int(row.edition), "name": row.name}
        for _, row in rows
    }  # fmt: skip
    statement = insert(Occupation).values(list(given.values()))
    await session.execute(
        statement.on_conflict_do_update(
            constraint=ONE_NAME,
            set_={"name": statement.excluded.name},
            where=Occupation.name != statement.excluded.name,
        )
    )
    return ()


IMPORTER: Final = Importer(
    name="occupations", model=OccupationRow, prepare=prepare, write=write, titles=TITLES
)
