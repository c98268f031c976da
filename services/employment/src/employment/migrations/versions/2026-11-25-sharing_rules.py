"""Sharing rules of the kit: the copy that decides what the other city reads.

Revision: employment_0020r, after employment_0021v
"""

from collections.abc import Sequence

from hrss_kit import tables_v7

revision: str = "employment_0020r"
down_revision: str | None = "employment_0021v"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v7.create()


def downgrade() -> None:
    tables_v7.drop()
