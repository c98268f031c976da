"""The wage-arrears joint-discipline list.

Revision: labor_inspection_0005, after labor_inspection_0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "labor_inspection_0005"
down_revision: str | None = "labor_inspection_0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "arrears_list_entries",
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_due_on", sa.Date(), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=False),
        sa.Column("employer_address", sa.String(length=200), nullable=True),
        sa.Column("legal_representative", sa.LargeBinary(), nullable=True),
        sa.Column("responsible_persons", sa.LargeBinary(), nullable=True),
        sa.Column("criteria", postgresql.ARRAY(sa.String(length=8)), nullable=False),
        sa.Column("workers_unpaid", sa.Integer(), nullable=False),
        sa.Column("amount_unpaid", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("inspectors", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("notice_served_on", sa.Date(), nullable=True),
        sa.Column("notice_by", sa.String(length=80), nullable=True),
        sa.Column("receipt_no", sa.String(length=60), nullable=True),
        sa.Column("objected_on", sa.Date(), nullable=True),
        sa.Column("objection_recorded_by", sa.String(length=80), nullable=True),
        sa.Column("objection", sa.LargeBinary(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("listed_by", sa.String(length=80), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("removal_applied_on", sa.Date(), nullable=True),
        sa.Column("removal_recorded_by", sa.String(length=80), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("removal_reason", sa.String(length=2000), nullable=True),
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
            "state <> 'LISTED' OR expires_on > listed_on", name=op.f("ck_arrears_list_entries_term")
        ),
        sa.CheckConstraint(
            "state IN ('PROPOSED', 'NOTICE_SERVED', 'OBJECTED', 'UPHELD', 'DROPPED', 'LISTED', "
            "'EARLY_REMOVED', 'EXPIRED', 'REVOKED')",
            name=op.f("ck_arrears_list_entries_state"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_arrears_list_entries_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["case_orders.id"],
            name=op.f("fk_arrears_list_entries_order_id_case_orders"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_list_entries")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_arrears_list_entries_biz_no")),
    )
    op.create_index(
        "ix_arrears_list_entries_employer_uscc",
        "arrears_list_entries",
        ["employer_uscc"],
        unique=False,
    )
    op.create_index(
        op.f("ix_arrears_list_entries_owner_city"),
        "arrears_list_entries",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        "ix_arrears_list_entries_owner_city_state",
        "arrears_list_entries",
        ["owner_city", "state"],
        unique=False,
    )
    op.create_index(
        "uq_arrears_list_entries_live",
        "arrears_list_entries",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('PROPOSED', 'NOTICE_SERVED', 'OBJECTED', 'UPHELD', 'LISTED')"
        ),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_arrears_list_entries_live",
        table_name="arrears_list_entries",
        postgresql_where=sa.text(
            "state IN ('PROPOSED', 'NOTICE_SERVED', 'OBJECTED', 'UPHELD', 'LISTED')"
        ),
    )
    op.drop_index("ix_arrears_list_entries_owner_city_state", table_name="arrears_list_entries")
    op.drop_index(op.f("ix_arrears_list_entries_owner_city"), table_name="arrears_list_entries")
    op.drop_index("ix_arrears_list_entries_employer_uscc", table_name="arrears_list_entries")
    op.drop_table("arrears_list_entries")
