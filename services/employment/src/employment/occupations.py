"""职业分类大典: the occupations that are known, by edition, loaded from a file (domain §0.5)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import ListQuery, Page, page_of
from hrss_kit.routing import Router

router = Router(prefix="/occupations", tags=["occupations"])


class OccupationRead(BaseModel):
    """An occupation 职业."""

    code: str
    name: str
    edition: int


class OccupationQuery(ListQuery):
    """How occupations are looked for; `q` is part of the code or the name."""

    edition: Literal["2015", "2022"] | None = None
    code: Annotated[str | None, Field(max_length=10, description="A code or its beginning")] = None


@cache
def occupations() -> Mapping[str, OccupationRead]:
    """Every known occupation by its code."""
    text = files("employment").joinpath("data", "occupations.toml").read_text(encoding="utf-8")
    rows = [OccupationRead(**row) for row in tomllib.loads(text)["occupation"]]
    return {one.code: one for one in rows}


@router.list("", permission="posting:read", reply=Page[OccupationRead])
async def list_occupations(
    _session: Session, _caller: Caller, query: Annotated[OccupationQuery, Query()]
) -> Page[OccupationRead]:
    """Occupations of the national list."""
    found = [
        one
        for one in occupations().values()
        if (query.edition is None or one.edition == int(query.edition))
        and one.code.startswith(query.code or "")
    ]
    items, cursor = page_of(found, query, key="code", words=("code", "name"))
    return Page(items=items, next_cursor=cursor)
