"""Counters of look-ups, one a caller and day; the log of look-ups is found by time.

Revision: card_0008, after card_0007f
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "card_0008"
down_revision: str | None = "card_0007f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "lookup_counts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("caller", sa.String(length=170), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("turned_away", sa.Integer(), nullable=False),
        sa.Column("last_over", sa.Integer(), nullable=False),
        sa.Column("exceeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup_counts")),
        sa.UniqueConstraint("caller", "counted_on", name=op.f("uq_lookup_counts_caller")),
    )
    op.create_index("ix_lookup_logs_at", "lookup_logs", ["at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ix_lookup_logs_at", table_name="lookup_logs")
    op.drop_table("lookup_counts")
