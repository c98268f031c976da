"""Reconciliation: comparisons of two sides, and the rows that differed.

Revision: gateway_0009r, after gateway_0008v
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "gateway_0009r"
down_revision: str | None = "gateway_0008v"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("resource", sa.String(length=40), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("copy", sa.String(length=80), nullable=False),
        sa.Column("client_id", sa.String(length=80), nullable=True),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("origin_count", sa.Integer(), nullable=False),
        sa.Column("copy_count", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=9), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("buckets", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(client_id IS NULL) = (city IS NULL)", name=op.f("ck_reconciliations_partner")
        ),
        sa.CheckConstraint(
            "result IN ('AGREED', 'DIFFERENT', 'OPEN')", name=op.f("ck_reconciliations_result")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_index("ix_reconciliations_day", "reconciliations", ["day", "resource"], unique=False)
    op.create_table(
        "reconciliation_differences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reconciliation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "kind IN ('LOST', 'DUPLICATED', 'CORRUPTED', 'SURPLUS')",
            name=op.f("ck_reconciliation_differences_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"],
            ["reconciliations.id"],
            name=op.f("fk_reconciliation_differences_reconciliation_id_reconciliations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_differences")),
    )
    op.create_index(
        "ix_reconciliation_differences_of",
        "reconciliation_differences",
        ["reconciliation_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("reconciliation_differences")
    op.drop_table("reconciliations")
