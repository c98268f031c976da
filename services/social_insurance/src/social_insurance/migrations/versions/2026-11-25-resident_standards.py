"""Resident pension tiers and base pensions, each with its period.

Revision: social_insurance_0004b, after social_insurance_0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "social_insurance_0004b"
down_revision: str | None = "social_insurance_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "resident_base_pensions",
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("ends_with_next", sa.Boolean(), nullable=False),
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
        postgresql.ExcludeConstraint(
            (sa.column("owner_city"), "="),
            (sa.literal_column("daterange(effective_from, effective_to)"), "&&"),
            using="gist",
            name="ex_resident_base_pensions_period",
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_resident_base_pensions_amount")),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to > effective_from",
            name=op.f("ck_resident_base_pensions_period"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_base_pensions")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_resident_base_pensions_biz_no")),
    )
    op.create_index(
        op.f("ix_resident_base_pensions_owner_city"),
        "resident_base_pensions",
        ["owner_city"],
        unique=False,
    )
    op.create_table(
        "resident_tiers",
        sa.Column("tier", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("subsidy", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("ends_with_next", sa.Boolean(), nullable=False),
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
        postgresql.ExcludeConstraint(
            (sa.column("owner_city"), "="),
            (sa.column("tier"), "="),
            (sa.literal_column("daterange(effective_from, effective_to)"), "&&"),
            using="gist",
            name="ex_resident_tiers_period",
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to > effective_from",
            name=op.f("ck_resident_tiers_period"),
        ),
        sa.CheckConstraint("tier > 0 AND subsidy >= 0", name=op.f("ck_resident_tiers_amounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_tiers")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_resident_tiers_biz_no")),
    )
    op.create_index(
        op.f("ix_resident_tiers_owner_city"), "resident_tiers", ["owner_city"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_resident_tiers_owner_city"), table_name="resident_tiers")
    op.drop_table("resident_tiers")
    op.drop_index(op.f("ix_resident_base_pensions_owner_city"), table_name="resident_base_pensions")
    op.drop_table("resident_base_pensions")
