"""/gateway/v1/access-history."""

from typing import Annotated

from fastapi import Header, Query

from gateway.access_history import service
from gateway.access_history.schemas import AccessHistory, AccessHistoryQuery
from gateway.citizens import EcardAuthorisation, TokenExpired, TokenUsed, identify
from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.routing import Router

router = Router(prefix="/access-history", tags=["access history"])


@router.list(
    "",
    permission="access-history:read",
    reply=AccessHistory,
    personal=True,
    problems=(TokenExpired, TokenUsed, EcardAuthorisation),
    prepare=service.hear,
    identify=identify,
)
async def read_access_history(
    session: Session,
    caller: Caller,
    query: Annotated[AccessHistoryQuery, Query()],
    x_ecard_token: Annotated[
        str | None,
        Header(
            description="A one-time code of the citizen's e-card, in place of an access token; "
            "then X-Purpose may be left out"
        ),
    ] = None,
) -> AccessHistory:
    """Who looked at my data, when, where, what for and which fields; newest first."""
    return await service.history(session, caller, exchange().prepared)
