"""Recognitions of titles and awards, their certificates, benefits, self-review units.

Revision: talent_0007, after talent_0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "talent_0007"
down_revision: str | None = "talent_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute(
        sa.schema.CreateSequence(sa.Sequence("credential_status_places", minvalue=0, start=0))
    )
    op.create_table(
        "benefits",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("recognition_id", sa.Uuid(), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=True),
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
        postgresql.ExcludeConstraint(
            (sa.column("id_hash"), "="),
            (sa.column("kind"), "="),
            (sa.literal_column("daterange(period_from, period_to, '[]')"), "&&"),
            where=sa.text("state = 'ACTIVE'"),
            using="gist",
            name="ex_benefits_period",
        ),
        sa.CheckConstraint("state IN ('ACTIVE', 'CANCELLED')", name=op.f("ck_benefits_state")),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_benefits_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefits")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_benefits_biz_no")),
    )
    op.create_index(op.f("ix_benefits_id_hash"), "benefits", ["id_hash"], unique=False)
    op.create_index(op.f("ix_benefits_owner_city"), "benefits", ["owner_city"], unique=False)
    op.create_table(
        "recognition_certificates",
        sa.Column("no", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_city", sa.String(length=6), nullable=False),
        sa.Column("series", sa.String(length=3), nullable=True),
        sa.Column("level", sa.String(length=1), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("verify_code", sa.String(length=20), nullable=False),
        sa.Column("status_place", sa.BigInteger(), nullable=False),
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
            "kind IN ('TITLE', 'AWARD')", name=op.f("ck_recognition_certificates_kind")
        ),
        sa.CheckConstraint(
            "state IN ('VALID', 'SUSPENDED', 'REVOKED', 'EXPIRED')",
            name=op.f("ck_recognition_certificates_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_certificates")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_recognition_certificates_biz_no")),
    )
    op.create_index(
        "ix_recognition_certificates_flagged",
        "recognition_certificates",
        ["status_place"],
        unique=False,
        postgresql_where=sa.text("state <> 'VALID'"),
    )
    op.create_index(
        op.f("ix_recognition_certificates_owner_city"),
        "recognition_certificates",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "uq_recognition_certificates_no", "recognition_certificates", ["no"], unique=True
    )
    op.create_index(
        "uq_recognition_certificates_recognition",
        "recognition_certificates",
        ["recognition_id"],
        unique=True,
    )
    op.create_index(
        "uq_recognition_certificates_status_place",
        "recognition_certificates",
        ["status_place"],
        unique=True,
    )
    op.create_table(
        "recognition_numbers",
        sa.Column("prefix", sa.String(length=24), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_recognition_numbers")),
    )
    op.create_table(
        "self_review_units",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("series", postgresql.ARRAY(sa.String(length=3)), nullable=False),
        sa.Column("listed_from", sa.Date(), nullable=False),
        sa.Column("listed_to", sa.Date(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_review_units")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_self_review_units_biz_no")),
    )
    op.create_index(
        op.f("ix_self_review_units_owner_city"), "self_review_units", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_self_review_units_name", "self_review_units", ["owner_city", "name"], unique=True
    )
    op.create_table(
        "title_recognitions",
        sa.Column("series", sa.String(length=3), nullable=False),
        sa.Column("speciality", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=1), nullable=False),
        sa.Column("title_code", sa.String(length=3), nullable=True),
        sa.Column("cert_no", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issuer_org", sa.String(length=120), nullable=False),
        sa.Column("issuer_city", sa.String(length=6), nullable=False),
        sa.Column("issuer_kind", sa.String(length=8), nullable=False),
        sa.Column("path", sa.String(length=11), nullable=False),
        sa.Column("is_self_review", sa.Boolean(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("mismatched_fields", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.String(length=80), nullable=True),
        sa.Column("level_received", sa.String(length=1), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.String(length=2000), nullable=True),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
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
            "state <> 'GRANTED' OR certificate_id IS NOT NULL",
            name=op.f("ck_title_recognitions_origin"),
        ),
        sa.CheckConstraint(
            "state IN ('APPLIED', 'VERIFYING', 'VERIFIED', 'MISMATCH', 'GRANTED', 'SUSPENDED', 'REVOKED', 'NOT_REQUIRED', 'REFUSED_REVOKED', 'REFUSED_SCOPE', 'REFUSED_SERIES', 'REFUSED_ISSUER', 'LAPSED', 'WITHDRAWN')",
            name=op.f("ck_title_recognitions_state"),
        ),
        sa.CheckConstraint("issuer_city <> owner_city", name=op.f("ck_title_recognitions_cities")),
        sa.CheckConstraint(
            "level_received IS NULL OR level_received = level",
            name=op.f("ck_title_recognitions_level_received"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["title_certificates.id"],
            name=op.f("fk_title_recognitions_certificate_id_title_certificates"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_recognitions")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_title_recognitions_biz_no")),
    )
    op.create_index(
        "ix_title_recognitions_certificate_id",
        "title_recognitions",
        ["certificate_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_title_recognitions_id_hash"), "title_recognitions", ["id_hash"], unique=False
    )
    op.create_index(
        "ix_title_recognitions_issuer_city",
        "title_recognitions",
        ["issuer_city", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_title_recognitions_owner_city"), "title_recognitions", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_title_recognitions_open",
        "title_recognitions",
        ["cert_no", "issuer_org", "owner_city"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('APPLIED', 'VERIFYING', 'VERIFIED', 'MISMATCH', 'GRANTED', 'SUSPENDED')"
        ),
    )
    op.create_table(
        "recognitions",
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_city", sa.String(length=6), nullable=False),
        sa.Column("origin_level", sa.String(length=1), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("route", sa.String(length=12), nullable=False),
        sa.Column("mapping_id", sa.Uuid(), nullable=True),
        sa.Column("granted_category_id", sa.Uuid(), nullable=True),
        sa.Column("granted_level", sa.String(length=1), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.String(length=80), nullable=True),
        sa.Column("benefit_check", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("grandfathered_by", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.String(length=2000), nullable=True),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
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
            "(route = 'MAPPED') = (mapping_id IS NOT NULL)", name=op.f("ck_recognitions_mapping")
        ),
        sa.CheckConstraint(
            "route IN ('MAPPED', 'CASE_BY_CASE')", name=op.f("ck_recognitions_route")
        ),
        sa.CheckConstraint(
            "state IN ('APPLIED', 'VERIFYING', 'VERIFIED', 'GRANTED', 'SUSPENDED', 'REVOKED', 'EXPIRED', 'WITHDRAWN', 'REFUSED_REVOKED', 'REFUSED_NOT_RECOGNISED')",
            name=op.f("ck_recognitions_state"),
        ),
        sa.CheckConstraint(
            "granted_level IS NULL OR granted_level >= origin_level",
            name=op.f("ck_recognitions_level"),
        ),
        sa.CheckConstraint("issuer_city <> owner_city", name=op.f("ck_recognitions_cities")),
        sa.ForeignKeyConstraint(
            ["award_id"], ["awards.id"], name=op.f("fk_recognitions_award_id_awards")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_recognitions_category_id_categories")
        ),
        sa.ForeignKeyConstraint(
            ["grandfathered_by"],
            ["category_mappings.id"],
            name=op.f("fk_recognitions_grandfathered_by_category_mappings"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_category_id"],
            ["categories.id"],
            name=op.f("fk_recognitions_granted_category_id_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["mapping_id"],
            ["category_mappings.id"],
            name=op.f("fk_recognitions_mapping_id_category_mappings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognitions")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_recognitions_biz_no")),
    )
    op.create_index(
        "ix_recognitions_ending",
        "recognitions",
        ["valid_to"],
        unique=False,
        postgresql_where=sa.text("state = 'GRANTED'"),
    )
    op.create_index(op.f("ix_recognitions_id_hash"), "recognitions", ["id_hash"], unique=False)
    op.create_index(
        "ix_recognitions_issuer_city", "recognitions", ["issuer_city", "state"], unique=False
    )
    op.create_index("ix_recognitions_mapping_id", "recognitions", ["mapping_id"], unique=False)
    op.create_index(
        op.f("ix_recognitions_owner_city"), "recognitions", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_recognitions_open",
        "recognitions",
        ["award_id", "owner_city"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('APPLIED', 'VERIFYING', 'VERIFIED', 'GRANTED', 'SUSPENDED')"
        ),
    )
    op.create_table(
        "recognition_reviews",
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("level", sa.String(length=1), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("reviewed_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["recognition_id"],
            ["recognitions.id"],
            name=op.f("fk_recognition_reviews_recognition_id_recognitions"),
        ),
        sa.PrimaryKeyConstraint("recognition_id", "city", name=op.f("pk_recognition_reviews")),
    )


def downgrade() -> None:
    op.drop_table("recognition_reviews")
    op.drop_index(
        "uq_recognitions_open",
        table_name="recognitions",
        postgresql_where=sa.text(
            "state IN ('APPLIED', 'VERIFYING', 'VERIFIED', 'GRANTED', 'SUSPENDED')"
        ),
    )
    op.drop_index(op.f("ix_recognitions_owner_city"), table_name="recognitions")
    op.drop_index("ix_recognitions_mapping_id", table_name="recognitions")
    op.drop_index("ix_recognitions_issuer_city", table_name="recognitions")
    op.drop_index(op.f("ix_recognitions_id_hash"), table_name="recognitions")
    op.drop_index(
        "ix_recognitions_ending",
        table_name="recognitions",
        postgresql_where=sa.text("state = 'GRANTED'"),
    )
    op.drop_table("recognitions")
    op.drop_index(
        "uq_title_recognitions_open",
        table_name="title_recognitions",
        postgresql_where=sa.text(
            "state IN ('APPLIED', 'VERIFYING', 'VERIFIED', 'MISMATCH', 'GRANTED', 'SUSPENDED')"
        ),
    )
    op.drop_index(op.f("ix_title_recognitions_owner_city"), table_name="title_recognitions")
    op.drop_index("ix_title_recognitions_issuer_city", table_name="title_recognitions")
    op.drop_index(op.f("ix_title_recognitions_id_hash"), table_name="title_recognitions")
    op.drop_index("ix_title_recognitions_certificate_id", table_name="title_recognitions")
    op.drop_table("title_recognitions")
    op.drop_index("uq_self_review_units_name", table_name="self_review_units")
    op.drop_index(op.f("ix_self_review_units_owner_city"), table_name="self_review_units")
    op.drop_table("self_review_units")
    op.drop_table("recognition_numbers")
    op.drop_index("uq_recognition_certificates_status_place", table_name="recognition_certificates")
    op.drop_index("uq_recognition_certificates_recognition", table_name="recognition_certificates")
    op.drop_index("uq_recognition_certificates_no", table_name="recognition_certificates")
    op.drop_index(
        op.f("ix_recognition_certificates_owner_city"), table_name="recognition_certificates"
    )
    op.drop_index(
        "ix_recognition_certificates_flagged",
        table_name="recognition_certificates",
        postgresql_where=sa.text("state <> 'VALID'"),
    )
    op.drop_table("recognition_certificates")
    op.drop_index(op.f("ix_benefits_owner_city"), table_name="benefits")
    op.drop_index(op.f("ix_benefits_id_hash"), table_name="benefits")
    op.drop_table("benefits")
    op.execute(sa.schema.DropSequence(sa.Sequence("credential_status_places")))
