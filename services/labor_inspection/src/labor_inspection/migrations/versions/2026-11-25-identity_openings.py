"""Openings of who reported: two people, one look.

Revision: labor_inspection_0012a, after labor_inspection_0011a
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "labor_inspection_0012a"
down_revision: str | None = "labor_inspection_0011a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "identity_openings",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
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
            "state IN ('PENDING', 'APPROVED', 'REFUSED', 'EXPIRED')",
            name=op.f("ck_identity_openings_state"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by",
            name=op.f("ck_identity_openings_two_people"),
        ),
        sa.CheckConstraint(
            "opened_at IS NULL OR decided_by IS NOT NULL",
            name=op.f("ck_identity_openings_opened"),
        ),
        sa.CheckConstraint(
            "(state = 'PENDING') = (decided_by IS NULL)", name=op.f("ck_identity_openings_decided")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_identity_openings_complaint_id_complaints"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_openings")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_identity_openings_biz_no")),
    )
    op.create_index(
        op.f("ix_identity_openings_owner_city"), "identity_openings", ["owner_city"], unique=False
    )
    op.create_index(
        "ix_identity_openings_complaint_id", "identity_openings", ["complaint_id"], unique=False
    )
    op.create_index(
        "uq_identity_openings_open",
        "identity_openings",
        ["complaint_id", "asked_by"],
        unique=True,
        postgresql_where=sa.text("state IN ('PENDING', 'APPROVED')"),
    )


def downgrade() -> None:
    op.drop_table("identity_openings")
