"""/gateway/v1/audit."""

from typing import Annotated

from fastapi import Query

from gateway.audit_log import service
from gateway.audit_log.schemas import AuditLog, AuditLogQuery, AuditVerifications
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.routing import Router

router = Router(prefix="/audit", tags=["audit"])


@router.list("", permission="audit:read", reply=AuditLog, prepare=service.hear)
async def read_audit_log(session: Session, query: Annotated[AuditLogQuery, Query()]) -> AuditLog:
    """Every service's audit log: an auditor's whole view, a city's own, a partner's own calls."""
    return await service.page(session, exchange().prepared)


@router.list(
    "/verifications",
    permission="audit:verify",
    reply=AuditVerifications,
    prepare=service.hear_states,
)
async def read_audit_verifications(session: Session) -> AuditVerifications:
    """How far each log is sealed, and what the last look at the whole of it has found."""
    return await service.verifications(session, exchange().prepared)
