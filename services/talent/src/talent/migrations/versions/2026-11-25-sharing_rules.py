"""Sharing rules of the kit: the copy that decides what the other city reads.

Revision: talent_0010r, after talent_0010e
"""

from collections.abc import Sequence

from hrss_kit import tables_v7

revision: str = "talent_0010r"
down_revision: str | None = "talent_0010e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v7.create()


def downgrade() -> None:
    tables_v7.drop()
