"""Hours of continuing education over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity
from hrss_kit.routing import Router
from talent.cpd_credits import service
from talent.cpd_credits.models import CpdCredit
from talent.cpd_credits.schemas import (
    CpdCreditCreate,
    CpdCreditQuery,
    CpdCreditRead,
    CpdLookup,
    CpdLookupReply,
)
from talent.files import each, leaves_as_file

router = Router(prefix="/cpd-credits", tags=["continuing education"])


@router.create("", permission="cpd_credit:create", reply=CpdCreditRead, problems=(NotYourCity,))
async def record_cpd_credit(
    session: Session, caller: Caller, new: CpdCreditCreate
) -> CpdCreditRead:
    """Record hours that somebody has earned."""
    return await service.record(session, caller, new)


@router.list("", permission="cpd_credit:read", reply=Page[CpdCreditRead], personal=True)
async def list_cpd_credits(
    session: Session, caller: Caller, query: Annotated[CpdCreditQuery, Query()]
) -> Page[CpdCreditRead]:
    """What one's own city has recorded."""
    return await service.search(session, caller, query)


@router.lookup("/lookups", permission="cpd_credit:read", reply=CpdLookupReply)
async def look_up_cpd_credits(session: Session, wish: CpdLookup) -> CpdLookupReply:
    """A person's hours in both cities together: they are good in every city."""
    return await service.look_up(session, wish)


@router.read("/{credit_id}", permission="cpd_credit:read", reply=CpdCreditRead, personal=True)
async def read_cpd_credit(session: Session, caller: Caller, credit_id: UUID) -> CpdCreditRead:
    """One credit."""
    return await service.find(session, caller, credit_id)


leaves_as_file(
    router, "cpd_credit:read", CpdCredit, CpdCreditQuery, CpdCreditRead, service.visible,
    each(lambda _caller, row: service.shown(row)), ("org",),
)  # fmt: skip
