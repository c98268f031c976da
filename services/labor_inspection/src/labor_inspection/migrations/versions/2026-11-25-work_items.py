"""Work items and claims of the kit: what waits for somebody, and who holds it.

Revision: labor_inspection_0015w, after labor_inspection_0014a
"""

from collections.abc import Sequence

from hrss_kit import tables_v5

revision: str = "labor_inspection_0015w"
down_revision: str | None = "labor_inspection_0014a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v5.create()


def downgrade() -> None:
    tables_v5.drop()
