"""Work items and claims of the kit: what waits for somebody, and who holds it.

Revision: employment_0020w, after employment_0020e
"""

from collections.abc import Sequence

from hrss_kit import tables_v5

revision: str = "employment_0020w"
down_revision: str | None = "employment_0020e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v5.create()


def downgrade() -> None:
    tables_v5.drop()
