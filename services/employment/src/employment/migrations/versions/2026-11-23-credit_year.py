"""The year of the credit grade that is shown.

Revision: employment_0005, after employment_0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "employment_0005"
down_revision: str | None = "employment_0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("employers", sa.Column("credit_year", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("employers", "credit_year")
