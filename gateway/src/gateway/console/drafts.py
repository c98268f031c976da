"""Drafts: typed text outlives an idle lock, a lost claim, a stale version and a dead replica."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.console.models import ConsoleDraft
from hrss_kit import clock
from hrss_kit.db import Database

KEPT = timedelta(days=7)
LONGEST = 200_000
Fields = dict[str, list[str]]


class Drafts:
    """Reads and writes draft rows; a person has one draft a form."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, username: str, form: str, fields: Fields) -> bool:
        """Keeps the fields, in place of what was kept; False when they are too much."""
        text = json.dumps(fields, ensure_ascii=False)
        if len(text) > LONGEST or not 0 < len(form) <= 200:
            return False
        values: dict[str, Any] = {
            "username": username, "form": form, "fields": text, "saved_at": clock.now(),
        }  # fmt: skip
        statement = insert(ConsoleDraft).values(values)
        changed = {name: statement.excluded[name] for name in ("fields", "saved_at")}
        async with self._database.transaction() as session:
            await session.execute(
                statement.on_conflict_do_update(
                    index_elements=[ConsoleDraft.username, ConsoleDraft.form], set_=changed
                )
            )
        return True

    async def read(self, username: str, form: str) -> ConsoleDraft | None:
        """The draft of a form."""
        async with self._database.sessions() as session:
            return await session.get(ConsoleDraft, (username, form))

    async def drop(self, username: str, form: str) -> None:
        """The form was sent, or its author does not want the text any more."""
        async with self._database.transaction() as session:
            await session.execute(
                delete(ConsoleDraft).where(
                    ConsoleDraft.username == username, ConsoleDraft.form == form
                )
            )


async def forget_drafts(session: AsyncSession) -> int:
    """Timer: drops drafts nobody came back to for a week."""
    before = clock.now() - KEPT
    await session.execute(delete(ConsoleDraft).where(ConsoleDraft.saved_at < before))
    return 0
