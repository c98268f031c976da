"""Credit grades of employers, as labour inspection publishes them.

Revision: talent_0011j, after talent_0011v
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "talent_0011j"
down_revision: str | None = "talent_0011v"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "employer_grades",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade IN ('A', 'B', 'C')", name=op.f("ck_employer_grades_grade")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_grades")),
        sa.UniqueConstraint("uscc", name=op.f("uq_employer_grades_uscc")),
    )


def downgrade() -> None:
    op.drop_table("employer_grades")
