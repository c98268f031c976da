"""Years that residents pay, months that an overlap settles, the month of birth.

Revision: social_insurance_0005a, after social_insurance_0004t
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "social_insurance_0005a"
down_revision: str | None = "social_insurance_0004t"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "resident_payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.LargeBinary(), nullable=False),
        sa.Column("collective", sa.LargeBinary(), nullable=True),
        sa.Column("subsidy", sa.LargeBinary(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.CheckConstraint("year BETWEEN 1992 AND 2200", name=op.f("ck_resident_payments_year")),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participations.id"],
            name=op.f("fk_resident_payments_participation_id_participations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_payments")),
        sa.UniqueConstraint("id_hash", "city", "year", name="uq_resident_payments_person"),
    )
    op.create_index(
        "ix_resident_payments_participation_id", "resident_payments", ["participation_id"]
    )
    op.add_column(
        "contribution_months",
        sa.Column("overlap", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("participations", sa.Column("birth_month", sa.String(length=7), nullable=True))
    op.create_check_constraint(
        op.f("ck_participations_birth_month"),
        "participations",
        "birth_month ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$'",
    )
    op.create_index("ix_participations_birth_month", "participations", ["birth_month"])


def downgrade() -> None:
    op.drop_index("ix_participations_birth_month", table_name="participations")
    op.drop_constraint(op.f("ck_participations_birth_month"), "participations")
    op.drop_column("participations", "birth_month")
    op.drop_column("contribution_months", "overlap")
    op.drop_index("ix_resident_payments_participation_id", table_name="resident_payments")
    op.drop_table("resident_payments")
