"""Joint cases suggested from complaints in both cities; disputes by kind.

Revision: labor_inspection_0009b, after labor_inspection_0008b
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "labor_inspection_0009b"
down_revision: str | None = "labor_inspection_0008b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "joint_case_suggestions",
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("employer_uscc", sa.String(length=18), nullable=True),
        sa.Column("employer_key", sa.String(length=200), nullable=True),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("suggested_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
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
            "state IN ('SUGGESTED', 'ACCEPTED', 'DISMISSED')",
            name=op.f("ck_joint_case_suggestions_state"),
        ),
        sa.CheckConstraint(
            "employer_uscc IS NOT NULL OR employer_key IS NOT NULL",
            name=op.f("ck_joint_case_suggestions_employer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_case_suggestions")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_joint_case_suggestions_biz_no")),
    )
    op.create_index(
        op.f("ix_joint_case_suggestions_owner_city"),
        "joint_case_suggestions",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "uq_joint_case_suggestions_key",
        "joint_case_suggestions",
        ["employer_key"],
        unique=True,
        postgresql_where=sa.text("state = 'SUGGESTED' AND employer_uscc IS NULL"),
    )
    op.create_index(
        "uq_joint_case_suggestions_uscc",
        "joint_case_suggestions",
        ["employer_uscc"],
        unique=True,
        postgresql_where=sa.text("state = 'SUGGESTED' AND employer_uscc IS NOT NULL"),
    )
    op.create_table(
        "joint_case_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("suggestion_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.CheckConstraint(
            "state IN ('SUGGESTED', 'ACCEPTED', 'DISMISSED')",
            name=op.f("ck_joint_case_answers_state"),
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["joint_case_suggestions.id"],
            name=op.f("fk_joint_case_answers_suggestion_id_joint_case_suggestions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_case_answers")),
        sa.UniqueConstraint("suggestion_id", "city", name="uq_joint_case_answers_city"),
    )
    op.create_table(
        "joint_case_complaints",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("suggestion_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_joint_case_complaints_complaint_id_complaints"),
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["joint_case_suggestions.id"],
            name=op.f("fk_joint_case_complaints_suggestion_id_joint_case_suggestions"),
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_joint_case_complaints")),
    )
    op.create_index(
        op.f("ix_joint_case_complaints_suggestion_id"),
        "joint_case_complaints",
        ["suggestion_id"],
        unique=False,
    )
    op.add_column("complaints", sa.Column("dispute_kind", sa.String(length=12), nullable=True))
    op.add_column("complaints", sa.Column("disputed_by", sa.String(length=6), nullable=True))
    op.add_column("complaints", sa.Column("disputed_on", sa.Date(), nullable=True))
    op.create_check_constraint(
        op.f("ck_complaints_dispute_kind"),
        "complaints",
        "dispute_kind IN ('BOTH_REFUSE', 'BOTH_CLAIM')",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_complaints_dispute_kind"), "complaints", type_="check")
    op.drop_column("complaints", "disputed_on")
    op.drop_column("complaints", "disputed_by")
    op.drop_column("complaints", "dispute_kind")
    op.drop_index(
        op.f("ix_joint_case_complaints_suggestion_id"), table_name="joint_case_complaints"
    )
    op.drop_table("joint_case_complaints")
    op.drop_table("joint_case_answers")
    op.drop_index(
        "uq_joint_case_suggestions_uscc",
        table_name="joint_case_suggestions",
        postgresql_where=sa.text("state = 'SUGGESTED' AND employer_uscc IS NOT NULL"),
    )
    op.drop_index(
        "uq_joint_case_suggestions_key",
        table_name="joint_case_suggestions",
        postgresql_where=sa.text("state = 'SUGGESTED' AND employer_uscc IS NULL"),
    )
    op.drop_index(op.f("ix_joint_case_suggestions_owner_city"), table_name="joint_case_suggestions")
    op.drop_table("joint_case_suggestions")
