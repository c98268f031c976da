"""What the console keeps between two pages: sessions and drafts. A process keeps nothing."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit import clock
from hrss_kit.ids import new_id
from hrss_kit.sealing import Sealed


class ConsoleSession(Base):
    """会话: who signed in at which browser. Of the cookie only its hash is kept.

    A locked session has lost its tokens and keeps its name, so that what was being typed in it is
    still filed under the right person; the same holds for one that has ended.
    """

    __tablename__ = "console_sessions"
    __table_args__ = (Index("ix_console_sessions_username", "username", "ends_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    cookie_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    username: Mapped[str] = mapped_column(String(200))
    access_token: Mapped[str | None] = mapped_column(Sealed("console_sessions.access_token"))
    refresh_token: Mapped[str | None] = mapped_column(Sealed("console_sessions.refresh_token"))
    token_expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ends_at: Mapped[datetime] = mapped_column(index=True)
    locked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    notice: Mapped[str | None] = mapped_column(Sealed("console_sessions.notice"))


class ConsoleDraft(Base):
    """草稿: what somebody has typed into a form and not sent, sealed. `form` is the form's path."""

    __tablename__ = "console_drafts"

    username: Mapped[str] = mapped_column(String(200), primary_key=True)
    form: Mapped[str] = mapped_column(String(200), primary_key=True)
    fields: Mapped[str] = mapped_column(Sealed("console_drafts.fields"))
    saved_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)

    def read_fields(self) -> dict[str, list[str]]:
        """What was typed, by field."""
        found: dict[str, list[str]] = json.loads(self.fields)
        return found
