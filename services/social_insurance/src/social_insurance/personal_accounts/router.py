"""Personal accounts over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.personal_accounts import service
from social_insurance.personal_accounts.schemas import (
    AccountAmounts,
    AccountCreate,
    AccountQuery,
    AccountRead,
)
from social_insurance.problems import IdentityConflict

router = Router(prefix="/personal-accounts", tags=["personal accounts"])


@router.create(
    "",
    permission="personal-account:record",
    reply=AccountRead,
    problems=(Duplicate, IdentityConflict, NotYourCity),
)
async def record_account(session: Session, caller: Caller, new: AccountCreate) -> AccountRead:
    """Record an account of one's own city."""
    return await service.record(session, caller, new)


@router.list("", permission="personal-account:read", reply=Page[AccountRead], personal=True)
async def list_accounts(
    session: Session, caller: Caller, query: Annotated[AccountQuery, Query()]
) -> Page[AccountRead]:
    """Accounts of one's own city, persons masked."""
    return await service.search(session, caller, query)


@router.read("/{account_id}", permission="personal-account:read", reply=AccountRead, personal=True)
async def read_account(session: Session, caller: Caller, account_id: UUID) -> AccountRead:
    """One account."""
    return await service.find(session, caller, account_id)


@router.change(
    "/{account_id}",
    permission="personal-account:record",
    reply=AccountRead,
    problems=(NotYourCity,),
)
async def change_account(
    session: Session, caller: Caller, account_id: UUID, wish: AccountAmounts
) -> AccountRead:
    """Bring the balance up to date."""
    return await service.change(session, caller, account_id, wish)


@router.history("/{account_id}/timeline", permission="personal-account:history", reply=Timeline)
async def account_timeline(session: Session, caller: Caller, account_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, account_id)
