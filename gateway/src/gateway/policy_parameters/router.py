"""/gateway/v1/policy-parameters 政策参数."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gateway.policy_parameters import service
from gateway.policy_parameters.schemas import (
    PolicyParameterCreate,
    PolicyParameterQuery,
    PolicyParameterRead,
)
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty
from hrss_kit.routing import Router

router = Router(prefix="/policy-parameters", tags=["policy"])


@router.list("", permission="policy:read", reply=Page[PolicyParameterRead])
async def list_policy_parameters(
    session: Session, caller: Caller, query: Annotated[PolicyParameterQuery, Query()]
) -> Page[PolicyParameterRead]:
    """Parameters by key; `effective_on` gives those in force on a date."""
    rows, following = await service.page(session, query)
    items = [service.read(row, caller) for row in rows]
    return Page[PolicyParameterRead](items=items, next_cursor=following)


@router.create(
    "", permission="policy:write", reply=PolicyParameterRead, problems=[service.Overlaps]
)
async def create_policy_parameter(
    session: Session, caller: Caller, new: PolicyParameterCreate
) -> PolicyParameterRead:
    """Drafts a row; changing an active row is a new row."""
    return service.read(await service.draft(session, caller, new), caller)


@router.read("/{parameter_id}", permission="policy:read", reply=PolicyParameterRead)
async def read_policy_parameter(
    session: Session, caller: Caller, parameter_id: UUID
) -> PolicyParameterRead:
    """One row."""
    return service.read(await service.find(session, parameter_id), caller)


@router.act(
    "/{parameter_id}/approve",
    permission="policy:approve",
    reply=PolicyParameterRead,
    problems=[
        service.Overlaps, service.AlreadyApproved, MakerIsChecker, NotYourCity, StateConflict,
    ],
)  # fmt: skip
async def approve_policy_parameter(
    session: Session, caller: Caller, parameter_id: UUID, _body: Empty
) -> PolicyParameterRead:
    """Approves a draft; with the last approval needed it comes into force."""
    return service.read(await service.approve(session, caller, parameter_id), caller)
