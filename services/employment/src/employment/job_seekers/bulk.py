"""Job seekers by the file: each row goes the way of a single registration."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_seekers import service
from employment.job_seekers.schemas import (
    ConsentIn,
    Experience,
    SeekerCreate,
    SeekerRow,
    TagIn,
)
from employment.titles import CODE_TITLES, TITLES
from hrss_kit.auth import Principal
from hrss_kit.import_worker import refusals
from hrss_kit.imports import Importer, Refused
from hrss_kit.problems import Problem


def prepare(_caller: Principal, row: SeekerRow) -> SeekerCreate:
    """The row as a single registration says it."""
    new = SeekerCreate.model_construct(
        **{name: getattr(row, name) for name in SeekerCreate.model_fields}
    )
    if row.experience_occupation and row.experience_months is not None:
        one = Experience(occupation=row.experience_occupation, months=row.experience_months)
        new.experience = [*new.experience, one]
    if row.group:
        tag = TagIn(
            group=row.group,
            evidence_type=row.evidence_type or "STATEMENT",
            evidence_no=row.evidence_no,
        )
        new.groups = [*new.groups, tag]
    if row.match_consent_cities:
        given = ConsentIn(purpose="EMP_MATCH", cities=row.match_consent_cities)
        new.consents = [*new.consents, given]
    return new


async def write(
    session: AsyncSession, caller: Principal, rows: Sequence[tuple[int, SeekerCreate]]
) -> list[Refused]:
    """Registers row by row, each in a savepoint of its own: what is refused leaves nothing."""
    refused: list[Refused] = []
    for number, new in rows:
        try:
            async with session.begin_nested():
                await service.register(session, caller, new)
        except Problem as problem:
            refused += refusals(number, problem)
    return refused


IMPORTER = Importer(
    name="job-seekers",
    model=SeekerRow,
    prepare=prepare,
    write=write,
    titles=TITLES,
    code_titles=CODE_TITLES,
)
