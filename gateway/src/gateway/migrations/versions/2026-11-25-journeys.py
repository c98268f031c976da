"""Journeys, their steps, the keys by which events find them, and events that came too early.

Revision: gateway_0007j, after gateway_0007m
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "gateway_0007j"
down_revision: str | None = "gateway_0007m"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "journeys",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_for", sa.String(length=160), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=True),
        sa.Column("cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("personal", sa.LargeBinary(), nullable=True),
        sa.Column("opener", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
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
            "state IN ('RUNNING', 'DONE', 'FAILED', 'CANCELLING', 'CANCELLED')",
            name=op.f("ck_journeys_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journeys")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_journeys_biz_no")),
    )
    op.create_index("uq_journeys_kind_opened_for", "journeys", ["kind", "opened_for"], unique=True)
    op.create_index("ix_journeys_state", "journeys", ["state", "kind"], unique=False)
    op.create_index(
        "ix_journeys_cities", "journeys", ["cities"], unique=False, postgresql_using="gin"
    )
    op.create_index(op.f("ix_journeys_owner_city"), "journeys", ["owner_city"], unique=False)
    op.create_table(
        "journey_steps",
        sa.Column("journey_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("phase", sa.String(length=4), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(length=60), nullable=True),
        sa.Column("resource_no", sa.String(length=120), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("problem_code", sa.String(length=60), nullable=True),
        sa.Column("problem_zh", sa.String(length=500), nullable=True),
        sa.Column("problem_en", sa.String(length=500), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "state IN ('WAITING', 'RUNNING', 'DONE', 'NOT_NEEDED', 'FAILED', 'COMPENSATED')",
            name=op.f("ck_journey_steps_state"),
        ),
        sa.CheckConstraint("phase IN ('DO', 'UNDO')", name=op.f("ck_journey_steps_phase")),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journeys.id"], name=op.f("fk_journey_steps_journey_id_journeys")
        ),
        sa.PrimaryKeyConstraint("journey_id", "code", name=op.f("pk_journey_steps")),
    )
    op.create_index(
        "ix_journey_steps_next_at",
        "journey_steps",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_journey_steps_due_on",
        "journey_steps",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("due_on IS NOT NULL"),
    )
    op.create_table(
        "journey_keys",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journeys.id"], name=op.f("fk_journey_keys_journey_id_journeys")
        ),
        sa.PrimaryKeyConstraint("key", "journey_id", name=op.f("pk_journey_keys")),
    )
    op.create_index("ix_journey_keys_journey_id", "journey_keys", ["journey_id"], unique=False)
    op.create_table(
        "journey_early_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.String(length=160)), nullable=False),
        sa.Column("event", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "kind", name=op.f("pk_journey_early_events")),
    )
    op.create_index(
        "ix_journey_early_events_keys",
        "journey_early_events",
        ["keys"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_journey_early_events_kept_at"), "journey_early_events", ["kept_at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("journey_early_events")
    op.drop_table("journey_keys")
    op.drop_table("journey_steps")
    op.drop_table("journeys")
