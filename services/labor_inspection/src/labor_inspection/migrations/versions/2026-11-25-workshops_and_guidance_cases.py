"""Workshops with their action items, and guidance cases.

Revision: labor_inspection_0011b, after labor_inspection_0010b
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "labor_inspection_0011b"
down_revision: str | None = "labor_inspection_0010b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "workshops",
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("agenda", postgresql.ARRAY(sa.String(length=200)), nullable=False),
        sa.Column("partner_city", sa.String(length=6), nullable=False),
        sa.Column("division", sa.String(length=9), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("attendance", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("minutes", sa.LargeBinary(), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
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
            "state IN ('PLANNED', 'INVITED', 'CONFIRMED', 'DECLINED', 'HELD', 'CLOSED', 'CANCELLED')",
            name=op.f("ck_workshops_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('HELD', 'CLOSED') OR minutes IS NOT NULL",
            name=op.f("ck_workshops_minutes"),
        ),
        sa.CheckConstraint("partner_city <> owner_city", name=op.f("ck_workshops_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshops")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_workshops_biz_no")),
    )
    op.create_index(op.f("ix_workshops_owner_city"), "workshops", ["owner_city"], unique=False)
    op.create_index(op.f("ix_workshops_partner_city"), "workshops", ["partner_city"], unique=False)
    op.create_table(
        "workshop_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=80), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshops.id"], name=op.f("fk_workshop_items_workshop_id_workshops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_items")),
        sa.UniqueConstraint("workshop_id", "number", name="uq_workshop_items_number"),
    )
    op.create_table(
        "guidance_cases",
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("matter", postgresql.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("facts", sa.String(length=8000), nullable=False),
        sa.Column("issue", sa.String(length=2000), nullable=False),
        sa.Column("reasoning", sa.String(length=8000), nullable=False),
        sa.Column("outcome", sa.String(length=4000), nullable=False),
        sa.Column("legal_basis", sa.String(length=2000), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("drafted_by", sa.String(length=80), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.String(length=80), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
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
            "state <> 'PUBLISHED' OR checked_by IS NOT NULL", name=op.f("ck_guidance_cases_checked")
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'CHECKED', 'PUBLISHED', 'WITHDRAWN')",
            name=op.f("ck_guidance_cases_state"),
        ),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> drafted_by",
            name=op.f("ck_guidance_cases_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_guidance_cases_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_cases")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_guidance_cases_biz_no")),
    )
    op.create_index(
        op.f("ix_guidance_cases_owner_city"), "guidance_cases", ["owner_city"], unique=False
    )
    op.create_index(
        "ix_guidance_cases_state", "guidance_cases", ["state", "published_on"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_guidance_cases_state", table_name="guidance_cases")
    op.drop_index(op.f("ix_guidance_cases_owner_city"), table_name="guidance_cases")
    op.drop_table("guidance_cases")
    op.drop_table("workshop_items")
    op.drop_index(op.f("ix_workshops_partner_city"), table_name="workshops")
    op.drop_index(op.f("ix_workshops_owner_city"), table_name="workshops")
    op.drop_table("workshops")
