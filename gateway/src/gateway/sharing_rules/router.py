"""/gateway/v1/sharing-rules 共享规则."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gateway.sharing_rules import service
from gateway.sharing_rules.schemas import SharingRuleCreate, SharingRuleQuery, SharingRuleRead
from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/sharing-rules", tags=["cooperation"])
ALWAYS = (NotYourCity, StateConflict)


@router.create(
    "",
    permission="sharing-rule:keep",
    reply=SharingRuleRead,
    problems=(NotYourCity, service.AgreementNotActive),
)
async def draft_sharing_rule(
    session: Session, caller: Caller, new: SharingRuleCreate
) -> SharingRuleRead:
    """Draft a rule, or the next revision of one; the other city approves it."""
    return await service.draft(session, caller, new)


@router.list("", permission="sharing-rule:read", reply=Page[SharingRuleRead])
async def list_sharing_rules(
    session: Session, caller: Caller, query: Annotated[SharingRuleQuery, Query()]
) -> Page[SharingRuleRead]:
    """List rules; `effective_on` gives those that hold on a day."""
    return await service.page(session, caller, query)


@router.read("/{rule_id}", permission="sharing-rule:read", reply=SharingRuleRead)
async def read_sharing_rule(session: Session, caller: Caller, rule_id: UUID) -> SharingRuleRead:
    """Read one."""
    row = await service.one(session, caller, rule_id)
    return (await service.show(session, caller, [row]))[0]


@router.history("/{rule_id}/timeline", permission="sharing-rule:read", reply=Timeline)
async def read_sharing_rule_timeline(session: Session, caller: Caller, rule_id: UUID) -> Timeline:
    """Read what happened to one."""
    row = await service.one(session, caller, rule_id)
    return await timeline.of(session, row.id)


@router.act(
    "/{rule_id}/approve",
    permission="sharing-rule:keep",
    reply=SharingRuleRead,
    problems=(*ALWAYS, MakerIsChecker, service.Overlaps, service.AgreementNotActive),
)
async def approve_sharing_rule(
    session: Session, caller: Caller, rule_id: UUID, _wish: Empty
) -> SharingRuleRead:
    """Approve the other city's draft; it decides from its first day on."""
    return await service.approve(session, caller, rule_id)


@router.act(
    "/{rule_id}/reject",
    permission="sharing-rule:keep",
    reply=SharingRuleRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def reject_sharing_rule(
    session: Session, caller: Caller, rule_id: UUID, wish: WithReason
) -> SharingRuleRead:
    """Decline the other city's draft."""
    return await service.reject(session, caller, rule_id, wish.reason)


@router.act(
    "/{rule_id}/withdraw", permission="sharing-rule:keep", reply=SharingRuleRead, problems=ALWAYS
)
async def withdraw_sharing_rule(
    session: Session, caller: Caller, rule_id: UUID, wish: WithReason
) -> SharingRuleRead:
    """End a rule today."""
    return await service.withdraw(session, caller, rule_id, wish.reason)
