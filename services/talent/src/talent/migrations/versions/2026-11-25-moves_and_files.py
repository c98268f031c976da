"""Moves with their checklists, and personnel files on their way.

Revision: talent_0008, after talent_0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "talent_0008"
down_revision: str | None = "talent_0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("from_city", sa.String(length=6), nullable=False),
        sa.Column("employer_uscc", sa.String(length=18), nullable=True),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("category", sa.String(length=10), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("contract_signed_on", sa.Date(), nullable=True),
        sa.Column("card_choice", sa.String(length=7), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("journey_id", sa.Uuid(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
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
        sa.CheckConstraint("card_choice IN ('KEEP', 'REPLACE')", name=op.f("ck_moves_card_choice")),
        sa.CheckConstraint(
            "category IN ('HIGH_LEVEL', 'POSTDOC', 'GRADUATE', 'SKILLED', 'OTHER')",
            name=op.f("ck_moves_category"),
        ),
        sa.CheckConstraint(
            "state IN ('OPEN', 'CHECKLIST', 'DONE', 'CANCELLED')", name=op.f("ck_moves_state")
        ),
        sa.CheckConstraint("from_city <> owner_city", name=op.f("ck_moves_cities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_moves_biz_no")),
    )
    op.create_index("ix_moves_from_city", "moves", ["from_city", "state"], unique=False)
    op.create_index(op.f("ix_moves_id_hash"), "moves", ["id_hash"], unique=False)
    op.create_index("ix_moves_journey_id", "moves", ["journey_id"], unique=False)
    op.create_index(op.f("ix_moves_owner_city"), "moves", ["owner_city"], unique=False)
    op.create_index(
        "uq_moves_open",
        "moves",
        ["id_hash"],
        unique=True,
        postgresql_where=sa.text("state IN ('OPEN', 'CHECKLIST')"),
    )
    op.create_table(
        "file_transfers",
        sa.Column("from_city", sa.String(length=6), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=True),
        sa.Column("holder_org", sa.String(length=120), nullable=True),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=True),
        sa.Column("tracking_no", sa.String(length=60), nullable=True),
        sa.Column("pages_sent", sa.Integer(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("pages_received", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("return_list", postgresql.ARRAY(sa.String(length=200)), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
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
            "NOT (is_restricted AND method = 'EMS')", name=op.f("ck_file_transfers_ems")
        ),
        sa.CheckConstraint(
            "method IN ('MACHINE_POST', 'COURIER', 'EMS')", name=op.f("ck_file_transfers_method")
        ),
        sa.CheckConstraint(
            "state <> 'RECEIVED' OR pages_received > 0", name=op.f("ck_file_transfers_pages")
        ),
        sa.CheckConstraint(
            "state IN ('REQUESTED', 'CHECKING', 'SENT', 'RECEIVED', 'RETURNED', 'CANCELLED')",
            name=op.f("ck_file_transfers_state"),
        ),
        sa.CheckConstraint("from_city <> owner_city", name=op.f("ck_file_transfers_cities")),
        sa.ForeignKeyConstraint(
            ["move_id"], ["moves.id"], name=op.f("fk_file_transfers_move_id_moves")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_transfers")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_file_transfers_biz_no")),
    )
    op.create_index(
        "ix_file_transfers_from_city", "file_transfers", ["from_city", "state"], unique=False
    )
    op.create_index(op.f("ix_file_transfers_id_hash"), "file_transfers", ["id_hash"], unique=False)
    op.create_index(
        op.f("ix_file_transfers_owner_city"), "file_transfers", ["owner_city"], unique=False
    )
    op.create_index(
        "uq_file_transfers_open",
        "file_transfers",
        ["id_hash"],
        unique=True,
        postgresql_where=sa.text("state IN ('REQUESTED', 'CHECKING', 'SENT', 'RETURNED')"),
    )
    op.create_table(
        "move_items",
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("marked_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "state IN ('NOT_NEEDED', 'WAITING', 'DONE', 'FAILED')", name=op.f("ck_move_items_state")
        ),
        sa.ForeignKeyConstraint(
            ["move_id"], ["moves.id"], name=op.f("fk_move_items_move_id_moves")
        ),
        sa.PrimaryKeyConstraint("move_id", "code", name=op.f("pk_move_items")),
    )


def downgrade() -> None:
    op.drop_table("move_items")
    op.drop_index(
        "uq_file_transfers_open",
        table_name="file_transfers",
        postgresql_where=sa.text("state IN ('REQUESTED', 'CHECKING', 'SENT', 'RETURNED')"),
    )
    op.drop_index(op.f("ix_file_transfers_owner_city"), table_name="file_transfers")
    op.drop_index(op.f("ix_file_transfers_id_hash"), table_name="file_transfers")
    op.drop_index("ix_file_transfers_from_city", table_name="file_transfers")
    op.drop_table("file_transfers")
    op.drop_index(
        "uq_moves_open",
        table_name="moves",
        postgresql_where=sa.text("state IN ('OPEN', 'CHECKLIST')"),
    )
    op.drop_index(op.f("ix_moves_owner_city"), table_name="moves")
    op.drop_index("ix_moves_journey_id", table_name="moves")
    op.drop_index(op.f("ix_moves_id_hash"), table_name="moves")
    op.drop_index("ix_moves_from_city", table_name="moves")
    op.drop_table("moves")
