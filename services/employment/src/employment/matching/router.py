"""Matches over HTTP."""

from employment.matching import service
from employment.matching.schemas import Matches, MatchWish
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.routing import Router

router = Router(prefix="/matches", tags=["matches"])


@router.lookup("", permission="match:read", reply=Matches)
async def find_matches(session: Session, caller: Caller, wish: MatchWish) -> Matches:
    """The best for a posting or for a job seeker in both cities, explained part by part."""
    return await service.matches(session, caller, wish)
