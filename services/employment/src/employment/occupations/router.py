"""The national list of occupations, over HTTP."""

from typing import Annotated

from fastapi import Query

from employment.occupations import service
from employment.occupations.schemas import OccupationQuery, OccupationRead
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.routing import Router

router = Router(prefix="/occupations", tags=["occupations"])
router.bulk_in("/imports", permission="occupation:manage", importer=service.IMPORTER)


@router.list("", permission="posting:read", reply=Page[OccupationRead])
async def list_occupations(
    session: Session, _caller: Caller, query: Annotated[OccupationQuery, Query()]
) -> Page[OccupationRead]:
    """Occupations of the national list, by code."""
    return await service.search(session, query)
