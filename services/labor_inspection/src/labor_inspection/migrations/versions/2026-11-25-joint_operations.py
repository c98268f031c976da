"""Joint operations: agreement, candidates, draw and results.

Revision: labor_inspection_0010b, after labor_inspection_0010a
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "labor_inspection_0010b"
down_revision: str | None = "labor_inspection_0010a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "joint_operations",
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=2000), nullable=False),
        sa.Column("matter", postgresql.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("partner_city", sa.String(length=6), nullable=False),
        sa.Column("planned_from", sa.Date(), nullable=False),
        sa.Column("planned_to", sa.Date(), nullable=False),
        sa.Column("suggestion_id", sa.Uuid(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("agreed_by", sa.String(length=80), nullable=True),
        sa.Column("frozen", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("frozen_on", sa.Date(), nullable=True),
        sa.Column("list_sha256", sa.String(length=64), nullable=True),
        sa.Column("seed_commitment", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.LargeBinary(), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=True),
        sa.Column("nonce_by", sa.String(length=80), nullable=True),
        sa.Column("drawn_on", sa.Date(), nullable=True),
        sa.Column("drawn_by", sa.String(length=80), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("summary", sa.String(length=2000), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("biz_no", sa.String(length=40), nullable=False),
        sa.Column("owner_city", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=80), nullable=False),
        sa.Column("source_system", sa.String(length=60), nullable=True),
        sa.Column("source_ref", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "state IN ('PLANNED', 'PROPOSED', 'AGREED', 'DECLINED', 'FROZEN', 'DRAWN', 'COMPLETED', 'CANCELLED')",
            name=op.f("ck_joint_operations_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('DRAWN', 'COMPLETED') OR (nonce IS NOT NULL AND result IS NOT NULL)",
            name=op.f("ck_joint_operations_drawn"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('FROZEN', 'DRAWN', 'COMPLETED') OR (seed IS NOT NULL AND seed_commitment IS NOT NULL AND list_sha256 IS NOT NULL)",
            name=op.f("ck_joint_operations_committed"),
        ),
        sa.CheckConstraint("partner_city <> owner_city", name=op.f("ck_joint_operations_partner")),
        sa.CheckConstraint("planned_to >= planned_from", name=op.f("ck_joint_operations_period")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["joint_case_suggestions.id"],
            name=op.f("fk_joint_operations_suggestion_id_joint_case_suggestions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_operations")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_joint_operations_biz_no")),
    )
    op.create_index(
        op.f("ix_joint_operations_owner_city"), "joint_operations", ["owner_city"], unique=False
    )
    op.create_index(
        op.f("ix_joint_operations_partner_city"), "joint_operations", ["partner_city"], unique=False
    )
    op.create_table(
        "joint_operation_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("inspectors", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("joining", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("case_no", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("findings", sa.LargeBinary(), nullable=True),
        sa.Column("acted", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('NO_VIOLATION', 'CORRECTED_ON_SITE', 'VIOLATION')",
            name=op.f("ck_joint_operation_checks_outcome"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR cardinality(acted) >= 2",
            name=op.f("ck_joint_operation_checks_acted"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR case_id IS NOT NULL", name=op.f("ck_joint_operation_checks_case")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_joint_operation_checks_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["joint_operations.id"],
            name=op.f("fk_joint_operation_checks_operation_id_joint_operations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_operation_checks")),
        sa.UniqueConstraint("operation_id", "uscc", name="uq_joint_operation_checks_uscc"),
    )
    op.create_table(
        "joint_operation_employers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["joint_operations.id"],
            name=op.f("fk_joint_operation_employers_operation_id_joint_operations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_operation_employers")),
        sa.UniqueConstraint("operation_id", "uscc", name="uq_joint_operation_employers_uscc"),
    )
    op.create_table(
        "joint_operation_inspectors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("staff_no", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["joint_operations.id"],
            name=op.f("fk_joint_operation_inspectors_operation_id_joint_operations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_operation_inspectors")),
        sa.UniqueConstraint("operation_id", "staff_no", name="uq_joint_operation_inspectors_staff"),
    )


def downgrade() -> None:
    op.drop_table("joint_operation_inspectors")
    op.drop_table("joint_operation_employers")
    op.drop_table("joint_operation_checks")
    op.drop_index(op.f("ix_joint_operations_partner_city"), table_name="joint_operations")
    op.drop_index(op.f("ix_joint_operations_owner_city"), table_name="joint_operations")
    op.drop_table("joint_operations")
