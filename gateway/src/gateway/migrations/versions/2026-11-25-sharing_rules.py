"""Sharing rules of the kit: the copy that decides what the other city reads.

Revision: gateway_0007r, after gateway_0009r
"""

from collections.abc import Sequence

from hrss_kit import tables_v7

revision: str = "gateway_0007r"
down_revision: str | None = "gateway_0009r"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v7.create()


def downgrade() -> None:
    tables_v7.drop()
