"""The sealed audit log of the kit: places in the tree, signed checkpoints.

Revision: employment_0006, after employment_0005
"""

from collections.abc import Sequence

from hrss_kit import tables_v4

revision: str = "employment_0006"
down_revision: str | None = "employment_0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v4.create()


def downgrade() -> None:
    tables_v4.drop()
