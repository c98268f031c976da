"""What verifying the sealed audit log has found.

Revision: talent_0011v, after talent_0010w
"""

from collections.abc import Sequence

from hrss_kit import tables_v6

revision: str = "talent_0011v"
down_revision: str | None = "talent_0010w"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v6.create()


def downgrade() -> None:
    tables_v6.drop()
