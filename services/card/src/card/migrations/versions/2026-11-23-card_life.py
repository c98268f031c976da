"""Temporary losses that end, and the card that took a card's place.

Revision: card_0004, after card_0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "card_0004"
down_revision: str | None = "card_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("cards", sa.Column("temp_loss_ends_on", sa.Date(), nullable=True))
    op.add_column("cards", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_cards_active_valid_to",
        "cards",
        ["valid_to"],
        unique=False,
        postgresql_where=sa.text("social_state = 'ACTIVE'"),
    )
    op.create_index(
        "ix_cards_temp_loss_ends_on",
        "cards",
        ["temp_loss_ends_on"],
        unique=False,
        postgresql_where=sa.text("social_state = 'TEMP_LOST'"),
    )
    op.create_foreign_key(
        op.f("fk_cards_successor_id_cards"), "cards", "cards", ["successor_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_cards_successor_id_cards"), "cards", type_="foreignkey")
    op.drop_index(
        "ix_cards_temp_loss_ends_on",
        table_name="cards",
        postgresql_where=sa.text("social_state = 'TEMP_LOST'"),
    )
    op.drop_index(
        "ix_cards_active_valid_to",
        table_name="cards",
        postgresql_where=sa.text("social_state = 'ACTIVE'"),
    )
    op.drop_column("cards", "successor_id")
    op.drop_column("cards", "temp_loss_ends_on")
