"""Push: subscriptions, their health, deliveries, replays.

Revision: gateway_0004, after gateway_0004c
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "gateway_0004"
down_revision: str | None = "gateway_0004c"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "push_cursors",
        sa.Column("member", sa.String(length=60), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_push_cursors")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("types", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("previous_secret", sa.LargeBinary(), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
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
            "state IN ('ACTIVE', 'PAUSED', 'ENDED')", name=op.f("ck_subscriptions_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_subscriptions_biz_no")),
    )
    op.create_index(
        "ix_subscriptions_active",
        "subscriptions",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'ACTIVE'"),
    )
    op.create_index(
        op.f("ix_subscriptions_client_id"), "subscriptions", ["client_id"], unique=False
    )
    op.create_index(
        op.f("ix_subscriptions_owner_city"), "subscriptions", ["owner_city"], unique=False
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("replay", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("lane", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "state IN ('PENDING', 'DELIVERED', 'DEAD', 'DISCARDED')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_deliveries_subscription_id_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("subscription_id", "event_id", "replay", name="uq_deliveries_event"),
    )
    op.create_index(
        "ix_deliveries_dead",
        "deliveries",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'DEAD'"),
    )
    op.create_index(
        "ix_deliveries_lane",
        "deliveries",
        ["subscription_id", "lane", "sequence"],
        unique=False,
        postgresql_where=sa.text("state IN ('PENDING', 'DEAD')"),
    )
    op.create_index(
        "ix_deliveries_ledger", "deliveries", ["subscription_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_deliveries_ready",
        "deliveries",
        ["subscription_id", "ready_at"],
        unique=False,
        postgresql_where=sa.text("state = 'PENDING' AND ready_at IS NOT NULL"),
    )
    op.create_index("ix_deliveries_settled_at", "deliveries", ["settled_at"], unique=False)
    op.create_table(
        "replays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("until", sa.Uuid(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_replays_subscription_id_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
    )
    op.create_index(op.f("ix_replays_ended_at"), "replays", ["ended_at"], unique=False)
    op.create_index(
        op.f("ix_replays_subscription_id"), "replays", ["subscription_id"], unique=False
    )
    op.create_table(
        "subscriber_health",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_subscriber_health_subscription_id_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscription_id", name=op.f("pk_subscriber_health")),
    )


def downgrade() -> None:
    op.drop_table("subscriber_health")
    op.drop_index(op.f("ix_replays_subscription_id"), table_name="replays")
    op.drop_index(op.f("ix_replays_ended_at"), table_name="replays")
    op.drop_table("replays")
    op.drop_index("ix_deliveries_settled_at", table_name="deliveries")
    op.drop_index(
        "ix_deliveries_ready",
        table_name="deliveries",
        postgresql_where=sa.text("state = 'PENDING' AND ready_at IS NOT NULL"),
    )
    op.drop_index("ix_deliveries_ledger", table_name="deliveries")
    op.drop_index(
        "ix_deliveries_lane",
        table_name="deliveries",
        postgresql_where=sa.text("state IN ('PENDING', 'DEAD')"),
    )
    op.drop_index(
        "ix_deliveries_dead", table_name="deliveries", postgresql_where=sa.text("state = 'DEAD'")
    )
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_subscriptions_owner_city"), table_name="subscriptions")
    op.drop_index(op.f("ix_subscriptions_client_id"), table_name="subscriptions")
    op.drop_index(
        "ix_subscriptions_active",
        table_name="subscriptions",
        postgresql_where=sa.text("state = 'ACTIVE'"),
    )
    op.drop_table("subscriptions")
    op.drop_table("push_cursors")
