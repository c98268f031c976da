"""/talent/v1/employer-grades: the credit of who looks for talent."""

from typing import Annotated

from fastapi import Query
from sqlalchemy import select

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page, select_page
from hrss_kit.routing import Router
from talent.employers.models import EmployerGrade
from talent.employers.schemas import EmployerGradeQuery, EmployerGradeRead

router = Router(prefix="/employer-grades", tags=["employer grades"])


@router.list("", permission="employer-grade:read", reply=Page[EmployerGradeRead])
async def list_employer_grades(
    session: Session, _caller: Caller, query: Annotated[EmployerGradeQuery, Query()]
) -> Page[EmployerGradeRead]:
    """Credit grades of employers, as labour inspection has published them."""
    wanted = select(EmployerGrade)
    for name in ("uscc", "grade"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(EmployerGrade, name) == value)
    if query.q:
        wanted = wanted.where(EmployerGrade.uscc == query.q)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=EmployerGrade.id,
        sorts={"published_at": EmployerGrade.published_at},
        default="-published_at",
    )
    items = [EmployerGradeRead.model_validate(row) for row in rows]
    return Page[EmployerGradeRead](items=items, next_cursor=cursor)
