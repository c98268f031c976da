"""Work items and claims of the kit: what waits for somebody, and who holds it.

Revision: card_0010w, after card_0009
"""

from collections.abc import Sequence

from hrss_kit import tables_v5

revision: str = "card_0010w"
down_revision: str | None = "card_0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v5.create()


def downgrade() -> None:
    tables_v5.drop()
