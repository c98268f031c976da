"""The register of fines.

Revision: labor_inspection_0014a, after labor_inspection_0013a
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "labor_inspection_0014a"
down_revision: str | None = "labor_inspection_0013a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "case_fines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("children", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("fined_on", sa.Date(), nullable=False),
        sa.Column("document_ref", sa.String(length=120), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "basis IN ('OBSTRUCTION', 'MIGRANT_WAGES', 'CHILD_LABOUR')",
            name=op.f("ck_case_fines_basis"),
        ),
        sa.CheckConstraint(
            "target IN ('EMPLOYER', 'RESPONSIBLE')", name=op.f("ck_case_fines_target")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_case_fines_amount")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_fines_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["case_orders.id"], name=op.f("fk_case_fines_order_id_case_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_fines")),
    )
    op.create_index(op.f("ix_case_fines_case_id"), "case_fines", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("case_fines")
