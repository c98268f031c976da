"""Choices of a card by who moves to the other city.

Revision: card_0010j, after card_0010w
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "card_0010j"
down_revision: str | None = "card_0010w"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "card_choices",
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("choice", sa.String(length=7), nullable=True),
        sa.Column("person_ref", sa.String(length=24), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("from_city", sa.String(length=6), nullable=False),
        sa.Column("move_no", sa.String(length=120), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
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
            "state IN ('WAITING', 'KEPT', 'REPLACING', 'REPLACED', 'NO_CARD', 'CANCELLED')",
            name=op.f("ck_card_choices_state"),
        ),
        sa.CheckConstraint("choice IN ('KEEP', 'REPLACE')", name=op.f("ck_card_choices_choice")),
        sa.CheckConstraint("from_city <> owner_city", name=op.f("ck_card_choices_cities")),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name=op.f("fk_card_choices_card_id_cards")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holders.id"], name=op.f("fk_card_choices_holder_id_holders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_choices")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_card_choices_biz_no")),
    )
    op.create_index("uq_card_choices_journey_id", "card_choices", ["journey_id"], unique=True)
    op.create_index(
        "ix_card_choices_from_city", "card_choices", ["from_city", "state"], unique=False
    )
    op.create_index(
        op.f("ix_card_choices_owner_city"), "card_choices", ["owner_city"], unique=False
    )
    op.create_index(
        op.f("ix_card_choices_person_ref"), "card_choices", ["person_ref"], unique=False
    )


def downgrade() -> None:
    op.drop_table("card_choices")
