"""E-cards and their one-time codes.

Revision: card_0005, after card_0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "card_0005"
down_revision: str | None = "card_0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "ecards",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("bound_card_id", sa.Uuid(), nullable=False),
        sa.Column("issue_no", sa.LargeBinary(), nullable=False),
        sa.Column("issue_no_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("device_hash", sa.String(length=64), nullable=True),
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
        sa.CheckConstraint("level IN (1, 2)", name=op.f("ck_ecards_level")),
        sa.ForeignKeyConstraint(
            ["bound_card_id"], ["cards.id"], name=op.f("fk_ecards_bound_card_id_cards")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holders.id"], name=op.f("fk_ecards_holder_id_holders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ecards")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_ecards_biz_no")),
        sa.UniqueConstraint("issue_no_hash", name=op.f("uq_ecards_issue_no_hash")),
    )
    op.create_index(op.f("ix_ecards_bound_card_id"), "ecards", ["bound_card_id"], unique=False)
    op.create_index(op.f("ix_ecards_holder_id"), "ecards", ["holder_id"], unique=False)
    op.create_index(op.f("ix_ecards_id_hash"), "ecards", ["id_hash"], unique=False)
    op.create_index(op.f("ix_ecards_owner_city"), "ecards", ["owner_city"], unique=False)
    op.create_index(
        "uq_ecards_first_level_id_hash",
        "ecards",
        ["id_hash"],
        unique=True,
        postgresql_where=sa.text("level = 1"),
    )
    op.create_table(
        "ecard_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ecard_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("authorised", sa.Boolean(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["ecard_id"], ["ecards.id"], name=op.f("fk_ecard_tokens_ecard_id_ecards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ecard_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_ecard_tokens_token_hash")),
    )
    op.create_index(op.f("ix_ecard_tokens_ecard_id"), "ecard_tokens", ["ecard_id"], unique=False)
    op.create_index(
        op.f("ix_ecard_tokens_expires_at"), "ecard_tokens", ["expires_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_ecard_tokens_expires_at"), table_name="ecard_tokens")
    op.drop_index(op.f("ix_ecard_tokens_ecard_id"), table_name="ecard_tokens")
    op.drop_table("ecard_tokens")
    op.drop_index(
        "uq_ecards_first_level_id_hash", table_name="ecards", postgresql_where=sa.text("level = 1")
    )
    op.drop_index(op.f("ix_ecards_owner_city"), table_name="ecards")
    op.drop_index(op.f("ix_ecards_id_hash"), table_name="ecards")
    op.drop_index(op.f("ix_ecards_holder_id"), table_name="ecards")
    op.drop_index(op.f("ix_ecards_bound_card_id"), table_name="ecards")
    op.drop_table("ecards")
