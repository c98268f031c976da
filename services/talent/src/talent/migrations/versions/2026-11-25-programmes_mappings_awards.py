"""Programmes, categories, their mappings between the cities, and awards.

Revision: talent_0006, after talent_0005f
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "talent_0006"
down_revision: str | None = "talent_0005f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "programmes",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
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
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_programmes_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_programmes_biz_no")),
        sa.UniqueConstraint("code", name="uq_programmes_code"),
    )
    op.create_index(op.f("ix_programmes_owner_city"), "programmes", ["owner_city"], unique=False)
    op.create_table(
        "categories",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("ladder_level", sa.String(length=1), nullable=False),
        sa.Column("evidence_list", postgresql.ARRAY(sa.String(length=120)), nullable=False),
        sa.Column("term_years", sa.Integer(), nullable=True),
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
            "ladder_level IN ('A', 'B', 'C', 'D', 'E', 'F')",
            name=op.f("ck_categories_ladder_level"),
        ),
        sa.CheckConstraint("term_years > 0", name=op.f("ck_categories_term_years")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_categories_programme_id_programmes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_categories_biz_no")),
        sa.UniqueConstraint("code", name="uq_categories_code"),
    )
    op.create_index(op.f("ix_categories_owner_city"), "categories", ["owner_city"], unique=False)
    op.create_index(
        op.f("ix_categories_programme_id"), "categories", ["programme_id"], unique=False
    )
    op.create_table(
        "awards",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("certificate_no", sa.String(length=60), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.String(length=2000), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
        sa.Column("doc_type", sa.String(length=2), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("doc_no", sa.LargeBinary(), nullable=False),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('VALID', 'SUSPENDED', 'REVOKED', 'EXPIRED')", name=op.f("ck_awards_state")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= awarded_on", name=op.f("ck_awards_period")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_awards_category_id_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_awards_biz_no")),
        sa.UniqueConstraint("category_id", "certificate_no", name="uq_awards_number"),
    )
    op.create_index(op.f("ix_awards_id_hash"), "awards", ["id_hash"], unique=False)
    op.create_index(op.f("ix_awards_owner_city"), "awards", ["owner_city"], unique=False)
    op.create_index("ix_awards_owner_city_state", "awards", ["owner_city", "state"], unique=False)
    op.create_table(
        "category_mappings",
        sa.Column("from_category_id", sa.Uuid(), nullable=False),
        sa.Column("from_city", sa.String(length=6), nullable=False),
        sa.Column("to_city", sa.String(length=6), nullable=False),
        sa.Column("to_category_id", sa.Uuid(), nullable=True),
        sa.Column("ladder_level", sa.String(length=1), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=500), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("grandfathering", sa.String(length=5), nullable=True),
        sa.Column("grandfather_until", sa.Date(), nullable=True),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "(supersedes IS NULL) = (grandfathering IS NULL) AND (grandfathering = 'UNTIL') = (grandfather_until IS NOT NULL)",
            name=op.f("ck_category_mappings_grandfathering"),
        ),
        sa.CheckConstraint(
            "kind IN ('EQUIVALENT', 'LOWER', 'NOT_RECOGNISED')",
            name=op.f("ck_category_mappings_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'ACTIVE', 'SUPERSEDED', 'WITHDRAWN') OR state ~ '^APPROVED_[A-Z]{2}$'",
            name=op.f("ck_category_mappings_state"),
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to >= effective_from",
            name=op.f("ck_category_mappings_period"),
        ),
        sa.ForeignKeyConstraint(
            ["from_category_id"],
            ["categories.id"],
            name=op.f("fk_category_mappings_from_category_id_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["supersedes"],
            ["category_mappings.id"],
            name=op.f("fk_category_mappings_supersedes_category_mappings"),
        ),
        sa.ForeignKeyConstraint(
            ["to_category_id"],
            ["categories.id"],
            name=op.f("fk_category_mappings_to_category_id_categories"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_mappings")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_category_mappings_biz_no")),
    )
    op.create_index(
        "ix_category_mappings_from_category_id",
        "category_mappings",
        ["from_category_id", "to_city"],
        unique=False,
    )
    op.create_index(
        op.f("ix_category_mappings_owner_city"), "category_mappings", ["owner_city"], unique=False
    )
    op.create_table(
        "category_mapping_approvals",
        sa.Column("mapping_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mapping_id"],
            ["category_mappings.id"],
            name=op.f("fk_category_mapping_approvals_mapping_id_category_mappings"),
        ),
        sa.PrimaryKeyConstraint("mapping_id", "city", name=op.f("pk_category_mapping_approvals")),
    )
    op.create_table(
        "category_mapping_legs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mapping_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("to_city", sa.String(length=6), nullable=False),
        sa.Column("granted_category_id", sa.Uuid(), nullable=True),
        sa.Column("granted_level", sa.String(length=1), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("category_id"), "="),
            (sa.column("to_city"), "="),
            (sa.literal_column("daterange(effective_from, effective_to, '[]')"), "&&"),
            where=sa.text("is_active"),
            using="gist",
            name="ex_category_mapping_legs_period",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_category_mapping_legs_category_id_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_category_id"],
            ["categories.id"],
            name=op.f("fk_category_mapping_legs_granted_category_id_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["mapping_id"],
            ["category_mappings.id"],
            name=op.f("fk_category_mapping_legs_mapping_id_category_mappings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_mapping_legs")),
    )
    op.create_index(
        "ix_category_mapping_legs_mapping_id", "category_mapping_legs", ["mapping_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_category_mapping_legs_mapping_id", table_name="category_mapping_legs")
    op.drop_table("category_mapping_legs")
    op.drop_table("category_mapping_approvals")
    op.drop_index(op.f("ix_category_mappings_owner_city"), table_name="category_mappings")
    op.drop_index("ix_category_mappings_from_category_id", table_name="category_mappings")
    op.drop_table("category_mappings")
    op.drop_index("ix_awards_owner_city_state", table_name="awards")
    op.drop_index(op.f("ix_awards_owner_city"), table_name="awards")
    op.drop_index(op.f("ix_awards_id_hash"), table_name="awards")
    op.drop_table("awards")
    op.drop_index(op.f("ix_categories_programme_id"), table_name="categories")
    op.drop_index(op.f("ix_categories_owner_city"), table_name="categories")
    op.drop_table("categories")
    op.drop_index(op.f("ix_programmes_owner_city"), table_name="programmes")
    op.drop_table("programmes")
