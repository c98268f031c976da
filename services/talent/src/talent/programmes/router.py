"""Programmes and categories over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.files import each, leaves_as_file
from talent.programmes import service
from talent.programmes.models import Programme
from talent.programmes.schemas import (
    CategoryChange,
    CategoryCreate,
    CategoryQuery,
    CategoryRead,
    ProgrammeChange,
    ProgrammeCreate,
    ProgrammeQuery,
    ProgrammeRead,
)

router = Router(prefix="/programmes", tags=["programmes"])
categories = Router(prefix="/categories", tags=["programmes"])


@router.create(
    "", permission="programme:create", reply=ProgrammeRead, problems=(Duplicate, NotYourCity)
)
async def define_programme(session: Session, caller: Caller, new: ProgrammeCreate) -> ProgrammeRead:
    """Define a programme of one's own city."""
    return await service.define(session, caller, new)


@router.list("", permission="programme:read", reply=Page[ProgrammeRead])
async def list_programmes(
    session: Session, caller: Caller, query: Annotated[ProgrammeQuery, Query()]
) -> Page[ProgrammeRead]:
    """Programmes of both cities."""
    return await service.search(session, caller, query)


@router.read("/{programme_id}", permission="programme:read", reply=ProgrammeRead)
async def read_programme(session: Session, caller: Caller, programme_id: UUID) -> ProgrammeRead:
    """One programme."""
    return await service.find(session, caller, programme_id)


@router.change(
    "/{programme_id}", permission="programme:change", reply=ProgrammeRead, problems=(NotYourCity,)
)
async def change_programme(
    session: Session, caller: Caller, programme_id: UUID, wish: ProgrammeChange
) -> ProgrammeRead:
    """Change its name or its last day."""
    return await service.change(session, caller, programme_id, wish)


@router.history("/{programme_id}/timeline", permission="programme:read", reply=Timeline)
async def programme_timeline(session: Session, caller: Caller, programme_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, programme_id)


@categories.create(
    "", permission="programme:create", reply=CategoryRead, problems=(Duplicate, NotYourCity)
)
async def define_category(session: Session, caller: Caller, new: CategoryCreate) -> CategoryRead:
    """Define a category and its place on the common ladder."""
    return await service.define_category(session, caller, new)


@categories.list("", permission="programme:read", reply=Page[CategoryRead])
async def list_categories(
    session: Session, caller: Caller, query: Annotated[CategoryQuery, Query()]
) -> Page[CategoryRead]:
    """Categories of both cities."""
    return await service.search_categories(session, caller, query)


@categories.read("/{category_id}", permission="programme:read", reply=CategoryRead)
async def read_category(session: Session, caller: Caller, category_id: UUID) -> CategoryRead:
    """One category."""
    return await service.find_category(session, caller, category_id)


@categories.change(
    "/{category_id}", permission="programme:change", reply=CategoryRead, problems=(NotYourCity,)
)
async def change_category(
    session: Session, caller: Caller, category_id: UUID, wish: CategoryChange
) -> CategoryRead:
    """Change its name, its evidence or the term of its awards."""
    return await service.change_category(session, caller, category_id, wish)


@categories.history("/{category_id}/timeline", permission="programme:read", reply=Timeline)
async def category_timeline(session: Session, caller: Caller, category_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.category_history(session, caller, category_id)


leaves_as_file(
    router, "programme:read", Programme, ProgrammeQuery, ProgrammeRead, service.visible,
    each(lambda _caller, row: service.shown(row)), ("name",),
)  # fmt: skip
