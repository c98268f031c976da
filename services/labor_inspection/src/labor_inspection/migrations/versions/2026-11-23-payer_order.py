"""Who pays on a construction site, kept with the order.

Revision: labor_inspection_0007, after labor_inspection_0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "labor_inspection_0007"
down_revision: str | None = "labor_inspection_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "case_orders",
        sa.Column("payer_order", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("case_orders", "payer_order")
