"""Bulletins between the cities, and what a city publishes of its major cases.

Revision: labor_inspection_0008b, after labor_inspection_0008t
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "labor_inspection_0008b"
down_revision: str | None = "labor_inspection_0008t"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "major_publications",
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("published_by", sa.String(length=80), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_major_publications")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_major_publications_biz_no")),
        sa.UniqueConstraint("owner_city", "quarter", name="uq_major_publications_quarter"),
    )
    op.create_index(
        op.f("ix_major_publications_owner_city"), "major_publications", ["owner_city"], unique=False
    )
    op.create_table(
        "violation_bulletins",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("to_city", sa.String(length=6), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=True),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column(
            "counts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("employers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=True),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("case_no", sa.String(length=40), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.String(length=8), nullable=True),
        sa.Column("major_kinds", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("matter", postgresql.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("workers_count", sa.Integer(), nullable=True),
        sa.Column("credit_event_id", sa.Uuid(), nullable=True),
        sa.Column("credit_kind", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_by", sa.String(length=80), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_by", sa.String(length=80), nullable=True),
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
            "(state = 'DUE') = (issued_on IS NULL)", name=op.f("ck_violation_bulletins_issued")
        ),
        sa.CheckConstraint(
            "CASE kind WHEN 'QUARTERLY' THEN quarter IS NOT NULL WHEN 'CREDIT' THEN credit_event_id IS NOT NULL ELSE case_id IS NOT NULL END",
            name=op.f("ck_violation_bulletins_about"),
        ),
        sa.CheckConstraint(
            "kind IN ('QUARTERLY', 'MAJOR_CASE', 'CREDIT')",
            name=op.f("ck_violation_bulletins_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('DUE', 'ISSUED', 'RECEIVED')", name=op.f("ck_violation_bulletins_state")
        ),
        sa.CheckConstraint("to_city <> owner_city", name=op.f("ck_violation_bulletins_to_city")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_violation_bulletins_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["credit_event_id"],
            ["credit_events.id"],
            name=op.f("fk_violation_bulletins_credit_event_id_credit_events"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["case_orders.id"],
            name=op.f("fk_violation_bulletins_order_id_case_orders"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violation_bulletins")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_violation_bulletins_biz_no")),
        sa.UniqueConstraint(
            "credit_event_id", "to_city", name="uq_violation_bulletins_credit_event_id"
        ),
        sa.UniqueConstraint(
            "owner_city", "to_city", "quarter", name="uq_violation_bulletins_quarter"
        ),
    )
    op.create_index(
        "ix_violation_bulletins_employer_uscc",
        "violation_bulletins",
        ["employer_uscc"],
        unique=False,
    )
    op.create_index(
        op.f("ix_violation_bulletins_owner_city"),
        "violation_bulletins",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "ix_violation_bulletins_to_city", "violation_bulletins", ["to_city", "state"], unique=False
    )
    op.create_index(
        "uq_violation_bulletins_order",
        "violation_bulletins",
        ["order_id", "stage", "to_city"],
        unique=True,
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_violation_bulletins_order",
        table_name="violation_bulletins",
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.drop_index("ix_violation_bulletins_to_city", table_name="violation_bulletins")
    op.drop_index(op.f("ix_violation_bulletins_owner_city"), table_name="violation_bulletins")
    op.drop_index("ix_violation_bulletins_employer_uscc", table_name="violation_bulletins")
    op.drop_table("violation_bulletins")
    op.drop_index(op.f("ix_major_publications_owner_city"), table_name="major_publications")
    op.drop_table("major_publications")
