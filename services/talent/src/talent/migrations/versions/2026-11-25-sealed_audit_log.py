"""The sealed audit log of the kit: places in the tree, signed checkpoints.

Revision: talent_0005, after talent_0004
"""

from collections.abc import Sequence

from hrss_kit import tables_v4

revision: str = "talent_0005"
down_revision: str | None = "talent_0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v4.create()


def downgrade() -> None:
    tables_v4.drop()
