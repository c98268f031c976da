"""The sealed audit log of the kit: places in the tree, signed checkpoints.

Revision: gateway_0003, after gateway_0002
"""

from collections.abc import Sequence

from hrss_kit import tables_v4

revision: str = "gateway_0003"
down_revision: str | None = "gateway_0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v4.create()


def downgrade() -> None:
    tables_v4.drop()
