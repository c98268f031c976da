"""Comparisons, snapshots, plans; retirement and benefit estimates.

Revision: social_insurance_0005b, after social_insurance_0005a
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "social_insurance_0005b"
down_revision: str | None = "social_insurance_0005a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "benefit_estimates",
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("account_balance", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("contributions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("divisor", sa.Integer(), nullable=False),
        sa.Column("base_pension", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("account_pension", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("supplement", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("monthly", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_estimates")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_benefit_estimates_biz_no")),
    )
    op.create_index(
        op.f("ix_benefit_estimates_owner_city"), "benefit_estimates", ["owner_city"], unique=False
    )
    op.create_table(
        "convergence_plans",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("target_year", sa.Integer(), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("formula_version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=1000), nullable=False),
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
            "inputs_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_convergence_plans_inputs_hash")
        ),
        sa.CheckConstraint("target_year > first_year", name=op.f("ck_convergence_plans_years")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convergence_plans")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_convergence_plans_biz_no")),
    )
    op.create_index(
        op.f("ix_convergence_plans_owner_city"), "convergence_plans", ["owner_city"], unique=False
    )
    op.create_table(
        "convergence_snapshots",
        sa.Column("compared_to", sa.Date(), nullable=True),
        sa.Column("gap", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("ratio", sa.Numeric(precision=6, scale=4), nullable=False),
        sa.Column("tier_alignment", sa.Numeric(precision=6, scale=4), nullable=False),
        sa.Column("subsidy_gap", sa.Numeric(precision=6, scale=4), nullable=False),
        sa.Column("convergence_index", sa.Numeric(precision=6, scale=4), nullable=False),
        sa.Column("gap_closed", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("months_between", sa.Integer(), nullable=True),
        sa.Column("months_to_parity", sa.Numeric(precision=10, scale=1), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("formula_version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=1000), nullable=False),
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
            "inputs_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_convergence_snapshots_inputs_hash")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convergence_snapshots")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_convergence_snapshots_biz_no")),
    )
    op.create_index(
        "ix_convergence_snapshots_as_of", "convergence_snapshots", ["as_of"], unique=False
    )
    op.create_index(
        op.f("ix_convergence_snapshots_owner_city"),
        "convergence_snapshots",
        ["owner_city"],
        unique=False,
    )
    op.create_table(
        "policy_comparisons",
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("formula_version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=1000), nullable=False),
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
            "inputs_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_policy_comparisons_inputs_hash")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_comparisons")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_policy_comparisons_biz_no")),
    )
    op.create_index(
        op.f("ix_policy_comparisons_owner_city"), "policy_comparisons", ["owner_city"], unique=False
    )
    op.create_table(
        "retirement_estimates",
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("person_text", sa.LargeBinary(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("birth_month", sa.String(length=7), nullable=False),
        sa.Column("retire_kind", sa.String(length=3), nullable=False),
        sa.Column("delay_months", sa.Integer(), nullable=False),
        sa.Column("age_years", sa.Integer(), nullable=False),
        sa.Column("age_months", sa.Integer(), nullable=False),
        sa.Column("retire_month", sa.String(length=7), nullable=False),
        sa.Column("min_months", sa.Integer(), nullable=False),
        sa.Column("months_from", sa.String(length=6), nullable=False),
        sa.Column("emp_months", sa.Integer(), nullable=False),
        sa.Column("res_months", sa.Integer(), nullable=False),
        sa.Column("is_receiving", sa.Boolean(), nullable=False),
        sa.Column("choices", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("months_after_link", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(length=40), nullable=True),
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
            "months_from IN ('RECORD', 'GIVEN', 'NONE')",
            name=op.f("ck_retirement_estimates_months_from"),
        ),
        sa.CheckConstraint(
            "retire_kind IN ('M60', 'F55', 'F50')", name=op.f("ck_retirement_estimates_retire_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retirement_estimates")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_retirement_estimates_biz_no")),
    )
    op.create_index(
        op.f("ix_retirement_estimates_id_hash"), "retirement_estimates", ["id_hash"], unique=False
    )
    op.create_index(
        op.f("ix_retirement_estimates_owner_city"),
        "retirement_estimates",
        ["owner_city"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_retirement_estimates_owner_city"), table_name="retirement_estimates")
    op.drop_index(op.f("ix_retirement_estimates_id_hash"), table_name="retirement_estimates")
    op.drop_table("retirement_estimates")
    op.drop_index(op.f("ix_policy_comparisons_owner_city"), table_name="policy_comparisons")
    op.drop_table("policy_comparisons")
    op.drop_index(op.f("ix_convergence_snapshots_owner_city"), table_name="convergence_snapshots")
    op.drop_index("ix_convergence_snapshots_as_of", table_name="convergence_snapshots")
    op.drop_table("convergence_snapshots")
    op.drop_index(op.f("ix_convergence_plans_owner_city"), table_name="convergence_plans")
    op.drop_table("convergence_plans")
    op.drop_index(op.f("ix_benefit_estimates_owner_city"), table_name="benefit_estimates")
    op.drop_table("benefit_estimates")
