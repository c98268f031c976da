"""The console's sessions and drafts, and refresh tokens of the built-in issuer.

Revision: gateway_0007k, after gateway_0007w
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "gateway_0007k"
down_revision: str | None = "gateway_0007w"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "console_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False),
        sa.Column("username", sa.String(length=200), nullable=False),
        sa.Column("access_token", sa.LargeBinary(), nullable=True),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=True),
        sa.Column("token_expires_at", instant, nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("last_seen_at", instant, nullable=False),
        sa.Column("ends_at", instant, nullable=False),
        sa.Column("locked_at", instant, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("notice", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_sessions")),
        sa.UniqueConstraint("cookie_hash", name=op.f("uq_console_sessions_cookie_hash")),
    )
    op.create_index("ix_console_sessions_username", "console_sessions", ["username", "ends_at"])
    op.create_index(op.f("ix_console_sessions_ends_at"), "console_sessions", ["ends_at"])
    op.create_table(
        "console_drafts",
        sa.Column("username", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("username", "form", name=op.f("pk_console_drafts")),
    )
    op.create_index(op.f("ix_console_drafts_saved_at"), "console_drafts", ["saved_at"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("scope", sa.String(length=300), nullable=False),
        sa.Column("signed_in_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("spent_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_tokens")),
    )
    op.create_index(op.f("ix_refresh_tokens_family"), "refresh_tokens", ["family"])
    op.create_index(op.f("ix_refresh_tokens_expires_at"), "refresh_tokens", ["expires_at"])
    # The console's client of a database that was seeded before may refresh from now on.
    op.execute(
        "UPDATE clients SET grant_types = array_append(grant_types, 'refresh_token') "
        "WHERE client_id = 'console' AND NOT 'refresh_token' = ANY(grant_types)"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE clients SET grant_types = array_remove(grant_types, 'refresh_token') "
        "WHERE client_id = 'console'"
    )
    op.drop_table("refresh_tokens")
    op.drop_table("console_drafts")
    op.drop_table("console_sessions")
