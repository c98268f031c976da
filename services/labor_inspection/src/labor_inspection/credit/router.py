"""Employers' credit over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity
from hrss_kit.routing import Router
from labor_inspection.credit import publications, service
from labor_inspection.credit.models import CreditEvent, GradePublication
from labor_inspection.credit.schemas import (
    CreditQuery,
    CreditRead,
    CreditRecord,
    Graded,
    GradeQuery,
    GradeRead,
    GradeWish,
    PublicationQuery,
    PublicationRead,
    Publish,
)

events_router = Router(prefix="/employer-credit", tags=["credit"])
grades_router = Router(prefix="/credit-grades", tags=["credit"])
publications_router = Router(prefix="/grade-publications", tags=["credit"])


@events_router.create("", permission="credit:record", reply=CreditRead, problems=(NotYourCity,))
async def record_credit_event(session: Session, caller: Caller, new: CreditRecord) -> CreditEvent:
    """Record what a document shows of an employer."""
    return await service.record(session, caller, new)


@events_router.list("", permission="credit:read", reply=Page[CreditRead])
async def list_credit_events(
    session: Session, query: Annotated[CreditQuery, Query()]
) -> Page[CreditRead]:
    """List what employers did, in both cities."""
    return await service.events_page(session, query)


@grades_router.create(
    "", permission="credit:grade", reply=Graded, status=200, problems=(NotYourCity,)
)
async def grade_employers(session: Session, caller: Caller, wish: GradeWish) -> Graded:
    """Grade a year of the employers under your city's inspection."""
    return await service.grade(session, caller, wish)


@grades_router.list("", permission="credit:read", reply=Page[GradeRead])
async def list_credit_grades(
    session: Session, query: Annotated[GradeQuery, Query()]
) -> Page[GradeRead]:
    """List the grades of both cities, with the joint view."""
    return await service.grades_page(session, query)


@grades_router.read("/{grade_id}", permission="credit:read", reply=GradeRead)
async def read_credit_grade(session: Session, grade_id: UUID) -> GradeRead:
    """Read one grade."""
    return await service.read_grade(session, grade_id)


@publications_router.create(
    "",
    permission="credit:publish",
    reply=PublicationRead,
    problems=(NotYourCity, Duplicate),
)
async def publish_grades(session: Session, caller: Caller, wish: Publish) -> GradePublication:
    """Publish the red list or the C list of a year."""
    return await publications.publish(session, caller, wish)


@publications_router.list("", permission="credit:read", reply=Page[PublicationRead])
async def list_grade_publications(
    session: Session, query: Annotated[PublicationQuery, Query()]
) -> Page[PublicationRead]:
    """List the publications of both cities, and those that are missing."""
    return await publications.publications_page(session, query)
