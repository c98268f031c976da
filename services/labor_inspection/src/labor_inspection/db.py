"""This service's own tables, and how a new row is written once."""

from sqlalchemy import MetaData
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from hrss_kit.db import NAMING, TYPES
from hrss_kit.problems import Duplicate
from hrss_kit.translation import constraint_of


class Base(DeclarativeBase):
    """The declarative base of labour inspection."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


async def flush_new(session: AsyncSession, constraint: str) -> None:
    """Writes a new row; 409 DUPLICATE when this constraint says that there is one already."""
    try:
        await session.flush()
    except IntegrityError as error:
        if constraint_of(error) == constraint:
            raise Duplicate from error
        raise
