"""What verifying the sealed audit log has found.

Revision: employment_0021v, after employment_0020w
"""

from collections.abc import Sequence

from hrss_kit import tables_v6

revision: str = "employment_0021v"
down_revision: str | None = "employment_0020w"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v6.create()


def downgrade() -> None:
    tables_v6.drop()
