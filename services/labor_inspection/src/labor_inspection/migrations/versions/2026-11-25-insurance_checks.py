"""Insurance checks of cases, and hints from social insurance.

Revision: labor_inspection_0013a, after labor_inspection_0012a
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "labor_inspection_0013a"
down_revision: str | None = "labor_inspection_0012a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "insurance_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("from_month", sa.String(length=7), nullable=False),
        sa.Column("to_month", sa.String(length=7), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint("state IN ('PENDING', 'DONE')", name=op.f("ck_insurance_checks_state")),
        sa.CheckConstraint("from_month <= to_month", name=op.f("ck_insurance_checks_period")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_insurance_checks_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_checks")),
    )
    op.create_index(
        op.f("ix_insurance_checks_case_id"), "insurance_checks", ["case_id"], unique=False
    )
    op.create_index(
        "uq_insurance_checks_pending",
        "insurance_checks",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.create_table(
        "insurance_check_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "state IN ('PENDING', 'INSURED', 'NOT_INSURED')",
            name=op.f("ck_insurance_check_lines_state"),
        ),
        sa.ForeignKeyConstraint(
            ["check_id"],
            ["insurance_checks.id"],
            name=op.f("fk_insurance_check_lines_check_id_insurance_checks"),
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["case_workers.id"],
            name=op.f("fk_insurance_check_lines_worker_id_case_workers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_check_lines")),
        sa.UniqueConstraint(
            "check_id", "worker_id", name=op.f("uq_insurance_check_lines_check_id")
        ),
    )
    op.create_index(
        "ix_insurance_check_lines_waiting",
        "insurance_check_lines",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.create_table(
        "insurance_hints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=False),
        sa.Column("person_ref", sa.String(length=24), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_hints")),
    )
    op.create_index("ix_insurance_hints_city", "insurance_hints", ["city", "since"], unique=False)
    op.create_index(
        op.f("ix_insurance_hints_employer_uscc"), "insurance_hints", ["employer_uscc"], unique=False
    )


def downgrade() -> None:
    op.drop_table("insurance_hints")
    op.drop_table("insurance_check_lines")
    op.drop_table("insurance_checks")
