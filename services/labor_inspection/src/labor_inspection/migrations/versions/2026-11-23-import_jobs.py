"""Import jobs of the kit: the job, the sealed file, the errors of its rows.

Revision: labor_inspection_0004, after labor_inspection_0003
"""

from collections.abc import Sequence

from hrss_kit import tables_v2

revision: str = "labor_inspection_0004"
down_revision: str | None = "labor_inspection_0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v2.create()


def downgrade() -> None:
    tables_v2.drop()
