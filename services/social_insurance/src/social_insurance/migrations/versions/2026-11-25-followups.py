"""Tasks, unemployment benefits, what other services have announced.

Revision: social_insurance_0007a, after social_insurance_0006b
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "social_insurance_0007a"
down_revision: str | None = "social_insurance_0006b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "awaited_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("person_ref", sa.String(length=24), nullable=False),
        sa.Column("from_city", sa.String(length=6), nullable=False),
        sa.Column("to_city", sa.String(length=6), nullable=False),
        sa.Column("move_no", sa.String(length=120), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("opened_month", sa.String(length=7), nullable=False),
        sa.Column("transfer_case_id", sa.Uuid(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('WAITING', 'OPENED', 'CLOSED')", name=op.f("ck_awaited_moves_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awaited_moves")),
    )
    op.create_index(
        "ix_awaited_moves_person_ref", "awaited_moves", ["person_ref", "state"], unique=False
    )
    op.create_index("uq_awaited_moves_move", "awaited_moves", ["move_no"], unique=True)
    op.create_table(
        "expected_participations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("person_ref", sa.String(length=24), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=False),
        sa.Column("work_city", sa.String(length=6), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("referral_no", sa.String(length=120), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('WAITING', 'MET', 'MISSING', 'CLOSED')",
            name=op.f("ck_expected_participations_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_participations")),
    )
    op.create_index(
        "ix_expected_participations_state",
        "expected_participations",
        ["state", "due_on"],
        unique=False,
    )
    op.create_index(
        "uq_expected_participations_hire",
        "expected_participations",
        ["person_ref", "employer_uscc", "hired_on"],
        unique=True,
    )
    op.create_table(
        "tasks",
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=160), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("person_ref", sa.String(length=24), nullable=True),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
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
        sa.CheckConstraint("state IN ('OPEN', 'DONE', 'DISMISSED')", name=op.f("ck_tasks_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_tasks_biz_no")),
    )
    op.create_index(op.f("ix_tasks_owner_city"), "tasks", ["owner_city"], unique=False)
    op.create_index("ix_tasks_owner_city_state", "tasks", ["owner_city", "state"], unique=False)
    op.create_index("uq_tasks_cause", "tasks", ["kind", "cause"], unique=True)
    op.create_table(
        "unemployment_benefits",
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("from_month", sa.String(length=7), nullable=False),
        sa.Column("monthly_amount", sa.LargeBinary(), nullable=False),
        sa.Column("paid_months", sa.Integer(), nullable=False),
        sa.Column("months_granted", sa.Integer(), nullable=False),
        sa.Column("used_before", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=True),
        sa.Column("reemployed_month", sa.String(length=7), nullable=True),
        sa.Column("cleared_through", sa.String(length=7), nullable=True),
        sa.Column("stopped_from", sa.String(length=7), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
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
            "from_month ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$'",
            name=op.f("ck_unemployment_benefits_from_month"),
        ),
        sa.CheckConstraint(
            "state IN ('PAYING', 'STOP_PROPOSED', 'STOPPED')",
            name=op.f("ck_unemployment_benefits_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unemployment_benefits")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_unemployment_benefits_biz_no")),
    )
    op.create_index(
        op.f("ix_unemployment_benefits_id_hash"), "unemployment_benefits", ["id_hash"], unique=False
    )
    op.create_index(
        op.f("ix_unemployment_benefits_owner_city"),
        "unemployment_benefits",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "uq_unemployment_benefits_open",
        "unemployment_benefits",
        ["id_hash"],
        unique=True,
        postgresql_where=sa.text("state IN ('PAYING', 'STOP_PROPOSED')"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_unemployment_benefits_open",
        table_name="unemployment_benefits",
        postgresql_where=sa.text("state IN ('PAYING', 'STOP_PROPOSED')"),
    )
    op.drop_index(op.f("ix_unemployment_benefits_owner_city"), table_name="unemployment_benefits")
    op.drop_index(op.f("ix_unemployment_benefits_id_hash"), table_name="unemployment_benefits")
    op.drop_table("unemployment_benefits")
    op.drop_index("uq_tasks_cause", table_name="tasks")
    op.drop_index("ix_tasks_owner_city_state", table_name="tasks")
    op.drop_index(op.f("ix_tasks_owner_city"), table_name="tasks")
    op.drop_table("tasks")
    op.drop_index("uq_expected_participations_hire", table_name="expected_participations")
    op.drop_index("ix_expected_participations_state", table_name="expected_participations")
    op.drop_table("expected_participations")
    op.drop_index("uq_awaited_moves_move", table_name="awaited_moves")
    op.drop_index("ix_awaited_moves_person_ref", table_name="awaited_moves")
    op.drop_table("awaited_moves")
