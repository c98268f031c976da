"""What verifying the sealed audit log has found.

Revision: gateway_0008v, after gateway_0007j
"""

from collections.abc import Sequence

from hrss_kit import tables_v6

revision: str = "gateway_0008v"
down_revision: str | None = "gateway_0007j"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v6.create()


def downgrade() -> None:
    tables_v6.drop()
