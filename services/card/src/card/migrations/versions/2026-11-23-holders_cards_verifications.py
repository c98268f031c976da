"""Holders, cards, verifications and the log of look-ups.

Revision: card_0002, after card_0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "card_0002"
down_revision: str | None = "card_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "holders",
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("gender", sa.String(length=1), nullable=True),
        sa.Column("ethnicity", sa.LargeBinary(), nullable=True),
        sa.Column("hukou_division", sa.String(length=20), nullable=True),
        sa.Column("residence_division", sa.String(length=20), nullable=True),
        sa.Column("deceased_on", sa.Date(), nullable=True),
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
        sa.Column("person_name", sa.LargeBinary(), nullable=False),
        sa.Column("doc_no", sa.LargeBinary(), nullable=False),
        sa.Column("doc_original", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("gender IN ('0', '1', '2', '9')", name=op.f("ck_holders_gender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holders")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_holders_biz_no")),
        sa.UniqueConstraint("id_hash", name=op.f("uq_holders_id_hash")),
    )
    op.create_index(op.f("ix_holders_owner_city"), "holders", ["owner_city"], unique=False)
    op.create_table(
        "lookup_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("operation", sa.String(length=120), nullable=False),
        sa.Column("person_ref", sa.String(length=24), nullable=True),
        sa.Column("fields", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("hit", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup_logs")),
    )
    op.create_index(
        "ix_lookup_logs_client_id_actor_at",
        "lookup_logs",
        ["client_id", "actor", "at"],
        unique=False,
    )
    op.create_table(
        "verifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("sub", sa.String(length=80), nullable=False),
        sa.Column("match", sa.Boolean(), nullable=False),
        sa.Column("person_ref", sa.String(length=24), nullable=True),
        sa.Column("assurance", sa.String(length=6), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "assurance IN ('LOW', 'MEDIUM', 'HIGH')", name=op.f("ck_verifications_assurance")
        ),
        sa.CheckConstraint(
            "match = (person_ref IS NOT NULL)", name=op.f("ck_verifications_person_ref")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
    )
    op.create_table(
        "cards",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issuing_division", sa.String(length=6), nullable=False),
        sa.Column("card_no", sa.LargeBinary(), nullable=False),
        sa.Column("card_no_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("identification_code", sa.LargeBinary(), nullable=False),
        sa.Column("identification_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("spec_version", sa.String(length=4), nullable=False),
        sa.Column("generation", sa.String(length=2), nullable=False),
        sa.Column("atr", sa.String(length=80), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("bank_code", sa.String(length=14), nullable=True),
        sa.Column("bank_account", sa.LargeBinary(), nullable=True),
        sa.Column("social_state", sa.String(length=10), nullable=False),
        sa.Column("financial_state", sa.String(length=10), nullable=False),
        sa.Column("pin_failures", sa.Integer(), nullable=False),
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
            "financial_state IN ('NONE', 'INACTIVE', 'ACTIVE', 'LOST', 'FROZEN', 'CLOSED')",
            name=op.f("ck_cards_financial_state"),
        ),
        sa.CheckConstraint("generation IN ('G1', 'G2', 'G3')", name=op.f("ck_cards_generation")),
        sa.CheckConstraint(
            "social_state IN ('APPLIED', 'PREOPENED', 'MADE', 'SEALED', 'ACTIVE', 'TEMP_LOST', 'LOST', 'LOCKED', 'EXPIRED', 'CANCELLED')",
            name=op.f("ck_cards_social_state"),
        ),
        sa.CheckConstraint("valid_to > issued_on", name=op.f("ck_cards_validity")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holders.id"], name=op.f("fk_cards_holder_id_holders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_cards_biz_no")),
        sa.UniqueConstraint("card_no_hash", name=op.f("uq_cards_card_no_hash")),
        sa.UniqueConstraint("identification_hash", name=op.f("uq_cards_identification_hash")),
    )
    op.create_index(op.f("ix_cards_holder_id"), "cards", ["holder_id"], unique=False)
    op.create_index(op.f("ix_cards_id_hash"), "cards", ["id_hash"], unique=False)
    op.create_index(op.f("ix_cards_owner_city"), "cards", ["owner_city"], unique=False)
    op.create_index(
        "uq_cards_active_id_hash",
        "cards",
        ["id_hash"],
        unique=True,
        postgresql_where=sa.text("social_state = 'ACTIVE'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_cards_active_id_hash",
        table_name="cards",
        postgresql_where=sa.text("social_state = 'ACTIVE'"),
    )
    op.drop_index(op.f("ix_cards_owner_city"), table_name="cards")
    op.drop_index(op.f("ix_cards_id_hash"), table_name="cards")
    op.drop_index(op.f("ix_cards_holder_id"), table_name="cards")
    op.drop_table("cards")
    op.drop_table("verifications")
    op.drop_index("ix_lookup_logs_client_id_actor_at", table_name="lookup_logs")
    op.drop_table("lookup_logs")
    op.drop_index(op.f("ix_holders_owner_city"), table_name="holders")
    op.drop_table("holders")
