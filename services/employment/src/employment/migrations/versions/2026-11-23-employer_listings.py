"""Who is on the wage-arrears list, as labour inspection tells it.

Revision: employment_0004, after employment_0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "employment_0004"
down_revision: str | None = "employment_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "employer_listings",
        sa.Column("entry_no", sa.String(length=120), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("listed_from", sa.Date(), nullable=False),
        sa.Column("listed_to", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("entry_no", name=op.f("pk_employer_listings")),
    )
    op.create_index(op.f("ix_employer_listings_uscc"), "employer_listings", ["uscc"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_employer_listings_uscc"), table_name="employer_listings")
    op.drop_table("employer_listings")
