"""Engines, sessions and what every table of the suite has."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData, String
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from hrss_kit import clock
from hrss_kit.context import exchange
from hrss_kit.ids import new_id

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
TYPES: dict[Any, Any] = {datetime: DateTime(timezone=True)}


def new_base() -> type[DeclarativeBase]:
    """A declarative base with a metadata of its own: one a service."""

    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)
        type_annotation_map = TYPES

    return Base


class KitBase(DeclarativeBase):
    """The kit's own tables; they live in each service's database."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


def _actor() -> str:
    principal = exchange().principal
    return principal.actor if principal else "system"


class Resource:
    """What every resource carries (api §3.1). `version` is the ETag; it grows with each change."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    biz_no: Mapped[str] = mapped_column(String(40), unique=True)
    owner_city: Mapped[str] = mapped_column(String(6), index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str] = mapped_column(String(80), default=_actor)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    updated_by: Mapped[str] = mapped_column(String(80), default=_actor, onupdate=_actor)
    source_system: Mapped[str | None] = mapped_column(String(60))
    source_ref: Mapped[str | None] = mapped_column(String(120))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Database:
    """One service's database: the engine for casework, the raw driver pool for look-ups."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = url
        self.pool_size = pool_size
        # hide_parameters: a failing statement must not print a name or a number.
        self.engine: AsyncEngine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=5,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"timeout": 5, "server_settings": {"application_name": "hrss"}},
        )
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._driver: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def driver(self) -> asyncpg.Pool:
        """The raw asyncpg pool: autocommit, no reset query (no code changes session state)."""
        if self._driver is None:
            async with self._opening:  # of many that come first at once, one opens the pool
                self._driver = self._driver or await self._open()
        return self._driver

    async def _open(self) -> asyncpg.Pool:
        async def keep(_connection: asyncpg.Connection) -> None:
            return None

        return await asyncpg.create_pool(
            self.url, min_size=1, max_size=self.pool_size, reset=keep, command_timeout=15
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose block is one transaction."""
        async with self.sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Closes every connection."""
        if self._driver is not None:
            await self._driver.close()
            self._driver = None
        await self.engine.dispose()


async def get_session(request: Request) -> AsyncSession:
    """The session of this request's transaction (the route opened it and will commit it)."""
    session: AsyncSession = request.state.session
    return session


Session = Annotated[AsyncSession, Depends(get_session)]
