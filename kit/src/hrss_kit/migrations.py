"""The one Alembic environment: each service's history, its own tables and the kit's.

`upgrade` runs as the owner role, one transaction a migration, under an advisory lock; the app role
gets DML only, and not on what must not be rewritten.
"""

import asyncio
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from hrss_kit import policy, sharing_store, work_triggers
from hrss_kit.service import Service
from hrss_kit.tables import METADATA

LOCK = 420_745


def _config(member: str, url: str = "") -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(member).joinpath("migrations")))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d-%%(slug)s")
    config.attributes["url"] = url
    return config


@cache
def head(member: str) -> str | None:
    """The newest revision of a member."""
    return ScriptDirectory.from_config(_config(member)).get_current_head()


def run(metadata: MetaData) -> None:
    """What a member's ``migrations/env.py`` calls."""
    asyncio.run(_run(context.config.attributes["url"], [metadata, METADATA]))


async def _run(url: str, metadata: list[MetaData]) -> None:
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=pool.NullPool
    )
    async with engine.connect() as lock:
        await lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        async with engine.connect() as connection:
            await connection.run_sync(_migrate, metadata)
            await connection.commit()
        await lock.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        await lock.rollback()
    await engine.dispose()


def _migrate(connection: Connection, metadata: list[MetaData]) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.execute(text("SET statement_timeout = 0"))
    connection.commit()
    with context.begin_transaction():
        context.run_migrations()


async def _load_defaults(member: str, url: str) -> None:
    own = service_of(member).defaults
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=pool.NullPool
    )
    async with AsyncSession(engine) as session, session.begin():
        await policy.ensure_defaults(session)
        await work_triggers.install(await session.connection(), service_of(member).work)
        await sharing_store.ensure_defaults(session)
        if own is not None:
            await own(session)
    await engine.dispose()


def upgrade(member: str, url: str, revision: str = "head") -> None:
    """Brings a database up to `revision`; loads defaults and triggers it does not have."""
    command.upgrade(_config(member, url), revision)
    asyncio.run(_load_defaults(member, url))


def downgrade(member: str, url: str, revision: str = "base") -> None:
    """Takes a database back to `revision`."""
    command.downgrade(_config(member, url), revision)


def check(member: str, url: str) -> None:
    """Raises when the models say something that the migrations do not."""
    command.check(_config(member, url))


def revise(member: str, url: str, message: str) -> Path:
    """Writes a new migration from the difference between models and database."""
    made: Any = command.revision(_config(member, url), message, autogenerate=True)
    return Path(made.path)


def metadata_of(member: str) -> list[MetaData]:
    """The tables of a member: its own and the kit's."""
    return [service_of(member).metadata, METADATA]


def service_of(member: str) -> Service:
    """What a member declares."""
    service: Service = import_module(f"{member}.main").SERVICE
    return service


APPEND_ONLY = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
    """,
    """
    CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
        FOR EACH ROW EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)
APP_MAY_NOT = """
DO $$ DECLARE app text := replace(current_user, '_owner', '_app');
BEGIN
    IF app <> current_user AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = app) THEN
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM %I', app);
        EXECUTE format('REVOKE UPDATE, DELETE ON audit_entries FROM %I', app);
    END IF;
END $$;
"""


def protect(operations: Any) -> None:
    """In a member's first migration: audit rows are only ever added, history is not the app's."""
    for statement in APPEND_ONLY:
        operations.execute(statement)
    operations.execute(APP_MAY_NOT)


def unprotect(operations: Any) -> None:
    """Undoes `protect`, for the downgrade of a first migration."""
    operations.execute("DROP TRIGGER IF EXISTS audit_entries_append_only ON audit_entries")
    operations.execute("DROP TRIGGER IF EXISTS audit_entries_no_truncate ON audit_entries")
    operations.execute("DROP FUNCTION IF EXISTS refuse_change() CASCADE")
