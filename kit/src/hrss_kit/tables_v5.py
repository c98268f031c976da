"""The kit's tables, fifth edition: work items and claims. It never changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

# Written after the migrations, by what the service declares (hrss_kit.work_triggers).
FUNCTIONS = (
    "work_clock_changed()",
    "work_part_changed()",
    "work_row_changed()",
    "work_project(jsonb, jsonb)",
    "work_title(jsonb, jsonb)",
    "work_cities(jsonb, jsonb)",
    "work_due(jsonb, jsonb)",
    "work_subjects(uuid, jsonb)",
)


def create() -> None:
    """Creates the tables."""
    op.create_table(
        "work_kinds",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_work_kinds")),
    )
    op.create_table(
        "work_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("collection", sa.String(length=80), nullable=False),
        sa.Column("biz_no", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("owner_city", sa.String(length=6), nullable=True),
        sa.Column("turn_cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_key", sa.Date(), nullable=False),
        sa.Column("deadline_code", sa.String(length=40), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_cities", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("closed_holders", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_items")),
    )
    op.create_index(
        "ix_work_items_open",
        "work_items",
        ["due_key", "id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index(
        "ix_work_items_closed",
        "work_items",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("NOT is_open"),
    )
    op.create_table(
        "work_claims",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=False),
        sa.Column("org_id", sa.String(length=60), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["work_items.id"],
            name=op.f("fk_work_claims_item_id_work_items"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_id", "city", name=op.f("pk_work_claims")),
    )
    op.create_index("ix_work_claims_claimed_by", "work_claims", ["claimed_by"], unique=False)


def drop() -> None:
    """Drops them, with what watches the rows of a service."""
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION IF EXISTS {function} CASCADE")
    op.drop_table("work_claims")
    op.drop_table("work_items")
    op.drop_table("work_kinds")
