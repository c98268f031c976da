"""Work items and claims of the kit: what waits for somebody, and who holds it.

Revision: gateway_0007w, after gateway_0006
"""

from collections.abc import Sequence

from hrss_kit import tables_v5

revision: str = "gateway_0007w"
down_revision: str | None = "gateway_0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    tables_v5.create()


def downgrade() -> None:
    tables_v5.drop()
