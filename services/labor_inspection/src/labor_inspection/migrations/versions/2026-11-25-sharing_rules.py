"""Sharing rules of the kit: the copy that decides what the other city reads.

Revision: labor_inspection_0015r, after labor_inspection_0015e
"""

from collections.abc import Sequence

from hrss_kit import tables_v7

revision: str = "labor_inspection_0015r"
down_revision: str | None = "labor_inspection_0015e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v7.create()


def downgrade() -> None:
    tables_v7.drop()
