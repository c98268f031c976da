"""Requests for card service across the cities.

Revision: card_0006, after card_0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "card_0006"
down_revision: str | None = "card_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "card_service_requests",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("new_card_id", sa.Uuid(), nullable=True),
        sa.Column("serving_city", sa.String(length=6), nullable=False),
        sa.Column("issuing_city", sa.String(length=6), nullable=False),
        sa.Column("delivery", sa.String(length=6), nullable=False),
        sa.Column("delivery_address", sa.LargeBinary(), nullable=True),
        sa.Column("bank_code", sa.String(length=14), nullable=True),
        sa.Column("fee", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("damage_proof", sa.String(length=200), nullable=True),
        sa.Column("correction", sa.LargeBinary(), nullable=True),
        sa.Column("offer", sa.String(length=16), nullable=True),
        sa.Column("refused_because", sa.String(length=500), nullable=True),
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
            "delivery IN ('PICKUP', 'POST')", name=op.f("ck_card_service_requests_delivery")
        ),
        sa.CheckConstraint(
            "kind IN ('TEMP_LOSS', 'UNDO_TEMP_LOSS', 'FORMAL_LOSS', 'ACTIVATE', 'PIN_RESET', "
            "'UNLOCK', 'REPLACE_LOST', 'REPLACE_DAMAGED', 'RENEW', 'FIRST_ISSUE', "
            "'CORRECT_INFO', 'CANCEL')",
            name=op.f("ck_card_service_requests_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('CREATED', 'ID_CHECKED', 'SENT_TO_ISSUER', 'EXECUTED', 'REFUSED', "
            "'DELIVERING', 'DONE', 'CANCELLED')",
            name=op.f("ck_card_service_requests_state"),
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name=op.f("fk_card_service_requests_card_id_cards")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holders.id"], name=op.f("fk_card_service_requests_holder_id_holders")
        ),
        sa.ForeignKeyConstraint(
            ["new_card_id"], ["cards.id"], name=op.f("fk_card_service_requests_new_card_id_cards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_service_requests")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_card_service_requests_biz_no")),
    )
    op.create_index(
        op.f("ix_card_service_requests_card_id"), "card_service_requests", ["card_id"], unique=False
    )
    op.create_index(
        op.f("ix_card_service_requests_holder_id"),
        "card_service_requests",
        ["holder_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_card_service_requests_issuing_city"),
        "card_service_requests",
        ["issuing_city"],
        unique=False,
    )
    op.create_index(
        op.f("ix_card_service_requests_owner_city"),
        "card_service_requests",
        ["owner_city"],
        unique=False,
    )
    op.create_index(
        op.f("ix_card_service_requests_serving_city"),
        "card_service_requests",
        ["serving_city"],
        unique=False,
    )
    op.create_index(
        "uq_card_service_requests_open",
        "card_service_requests",
        ["holder_id", "kind"],
        unique=True,
        postgresql_where=sa.text("NOT (state IN ('REFUSED', 'DONE', 'CANCELLED'))"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_card_service_requests_open",
        table_name="card_service_requests",
        postgresql_where=sa.text("NOT (state IN ('REFUSED', 'DONE', 'CANCELLED'))"),
    )
    op.drop_index(op.f("ix_card_service_requests_serving_city"), table_name="card_service_requests")
    op.drop_index(op.f("ix_card_service_requests_owner_city"), table_name="card_service_requests")
    op.drop_index(op.f("ix_card_service_requests_issuing_city"), table_name="card_service_requests")
    op.drop_index(op.f("ix_card_service_requests_holder_id"), table_name="card_service_requests")
    op.drop_index(op.f("ix_card_service_requests_card_id"), table_name="card_service_requests")
    op.drop_table("card_service_requests")
