"""Bulletins, notices and publications over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from labor_inspection.bulletins import publishing, service
from labor_inspection.bulletins.models import MajorPublication
from labor_inspection.bulletins.schemas import (
    BulletinCreate,
    BulletinQuery,
    BulletinRead,
    MajorPublicationQuery,
    MajorPublicationRead,
    PublicationCreate,
)

router = Router(prefix="/bulletins", tags=["bulletins"])
publications_router = Router(prefix="/major-publications", tags=["bulletins"])


@router.create(
    "",
    permission="bulletin:issue",
    reply=BulletinRead,
    problems=(NotYourCity, Duplicate, service.NothingDecided),
)
async def create_bulletin(session: Session, caller: Caller, new: BulletinCreate) -> BulletinRead:
    """Issue a quarter's bulletin to the other city, or tell it of a major case."""
    return await service.create(session, caller, new)


@router.list("", permission="bulletin:read", reply=Page[BulletinRead])
async def list_bulletins(
    session: Session, caller: Caller, query: Annotated[BulletinQuery, Query()]
) -> Page[BulletinRead]:
    """List bulletins and notices that your city has sent or is sent."""
    return await service.page(session, caller, query)


@router.read("/{bulletin_id}", permission="bulletin:read", reply=BulletinRead)
async def read_bulletin(session: Session, caller: Caller, bulletin_id: UUID) -> BulletinRead:
    """Read one."""
    return await service.read(session, caller, bulletin_id)


@router.history("/{bulletin_id}/timeline", permission="bulletin:read", reply=Timeline)
async def read_bulletin_timeline(session: Session, caller: Caller, bulletin_id: UUID) -> Timeline:
    """Read what happened to one."""
    return await service.history(session, caller, bulletin_id)


@router.act(
    "/{bulletin_id}/issue",
    permission="bulletin:issue",
    reply=BulletinRead,
    problems=(NotYourCity, StateConflict),
)
async def issue_bulletin(
    session: Session, caller: Caller, bulletin_id: UUID, wish: Empty
) -> BulletinRead:
    """Issue a bulletin that is due."""
    return await service.issue(session, caller, bulletin_id)


@router.act(
    "/{bulletin_id}/receive",
    permission="bulletin:receive",
    reply=BulletinRead,
    problems=(NotYourCity, StateConflict),
)
async def receive_bulletin(
    session: Session, caller: Caller, bulletin_id: UUID, wish: Empty
) -> BulletinRead:
    """Acknowledge what the other city has told."""
    return await service.receive(session, caller, bulletin_id)


@publications_router.create(
    "",
    permission="major-publication:publish",
    reply=MajorPublicationRead,
    problems=(NotYourCity, Duplicate),
)
async def publish_major_cases(
    session: Session, caller: Caller, wish: PublicationCreate
) -> MajorPublication:
    """Publish a quarter's major cases of your city."""
    return await publishing.publish(session, caller, wish)


@publications_router.list("", permission="major-publication:read", reply=Page[MajorPublicationRead])
async def list_major_publications(
    session: Session, query: Annotated[MajorPublicationQuery, Query()]
) -> Page[MajorPublicationRead]:
    """List the publications of both cities."""
    return await publishing.page(session, query)
