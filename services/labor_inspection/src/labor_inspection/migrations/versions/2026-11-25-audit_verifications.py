"""What verifying the sealed audit log has found.

Revision: labor_inspection_0016v, after labor_inspection_0015w
"""

from collections.abc import Sequence

from hrss_kit import tables_v6

revision: str = "labor_inspection_0016v"
down_revision: str | None = "labor_inspection_0015w"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v6.create()


def downgrade() -> None:
    tables_v6.drop()
