"""Stored files of the kit: what was uploaded, and where it lies.

Revision: card_0007f, after card_0007t
"""

from collections.abc import Sequence

from hrss_kit import tables_v3

revision: str = "card_0007f"
down_revision: str | None = "card_0007t"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v3.create()


def downgrade() -> None:
    tables_v3.drop()
