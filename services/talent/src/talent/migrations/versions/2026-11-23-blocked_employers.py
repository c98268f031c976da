"""Employers that may not recruit, as the wage-arrears list names them.

Revision: talent_0004, after talent_0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "talent_0004"
down_revision: str | None = "talent_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "blocked_employers",
        sa.Column("entry_no", sa.String(length=120), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("blocked_from", sa.Date(), nullable=False),
        sa.Column("blocked_to", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("entry_no", name=op.f("pk_blocked_employers")),
    )
    op.create_index(op.f("ix_blocked_employers_uscc"), "blocked_employers", ["uscc"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_blocked_employers_uscc"), table_name="blocked_employers")
    op.drop_table("blocked_employers")
