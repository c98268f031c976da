"""What verifying the sealed audit log has found.

Revision: card_0011v, after card_0010j
"""

from collections.abc import Sequence

from hrss_kit import tables_v6

revision: str = "card_0011v"
down_revision: str | None = "card_0010j"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v6.create()


def downgrade() -> None:
    tables_v6.drop()
