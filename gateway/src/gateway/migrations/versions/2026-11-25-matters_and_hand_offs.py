"""Matters that were started, their steps, and hand-offs to the national platform.

Revision: gateway_0007m, after gateway_0007k
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "gateway_0007m"
down_revision: str | None = "gateway_0007k"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "matters",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("entry_from", sa.Date(), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("is_once", sa.Boolean(), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("has_visit", sa.Boolean(), nullable=False),
        sa.Column("cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.Column("missing", postgresql.ARRAY(sa.String(length=120)), nullable=False),
        sa.Column("materials", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verification_id", sa.String(length=64), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("org_id", sa.String(length=60), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=500), nullable=True),
        sa.Column("doc_type", sa.String(length=2), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("doc_no", sa.LargeBinary(), nullable=False),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
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
            "(state IN ('COMPLETED', 'PARTLY_DONE', 'REJECTED', 'WITHDRAWN')) = (closed_at IS NOT NULL)",
            name=op.f("ck_matters_closed"),
        ),
        sa.CheckConstraint(
            "channel IN ('ONLINE', 'WINDOW', 'CASEWORKER', 'PARTNER')",
            name=op.f("ck_matters_channel"),
        ),
        sa.CheckConstraint(
            "scope IN ('CITY', 'PROVINCE', 'NATIONAL')", name=op.f("ck_matters_scope")
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'IN_PROGRESS', 'NEEDS_ATTENTION', 'COMPLETED', 'PARTLY_DONE', 'REJECTED', 'WITHDRAWN')",
            name=op.f("ck_matters_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_matters_biz_no")),
    )
    op.create_index(
        "ix_matters_cities", "matters", ["cities"], unique=False, postgresql_using="gin"
    )
    op.create_index(op.f("ix_matters_id_hash"), "matters", ["id_hash"], unique=False)
    op.create_index(op.f("ix_matters_owner_city"), "matters", ["owner_city"], unique=False)
    op.create_index("ix_matters_state", "matters", ["state", "code"], unique=False)
    op.create_index(
        "uq_matters_open",
        "matters",
        ["id_hash", "code"],
        unique=True,
        postgresql_where=sa.text(
            "is_once AND state IN ('DRAFT', 'SUBMITTED', 'IN_PROGRESS', 'NEEDS_ATTENTION')"
        ),
    )
    op.create_index(
        "uq_matters_source",
        "matters",
        ["source_system", "source_ref"],
        unique=True,
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.create_table(
        "external_handoffs",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("matter_no", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_problem", sa.String(length=60), nullable=True),
        sa.Column("platform_ref", sa.String(length=80), nullable=True),
        sa.Column("receipt_no", sa.String(length=80), nullable=True),
        sa.Column("receipt", sa.String(length=4000), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
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
            "(state IN ('COMPLETED', 'REJECTED')) = (receipt IS NOT NULL)",
            name=op.f("ck_external_handoffs_receipt"),
        ),
        sa.CheckConstraint(
            "state IN ('PENDING', 'SENT', 'ACKNOWLEDGED', 'COMPLETED', 'REJECTED', 'CANCELLED')",
            name=op.f("ck_external_handoffs_state"),
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_external_handoffs_matter_id_matters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_handoffs")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_external_handoffs_biz_no")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_external_handoffs_matter_id")),
    )
    op.create_index(
        "ix_external_handoffs_cities",
        "external_handoffs",
        ["cities"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "ix_external_handoffs_next_at",
        "external_handoffs",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('PENDING', 'SENT', 'ACKNOWLEDGED')"),
    )
    op.create_index(
        op.f("ix_external_handoffs_owner_city"), "external_handoffs", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_external_handoffs_receipt_no", "external_handoffs", ["receipt_no"], unique=True
    )
    op.create_table(
        "matter_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.Column("resource_no", sa.String(length=120), nullable=True),
        sa.Column("resource_state", sa.String(length=40), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("entries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('WAITING', 'OPENED', 'DONE', 'NOT_NEEDED', 'REFUSED', 'FAILED', 'CANCELLED')",
            name=op.f("ck_matter_steps_state"),
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name=op.f("fk_matter_steps_matter_id_matters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_steps")),
        sa.UniqueConstraint("matter_id", "position", name=op.f("uq_matter_steps_matter_id")),
    )
    op.create_index(op.f("ix_matter_steps_matter_id"), "matter_steps", ["matter_id"], unique=False)
    op.create_index(
        "ix_matter_steps_next_at",
        "matter_steps",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('WAITING', 'OPENED')"),
    )
    op.create_index("ix_matter_steps_resource_no", "matter_steps", ["resource_no"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_matter_steps_resource_no", table_name="matter_steps")
    op.drop_index(
        "ix_matter_steps_next_at",
        table_name="matter_steps",
        postgresql_where=sa.text("state IN ('WAITING', 'OPENED')"),
    )
    op.drop_index(op.f("ix_matter_steps_matter_id"), table_name="matter_steps")
    op.drop_table("matter_steps")
    op.drop_index("uq_external_handoffs_receipt_no", table_name="external_handoffs")
    op.drop_index(op.f("ix_external_handoffs_owner_city"), table_name="external_handoffs")
    op.drop_index(
        "ix_external_handoffs_next_at",
        table_name="external_handoffs",
        postgresql_where=sa.text("state IN ('PENDING', 'SENT', 'ACKNOWLEDGED')"),
    )
    op.drop_index(
        "ix_external_handoffs_cities", table_name="external_handoffs", postgresql_using="gin"
    )
    op.drop_table("external_handoffs")
    op.drop_index(
        "uq_matters_source",
        table_name="matters",
        postgresql_where=sa.text("source_ref IS NOT NULL"),
    )
    op.drop_index(
        "uq_matters_open",
        table_name="matters",
        postgresql_where=sa.text(
            "is_once AND state IN ('DRAFT', 'SUBMITTED', 'IN_PROGRESS', 'NEEDS_ATTENTION')"
        ),
    )
    op.drop_index("ix_matters_state", table_name="matters")
    op.drop_index(op.f("ix_matters_owner_city"), table_name="matters")
    op.drop_index(op.f("ix_matters_id_hash"), table_name="matters")
    op.drop_index("ix_matters_cities", table_name="matters", postgresql_using="gin")
    op.drop_table("matters")
