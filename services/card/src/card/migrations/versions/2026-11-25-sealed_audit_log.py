"""The sealed audit log of the kit: places in the tree, signed checkpoints.

Revision: card_0007, after card_0006
"""

from collections.abc import Sequence

from hrss_kit import tables_v4

revision: str = "card_0007"
down_revision: str | None = "card_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v4.create()


def downgrade() -> None:
    tables_v4.drop()
