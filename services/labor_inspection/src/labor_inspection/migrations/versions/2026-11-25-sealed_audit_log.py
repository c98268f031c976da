"""The sealed audit log of the kit: places in the tree, signed checkpoints.

Revision: labor_inspection_0008, after labor_inspection_0007
"""

from collections.abc import Sequence

from hrss_kit import tables_v4

revision: str = "labor_inspection_0008"
down_revision: str | None = "labor_inspection_0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v4.create()


def downgrade() -> None:
    tables_v4.drop()
