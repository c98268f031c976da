"""Talents and title certificates.

Revision: talent_0002, after talent_0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "talent_0002"
down_revision: str | None = "talent_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "talents",
        sa.Column("home_city", sa.String(length=6), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=True),
        sa.Column("edu", sa.String(length=2), nullable=False),
        sa.Column("degree", sa.String(length=1), nullable=True),
        sa.Column("major", sa.String(length=80), nullable=True),
        sa.Column("titles", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("skill_level", sa.String(length=2), nullable=True),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=10)), nullable=False),
        sa.Column("availability", sa.String(length=7), nullable=False),
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
            "availability IN ('FULL', 'PART', 'PROJECT', 'NONE')",
            name=op.f("ck_talents_availability"),
        ),
        sa.CheckConstraint("degree IN ('1', '2', '3', '4')", name=op.f("ck_talents_degree")),
        sa.CheckConstraint("home_city = owner_city", name=op.f("ck_talents_home_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talents")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_talents_biz_no")),
        sa.UniqueConstraint("id_hash", name="uq_talents_person"),
    )
    op.create_index(
        "ix_talents_fields", "talents", ["fields"], unique=False, postgresql_using="gin"
    )
    op.create_index(op.f("ix_talents_id_hash"), "talents", ["id_hash"], unique=False)
    op.create_index(op.f("ix_talents_owner_city"), "talents", ["owner_city"], unique=False)
    op.create_index(
        "uq_talents_source",
        "talents",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.create_table(
        "title_certificates",
        sa.Column("series", sa.String(length=3), nullable=False),
        sa.Column("speciality", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=1), nullable=False),
        sa.Column("title_code", sa.String(length=3), nullable=True),
        sa.Column("cert_no", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issuer_org", sa.String(length=120), nullable=False),
        sa.Column("review_body", sa.String(length=120), nullable=True),
        sa.Column("path", sa.String(length=11), nullable=False),
        sa.Column("verify_code", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoke_reason", sa.String(length=2000), nullable=True),
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
            "level IN ('1', '2', '3', '4', '5')", name=op.f("ck_title_certificates_level")
        ),
        sa.CheckConstraint(
            "path IN ('REVIEW', 'EXAM', 'ASSESS_EXAM', 'CONFIRM', 'QUAL_MAP')",
            name=op.f("ck_title_certificates_path"),
        ),
        sa.CheckConstraint(
            "state IN ('VALID', 'REVOKED')", name=op.f("ck_title_certificates_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_certificates")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_title_certificates_biz_no")),
        sa.UniqueConstraint("cert_no", "issuer_org", name="uq_title_certificates_number"),
    )
    op.create_index(
        op.f("ix_title_certificates_id_hash"), "title_certificates", ["id_hash"], unique=False
    )
    op.create_index(
        op.f("ix_title_certificates_owner_city"), "title_certificates", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_title_certificates_source",
        "title_certificates",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_title_certificates_source",
        table_name="title_certificates",
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.drop_index(op.f("ix_title_certificates_owner_city"), table_name="title_certificates")
    op.drop_index(op.f("ix_title_certificates_id_hash"), table_name="title_certificates")
    op.drop_table("title_certificates")
    op.drop_index(
        "uq_talents_source",
        table_name="talents",
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.drop_index(op.f("ix_talents_owner_city"), table_name="talents")
    op.drop_index(op.f("ix_talents_id_hash"), table_name="talents")
    op.drop_index("ix_talents_fields", table_name="talents", postgresql_using="gin")
    op.drop_table("talents")
