"""Import jobs that only try a file.

Revision: labor_inspection_0008t, after labor_inspection_0008
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "labor_inspection_0008t"
down_revision: str | None = "labor_inspection_0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "import_jobs",
        sa.Column("is_dry_run", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )


def downgrade() -> None:
    op.drop_column("import_jobs", "is_dry_run")
